"""A month made by hand, from the events that agencies send to every figure of its report, each counted on paper."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from mingjing.rules.engine import Engine
from mingjing.rules.events import Fact, micros
from mingjing.services.archive.event_writer import EventWriter
from mingjing.services.ledger import Scope
from mingjing.services.ledger.connection import Connection
from mingjing.services.reports import cells
from mingjing.services.reports.cells import Wanted
from mingjing.services.reports.figure import figure
from mingjing.services.reports.gate import balance_of, gate
from mingjing.services.reports.indicators import shipped
from mingjing.services.reports.period import Month
from mingjing.services.rulebook_files import load_rulebook
from mingjing.services.sink.source import Record
from mingjing.services.sink.writers import LedgerWriter

ZONE = ZoneInfo("Asia/Shanghai")
MARCH = Month(2026, 3)
LOOKED_AT = "04-30 12:00"
"""March 2026 has no holiday: its working days are the 2nd–6th, 9th–13th, 16th–20th, 23rd–27th, 30th and 31st."""

REGION = "990100000000"
FOOD = "11990100MB0000019L3000131003000"  # promised 5wd, statutory 10wd
HEALTH = "11990100MB0000027F3000123001000"  # promised 8wd, statutory 20wd
WORKS = "11990100MB0000035A3000117003000"  # promised 20wd, statutory 45wd, by several agencies
M1, M2 = "11990100MB0000158B", "11990100MB00000435"

Step = tuple[str, str] | tuple[str, str, dict[str, Any]]

APPROVALS: dict[str, tuple[str, list[Step]]] = {
    "on-the-spot": (  # 0 days
        FOOD,
        [
            ("case.applied", "03-02 09:00", {"channel": "online"}),
            ("case.accepted", "03-02 10:00"),
            ("case.decided", "03-02 15:00", {"result": "granted"}),
            ("case.delivered", "03-03 10:00"),
            ("eval.rated", "03-03 10:05", {"score": 5}),
        ],
    ),
    "on-the-last-day": (  # 5 days: kept, not early; delivered on the 10th working day
        FOOD,
        [
            ("case.applied", "03-03 09:00", {"channel": "window"}),
            ("case.accepted", "03-03 10:00"),
            ("case.decided", "03-10 16:00", {"result": "granted"}),
            ("eval.rated", "03-10 16:05", {"score": 3}),
            ("case.delivered", "03-24 16:00"),
        ],
    ),
    "past-the-promise": (  # 6 days; delivered on the 11th; the bad rating mended in time
        FOOD,
        [
            ("case.applied", "03-04 09:00", {"channel": "mobile"}),
            ("case.supp_noticed", "03-05 09:00"),
            ("case.supp_received", "03-06 09:00"),
            ("case.accepted", "03-06 10:00"),
            ("case.decided", "03-16 16:00", {"result": "granted"}),
            ("eval.rated", "03-16 16:05", {"score": 2}),
            ("eval.rectified", "03-20 10:00"),
            ("case.delivered", "03-31 16:00"),
        ],
    ),
    "past-the-statute": (  # 11 days; the bad rating never mended
        FOOD,
        [
            ("case.applied", "03-05 09:00", {"channel": "window"}),
            ("case.supp_noticed", "03-06 09:00"),
            ("case.supp_noticed", "03-09 09:00"),
            ("case.supp_received", "03-11 09:00"),
            ("case.accepted", "03-11 10:00"),
            ("reject.filed", "03-25 10:00"),
            ("case.decided", "03-26 16:00", {"result": "denied"}),
            ("eval.rated", "03-26 16:05", {"score": 1}),
            ("case.delivered", "03-27 10:00"),
        ],
    ),
    "suspended": (  # 11 days of which 5 are given back: (4, 11]; never delivered
        HEALTH,
        [
            ("case.applied", "03-02 09:00", {"channel": "online"}),
            ("case.accepted", "03-02 10:00"),
            ("clock.suspended", "03-04 10:00", {"kind": "testing", "days": 10}),
            ("clock.resumed", "03-11 10:00"),
            ("case.decided", "03-17 10:00", {"result": "granted"}),
        ],
    ),
    "suspended-and-decided-within-a-day": (  # 0 days used, 4 given back: (20, 26]; not on the spot
        HEALTH,
        [
            ("case.applied", "03-20 09:00", {"channel": "window"}),
            ("case.accepted", "03-20 10:00"),
            ("clock.suspended", "03-20 11:00", {"kind": "testing", "days": 10}),
            ("clock.resumed", "03-26 10:00"),
            ("case.decided", "03-26 16:00", {"result": "granted"}),
            ("case.delivered", "03-27 10:00"),
        ],
    ),
    "not-accepted": (
        FOOD,
        [("case.applied", "03-12 09:00", {"channel": "window"}), ("case.not_accepted", "03-13 10:00")],
    ),
    "returned": (
        FOOD,
        [
            ("case.applied", "03-12 09:00", {"channel": "online"}),
            ("reject.filed", "03-16 09:00"),
            ("case.returned", "03-16 10:00"),
        ],
    ),
    "returned-and-filed-afterwards": (
        FOOD,
        [
            ("case.applied", "03-12 09:00", {"channel": "window"}),
            ("case.returned", "03-16 10:00"),
            ("reject.filed", "03-16 15:00"),
        ],
    ),
    "open": (FOOD, [("case.applied", "03-18 09:00", {"channel": "window"}), ("case.accepted", "03-18 10:00")]),
    "carried-in": (  # 4 days: February 26, 27, the made-up Saturday 28, March 2; the licence is revoked later
        FOOD,
        [
            ("case.applied", "02-25 09:00", {"channel": "window"}),
            ("case.accepted", "02-25 10:00"),
            ("case.decided", "03-02 16:00", {"result": "granted"}),
            ("case.delivered", "03-02 16:30"),
            ("case.revoked", "04-15 10:00"),
        ],
    ),
    "abandoned": (
        FOOD,
        [
            ("case.applied", "03-20 09:00", {"channel": "window"}),
            ("case.accepted", "03-20 10:00"),
            ("case.abandoned", "03-23 10:00"),
        ],
    ),
    "joint": (  # 9 days; one member answers on its 3rd day, the other on its 6th of 5
        WORKS,
        [
            ("case.applied", "03-02 09:00", {"channel": "window"}),
            ("case.accepted", "03-02 10:00"),
            ("joint.dispatched", "03-03 10:00", {"member": M1, "days": 3}),
            ("joint.dispatched", "03-03 10:01", {"member": M2, "days": 5}),
            ("joint.opined", "03-06 10:00", {"member": M1}),
            ("joint.opined", "03-11 10:00", {"member": M2}),
            ("case.decided", "03-13 10:00", {"result": "granted"}),
            ("case.delivered", "03-13 10:30"),
        ],
    ),
}


def received(at: str, channel: str, class_: str = "complaint") -> Step:
    return ("cmp.received", at, {"channel": channel, "class": class_})


OTHERS: dict[str, list[Step]] = {
    "c-in-time": [
        received("03-02 09:00", "hotline"),
        ("cmp.accepted", "03-03 09:00"),
        ("cmp.replied", "03-11 09:00"),
        ("cmp.closed", "03-12 09:00"),
        ("cmp.revisited", "03-16 09:00", {"satisfied": True}),
    ],
    "c-late": [  # ten working days from the 5th end on the 19th
        received("03-04 09:00", "web"),
        ("cmp.accepted", "03-05 09:00"),
        ("cmp.closed", "03-25 09:00"),
        ("cmp.revisited", "03-27 09:00", {"satisfied": False}),
    ],
    "c-ignored": [received("03-06 09:00", "hotline")],
    "c-point-answered": [
        received("03-09 09:00", "monitor-point"),
        ("cmp.accepted", "03-09 10:00"),
        ("cmp.replied", "03-11 09:00"),
        ("cmp.closed", "03-12 09:00"),
    ],
    "c-point-answered-late": [
        received("03-10 09:00", "monitor-point"),
        ("cmp.accepted", "03-11 10:00"),
        ("cmp.replied", "03-16 09:00"),
    ],
    "c-taken-back": [received("03-11 09:00", "web"), ("cmp.abandoned", "03-12 09:00")],
    "c-accepted-and-taken-back": [
        received("03-12 09:00", "web"),
        ("cmp.accepted", "03-13 09:00"),
        ("cmp.abandoned", "03-16 09:00"),
    ],
    "c-petition": [  # sixty days, closed on the 41st
        received("03-02 09:00", "letter", "petition"),
        ("cmp.accepted", "03-10 09:00"),
        ("cmp.closed", "04-20 09:00"),
    ],
    "q-answered": [("consult.asked", "03-05 09:00", {"channel": "web"}), ("consult.replied", "03-06 09:00")],
    "q-ignored": [("consult.asked", "03-05 10:00", {"channel": "web"})],
    "d-in-time": [
        ("disc.requested", "03-02 09:00"),
        ("disc.received", "03-02 10:00"),
        ("disc.replied", "03-20 09:00"),
    ],
    "d-late": [  # twenty working days end on the 31st
        ("disc.requested", "03-03 09:00"),
        ("disc.received", "03-03 10:00"),
        ("disc.replied", "04-10 09:00"),
    ],
    "d-taken-back": [
        ("disc.requested", "03-04 09:00"),
        ("disc.received", "03-04 10:00"),
        ("disc.abandoned", "03-05 09:00"),
    ],
    "p-published": [("disc.changed", "03-02 09:00"), ("disc.published", "03-05 09:00")],
    "p-unpublished": [("disc.changed", "03-03 09:00")],
    "i-filed-and-registered": [
        ("insp.filed", "03-02 09:00"),
        ("insp.checked_in", "03-03 09:00"),
        ("insp.finished", "03-03 11:00"),
    ],
    "i-filed": [("insp.filed", "03-04 09:00"), ("insp.finished", "03-04 11:00")],
    "i-registered": [("insp.checked_in", "03-05 09:00"), ("insp.finished", "03-05 11:00")],
}

ON_PAPER: dict[str, tuple[int | None, int | None]] = {
    # 12 approvals of March, 8 complaints, 2 consultations, 3 requests
    "applied": (25, None),
    # 9 approvals of March, 6 complaints, 3 requests, 2 pieces of information, 2 filed inspections
    "accepted": (22, None),
    # 8 approvals, 3 complaints, 1 consultation, 1 request, 1 piece of information, 3 inspections
    "decided": (17, None),
    "open": (1, None),
    "promise_kept": (6, 8),
    "statute_kept": (7, 8),
    "early": (5, 8),  # 0 of 5, 6 of 8, 0 of 8, 4 of 5, 9 of 20; five of five is not early
    "mean_days": (0 + 5 + 6 + 11 + 6 + 0 + 4 + 9, 8),
    "speed_up": (135 - 41, 135),  # 10 each of five food licences, 20 each of two, 45
    "compression": (135 - 61, 135),  # promised: 5 each of five, 8 each of two, 20
    "on_the_spot": (1, 8),
    "suspended": (2, 8),
    "suspended_days": (5 + 4, 41 + 5 + 4),
    "delivered": (6, 8),
    "told_once": (1, 2),
    "supplemented": (2, 9),
    "supplements": (3, 2),
    "refused": (4, 12),
    "refused_filed": (2, 4),  # who files in the afternoon of the return has not filed before it
    "revoked": (1, 7),
    "online": (4, 12),
    "joint_opined": (2, 2),
    "joint_members": (1, 2),
    "complaints_accepted": (5, 6),
    "complaints_closed": (4, 5),
    "complaints_kept": (3, 5),
    "complaints_satisfied": (1, 2),
    "hotline_closed": (1, 2),
    "monitor_points": (1, 2),
    "interaction": (1, 2),
    "disclosure_kept": (1, 2),
    "published": (1, 2),
    "inspections_registered": (2, 3),
    "inspections_filed": (2, 3),
    "satisfied": (2, 4),
    "rated": (4, 8),
    "bad_mended": (1, 2),
    "complete": (8, 8),
    "closed_of_due": (9, 10),
}


def instant(text: str) -> int:
    return micros(datetime.strptime(f"2026-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=ZONE))


def facts() -> Iterator[tuple[str, Fact]]:
    """Yield every event of the month as its case and fact, in the order in which they happened."""
    told = []
    cases = {**APPROVALS, **{name: (None, story) for name, story in OTHERS.items()}}
    for name, (item, story) in cases.items():
        agency = item[:18] if item else "11990100MB0000019L"
        for place, (kind, when, *said) in enumerate(story):
            at = instant(when)
            fact = Fact(
                id=f"{name}-{place}",
                source="urn:a",
                type=kind,
                at=at,
                stamp=at,
                item=item,
                agency=agency,
                region=REGION,
                data=said[0] if said else {},
            )
            told.append((f"{agency}/{name}", fact))
    yield from sorted(told, key=lambda each: each[1].at)


def sent(case: str, fact: Fact) -> dict[str, Any]:
    """Return the fact as the archive keeps it."""
    time = datetime.fromtimestamp(fact.at / 1_000_000, ZONE).isoformat()
    told = {"id": fact.id, "source": fact.source, "type": fact.type, "subject": case.partition("/")[2], "time": time}
    return told | {"casekey": case, "agency": fact.agency, "region": fact.region, "data": fact.data}


@pytest.fixture
def sums(sink: LedgerWriter, record: Callable[..., Record], connection: Connection) -> Any:
    engine = Engine(load_rulebook(), now=0)
    for offset, (case, fact) in enumerate(facts()):
        engine.advance(fact.at)
        engine.fold(case, fact, offset)
    engine.advance(instant(LOOKED_AT))
    sink.write([record("case-facts", each) for each in engine.take(1).facts])
    EventWriter(connection).write([record("case-events", sent(case, fact)) for case, fact in facts()])
    build = cells.count(connection, MARCH, shipped(), ZONE)
    return cells.totals(connection, Scope.everything(), Wanted(), {build.month: build.build}, shipped())[()]


def test_every_figure_of_a_month_is_the_one_counted_on_paper(sums: Any) -> None:
    found = {each.id: figure(each, sums) for each in shipped().indicators if each.id in ON_PAPER}

    assert {ident: (each.numerator, each.denominator) for ident, each in found.items()} == ON_PAPER


def test_the_days_are_spread_as_they_were_on_paper(sums: Any) -> None:
    spread = {each.id: figure(each, sums).value for each in shipped().indicators if each.form == "quantile"}

    assert spread == {"median_days": 5, "p95_days": 11}  # 0, 0, 4, 5, 6, 6, 9, 11


def test_what_came_in_is_found_again(sums: Any) -> None:
    balance = balance_of(sums)

    assert (balance.carried_in, balance.taken_in, balance.closed, balance.carried_out) == (1, 9, 9, 1)
    assert gate(sums).reasons == ["有承诺时限的办结 8 件，不足 30 件"]
