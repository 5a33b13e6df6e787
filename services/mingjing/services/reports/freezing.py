"""Frozen months: figures that no longer change, and what they rest on.

A month is frozen as a snapshot: the sums of every measure by agency and region, a
hash over every single cell, the vector of what had been written, the versions of
rules, calendar, catalogue and definitions, and how many cases there were. The same
archive gives the same snapshot, byte for byte: no clock is in it. A later revision
stands beside the earlier ones and says why it was made and which figures differ.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import orjson

from mingjing.rules.view import NO_OUTAGES, Outages
from mingjing.services.ledger import progress
from mingjing.services.ledger.connection import Connection
from mingjing.services.reports import cells
from mingjing.services.reports.apart import NOT_THEN, as_then
from mingjing.services.reports.cells import Build, Vector
from mingjing.services.reports.indicators import Definitions
from mingjing.services.reports.period import Month
from mingjing.services.reports.revising import Change, changes, reason_of
from mingjing.services.reports.sameness import alike, says_the_same

KIND = "efficiency"
_ATTEMPTS = 5
_COLUMNS = ("month", "kind", "region", "agency", "revision", "frozen_ms", "progress", "versions", "body", "hash")

_SUMS = """
SELECT agency, region, measure, bucket, value FROM report_cells
WHERE month = %(month)s AND build = %(build)s AND grain = ''
"""
_CELL = ", ".join(f"toString(length({name})), ':', {name}" for name in ("key", "region", "measure", "bucket"))
_HASHES = f"""
SELECT agency, grain, count() AS n,
    hex(SHA256(arrayStringConcat(arraySort(groupArray(concat({_CELL}, '=', toString(value)))), ','))) AS hash
FROM report_cells WHERE month = %(month)s AND build = %(build)s GROUP BY agency, grain ORDER BY agency, grain
"""  # noqa: S608  # names of our own
"""A hash over every cell of an agency and a grain, taken where the cells lie: a province has millions of them."""


class FreezeRefused(Exception):
    """The month cannot be frozen now; the text says why and what to do."""


class Head(msgspec.Struct, frozen=True):
    """Which revision of a month stands, since when and under which hash."""

    month: int
    revision: int
    frozen_ms: int
    hash: str


class Frozen(msgspec.Struct, frozen=True, kw_only=True):
    """One revision of a frozen month. `snapshot` is canonical JSON, `hash` is over its bytes."""

    month: int
    revision: int
    frozen_ms: int
    build: int
    hash: str
    previous_hash: str
    previous_build: int
    reason: str
    changes: list[Change]
    snapshot: dict[str, Any]

    @property
    def progress(self) -> Vector:
        """How far each topic had been written."""
        return cells.read_vector(orjson.dumps(self.snapshot["progress"]).decode())


def freeze(
    connection: Connection,
    month: Month,
    definitions: Definitions,
    zone: ZoneInfo,
    versions: Mapping[str, str],
    *,
    now_ms: int,
    reason: str = "",
    witness: Callable[[Frozen], None] = lambda _: None,
    outages: Outages = NO_OUTAGES,
) -> Frozen | None:
    """Freeze `month` at `now_ms` and return the revision; None where the one that stands says the same.

    The first revision needs no reason; a later one is given the late arrivals as
    its reason unless a person states another. What has come to be counted otherwise
    opens no revision by itself: only a person who says why does. FreezeRefused for a month that is
    not over, or while the figures still move. `witness` is shown the revision before
    it is written; if it raises, nothing is.
    """
    if now_ms < month.bounds(zone)[1]:
        raise FreezeRefused(f"{month} 尚未结束，不能冻结")
    build = _settled(connection, month, definitions, zone, outages)
    taken = snapshot(connection, month, build, definitions, zone, versions)
    before = standing(connection, [month]).get(month.number)
    if before is not None and says_the_same(
        connection, before.snapshot, taken, (before.build, build.build), definitions, stated=bool(reason)
    ):
        return None
    packed = canonical(taken)
    made = Frozen(
        month=month.number,
        revision=before.revision + 1 if before else 1,
        frozen_ms=now_ms,
        build=build.build,
        hash=hashed(packed),
        previous_hash=before.hash if before else "",
        previous_build=before.build if before else 0,
        reason=reason or (reason_of(before.snapshot, taken) if before else ""),
        changes=changes(before.snapshot, taken) if before else [],
        snapshot=taken,
    )
    witness(made)
    row = (
        *(month.number, KIND, "", "", made.revision, now_ms),
        *(canonical(taken["progress"]).decode(), canonical(taken["versions"]).decode()),
        *(orjson.dumps(made, default=msgspec.to_builtins, option=orjson.OPT_SORT_KEYS).decode(), made.hash),
    )
    connection.insert("reports", _COLUMNS, [row])
    return made


def snapshot(
    connection: Connection,
    month: Month,
    build: Build,
    definitions: Definitions,
    zone: ZoneInfo,
    versions: Mapping[str, str],
) -> dict[str, Any]:
    """Return what a build says, and of what; equal builds of equal archives have equal snapshots."""
    of_build = {"month": month.number, "build": build.build}
    digest = hashlib.blake2b(digest_size=32)
    counted = 0
    for agency, grain, cells_of_both, hash_of_both in connection.rows(_HASHES, of_build):
        digest.update(orjson.dumps((agency, grain, cells_of_both, hash_of_both)))
        counted += cells_of_both
    sums: dict[str, dict[str, dict[str, dict[str, int]]]] = {}
    for agency, region, measure, bucket, value in connection.rows(_SUMS, of_build):
        sums.setdefault(agency, {}).setdefault(region, {}).setdefault(measure, {})[bucket] = value
    return {
        "kind": KIND,
        "month": str(month),
        "zone": zone.key,
        "progress": orjson.loads(cells.packed_vector(build.progress)),
        "versions": dict(versions),
        "measures": {name: fingerprint(definitions, name) for name in definitions.measures},
        "grains": definitions.grains,
        "population": {"cases": build.cases, "cells": counted},
        "cells": digest.hexdigest(),
        "sums": sums,
    }


def canonical(value: Any) -> bytes:
    """Return `value` as JSON with sorted keys: one text for one value."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def hashed(packed: bytes) -> str:
    """Return the hash by which a snapshot is known."""
    return hashlib.blake2b(packed, digest_size=32).hexdigest()


