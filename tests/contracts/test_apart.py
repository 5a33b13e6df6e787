"""What people did with cards by item, post and window, and months that were frozen before it was had so."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec
import pytest

from mingjing.services.archive.event_writer import EventWriter
from mingjing.services.ledger import Scope
from mingjing.services.ledger.connection import Connection
from mingjing.services.reports import cells, freezing
from mingjing.services.reports.apart import NOT_THEN, cut
from mingjing.services.reports.cells import Wanted
from mingjing.services.reports.freezing import Frozen, freeze
from mingjing.services.reports.indicators import Definitions, shipped
from mingjing.services.reports.revising import LATE_ARRIVALS
from mingjing.services.sink.source import Record
from mingjing.services.sink.writers import LedgerWriter

from .every_source import CASES
from .test_report_cells import MARCH, ZONE

APRIL_9 = int(datetime(2026, 4, 9, 9, tzinfo=ZONE).timestamp() * 1000)

Make = Callable[..., dict[str, Any]]
Send = Callable[..., Record]

EARLIER = msgspec.structs.replace(
    shipped(),
    lacks={**shipped().lacks, "cards": {"window": "无"}, "handlings": {"item": "无", "post": "无", "window": "无"}},
)
"""The definitions of the day before cards were had by window, and steps with them by anything."""


@pytest.fixture
def handled(connection: Connection, sink: LedgerWriter, record: Send, case: Make, card: Make) -> None:
    """Two cards of two cases, and one of no single case; each was appealed, the first with success."""
    places = [("I1", "审查", "3"), ("I2", "窗口", "7"), ("I2", "窗口", "")]
    for number, (item, post, window) in enumerate(places):
        key = f"{CASES}{number}" if window else "across/FRQ-01/1"
        if window:
            told = case(f"n{number}", (number, 1, 1), figures={"window": window, "types": {}})
            sink.write([record("case-facts", told)])
        drawn = card(f"{number:032x}", (number, 1, 1), case_key=key, item=item, post=post, level="red")
        sink.write([record("cards", drawn | {"violated_at": "2026-03-12T00:00:00+08:00"})])
        for kind, day in (("appealed", "13"), ("upheld" if number else "revoked", "16")):
            event = {
                "id": f"{number}-{kind}",
                "source": "urn:mingjing:desk",
                "type": f"card.{kind}",
                "subject": "1",
                "casekey": f"{key}#{number:032x}",
                "time": f"2026-03-{day}T09:00:00+08:00",
                "ingestedtime": f"2026-03-{day}T09:00:01+08:00",
                "agency": "A",
                "data": {},
            }
            EventWriter(connection).write([record("case-events", event)])


def had(connection: Connection, measure: str, grain: str) -> dict[str, int]:
    build = cells.count(connection, MARCH, shipped(), ZONE)
    found = cells.totals(connection, Scope.everything(), Wanted(), {MARCH.number: build.build}, shipped(), by=(grain,))
    return {key: sums[measure][""] for (key,), sums in found.items() if measure in sums}


def frozen(connection: Connection, definitions: Definitions, reason: str = "") -> Frozen | None:
    return freeze(connection, MARCH, definitions, ZONE, {}, now_ms=APRIL_9, reason=reason)


@pytest.mark.usefixtures("handled")
@pytest.mark.parametrize(
    ("grain", "judged", "upheld"),
    [("item", {"I1": 1, "I2": 2}, {"I1": 1}), ("post", {"审查": 1, "窗口": 2}, {"审查": 1})],
)
def test_an_appeal_is_of_the_item_and_of_the_post_of_its_card(
    connection: Connection, grain: str, judged: dict[str, int], upheld: dict[str, int]
) -> None:
    assert had(connection, "appeals_judged", grain) == judged
    assert had(connection, "appeals_upheld", grain) == upheld


@pytest.mark.usefixtures("handled")
def test_a_card_and_an_appeal_are_of_the_window_of_their_case_and_of_none_where_there_is_no_single_case(
    connection: Connection,
) -> None:
    assert had(connection, "reds", "window") == {"3": 1, "7": 1}
    assert had(connection, "appeals_judged", "window") == {"3": 1, "7": 1}


@pytest.mark.usefixtures("handled")
def test_what_has_come_to_be_had_apart_opens_no_revision_until_somebody_says_why(connection: Connection) -> None:
    first = frozen(connection, EARLIER)

    assert frozen(connection, shipped()) is None
    stated = frozen(connection, shipped(), "增列窗口的牌数")
    assert first is not None
    assert stated is not None
    assert (stated.revision, stated.reason, stated.changes) == (2, "增列窗口的牌数", [])
    for month, awaited in ((first, f"按窗口分开的数（{NOT_THEN}）"), (stated, "")):
        found = cut(freezing.readable(shipped(), [month]), "window", region=False).indicator("reds")
        assert found is not None
        assert found.awaits == awaited


@pytest.mark.usefixtures("handled")
def test_a_late_arrival_opens_a_revision_that_says_what_can_be_had_apart_by_now(
    connection: Connection, sink: LedgerWriter, record: Send, card: Make
) -> None:
    frozen(connection, EARLIER)
    late = card("f" * 32, (9, 1, 1), level="red", violated_at="2026-03-20T00:00:00+08:00")
    sink.write([record("cards", late)])

    second = frozen(connection, shipped())

    assert second is not None
    assert second.reason == f"{LATE_ARRIVALS}；并按现行口径统计，可按事项、岗位、窗口分开的数与前版不同"
    assert {each.measure for each in second.changes} == {"reds", "cards_by_rule"}
