"""Whole cases out of the archive, for those who judge the past anew, on every engine."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from mingjing.services.archive.event_writer import EventWriter
from mingjing.services.ledger import Scope
from mingjing.services.ledger.archived import archived
from mingjing.services.ledger.connection import Connection
from mingjing.services.rulebook.asked_cases import archived_case, archived_cases
from mingjing.services.settings import Settings
from mingjing.services.sink.source import Record
from mingjing.services.sink.writers import LedgerWriter

ALL = Scope.everything()
Put = Callable[..., None]
Make = Callable[..., dict[str, Any]]
Send = Callable[..., Record]


def _ms(text: str) -> int:
    return int(datetime.fromisoformat(f"{text}+08:00").timestamp() * 1000)


@pytest.fixture
def put(connection: Connection, sink: LedgerWriter, record: Send, case: Make) -> Put:
    """Write a case with one event a time, both as the processes do."""
    archive = LedgerWriter(connection, {"case-events": EventWriter(connection)})

    def make(key: str, *times: str, **more: Any) -> None:
        sink.write([record("case-facts", case(case_key=key, **more))])
        for number, time in enumerate(times):
            body = {
                "specversion": "1.0",
                "id": f"{key}-{number}",
                "source": "urn:x",
                "type": "case.accepted",
                "subject": key,
                "time": f"{time}+08:00",
                "casekey": key,
                "ingestedtime": f"{time}+08:00",
                "data": {},
            }
            archive.write([record("case-events", body)])

    return make


def _found(connection: Connection, since: str, until: str, scope: Scope = ALL) -> list[tuple[str, int]]:
    return [(key, len(events)) for key, events in archived(connection, scope, _ms(since), _ms(until))]


def test_a_case_with_an_event_in_the_period_comes_whole(connection: Connection, put: Put) -> None:
    put("a/1", "2026-01-05T10:00:00", "2026-03-05T10:00:00")
    put("a/2", "2026-01-05T10:00:00")

    assert _found(connection, "2026-03-01T00:00:00", "2026-04-01T00:00:00") == [("a/1", 2)]


def test_the_period_ends_before_its_last_instant(connection: Connection, put: Put) -> None:
    put("a/1", "2026-03-05T10:00:00")

    assert _found(connection, "2026-03-05T10:00:00", "2026-03-05T10:00:01") == [("a/1", 1)]
    assert _found(connection, "2026-03-05T09:00:00", "2026-03-05T10:00:00") == []


def test_more_cases_than_one_read_holds_come_each_once(connection: Connection, put: Put) -> None:
    for number in range(7):
        put(f"a/{number}", "2026-03-05T10:00:00")

    found = archived(connection, ALL, _ms("2026-03-01T00:00:00"), _ms("2026-04-01T00:00:00"), at_once=3)

    assert [(key, len(events)) for key, events in found] == [(f"a/{number}", 1) for number in range(7)]


def test_a_case_out_of_scope_does_not_come(connection: Connection, put: Put) -> None:
    put("a/1", "2026-03-05T10:00:00", agency="91330100MA2XXXXX01")
    put("a/2", "2026-03-05T10:00:00", agency="91330100MA2XXXXX02")

    scope = Scope.of_agency("91330100MA2XXXXX02")

    assert _found(connection, "2026-03-01T00:00:00", "2026-04-01T00:00:00", scope) == [("a/2", 1)]


def test_the_archive_is_judged_and_explained_like_a_log(settings: Settings, put: Put) -> None:
    put("a/1", "2026-03-05T10:00:00", "2026-03-06T10:00:00")
    begin, end = (_ms(f"2026-0{month}-01T00:00:00") * 1000 for month in (3, 4))

    [(key, facts)] = archived_cases(settings, begin, end)

    assert (key, [fact.type for fact in facts]) == ("a/1", ["case.accepted"] * 2)
    assert archived_case(settings, "a/1") == facts
    assert archived_case(settings, "a/9") == []
