"""What a worker is told of a case that has left, on every engine."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from typing import Any

import orjson
import pytest

from mingjing.rules.events import Event, micros
from mingjing.services.archive.event_writer import EventWriter
from mingjing.services.archive.log_writer import LogWriter
from mingjing.services.ledger.case_archive import CaseArchive
from mingjing.services.ledger.connection import Connection
from mingjing.services.ledger.progress import advance
from mingjing.services.settings import Settings
from mingjing.services.sink.source import Record
from mingjing.services.sink.writers import CardWriter, LedgerWriter
from mingjing.streams.ports import ArchiveAway
from mingjing.streams.topics import CARD_ACTIONS, CASE_EVENTS, TALLIES
from mingjing.streams.wire import event_bytes, fact_in

Kept = Callable[..., list[bytes]]
KEY = "91330100MA2XXXXX01/2026-0001"
TEN = datetime(2026, 3, 6, 2, tzinfo=UTC)
LOGGED_MS = 1_790_000_000_000
DAY_MS = 24 * 3600 * 1000


@pytest.fixture(params=[CASE_EVENTS, TALLIES, CARD_ACTIONS])
def log(request: pytest.FixtureRequest) -> str:
    """A log that is archived."""
    named: str = request.param
    return named


@pytest.fixture
def archive(settings: Settings, log: str) -> Iterator[CaseArchive]:
    archive = CaseArchive(settings, log)
    yield archive
    archive.close()


@pytest.fixture
def kept(connection: Connection, log: str) -> Callable[[int], list[bytes]]:
    """Writes so many records of the case to the archive of partition 3 of the log; returns their bytes."""
    return partial(_kept, connection, log)


def _kept(
    connection: Connection, log: str, count: int, first: int = 0, *, logged_ms: int = LOGGED_MS, known: bool = True
) -> list[bytes]:
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
        for offset in range(first, first + count)
    ]
    records = [Record(log, 3, offset, logged_ms, KEY.encode(), value) for offset, value in enumerate(values, first)]
    writer = EventWriter(connection) if log == CASE_EVENTS else LogWriter(connection)
    writer.write(records)
    if known:
        advance(connection, {(log, 3): first + count})
    return values


def test_a_case_comes_back_as_the_facts_it_was_judged_by(archive: CaseArchive, kept: Kept) -> None:
    values = kept(3)

    assert archive.facts_of(3, KEY, 2) == [fact_in(value) for value in values]


def test_what_came_after_the_case_had_left_is_not_told_twice(archive: CaseArchive, kept: Kept) -> None:
    kept(3)

    assert [fact.id for fact in archive.facts_of(3, KEY, 1) or ()] == ["e0", "e1"]


def test_an_archive_that_has_not_got_so_far_says_nothing(archive: CaseArchive, kept: Kept) -> None:
    kept(3)

    assert archive.facts_of(3, KEY, 3) is None


def test_an_archive_that_does_not_answer_is_away(settings: Settings, log: str) -> None:
    archive = CaseArchive(settings.model_copy(update={"clickhouse": "127.0.0.1:1"}), log)

    with pytest.raises(ArchiveAway):
        archive.facts_of(3, KEY, 0)


def test_what_the_log_lacks_comes_back_in_its_order_and_at_its_offsets(archive: CaseArchive, kept: Kept) -> None:
    values = kept(4)
    past = archive.past(3, 1, 3)

    assert past is not None
    assert [(each.offset, each.key, each.value) for each in past] == [
        (offset, KEY.encode(), values[offset]) for offset in (1, 2)
    ]


def test_the_past_is_read_across_the_months_in_which_it_came(archive: CaseArchive, kept: Kept) -> None:
    for first in range(3):
        kept(1, first=first, logged_ms=LOGGED_MS + first * 40 * DAY_MS)

    assert [each.offset for each in archive.past(3, 0, 3) or ()] == [0, 1, 2]
    assert [each.offset for each in archive.past(3, 1, 2) or ()] == [1]


def test_only_the_days_on_which_the_past_came_are_read(archive: CaseArchive, kept: Kept) -> None:
    kept(1)
    kept(1, first=1, logged_ms=LOGGED_MS + 40 * DAY_MS)
    archive.past(3, 0, 2)
    kept(1, first=1, logged_ms=LOGGED_MS, known=False)  # on a day on which it never came

    assert [each.timestamp for each in archive.past(3, 1, 2) or ()] == [LOGGED_MS + 40 * DAY_MS]


def test_what_is_archived_after_the_past_was_read_is_read_as_well(archive: CaseArchive, kept: Kept) -> None:
    kept(1)
    archive.past(3, 0, 1)
    kept(1, first=1, logged_ms=LOGGED_MS + 40 * DAY_MS)

    assert [each.offset for each in archive.past(3, 0, 2) or ()] == [0, 1]


def test_where_nothing_lay_there_is_no_past(archive: CaseArchive, kept: Kept) -> None:
    kept(1, first=4)

    assert archive.past(3, 0, 2) == []


def test_what_is_not_archived_yet_is_no_past(archive: CaseArchive, kept: Kept) -> None:
    kept(3)

    assert archive.past(3, 0, 4) is None


def test_an_archive_reaches_back_to_the_first_it_holds(archive: CaseArchive, kept: Kept) -> None:
    assert not archive.reaches_back(3, 9)
    kept(2, first=5)

    assert [archive.reaches_back(3, first) for first in (4, 5, 9)] == [False, True, True]


def test_the_first_word_on_a_card_says_when_it_was_issued(
    archive: CaseArchive, connection: Connection, card: Callable[..., dict[str, Any]]
) -> None:
    said = ["2026-03-06T02:00:00.000123Z", "2026-03-09T00:00:00Z"]
    cards = [card(ver=(n, 1, n + 1), issued_at=at, revision=n + 1) for n, at in enumerate(said)]
    records = [Record("cards", 3, n, 1_790_000_000_000, None, orjson.dumps(each)) for n, each in enumerate(cards)]
    LedgerWriter(connection, {"cards": CardWriter(connection)}).write(records)
    advance(connection, {("cards", 3): 2})

    assert archive.issues(3, 2) == {cards[0]["card_id"]: micros(datetime.fromisoformat(said[0]))}
    assert archive.issues(3, 3) is None


def test_what_was_last_said_of_a_card_is_known_as_far_as_the_case_had_come(
    archive: CaseArchive, connection: Connection, card: Callable[..., dict[str, Any]]
) -> None:
    cards = [card(ver=ver, revision=ver[2], digest=f"{ver}") for ver in ((0, 2, 2), (0, 1, 3), (0, 2, 1), (5, 2, 3))]
    records = [Record("cards", 3, n, 1_790_000_000_000, None, orjson.dumps(each)) for n, each in enumerate(cards)]
    LedgerWriter(connection, {"cards": CardWriter(connection)}).write(records)
    advance(connection, {("cards", 3): 4})
    key = cards[0]["case_key"]

    assert [each.ver for each in archive.cards_of(3, key, 4, 4) or ()] == [(0, 2, 2)]
    assert [each.ver for each in archive.cards_of(3, key, 5, 4) or ()] == [(5, 2, 3)]
    assert (archive.cards_of(3, f"{key}x", 5, 4), archive.cards_of(3, key, 5, 5)) == ([], None)
