"""How late reports are told to be: declared outages are taken off, as the rule of late entry takes them off."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from mingjing.rules.events import Fact, micros
from mingjing.rules.expression.envelope import lag_outside
from mingjing.services.archive.event_writer import EventWriter
from mingjing.services.ledger import Scope
from mingjing.services.ledger.connection import Connection, Pool
from mingjing.services.reports import cells
from mingjing.services.reports.cells import Wanted
from mingjing.services.reports.desk import ReportDesk
from mingjing.services.reports.document import Titles
from mingjing.services.reports.indicators import shipped
from mingjing.services.reports.period import Month
from mingjing.services.settings import Settings
from mingjing.services.sink.source import Record

ZONE = ZoneInfo("Asia/Shanghai")
MARCH = Month(2026, 3)
BEGIN = datetime(2026, 3, 1, tzinfo=ZONE)

Send = Callable[..., Record]

DOWN = tuple(
    (micros(datetime.fromisoformat(since)), micros(datetime.fromisoformat(until)))
    for since, until in (
        ("2026-03-05T18:00:00+08:00", "2026-03-06T18:00:00+08:00"),
        ("2026-03-06T06:00:00+08:00", "2026-03-06T12:00:00+08:00"),
        ("2026-03-31T20:00:00+08:00", "2026-04-02T20:00:00+08:00"),
    )
)
"""A day, a stretch within it, and two days across the month's end."""


@pytest.mark.parametrize(
    ("agency", "time", "ingested", "timely"),
    [
        ("A", "2026-03-05T10:00:00+08:00", "2026-03-07T10:00:00+08:00", 1),
        ("A", "2026-03-05T10:00:00+08:00", "2026-03-07T10:00:01+08:00", 0),
        ("B", "2026-03-05T10:00:00+08:00", "2026-03-06T12:00:00+08:00", 0),
        ("A", "2026-03-06T09:00:00+08:00", "2026-03-07T18:00:00+08:00", 1),
        ("A", "2026-03-31T19:00:00+08:00", "2026-04-03T19:00:00+08:00", 1),
        ("A", "2026-03-31T19:00:00+08:00", "2026-04-03T19:00:01+08:00", 0),
        ("A", "2026-03-05T10:00:00+08:00", "2026-03-05T09:59:00+08:00", 1),
    ],
    ids=[
        "a day of work beside the outage",
        "a second more",
        "nobody's own outage excuses another agency",
        "it happened while they were down",
        "the month ended meanwhile",
        "the month ended, and a second more",
        "by a clock that is ahead",
    ],
)
def test_what_lay_in_declared_outages_makes_no_report_late(
    connection: Connection, record: Send, agency: str, time: str, ingested: str, timely: int
) -> None:
    event = {"id": "1", "source": "urn:a", "type": "case.accepted", "subject": "s", "time": time, "agency": agency}
    EventWriter(connection).write([record("case-events", event | {"ingestedtime": ingested})])
    build = cells.count(connection, MARCH, shipped(), ZONE, {"A": DOWN})

    found = cells.totals(connection, Scope.everything(), Wanted(), {build.month: build.build}, shipped())[()]

    assert (found["events"][""], found.get("events_timely", {}).get("", 0)) == (1, timely)


def test_the_figure_and_the_rule_of_late_entry_agree(connection: Connection, record: Send) -> None:
    """Whether a report is late is asked of INT-01 by event and of the indicator by month; half seconds aside."""
    dice = random.Random(11)  # noqa: S311  # seeded dice, not secrets
    hours = sorted(dice.sample(range(700), 24))
    down = [(micros(BEGIN + timedelta(hours=a)), micros(BEGIN + timedelta(hours=b))) for a, b in pairwise(hours)][::2]
    sent = []
    for number in range(400):
        at = BEGIN + timedelta(minutes=dice.randrange(31 * 1440))
        sent.append((number, at, at + timedelta(minutes=dice.randrange(-60, 4 * 1440))))
    event = {"source": "urn:a", "type": "case.accepted", "subject": "s", "agency": "A"}
    EventWriter(connection).write(
        [
            record("case-events", event | {"id": str(n), "time": at.isoformat(), "ingestedtime": known.isoformat()})
            for n, at, known in sent
        ]
    )
    facts = [Fact(id=str(n), source="urn:a", type="x", at=micros(at), stamp=micros(known)) for n, at, known in sent]
    build = cells.count(connection, MARCH, shipped(), ZONE, {"A": tuple(down)})

    found = cells.totals(connection, Scope.everything(), Wanted(), {build.month: build.build}, shipped())[()]

    late = sum(lag_outside(fact, down) > 86400 for fact in facts)
    assert 0 < late < len(sent)
    assert found["events"][""] - found["events_timely"][""] == late


def test_a_desk_counts_and_freezes_by_the_outages_declared_by_then(
    connection: Connection, settings: Settings, record: Send
) -> None:
    event = {"id": "1", "source": "urn:a", "type": "case.accepted", "subject": "s", "agency": "A"}
    late = event | {"time": "2026-03-05T10:00:00+08:00", "ingestedtime": "2026-03-07T10:00:00+08:00"}
    EventWriter(connection).write([record("case-events", late)])
    titles = Titles("杭州市", {"A": "甲局"}, {}, {}, {}, {})
    outages: dict[str, tuple[tuple[int, int], ...]] = {}
    end_ms = MARCH.bounds(ZONE)[1]
    desk = ReportDesk(
        *(Pool(settings, 2), ZONE, lambda: titles, lambda _: {}),
        covered=lambda *_: None,
        now_ms=lambda: end_ms,
        outages=lambda: outages,
    )

    before = desk.freeze(MARCH, now_ms=end_ms)
    outages["A"] = DOWN
    after = desk.freeze(MARCH, now_ms=end_ms + 1, reason="补写停机")
    desk.close()

    assert before is not None
    assert after is not None
    assert [(each.measure, each.before, each.after) for each in after.changes] == [("events_timely", 0, 1)]
