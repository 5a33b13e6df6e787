"""What a worker is told of a case that has left, on every engine."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from mingjing.rules.events import Event
from mingjing.services.archive.event_writer import EventWriter
from mingjing.services.ledger.case_archive import CaseArchive
from mingjing.services.ledger.connection import Connection
from mingjing.services.ledger.progress import advance
from mingjing.services.settings import Settings
from mingjing.services.sink.source import Record
from mingjing.services.sink.writers import LedgerWriter
from mingjing.streams.ports import ArchiveAway
from mingjing.streams.wire import event_bytes, fact_in

KEY = "91330100MA2XXXXX01/2026-0001"
TEN = datetime(2026, 3, 6, 2, tzinfo=UTC)


@pytest.fixture
def archive(settings: Settings) -> Iterator[CaseArchive]:
    archive = CaseArchive(settings)
    yield archive
    archive.close()


def kept(connection: Connection, count: int) -> list[bytes]:
    """Write so many events of the case to the archive of partition 3; return their bytes."""
    values = [
        event_bytes(
            Event(
                id=f"e{offset}",
                source="urn:yunzhou:scjg",
                type="case.accepted",
                subject="2026-0001",
                time=TEN,
                casekey=KEY,
                ingestedtime=TEN,
                data={"case": {"class": "A"}},
            )
        )
        for offset in range(count)
    ]
    records = [Record("case-events", 3, offset, 1_790_000_000_000, None, value) for offset, value in enumerate(values)]
    LedgerWriter(connection, {"case-events": EventWriter(connection)}).write(records)
    advance(connection, {("case-events", 3): count})
    return values


def test_a_case_comes_back_as_the_facts_it_was_judged_by(archive: CaseArchive, connection: Connection) -> None:
    values = kept(connection, 3)

    assert archive.facts_of(3, KEY, 2) == [fact_in(value) for value in values]


def test_what_came_after_the_case_had_left_is_not_told_twice(archive: CaseArchive, connection: Connection) -> None:
    kept(connection, 3)

    assert [fact.id for fact in archive.facts_of(3, KEY, 1) or ()] == ["e0", "e1"]


def test_an_archive_that_has_not_got_so_far_says_nothing(archive: CaseArchive, connection: Connection) -> None:
    kept(connection, 3)

    assert archive.facts_of(3, KEY, 3) is None


def test_an_archive_that_does_not_answer_is_away(settings: Settings) -> None:
    archive = CaseArchive(settings.model_copy(update={"clickhouse": "127.0.0.1:1"}))

    with pytest.raises(ArchiveAway):
        archive.facts_of(3, KEY, 0)
