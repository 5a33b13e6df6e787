"""The ledger: cards, cases, events and letters kept in ClickHouse.

Read `port` for what may be asked, `migrations/` for what is kept and why,
`clickhouse_ledger` for who answers.
"""

from mingjing.services.ledger.clickhouse_ledger import ClickHouseLedger
from mingjing.services.ledger.connection import Pool
from mingjing.services.ledger.errors import CursorRefused, LedgerError, LedgerRefused, LedgerUnavailable
from mingjing.services.ledger.migrate import migrate
from mingjing.services.ledger.port import Ledger
from mingjing.services.ledger.scope import Scope
from mingjing.services.settings import Settings

__all__ = [
    "CursorRefused",
    "Ledger",
    "LedgerError",
    "LedgerRefused",
    "LedgerUnavailable",
    "Scope",
    "migrate",
    "open_ledger",
]


def open_ledger(settings: Settings, *, connections: int = 8) -> Ledger:
    """Return the ledger `settings` name; nothing is connected before the first question.

    As many threads as there are `connections` are answered at once, the others wait.
    """
    return ClickHouseLedger(Pool(settings, connections))
