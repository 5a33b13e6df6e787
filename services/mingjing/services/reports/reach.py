"""From when to when an installation has cases, and which month a reader is to be shown first."""

from zoneinfo import ZoneInfo

import msgspec

from mingjing.services.ledger.connection import Connection
from mingjing.services.reports import freezing
from mingjing.services.reports.period import Month

LOOKED_BACK = 24
"""Months before the present one in which a frozen one is looked for."""

_FIRST = "SELECT min(applied_ms) FROM case_figures WHERE applied_ms > 0"
_NEWEST = "SELECT max(last_event_ms) FROM case_facts"
_NEWEST_CARD = "SELECT max(issued_ms) FROM cards"


class Start(msgspec.Struct, frozen=True):
    """The month to open reports on: the newest that is frozen, else the newest that is over, else the present one.

    `revision` is None unless it is frozen. `present` is the month of the newest case, whose figures still grow.
    """

    month: str
    revision: int | None
    present: str


def first_ms(connection: Connection) -> int | None:
    """Return the oldest legal time of any application; None of an installation without any."""
    ((first,),) = connection.rows(_FIRST)
    return int(first) or None


def newest_ms(connection: Connection) -> int:
    """Return the newest legal time of any case; 0 without any."""
    ((newest,),) = connection.rows(_NEWEST)
    return int(newest)


def fed_ms(connection: Connection) -> int:
    """Return the present of an installation whose clock is fed; 0 before anything has come.

    It is the newest legal time of any case or, where deadlines passed since, the newest card's issue.
    """
    ((card,),) = connection.rows(_NEWEST_CARD)
    return max(newest_ms(connection), int(card))


def start(connection: Connection, zone: ZoneInfo) -> Start | None:
    """Return where to begin reading; None where there has been no case."""
    newest = newest_ms(connection)
    if not newest:
        return None
    present = Month.at(newest, zone)
    frozen = freezing.heads(connection, [present.later(-ago) for ago in range(LOOKED_BACK + 1)])
    if frozen:
        number = max(frozen)
        year, month = divmod(number, 100)
        return Start(str(Month(year, month)), frozen[number].revision, str(present))
    before = present.later(-1)
    first = first_ms(connection)
    over = first is not None and before.bounds(zone)[1] > first
    return Start(str(before if over else present), None, str(present))
