"""The account of an agency's day, for `mingjing agency reconcile`."""

from datetime import datetime

from rich.console import Console
from rich.table import Table

from mingjing.services.agencies import Agency
from mingjing.services.ledger import open_ledger
from mingjing.services.ledger.scope import Scope
from mingjing.services.receipts.reconcile import WAY_TITLES, Reconciliation, reconcile, verdict
from mingjing.services.registry import open_registry
from mingjing.services.rulebook_files import rulebook_of
from mingjing.services.settings import Settings


def account_of(settings: Settings, agency: Agency, day: datetime) -> Reconciliation:
    """Return the account of an agency's day by receipt; RegistryError, LedgerError."""
    zone = rulebook_of(settings, {}).zone.info
    ledger = open_ledger(settings, connections=1)
    registry = open_registry(settings)
    try:
        return reconcile(agency, day.date(), zone, registry.receipts, ledger, Scope.of_agency(agency.code))
    finally:
        registry.database.close()
        ledger.close()


def show_account(told: Reconciliation) -> None:
    """Print an account as a table."""
    table = Table("", "回执", "事件", "接收", "重复", "退回", "退回的行", title=f"{told.title} {told.day}", box=None)
    for each in (*told.ways, told.sent):
        name = "合计" if each.way is None else WAY_TITLES[each.way]
        counts = (each.receipts, each.events, each.accepted, each.duplicate, each.rejected, each.returned_rows)
        table.add_row(name, *map(str, counts))
    console = Console(highlight=False)
    console.print(table)
    direct = told.direct
    if direct.received:
        console.print(f"直接写 Kafka 收到 {direct.received}（接收 {direct.accepted}，退回 {direct.rejected}）")
    console.print(f"归档 {told.archived}（不同 {told.distinct}，重复 {told.repeated}，迟报 {told.late}）")
    if told.dead_letters:
        console.print("死信 " + "，".join(f"{code} {count}" for code, count in told.dead_letters.items()))
    console.print(f"散列 回执 {told.hash}  归档 {told.archived_hash}  各计一次 {told.distinct_hash}")
    console.print(verdict(told))
