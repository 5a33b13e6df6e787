"""Frozen months: the same archive gives the same snapshot, and what comes later opens a revision."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest

from mingjing.services.ledger.connection import Connection
from mingjing.services.ledger.migrate import migrate
from mingjing.services.reports import freezing
from mingjing.services.reports.freezing import FreezeRefused, Frozen, canonical, freeze, hashed
from mingjing.services.reports.indicators import Definitions, shipped
from mingjing.services.reports.period import Month
from mingjing.services.reports.revising import LATE_ARRIVALS, Change
from mingjing.services.settings import Settings
from mingjing.services.sink.source import Record
from mingjing.services.sink.writers import CaseWriter, LedgerWriter

from .every_source import every_source, writer_of

__all__ = ["every_source"]

ZONE = ZoneInfo("Asia/Shanghai")
MARCH = Month(2026, 3)
APRIL_9 = int(datetime(2026, 4, 9, 9, tzinfo=ZONE).timestamp() * 1000)
MEASURES = shipped().measures
VERSIONS = {"calendar": "cn@2026", "catalogue": "yunzhou@2026.1", "licensing": "2026.1"}

Make = Callable[..., dict[str, Any]]
Send = Callable[..., Record]


def decided(case: Make, number: int, day: int, life: int = 1, **changes: Any) -> dict[str, Any]:
    at = f"2026-03-{day:02}T10:00:00+08:00"
    figures = {"kind": "licence", "ended_at": at, "types": {"case.accepted": 1, "case.decided": 1}}
    return case(f"n{number}", (number, 1, life), state="decided", decided_at=at, figures=figures, **changes)


def frozen(connection: Connection, reason: str = "", now_ms: int = APRIL_9) -> Frozen | None:
    return freeze(connection, MARCH, shipped(), ZONE, VERSIONS, now_ms=now_ms, reason=reason)


@pytest.fixture
def archive(record: Send, case: Make) -> list[Record]:
    return [record("case-facts", decided(case, n, 10 + n % 15, agency="AB"[n % 2]), offset=n) for n in range(40)]


def test_the_same_archive_gives_the_same_snapshot_byte_for_byte(
    connection: Connection, sink: LedgerWriter, archive: list[Record], settings: Settings, root: Connection
) -> None:
    other = settings.model_copy(update={"clickhouse_database": f"{settings.clickhouse_database}_again"})
    migrate(other)
    again = Connection(other)
    sink.write(archive)
    replayed = LedgerWriter(again, {"case-facts": CaseWriter(again)})
    for batch in (archive[:7], archive[3:20], archive[7:]):  # other batches, and some records twice
        replayed.write(batch)

    first, second = frozen(connection), frozen(again, now_ms=APRIL_9 + 86_400_000)

    again.close()
    root.command(f"DROP DATABASE {other.clickhouse_database}")
    assert first is not None
    assert second is not None
    assert canonical(first.snapshot) == canonical(second.snapshot)
    assert first.hash == second.hash == hashed(canonical(first.snapshot))


def test_every_source_replayed_in_other_batches_gives_the_same_snapshot_byte_for_byte(
    connection: Connection, settings: Settings, root: Connection, every_source: list[Record]
) -> None:
    other = settings.model_copy(update={"clickhouse_database": f"{settings.clickhouse_database}_again"})
    migrate(other)
    again = Connection(other)
    writer_of(connection).write(every_source)
    third = len(every_source) // 3
    for batch in (every_source[2 * third :], every_source[third : 2 * third + 9], every_source[: third + 9]):
        writer_of(again).write(batch)

    first, second = frozen(connection), frozen(again)

    again.close()
    root.command(f"DROP DATABASE {other.clickhouse_database}")
    assert first is not None
    assert second is not None
    assert first.snapshot["sums"] == second.snapshot["sums"]
    assert canonical(first.snapshot) == canonical(second.snapshot)
    told = {name for agency in first.snapshot["sums"].values() for region in agency.values() for name in region}
    assert {MEASURES[name].source for name in told} == {each.source for each in MEASURES.values()}


def test_a_month_that_still_says_the_same_has_no_second_revision(
    connection: Connection, sink: LedgerWriter, archive: list[Record], record: Send, case: Make
) -> None:
    sink.write(archive)
    assert frozen(connection) is not None
    april = "2026-04-02T10:00:00+08:00"
    april_case = case("later", (900, 1, 1), applied_at=april, accepted_at=april)
    sink.write([record("case-facts", april_case, offset=900)])

    assert frozen(connection) is None


def test_a_late_arrival_that_changes_a_figure_opens_the_next_revision(
    connection: Connection, sink: LedgerWriter, archive: list[Record], record: Send, case: Make
) -> None:
    sink.write(archive)
    first = frozen(connection)
    sink.write([record("case-facts", decided(case, 77, 20, agency="B"), offset=77)])

    second = frozen(connection)

    assert first is not None
    assert second is not None
    assert (first.revision, second.revision, second.previous_hash) == (1, 2, first.hash)
    assert second.reason == LATE_ARRIVALS
    assert Change("B", "330106000000", "decided", "", 20, 21) in second.changes
    assert {each.agency for each in second.changes} == {"B"}


def test_a_correction_keeps_its_reason_and_every_revision_stays(
    connection: Connection, sink: LedgerWriter, archive: list[Record], record: Send, case: Make
) -> None:
    sink.write(archive)
    frozen(connection)
    sink.write([record("case-facts", decided(case, 3, 20, life=2, agency="A"), offset=100)])

    frozen(connection, reason="市水务局更正承办部门")

    kept = freezing.revisions(connection, [MARCH])
    assert [(each.revision, each.reason) for each in kept] == [(1, ""), (2, "市水务局更正承办部门")]
    assert freezing.standing(connection, [MARCH])[202603].revision == 2


def test_a_month_that_is_not_over_is_not_frozen(connection: Connection) -> None:
    with pytest.raises(FreezeRefused, match="2026-03 尚未结束"):
        frozen(connection, now_ms=MARCH.bounds(ZONE)[1] - 1)


def test_the_vector_and_the_population_of_the_month_are_part_of_the_snapshot(
    connection: Connection, sink: LedgerWriter, archive: list[Record], record: Send, case: Make
) -> None:
    sink.write(archive)
    long_over = {"ended_at": "2026-02-20T10:00:00+08:00"}
    begun = {"applied_at": "2026-02-03T10:00:00+08:00", "accepted_at": "2026-02-03T10:00:00+08:00"}
    sink.write(
        [
            record("case-facts", case("before", (40, 1, 1), figures=long_over, **begun), offset=40),
            record("case-facts", case("carried", (41, 1, 1), **begun), offset=41),
        ]
    )

    made = frozen(connection)

    assert made is not None
    assert made.progress == {"case-facts": {0: 42}}
    assert made.snapshot["population"]["cases"] == 41  # what was over before the month is none of its cases
    assert made.snapshot["versions"] == VERSIONS


def test_an_indicator_counted_otherwise_when_the_month_was_frozen_has_no_figure(
    connection: Connection, sink: LedgerWriter, archive: list[Record]
) -> None:
    sink.write(archive)
    made = frozen(connection)
    assert made is not None
    made.snapshot["measures"]["kept_promised"] = "of another definition"

    read = freezing.readable(shipped(), [made])

    changed = [each.id for each in read.indicators if each.awaits and not shipped().indicator(each.id).awaits]  # type: ignore[union-attr]
    assert changed == ["promise_kept"]


def test_a_month_frozen_before_mechanisms_were_counted_says_so_of_each_and_keeps_its_other_figures(
    connection: Connection, sink: LedgerWriter, archive: list[Record]
) -> None:
    sink.write(archive)
    made = frozen(connection)
    assert made is not None
    own = {name for each in shipped().indicators if each.mechanism for name in each.measures}
    for name in own:
        del made.snapshot["measures"][name]

    read = freezing.readable(shipped(), [made])

    assert {each.awaits for each in read.indicators if each.mechanism} == {"该月冻结时尚无此口径"}
    assert [each.id for each in read.indicators if each.awaits and not each.mechanism] == []


def otherwise(**changed: str) -> Definitions:
    """Return the definitions of another day: some measures have another condition, and one is new."""
    measures = {
        name: msgspec.structs.replace(each, where=changed.get(name, each.where)) for name, each in MEASURES.items()
    }
    measures["decided_at_windows"] = msgspec.structs.replace(MEASURES["decided"], where="channel = 'window'")
    return msgspec.structs.replace(shipped(), measures=measures)


def test_what_has_come_to_be_counted_otherwise_opens_no_revision_by_itself(
    connection: Connection, sink: LedgerWriter, archive: list[Record]
) -> None:
    sink.write(archive)
    frozen(connection)
    later = otherwise(complete="agency = 'A'")

    assert freeze(connection, MARCH, later, ZONE, VERSIONS, now_ms=APRIL_9) is None
    stated = freeze(connection, MARCH, later, ZONE, VERSIONS, now_ms=APRIL_9, reason="按新口径重新统计")

    assert stated is not None
    assert (stated.revision, stated.reason, stated.changes) == (2, "按新口径重新统计", [])


def test_a_late_arrival_after_a_change_of_definitions_is_told_apart_from_it(
    connection: Connection, sink: LedgerWriter, archive: list[Record], record: Send, case: Make
) -> None:
    sink.write(archive)
    frozen(connection)
    sink.write([record("case-facts", decided(case, 77, 20, agency="B"), offset=77)])

    second = freeze(connection, MARCH, otherwise(complete="agency = 'A'"), ZONE, VERSIONS, now_ms=APRIL_9)

    assert second is not None
    assert second.reason == f"{LATE_ARRIVALS}；并按现行口径统计，与前版口径不同的有 complete、decided_at_windows"
    assert Change("B", "330106000000", "decided", "", 20, 21) in second.changes
    assert not {each.measure for each in second.changes} & {"complete", "decided_at_windows"}
