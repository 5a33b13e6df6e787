"""What a day brought, and the letters by cause, on every engine."""

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from mingjing.services.archive.event_writer import EventWriter
from mingjing.services.ledger import Ledger, Scope
from mingjing.services.ledger.connection import Connection
from mingjing.services.ledger.port import LetterFilter
from mingjing.services.receipts.mark import mark_of, summed
from mingjing.services.sink.source import Record
from mingjing.services.sink.writers import LedgerWriter

AGENCY = "91330100MA2XXXXX01"
DAY_MS = 86_400_000
BEGIN_MS = 1_789_920_000_000
SOURCE = "urn:yunzhou:局"

Send = Callable[..., Record]
Make = Callable[..., dict[str, Any]]


def archive(connection: Connection, record: Send, *events: dict[str, Any]) -> None:
    writer = LedgerWriter(connection, {"case-events": EventWriter(connection)})
    writer.write([record("case-events", each, logged_ms=BEGIN_MS + 1000) for each in events])


def event(event_id: str, **changes: Any) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": event_id,
        "source": SOURCE,
        "type": "case.accepted",
        "subject": "2026-1",
        "time": "2026-09-21T10:00:00+08:00",
        "ingestedtime": "2026-09-21T10:00:00+08:00",
        "agency": AGENCY,
        "region": "330106000000",
        "casekey": f"{AGENCY}/2026-1",
    } | changes


def test_the_archive_adds_up_the_marks_that_receipts_do(ledger: Ledger, connection: Connection, record: Send) -> None:
    archive(connection, record, event("e-1"), event("e-2"), event("e-2"))

    day = ledger.archived_day(Scope.everything(), AGENCY, BEGIN_MS, BEGIN_MS + DAY_MS, BEGIN_MS)

    assert (day.events, day.distinct) == (3, 2)
    assert day.hash == summed(mark_of(SOURCE, each) for each in ("e-1", "e-2", "e-2"))
    assert day.distinct_hash == summed(mark_of(SOURCE, each) for each in ("e-1", "e-2"))


def test_a_day_has_neither_watermarks_nor_other_days_nor_other_agencies(
    ledger: Ledger, connection: Connection, record: Send
) -> None:
    archive(
        connection,
        record,
        event("tick", type="clock.tick", casekey=None),
        event("before", ingestedtime="2026-09-20T23:59:59+08:00"),
        event("after", ingestedtime="2026-09-22T00:00:00+08:00"),
        event("other", agency="91330100MA2XXXXX02"),
    )

    assert ledger.archived_day(Scope.everything(), AGENCY, BEGIN_MS, BEGIN_MS + DAY_MS, BEGIN_MS).events == 0


def test_what_happened_before_the_day_is_late(ledger: Ledger, connection: Connection, record: Send) -> None:
    archive(connection, record, event("e-1"), event("e-2", time="2026-09-19T10:00:00+08:00"))

    assert ledger.archived_day(Scope.everything(), AGENCY, BEGIN_MS, BEGIN_MS + DAY_MS, BEGIN_MS).late == 1


def test_a_day_outside_the_scope_is_empty(ledger: Ledger, connection: Connection, record: Send) -> None:
    archive(connection, record, event("e-1"))

    day = ledger.archived_day(Scope.of_agency("other"), AGENCY, BEGIN_MS, BEGIN_MS + DAY_MS, BEGIN_MS)

    assert (day.events, day.hash) == (0, "0" * 16)


def test_letters_are_found_one_by_one_and_counted_by_cause(
    ledger: Ledger, sink: LedgerWriter, record: Send, letter: Make
) -> None:
    letters = [letter(f"l{number}", number, code="bad_time" if number else "bad_json") for number in range(3)]
    sink.write([record("dead-letters", each) for each in letters])

    assert ledger.dead_letter(Scope.of_agency(AGENCY), "l1") == letters[1]
    assert ledger.dead_letter(Scope.of_agency("other"), "l1") is None
    groups = ledger.dead_letter_groups(Scope.of_agency(AGENCY), LetterFilter())
    assert [(each.code, each.agency, each.count) for each in groups] == [
        ("bad_time", AGENCY, 2),
        ("bad_json", AGENCY, 1),
    ]


def test_what_was_refused_of_the_agencys_own_topic_is_told_apart(
    ledger: Ledger, sink: LedgerWriter, record: Send, letter: Make
) -> None:
    received = {"received_at": "2026-09-21T10:00:00+08:00", "code": "bad_json"}
    letters = [letter("l1", 1, **received), letter("l2", 2, **received), letter("l3", 3, topic="http", **received)]
    sink.write([record("dead-letters", each) for each in letters])

    day = ledger.archived_day(Scope.everything(), AGENCY, BEGIN_MS, BEGIN_MS + DAY_MS, BEGIN_MS)

    assert (day.letters, day.refused_on_kafka) == ({"bad_json": 3}, 2)


def test_a_sample_of_a_feed_has_its_last_cases_whole(ledger: Ledger, connection: Connection, record: Send) -> None:
    whole = [
        event(f"e-{case}-{n}", subject=f"2026-{case}", casekey=f"{AGENCY}/2026-{case}")
        for case in range(3)
        for n in range(2)
    ]
    archive(connection, record, *whole, event("x", agency="91330100MA2XXXXX02", casekey="91330100MA2XXXXX02/1"))

    sample = ledger.feed_sample(Scope.of_agency(AGENCY), AGENCY, 2, ZoneInfo("Asia/Shanghai"), BEGIN_MS + DAY_MS)

    assert [(each.source, each.events) for each in sample.sources] == [(SOURCE, 6)]
    assert len(sample.bodies) == 4


def test_the_arrivals_of_a_feed_are_minutes_in_which_it_was_heard(
    ledger: Ledger, connection: Connection, record: Send
) -> None:
    writer = LedgerWriter(connection, {"case-events": EventWriter(connection)})
    minutes = (0, 0, 1, 61, -90 * 24 * 60)
    writer.write(
        [
            record(
                "case-events",
                event(f"e-{n}", time=f"2026-09-21T09:5{n}:00+08:00"),
                logged_ms=BEGIN_MS + minute * 60_000 + 1_000,
            )
            for n, minute in enumerate(minutes)
        ]
    )

    asked = (Scope.of_agency(AGENCY), AGENCY, 2, ZoneInfo("Asia/Shanghai"), BEGIN_MS + DAY_MS)
    told = ledger.feed_sample(*asked).arrivals

    first = BEGIN_MS // 3_600_000
    assert (told.hours, told.last_s) == ({first: 2, first + 1: 1}, BEGIN_MS // 1000 + 61 * 60 + 1)
    assert (told.lag_s, told.lag_most_s) == (510, 591)
