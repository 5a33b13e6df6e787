"""Of the words with one id, and of steps at one instant, the same is counted however their rows came to lie."""

import itertools
from collections.abc import Callable
from typing import Any

import pytest

from mingjing.services.archive.event_writer import EventWriter
from mingjing.services.ledger.connection import Connection
from mingjing.services.reports.indicators import Source
from mingjing.services.sink.source import Record

from .every_source import laid_out

NOON = "2026-03-05T12:00:00+08:00"
DUE = {"kind": "audit", "due_on": "2026-03-20", "due": "2026-03-20"}

Send = Callable[..., Record]


@pytest.mark.parametrize(
    ("counted", "types", "source"),
    [
        ("events", ["case.accepted"] * 3, "urn:a"),
        ("handlings", ["card.supervised", "card.upheld", "card.revoked"], "urn:mingjing:desk"),
        ("tasks", ["task.assigned"] * 3, "urn:a"),
        ("errands", ["intermediary.engaged", "intermediary.engaged", "intermediary.delivered"], "urn:a"),
    ],
)
def test_what_is_counted_does_not_depend_on_how_rows_lie(
    connection: Connection, record: Send, counted: Source, types: list[str], source: str
) -> None:
    shape = {"source": source, "subject": "s", "casekey": "A/s", "time": NOON, "ingestedtime": NOON, "data": DUE}
    words = [
        record(
            "case-events",
            shape
            | {"id": "1" if counted == "events" else str(number), "type": kind}
            | {"agency": "CAB"[number], "region": "213"[number], "item": "yzx"[number], "post": "pqr"[number]},
        )
        for number, kind in enumerate(types)
    ]
    found: list[list[tuple[Any, ...]]] = []
    for order in itertools.permutations(words):
        connection.command("TRUNCATE TABLE events")
        for word in order:  # a part for each
            EventWriter(connection).write([word])
        found.append(connection.rows(f"SELECT * FROM {laid_out(connection, counted)}"))  # noqa: S608  # our own words

    assert len(found[0]) == 1
    assert all(each == found[0] for each in found)