def fingerprint(definitions: Definitions, measure: str) -> str:
    """Return a hash of one measure: another definition under the same name has another."""
    return hashlib.blake2b(definitions.measures[measure].packed, digest_size=8).hexdigest()


def readable(definitions: Definitions, frozen: Sequence[Frozen]) -> Definitions:
    """Return the definitions as far as these frozen months were counted by them.

    An indicator whose measures were not counted then, or otherwise, has no figure, and none
    by what they were not counted apart by.
    """
    if not frozen:
        return definitions
    known = {
        name
        for name in definitions.measures
        if all(each.snapshot["measures"].get(name) == fingerprint(definitions, name) for each in frozen)
    }
    indicators = [each if set(each.measures) <= known else each.awaiting(NOT_THEN) for each in definitions.indicators]
    told = as_then(definitions, [each.snapshot for each in frozen])
    return msgspec.structs.replace(told, indicators=indicators)


def revisions(connection: Connection, months: Sequence[Month]) -> list[Frozen]:
    """Return every revision of the months, oldest first."""
    rows = connection.rows(
        "SELECT body FROM reports FINAL WHERE month IN %(months)s AND kind = %(kind)s ORDER BY month, revision",
        {"months": tuple(each.number for each in months), "kind": KIND},
    )
    return [msgspec.json.decode(body, type=Frozen) for (body,) in rows]


def standing(connection: Connection, months: Sequence[Month]) -> dict[int, Frozen]:
    """Return the last revision of each month that has any."""
    return {each.month: each for each in revisions(connection, months)}


def heads(connection: Connection, months: Sequence[Month]) -> dict[int, Head]:
    """Return which revision of each frozen month stands, without reading what it says."""
    if not months:
        return {}
    rows = connection.rows(
        "SELECT month, revision, frozen_ms, hash FROM reports FINAL "
        "WHERE month IN %(months)s AND kind = %(kind)s ORDER BY month, revision",
        {"months": tuple(each.number for each in months), "kind": KIND},
    )
    return {row[0]: Head(*row) for row in rows}


def builds(connection: Connection, month: Month) -> list[int]:
    """Return the builds whose cells frozen revisions of `month` rest on."""
    return [each.build for each in revisions(connection, [month])]


def _settled(connection: Connection, month: Month, definitions: Definitions, zone: ZoneInfo, outages: Outages) -> Build:
    """Return a build that is exactly that of its vector: nothing was written while it was counted, or nothing of it."""
    build = cells.count(connection, month, definitions, zone, outages)
    for _ in range(_ATTEMPTS):
        if progress.read(connection) == build.progress:
            return build
        again = cells.count(connection, month, definitions, zone, outages)
        if alike(connection, again, build):
            return again
        build = again
    raise FreezeRefused(f"{month} 的数字仍在变化（{_ATTEMPTS} 次统计各不相同），请在入库平静后再冻结")
