"""Counted months: builds of cells, and what they add up to."""

import time
from collections.abc import Iterable, Mapping, Sequence
from zoneinfo import ZoneInfo

import msgspec
import orjson

from mingjing.rules.view import NO_OUTAGES, Outages
from mingjing.services.ledger import progress
from mingjing.services.ledger.connection import Connection
from mingjing.services.ledger.scope import Scope
from mingjing.services.ledger.where import Where
from mingjing.services.reports.counting import DIMENSIONS, Count
from mingjing.services.reports.indicators import GRAINS, Definitions
from mingjing.services.reports.period import Month

_KEPT_MS = 3_600_000

Vector = dict[str, dict[int, int]]
Sums = dict[str, dict[str, int]]
"""By measure and bucket ('' = undivided): what the cells of a group add up to."""

TIERS = {"省": 2, "市": 4, "县": 6, "镇": 9, "村": 12}
"""How much of a region's code its tier uses (GB/T 2260, 统计用区划代码)."""


class Build(msgspec.Struct, frozen=True):
    """One count of one month. `build` is the millisecond it began at, and names its cells.

    `cases` is the month's population: how many cases its figures are of.
    """

    month: int
    build: int
    definitions: str
    progress: Vector
    cells: int
    cases: int


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Whose figures are wanted; an empty field wants all. `region` may be the beginning of a code.

    Of item, post and window at most one is given; ValueError for more.
    """

    region: str | None = None
    agency: str | None = None
    item: str | None = None
    post: str | None = None
    window: str | None = None

    def __post_init__(self) -> None:
        if sum(each is not None for each in (self.item, self.post, self.window)) > 1:
            raise ValueError("事项、岗位、窗口一次只能选一个")

    @property
    def grain(self) -> tuple[str, str]:
        """The grain that is wanted and its key, both blank for all."""
        return next(((name, key) for name in GRAINS if (key := getattr(self, name)) is not None), ("", ""))


def count(
    connection: Connection, month: Month, definitions: Definitions, zone: ZoneInfo, outages: Outages = NO_OUTAGES
) -> Build:
    """Count `month` anew, publish the build and return it; `outages` are those that agencies declared.

    What was known before is read from until the very end; a count that breaks off
    leaves cells that nothing names. The vector is read before the first row is, so
    everything below it is in the figures.
    """
    vector = progress.read(connection)
    build = max(time.time_ns() // 1_000_000, _newest_number(connection, month) + 1)
    counting = Count(month, build, zone, outages)
    for statement in counting.statements(definitions):
        connection.command(statement)
    ((cells,),) = connection.rows(
        "SELECT count() FROM report_cells WHERE month = %(month)s AND build = %(build)s",
        {"month": month.number, "build": build},
    )
    ((cases,),) = connection.rows(counting.population(definitions))
    made = Build(month.number, build, definitions.digest, vector, cells, cases)
    connection.insert(
        "report_builds",
        ("month", "build", "definitions", "progress", "cells", "cases"),
        [(made.month, made.build, made.definitions, packed_vector(vector), cells, cases)],
    )
    return made


def newest(connection: Connection, months: Sequence[Month], definitions: Definitions) -> dict[int, Build]:
    """Return the newest build of each month that has one by these definitions."""
    rows = connection.rows(
        "SELECT month, build, definitions, progress, cells, cases FROM report_builds FINAL "
        "WHERE month IN %(months)s AND definitions = %(definitions)s ORDER BY month, build",
        {"months": tuple(each.number for each in months), "definitions": definitions.digest},
    )
    return {row[0]: Build(row[0], row[1], row[2], read_vector(row[3]), row[4], row[5]) for row in rows}


def digests(connection: Connection, builds: Mapping[int, int]) -> dict[int, str]:
    """Return by which definitions each of the `builds` (month → build) was counted."""
    if not builds:
        return {}
    rows = connection.rows(
        "SELECT month, definitions FROM report_builds FINAL WHERE (month, build) IN %(builds)s",
        {"builds": tuple(sorted(builds.items()))},
    )
    return dict(rows)


def discard(connection: Connection, month: Month, kept: Iterable[int]) -> None:
    """Delete the cells of the builds of `month` that are not `kept` and have not been current for a while.

    A younger build may be half-way to being read, or to being frozen by another process.
    """
    numbers = ", ".join(str(int(each)) for each in sorted(kept))
    until = time.time_ns() // 1_000_000 - _KEPT_MS
    connection.command(
        f"ALTER TABLE report_cells DELETE "  # numbers only
        f"WHERE month = {month.number} AND build < {until} AND build NOT IN ({numbers})"
    )


def totals(
    connection: Connection,
    scope: Scope,
    wanted: Wanted,
    builds: Mapping[int, int],
    definitions: Definitions,
    *,
    by: Sequence[str] = (),
    measures: Sequence[str] = (),
) -> dict[tuple[str, ...], Sums]:
    """Return what the cells of the `builds` (month → build) add up to, for each group.

    `by` names dimensions, or a tier of regions (省 … 村). Without `measures` all are
    added up. Flows are summed over the months; a stock is that of the first month
    or of the last. Nothing is had by one grain within another.
    """
    grain, key = wanted.grain
    finer = [name for name in by if name in GRAINS]
    if not builds or len(finer) + bool(grain) > 1:
        return {}
    where = (
        Where(scope)
        .among("(month, build)", sorted(builds.items()))
        .within_region(wanted.region)
        .equal("agency", wanted.agency)
        .equal("grain", grain or next(iter(finer), ""))
        .equal("key", key or None)
        .among("measure", measures)
    )
    columns = ", ".join([*(f"{_key(name)} AS by{place}" for place, name in enumerate(by)), "measure", "bucket"])
    grouped = ", ".join([*(f"by{place}" for place in range(len(by))), "measure", "bucket"])
    stocks = {name: each.stock for name, each in definitions.measures.items() if each.stock}
    first, last = min(builds), max(builds)
    counted = _stock_condition(stocks, first, last) if len(builds) > 1 else "1"
    rows = connection.rows(
        f"SELECT {columns}, sum(value) FROM report_cells WHERE {where.sql} AND {counted} GROUP BY {grouped}",  # noqa: S608
        where.params,
    )
    found: dict[tuple[str, ...], Sums] = {}
    for *group, measure, bucket, value in rows:
        found.setdefault(tuple(group), {}).setdefault(measure, {})[bucket] = int(value)
    return found


def monthly(
    connection: Connection, scope: Scope, wanted: Wanted, builds: Mapping[int, int], measures: Sequence[str]
) -> dict[int, Sums]:
    """Return what the cells of each month add up to, of the `measures` only."""
    if not builds:
        return {}
    grain, key = wanted.grain
    where = (
        Where(scope)
        .among("(month, build)", sorted(builds.items()))
        .within_region(wanted.region)
        .equal("agency", wanted.agency)
        .equal("grain", grain)
        .equal("key", key or None)
        .among("measure", measures)
    )
    rows = connection.rows(
        f"SELECT month, measure, bucket, sum(value) FROM report_cells WHERE {where.sql} "  # noqa: S608  # only columns
        "GROUP BY month, measure, bucket",
        where.params,
    )
    found: dict[int, Sums] = {number: {} for number in builds}
    for month, measure, bucket, value in rows:
        found[month].setdefault(measure, {})[bucket] = int(value)
    return found


def packed_vector(vector: Vector) -> str:
    """Return the vector as JSON, always the same text for the same vector."""
    return orjson.dumps(
        {topic: {str(part): offset for part, offset in parts.items()} for topic, parts in vector.items()},
        option=orjson.OPT_SORT_KEYS,
    ).decode()


def read_vector(text: str) -> Vector:
    """Return the vector that `packed_vector` wrote."""
    return {topic: {int(part): offset for part, offset in parts.items()} for topic, parts in orjson.loads(text).items()}


def _newest_number(connection: Connection, month: Month) -> int:
    ((number,),) = connection.rows(
        "SELECT max(build) FROM report_builds WHERE month = %(month)s", {"month": month.number}
    )
    return int(number)


def _key(name: str) -> str:
    if name in TIERS:
        return f"substring(region, 1, {TIERS[name]})"
    if name not in DIMENSIONS:
        raise ValueError(f"{name!r} is no dimension; take one of {', '.join((*DIMENSIONS, *TIERS))}")
    return "key" if name in GRAINS else name


def _stock_condition(stocks: Mapping[str, str], first: int, last: int) -> str:
    clauses = [
        f"(measure != '{name}' OR month = {first if stock == 'begin' else last})" for name, stock in stocks.items()
    ]
    return " AND ".join(clauses) or "1"
