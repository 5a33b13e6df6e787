"""The account of an agency's day: what its receipts say beside what was archived."""

import csv
import io
from collections.abc import Sequence
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import msgspec

from mingjing.services.agencies import Agency
from mingjing.services.ledger.instants import midnight
from mingjing.services.ledger.port import ArchivedDay, Ledger
from mingjing.services.ledger.scope import Scope
from mingjing.services.receipts.mark import added
from mingjing.services.registry import Receipt, Receipts, Way

WAY_TITLES: dict[Way, str] = {"http": "接口", "upload": "文件", "exchange": "采集", "resubmitted": "改正重报"}


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """What receipts say was handed in by one way, or by all. `accepted` counts no watermarks.

    `returned_rows` are rows of files and tables that were given back or put aside, and so are no events.
    """

    way: Way | None
    receipts: int
    events: int
    accepted: int
    duplicate: int
    rejected: int
    returned_rows: int


class Direct(msgspec.Struct, frozen=True, kw_only=True):
    """What the agency wrote to Kafka itself, for which nobody made a receipt: counted when intake had looked at it.

    `accepted` are archived records beyond those that receipts account for, `rejected` dead letters of the agency's
    own topic; `received` is both. `repeated` of all that was archived had come before.
    """

    received: int
    accepted: int
    rejected: int
    repeated: int


class Reconciliation(msgspec.Struct, frozen=True, kw_only=True):
    """The account of one agency's day.

    `hash` and `archived_hash` are sums of marks over what was accepted and over what
    was archived; `distinct_hash` is over the different events among these, each once: an
    agency has the same sum of what it meant to hand in, however often it sent it, and
    whichever process or restart took it for new. `missing` is how many accepted events the
    archive lacks, negative where it has more. What it has more is no fault where each
    event of it is accounted for: a receipt may be lost where the event was not. `agrees` is
    None for a day without receipts: who writes to Kafka itself compares `distinct_hash`
    with the sum over what it sent.
    """

    agency: str
    title: str
    day: str
    sent: Sent
    ways: list[Sent]
    direct: Direct
    hash: str
    archived: int
    distinct: int
    repeated: int
    late: int
    archived_hash: str
    distinct_hash: str
    dead_letters: dict[str, int]
    missing: int | None
    agrees: bool | None


def reconcile(
    agency: Agency, day: date, zone: ZoneInfo, receipts: Receipts, ledger: Ledger, scope: Scope
) -> Reconciliation:
    """Return the account of `day`, by the moment of receipt in `zone`.

    An event is late when it happened before that day and by more than the agency's
    agreed delay. What is under way at midnight is archived on the day after. Raises
    RegistryError and what the ledger raises.
    """
    begin, end = midnight(day, zone), midnight(day + timedelta(days=1), zone)
    late_before = max(0, begin - agency.delay_s * 1000)
    return account(
        agency,
        day,
        receipts.within(agency.code, begin, end),
        ledger.archived_day(scope, agency.code, begin, end, late_before),
    )


def account(agency: Agency, day: date, receipts: Sequence[Receipt], archived: ArchivedDay) -> Reconciliation:
    """Return the account that receipts and archive make."""
    total = _sent(None, receipts)
    hashed = added(each.hash for each in receipts)
    ways = [
        _sent(way, of_way) for way in WAY_TITLES if (of_way := [receipt for receipt in receipts if receipt.way == way])
    ]
    return Reconciliation(
        agency=agency.code,
        title=agency.title,
        day=day.isoformat(),
        sent=total,
        ways=ways,
        direct=_direct(total, archived),
        hash=hashed,
        archived=archived.events,
        distinct=archived.distinct,
        repeated=archived.events - archived.distinct,
        late=archived.late,
        archived_hash=archived.hash,
        distinct_hash=archived.distinct_hash,
        dead_letters=archived.letters,
        missing=total.accepted - archived.events if receipts else None,
        agrees=hashed in {archived.hash, archived.distinct_hash} if receipts else None,
    )


def as_csv(told: Reconciliation) -> bytes:
    """Return the account as a table for spreadsheets (UTF-8 with BOM): one line a number."""
    written = io.StringIO()
    lines = csv.writer(written, lineterminator="\r\n")
    lines.writerow(("部门", "代码", "日期", "项目", "数"))
    for name, value in _lines(told):
        lines.writerow((told.title, told.agency, told.day, name, value))
    return b"\xef\xbb\xbf" + written.getvalue().encode()


def verdict(told: Reconciliation) -> str:
    """Return what the account comes to, in a sentence."""
    if told.agrees is None:
        return "当日没有回执（直接写 Kafka 的部门不产生回执），请以归档散列（各计一次）与己方核对"
    if told.agrees and told.missing:
        return f"一致：归档比回执多的 {-told.missing} 个都是重复"
    if told.agrees:
        return "一致：回执所接收的全部已归档"
    if told.missing:
        return f"不一致：归档比回执{'少' if told.missing > 0 else '多'} {abs(told.missing)} 个事件"
    return "不一致：数目相同而内容不同"


def _lines(told: Reconciliation) -> list[tuple[str, str | int]]:
    sent: list[tuple[str, str | int]] = []
    for each in (told.sent, *told.ways):
        way = f"（{WAY_TITLES[each.way]}）" if each.way else ""
        sent += [
            (f"回执{way}", each.receipts),
            (f"报送{way}", each.events),
            (f"接收{way}", each.accepted),
            (f"重复{way}", each.duplicate),
            (f"退回{way}", each.rejected),
            (f"退回的行{way}", each.returned_rows),
        ]
    return [
        *sent,
        ("直接写 Kafka 收到", told.direct.received),
        ("直接写 Kafka 接收", told.direct.accepted),
        ("直接写 Kafka 退回", told.direct.rejected),
        ("归档", told.archived),
        ("归档中不同的事件", told.distinct),
        ("归档中重复", told.repeated),
        ("迟报", told.late),
        *((f"死信 {code}", count) for code, count in told.dead_letters.items()),
        ("回执散列", told.hash),
        ("归档散列", told.archived_hash),
        ("归档散列（各计一次）", told.distinct_hash),
        ("结论", verdict(told)),
    ]


def _direct(total: Sent, archived: ArchivedDay) -> Direct:
    accepted = max(0, archived.events - total.accepted)
    return Direct(
        received=accepted + archived.refused_on_kafka,
        accepted=accepted,
        rejected=archived.refused_on_kafka,
        repeated=archived.events - archived.distinct,
    )


def _sent(way: Way | None, receipts: Sequence[Receipt]) -> Sent:
    return Sent(
        way=way,
        receipts=len(receipts),
        events=sum(each.events for each in receipts),
        accepted=sum(each.accepted - each.ticks for each in receipts),
        duplicate=sum(each.duplicate for each in receipts),
        rejected=sum(each.rejected for each in receipts),
        returned_rows=sum(each.detail.get("returned_rows", 0) for each in receipts),
    )
