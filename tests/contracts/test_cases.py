"""What the ledger promises about cases and their events, on every engine."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from mingjing.services.archive.event_writer import EventWriter
from mingjing.services.ledger import Ledger, Scope
from mingjing.services.ledger.connection import Connection
from mingjing.services.ledger.port import CaseFilter
from mingjing.services.sink.source import Record
from mingjing.services.sink.writers import LedgerWriter

ALL = Scope.everything()
KEY = "91330100MA2XXXXX01/2026-0001"
TEN = datetime.fromisoformat("2026-03-06T10:00:00+08:00")

Make = Callable[..., dict[str, Any]]
Send = Callable[..., Record]


@pytest.fixture
def archive(connection: Connection) -> LedgerWriter:
    """The writer of the archive process, without its Kafka."""
    return LedgerWriter(connection, {"case-events": EventWriter(connection)})


@pytest.fixture
def event() -> Make:
    def made(ident: str, time: str = "2026-03-06T10:00:00+08:00", **changes: Any) -> dict[str, Any]:
        return {
            "specversion": "1.0",
            "id": ident,
            "source": "urn:yunzhou:scjg",
            "type": "case.accepted",
            "subject": "2026-0001",
            "time": time,
            "agency": "91330100MA2XXXXX01",
            "region": "330106000000",
            "data": {"申请人": "张三"},
            "casekey": KEY,
            "ingestedtime": "2026-03-06T10:00:05+08:00",
        } | changes

    return made


def test_a_case_comes_back_as_it_lay_on_the_topic(ledger: Ledger, sink: LedgerWriter, record: Send, case: Make) -> None:
    sent = case(clocks=[{"rule": "TL-04", "clock": "promised", "level": None, "state": "running", "新": 1}])

    sink.write([record("case-facts", sent)])

    assert ledger.case(ALL, KEY) == sent


def test_of_a_case_the_greatest_version_stands(ledger: Ledger, sink: LedgerWriter, record: Send, case: Make) -> None:
    for ver in ((5, 1, 9), (5, 2, 3), (4, 9, 9), (5, 1, 10)):
        sink.write([record("case-facts", case(ver=ver, events=ver[2]))])
        sink.forget()

    assert ledger.case(ALL, KEY)["ver"] == [5, 2, 3]


def test_pages_of_cases_are_complete_and_repeat_nothing(
    ledger: Ledger, sink: LedgerWriter, record: Send, case: Make
) -> None:
    last = {f"2026-{n:04}": TEN + timedelta(minutes=n % 7) for n in range(53)}
    sink.write([record("case-facts", case(s, last_event_at=at.isoformat())) for s, at in last.items()])

    seen, cursor = [], None
    while True:
        page = ledger.cases(ALL, limit=9, cursor=cursor)
        seen += [each["subject"] for each in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break

    assert seen == sorted(last, key=lambda subject: (last[subject], subject), reverse=True)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (CaseFilter(states=("suspended", "decided")), {"S-1", "D-1"}),
        (CaseFilter(agency="B"), {"D-1"}),
        (CaseFilter(items=("road", "port")), {"D-1"}),
        (CaseFilter(region="3302"), {"S-1"}),
        (CaseFilter(text="经营"), {"A-1", "S-1"}),
        (CaseFilter(text=" d-1 "), {"D-1"}),
        (CaseFilter(text="%"), set()),
    ],
)
def test_a_case_filter_keeps_what_it_names(
    ledger: Ledger, sink: LedgerWriter, record: Send, case: Make, wanted: CaseFilter, found: set[str]
) -> None:
    sink.write(
        [
            record("case-facts", case("A-1")),
            record("case-facts", case("S-1", state="suspended", region="330200000000")),
            record("case-facts", case("D-1", state="decided", agency="B", item="road", item_title="道路运输证")),
        ]
    )

    assert {each["subject"] for each in ledger.cases(ALL, wanted).items} == found


def test_a_case_outside_the_scope_shows_neither_facts_nor_events(
    ledger: Ledger, sink: LedgerWriter, archive: LedgerWriter, record: Send, case: Make, event: Make
) -> None:
    sink.write([record("case-facts", case())])
    archive.write([record("case-events", event("e1"))])
    elsewhere = Scope.of_region("3302")

    assert (ledger.case(elsewhere, KEY), ledger.events(elsewhere, KEY)) == (None, [])
    assert ledger.cases(elsewhere).items == []
    assert len(ledger.events(Scope.of_region("3301"), KEY)) == 1


def test_events_come_in_legal_order_whatever_their_arrival(
    ledger: Ledger, sink: LedgerWriter, archive: LedgerWriter, record: Send, case: Make, event: Make
) -> None:
    sink.write([record("case-facts", case())])
    archive.write(
        [
            record("case-events", event("late", "2026-03-06T10:00:00.000001+08:00")),
            record("case-events", event("second", sequence=1)),
            record("case-events", event("b")),
            record("case-events", event("a", "2026-03-06T02:00:00Z")),
            record("case-events", event("first", "2026-03-01T00:00:00+08:00", agency="B", region=None)),
        ]
    )

    assert [each["id"] for each in ledger.events(ALL, KEY)] == ["first", "a", "b", "second", "late"]


def test_an_event_sent_again_is_shown_once_and_a_changed_one_twice(
    ledger: Ledger, sink: LedgerWriter, archive: LedgerWriter, record: Send, case: Make, event: Make
) -> None:
    sink.write([record("case-facts", case())])
    batch = [
        record("case-events", event("e1")),
        record("case-events", event("e1", ingestedtime="2026-03-06T11:00:00+08:00")),
        record("case-events", event("e1", data={"申请人": "李四"})),
    ]
    archive.write(batch)
    archive.write(batch)

    shown = ledger.events(ALL, KEY)

    assert [each["data"]["申请人"] for each in shown] == ["张三", "李四"]
    assert shown[0]["ingestedtime"] == "2026-03-06T10:00:05+08:00"


def test_ticks_are_archived_with_the_events(connection: Connection, archive: LedgerWriter, record: Send) -> None:
    tick = {"id": "t1", "source": "s", "type": "clock.tick", "subject": "clock", "time": "2026-03-06T10:00:00Z"}

    assert archive.write([record("case-events", tick, partition=3)]) == []
    assert connection.rows("SELECT topic_partition, type FROM events") == [(3, "clock.tick")]


def test_stories_of_several_cases_are_told_apart_and_only_in_scope(
    ledger: Ledger, sink: LedgerWriter, archive: LedgerWriter, record: Send, case: Make, event: Make
) -> None:
    here, there, foreign = (case(subject) for subject in ("S-1", "S-2", "S-3"))
    sink.write([record("case-facts", each) for each in (here, there, {**foreign, "region": "990000000000"})])
    told = [(here, "a"), (there, "b"), (here, "c"), (foreign, "d")]
    archive.write([record("case-events", event(name, casekey=each["case_key"])) for each, name in told])
    keys = [each["case_key"] for each in (here, there, foreign)]

    stories = ledger.stories(Scope.of_region("3301"), [*keys, "nowhere/1"])

    assert {key: [each["id"] for each in story] for key, story in stories.items()} == {
        keys[0]: ["a", "c"],
        keys[1]: ["b"],
    }
