"""Whether another count of a month says anything new: its cells beside those of an earlier one."""

from collections.abc import Sequence
from typing import Any

from mingjing.services.ledger.connection import Connection
from mingjing.services.reports.apart import Snapshot, parted
from mingjing.services.reports.cells import Build
from mingjing.services.reports.indicators import Definitions
from mingjing.services.reports.period import Period
from mingjing.services.reports.revising import shared


def says_the_same(
    connection: Connection,
    before: Snapshot,
    after: Snapshot,
    builds: tuple[int, int],
    definitions: Definitions,
    *,
    stated: bool,
) -> bool:
    """Return whether a revision would say nothing new; `builds` are those that the two snapshots were taken of.

    What has come to be counted otherwise says nothing new, unless it is `stated` why a revision is wanted. Cells
    of frozen builds are kept, so that what was counted alike can be compared.
    """
    month = Period.parse(after["month"]).first.number
    apart = parted(before, after, definitions)
    if before["measures"] == after["measures"] and not apart:
        return bool(before["cells"] == after["cells"])
    measures = shared(before, after)
    if stated or not measures:
        return not stated
    old, new = (_told(connection, month, build, measures, apart) for build in builds)
    return old == new


def alike(connection: Connection, one: Build, other: Build) -> bool:
    """Return whether two builds of a month have the same cells."""
    return _told(connection, one.month, one.build) == _told(connection, other.month, other.build)


def _told(
    connection: Connection,
    month: int,
    build: int,
    measures: Sequence[str] = (),
    apart: Sequence[tuple[str, str]] = (),
) -> list[tuple[Any, ...]]:
    """Return what tells the cells of two builds apart; of some measures only, where any are named.

    `apart` are each a grain and a measure that is left out by it.
    """
    chosen = " AND measure IN %(measures)s" if measures else ""
    chosen += " AND (grain, measure) NOT IN %(apart)s" if apart else ""
    return connection.rows(
        "SELECT count(), sum(value), sum(cityHash64(grain, key, measure, bucket, agency, region, value)) "  # noqa: S608
        f"FROM report_cells WHERE month = %(month)s AND build = %(build)s{chosen}",
        {"month": month, "build": build, "measures": tuple(measures), "apart": tuple(apart)},
    )
