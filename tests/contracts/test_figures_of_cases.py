"""What the engine tells of a case is what is counted of it: the whole way from facts to a figure."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from mingjing.rules.engine import Engine
from mingjing.rules.events import Fact, micros
from mingjing.services.ledger import Scope
from mingjing.services.ledger.connection import Connection
from mingjing.services.reports import cells
from mingjing.services.reports.cells import Wanted
from mingjing.services.reports.figure import figure
from mingjing.services.reports.indicators import shipped
from mingjing.services.reports.period import Month
from mingjing.services.rulebook_files import load_rulebook
from mingjing.services.sink.source import Record
from mingjing.services.sink.writers import LedgerWriter

ZONE = ZoneInfo("Asia/Shanghai")
MARCH = Month(2026, 3)
ITEM = "11990100MB0000019L3000131001000"  # promised 2wd, statutory 6wd
AGENCY, REGION = "11990100MB0000019L", "990100000000"
STORIES = {
    "in-time": {"case.applied": "03-04 09:00", "case.accepted": "03-06 10:00", "case.decided": "03-09 16:00"},
    "late": {"case.applied": "03-04 09:00", "case.accepted": "03-06 10:00", "case.decided": "03-12 16:00"},
    "open": {"case.applied": "03-04 09:00", "case.accepted": "03-26 10:00"},
}


@pytest.fixture
def told(sink: LedgerWriter, record: Callable[..., Record]) -> None:
    engine = Engine(load_rulebook(), now=0)
    offset = 0
    for subject, story in STORIES.items():
        for event, when in story.items():
            at = micros(datetime.strptime(f"2026-{when}", "%Y-%m-%d %H:%M").replace(tzinfo=ZONE))
            fact = Fact(
                id=event,
                source="urn:a",
                type=event,
                at=at,
                stamp=at,
                item=ITEM,
                agency=AGENCY,
                region=REGION,
                data={"channel": "online"} if event == "case.applied" else {},
            )
            engine.fold(f"{AGENCY}/{subject}", fact, offset)
            offset += 1
    sink.write([record("case-facts", each) for each in engine.take(1).facts])


@pytest.mark.usefixtures("told")
def test_a_report_counts_what_happened(connection: Connection) -> None:
    build = cells.count(connection, MARCH, shipped(), ZONE)
    sums = cells.totals(connection, Scope.everything(), Wanted(), {build.month: build.build}, shipped())[()]

    def shares(ident: str) -> tuple[Any, Any]:
        indicator = shipped().indicator(ident)
        assert indicator is not None
        found = figure(indicator, sums)
        return found.numerator, found.denominator

    assert shares("promise_kept") == (1, 2)
    assert shares("statute_kept") == (2, 2)
    assert shares("mean_days") == (1 + 4, 2)
    assert shares("online") == (3, 3)
    assert shares("complete") == (2, 2)
    assert shares("speed_up") == (5 + 2, 12)
    assert shares("compression") == (4 + 4, 12)
    assert shares("open") == (1, None)
    assert shares("closed_of_due") == (2, 3)
