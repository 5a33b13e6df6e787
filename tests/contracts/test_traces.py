"""Whose call a card rests on, on every engine."""

from collections.abc import Callable
from typing import Any

import orjson
import pytest

from mingjing.services.archive.event_writer import EventWriter
from mingjing.services.archive.log_writer import LogWriter
from mingjing.services.ledger import Ledger, Scope
from mingjing.services.ledger.connection import Connection
from mingjing.services.sink.source import Record
from mingjing.services.sink.writers import LedgerWriter
from mingjing.streams.topics import TALLIES

ALL = Scope.everything()
SOURCE = "urn:yunzhou:scjg"
STARTED = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
EXTENDED = "00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-00"
OTHER = "00-11111111111111111111111111111111-00f067aa0ba902b7-00"
CASE, SUBJECT = "91330100MA2XXXXX01/2026-0001", "across/XC-01/enterprise"

Make = Callable[..., dict[str, Any]]
Send = Callable[..., Record]


@pytest.fixture
def archive(connection: Connection) -> LedgerWriter:
    """The writer of the archive process, without its Kafka."""
    return LedgerWriter(connection, {"case-events": EventWriter(connection), TALLIES: LogWriter(connection)})


def event(ident: str, trace: str | None, case_key: str = CASE) -> dict[str, Any]:
    said = {
        "specversion": "1.0",
        "id": ident,
        "source": SOURCE,
        "type": "case.accepted",
        "subject": case_key.partition("/")[2],
        "time": "2026-03-06T10:00:00+08:00",
        "casekey": case_key,
        "ingestedtime": "2026-03-06T10:00:05+08:00",
    }
    return said if trace is None else said | {"traceparent": trace}


def resting_on(*idents: str) -> list[dict[str, str]]:
    return [{"id": each, "source": SOURCE, "type": "t", "at": "2026-03-06T10:00:00+08:00"} for each in idents]


@pytest.mark.parametrize(
    ("evidence", "found"),
    [
        (("start",), STARTED),
        (("start", "extension"), EXTENDED),
        (("start", "extension", "silent"), EXTENDED),
        (("silent",), None),
        (("ill",), None),
        (("not-archived",), None),
        ((), None),
    ],
)
def test_a_card_that_a_deadline_drew_rests_on_the_last_call_that_moved_its_clock(
    ledger: Ledger,
    sink: LedgerWriter,
    archive: LedgerWriter,
    record: Send,
    card: Make,
    evidence: tuple[str, ...],
    found: str | None,
) -> None:
    traces = {"start": STARTED, "extension": EXTENDED, "beside": OTHER, "silent": None, "ill": "00-no-trace"}
    archive.write([record("case-events", event(*each)) for each in traces.items()])
    sink.write([record("cards", card(traceparent=None, evidence=resting_on(*evidence)))])

    assert ledger.trace(ALL, "c1") == found


def test_a_card_that_a_call_drew_rests_on_that(
    ledger: Ledger, sink: LedgerWriter, archive: LedgerWriter, record: Send, card: Make
) -> None:
    archive.write([record("case-events", event("start", STARTED))])
    sink.write([record("cards", card(traceparent=OTHER, evidence=resting_on("start")))])

    assert ledger.trace(ALL, "c1") == OTHER


def test_a_card_across_cases_rests_on_what_its_subject_was_told(
    ledger: Ledger, sink: LedgerWriter, archive: LedgerWriter, record: Send, card: Make
) -> None:
    told = event("heard", STARTED, SUBJECT)
    archive.write([Record(TALLIES, 0, 0, 1, SUBJECT.encode(), orjson.dumps(told))])
    sink.write([record("cards", card(case_key=SUBJECT, traceparent=None, evidence=resting_on("heard")))])

    assert ledger.trace(ALL, "c1") == STARTED


def test_of_a_card_out_of_scope_nothing_is_told(
    ledger: Ledger, sink: LedgerWriter, archive: LedgerWriter, record: Send, card: Make
) -> None:
    archive.write([record("case-events", event("start", STARTED))])
    sink.write([record("cards", card(traceparent=None, evidence=resting_on("start")))])

    assert ledger.trace(Scope.of_agency("B"), "c1") is None
