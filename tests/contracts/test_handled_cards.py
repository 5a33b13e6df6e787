"""Figures of what people did with cards, and of members of joint approvals, against the same counted by hand."""

import random
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from mingjing.services.archive.event_writer import EventWriter
from mingjing.services.ledger import Scope
from mingjing.services.ledger.connection import Connection
from mingjing.services.reports import cells
from mingjing.services.reports.cells import Wanted
from mingjing.services.reports.figure import figure
from mingjing.services.reports.indicators import shipped
from mingjing.services.reports.period import Month
from mingjing.services.sink.source import Record
from mingjing.services.sink.writers import LedgerWriter

ZONE = ZoneInfo("Asia/Shanghai")
MARCH = Month(2026, 3)

Make = Callable[..., dict[str, Any]]
Send = Callable[..., Record]
Step = Callable[..., Record]


@pytest.fixture
def step(record: Send) -> Step:
    """Make the event of a person's step with a card."""

    def made(card: int, kind: str, time: str, agency: str = "A", **data: str) -> Record:
        event = {
            "id": f"{card}-{kind}-{time}",
            "source": "urn:mingjing:desk",
            "type": f"card.{kind}",
            "subject": str(card),
            "casekey": f"9133/1#{card:032x}",
            "time": f"{time}:00+08:00",
            "ingestedtime": f"{time}:01+08:00",
            "agency": agency,
            "data": data,
        }
        return record("case-events", event)

    return made


def counted(connection: Connection, *by: str) -> dict[tuple[str, ...], Any]:
    build = cells.count(connection, MARCH, shipped(), ZONE)
    return cells.totals(connection, Scope.everything(), Wanted(), {MARCH.number: build.build}, shipped(), by=by)


def shares(sums: Any, ident: str) -> tuple[Any, Any]:
    indicator = shipped().indicator(ident)
    assert indicator is not None
    found = figure(indicator, sums)
    return found.numerator, found.denominator


def test_an_appeal_is_counted_when_it_is_judged_and_upheld_when_the_card_goes_or_falls(
    connection: Connection, step: Step
) -> None:
    steps = [
        *(step(1, "appealed", "2026-02-27T09:00"), step(1, "revoked", "2026-03-02T09:00")),
        *(step(2, "appealed", "2026-03-03T09:00"), step(2, "upheld", "2026-03-05T09:00")),
        *(step(3, "appealed", "2026-03-03T09:00"), step(3, "lowered", "2026-03-06T09:00", level="warning")),
        *(step(4, "appealed", "2026-03-30T09:00"), step(4, "exempted", "2026-04-02T09:00")),  # judged in April
        *(step(5, "explained", "2026-03-03T09:00"), step(5, "upheld", "2026-03-05T09:00")),  # no appeal
        step(6, "appealed", "2026-03-03T09:00"),  # nobody has judged it
    ]
    EventWriter(connection).write(steps)

    assert shares(counted(connection)[()], "appeals_upheld") == (2, 3)


def test_what_was_put_right_by_the_day_it_was_due_and_closed_is_rectified(connection: Connection, step: Step) -> None:
    steps = [
        *(step(1, "supervised", "2026-03-02T09:00", due="2026-03-10"), step(1, "rectified", "2026-03-10T17:00")),
        step(1, "closed", "2026-03-20T09:00"),
        *(step(2, "supervised", "2026-03-02T09:00", due="2026-03-10"), step(2, "rectified", "2026-03-11T00:00")),
        step(2, "closed", "2026-03-20T09:00"),
        *(step(3, "supervised", "2026-03-02T09:00", due="2026-03-31"), step(3, "rectified", "2026-03-09T09:00")),
        *(step(4, "supervised", "2026-03-02T09:00", due="2026-03-10"), step(4, "rectified", "2026-03-09T09:00")),
        *(step(4, "returned", "2026-03-11T09:00", due="2026-03-20"), step(4, "rectified", "2026-03-19T09:00")),
        step(4, "closed", "2026-03-25T09:00"),
        step(5, "supervised", "2026-03-02T09:00", due="2026-03-30"),
    ]
    EventWriter(connection).write(steps)

    # 1 and 4 in time; 2 a day late; 5 never; the day of 3 ends with the first instant of April.
    assert shares(counted(connection)[()], "rectified") == (2, 4)


def test_the_cells_of_handled_cards_are_those_that_python_counts(connection: Connection, step: Step) -> None:
    dice = random.Random(9)  # noqa: S311  # seeded dice, not secrets
    steps, judged, upheld = [], dict.fromkeys("AB", 0), dict.fromkeys("AB", 0)
    for card in range(200):
        agency = dice.choice("AB")
        at = datetime(2026, 2, 10) + timedelta(hours=dice.randrange(24 * 70))  # noqa: DTZ001  # written with an offset
        appealed = dice.random() < 0.6
        outcome = dice.choice(["upheld", "revoked", "lowered", "exempted", None])
        if appealed:
            steps.append(step(card, "appealed", at.isoformat(timespec="minutes"), agency))
        if outcome is not None:
            at += timedelta(days=dice.randrange(5))
            steps.append(step(card, outcome, at.isoformat(timespec="minutes"), agency))
            if appealed and at.date().replace(day=1) == date(2026, 3, 1):
                judged[agency] += 1
                upheld[agency] += outcome != "upheld"
    EventWriter(connection).write([*steps, *steps[:50]])

    found = counted(connection, "agency")

    assert {agency: shares(found[agency,], "appeals_upheld") for agency in "AB"} == {
        agency: (upheld[agency], judged[agency]) for agency in "AB"
    }


def test_a_card_counts_at_the_level_it_shows(
    connection: Connection, sink: LedgerWriter, record: Send, card: Make, stage: Make
) -> None:
    at = {"violated_at": "2026-03-12T00:00:00+08:00"}
    sink.write([record("cards", card(f"c{n}", (n, 1, 1), level="red", **at)) for n in range(6)])
    shown = {"c1": ("revoked", None), "c2": ("lowered", "yellow"), "c3": ("pending", None), "c4": ("upheld", "red")}
    sink.write(
        [
            record("card-stages", stage(ident, (n, 1, 0), stage=name, shown=level))
            for n, (ident, (name, level)) in enumerate(shown.items())
        ]
    )

    found = counted(connection)[()]

    assert {name: found[name][""] for name in ("yellows", "reds")} == {"yellows": 1, "reds": 3}


def test_each_member_of_a_joint_approval_is_counted_by_itself(
    connection: Connection, sink: LedgerWriter, record: Send, case: Make
) -> None:
    at = "2026-03-20T10:00:00+08:00"
    limits = [
        (["JNT-02/limit#M1", "JNT-02/limit#M2", "TL-04/promised"], []),
        (["JNT-02/limit#M1"], ["JNT-02/limit#M2"]),
        ([], ["JNT-02/limit#M1", "JNT-02/limit#M1"]),  # asked twice, late twice
    ]
    for n, (kept, broken) in enumerate(limits):
        figures = {"kind": "licence", "ended_at": at, "kept": kept, "broken": broken}
        figures["types"] = {"case.accepted": 1, "joint.dispatched": 2}
        sink.write([record("case-facts", case(f"n{n}", (n, 1, 1), state="decided", decided_at=at, figures=figures))])

    found = counted(connection)[()]

    assert shares(found, "joint_members") == (3, 6)
    assert found["joint_by_member"] == {"kept/M1": 2, "broken/M1": 2, "kept/M2": 1, "broken/M2": 1}


def test_what_was_published_as_often_as_it_changed_is_public(
    connection: Connection, sink: LedgerWriter, record: Send, case: Make
) -> None:
    counts = [{"disc.changed": 1, "disc.published": 1}, {"disc.changed": 2, "disc.published": 1}, {"disc.changed": 1}]
    at = "2026-03-06T10:00:00+08:00"
    sink.write(
        [
            record("case-facts", case(f"n{n}", (n, 1, 1), accepted_at=at, figures={"types": types}))
            for n, types in enumerate(counts)
        ]
    )

    assert shares(counted(connection)[()], "published") == (1, 3)


def test_a_licence_that_was_revoked_counts_in_the_month_in_which_it_was_given(
    connection: Connection, sink: LedgerWriter, record: Send, case: Make
) -> None:
    at = "2026-03-20T10:00:00+08:00"
    told = [({"case.decided": 1, "case.revoked": 1}, "granted"), ({"case.decided": 1}, "granted"), ({}, "denied")]
    for n, (types, result) in enumerate(told):
        figures = {"result": result, "types": types | {"case.accepted": 1}}
        sink.write([record("case-facts", case(f"n{n}", (n, 1, 1), state="decided", decided_at=at, figures=figures))])

    assert shares(counted(connection)[()], "revoked") == (1, 2)


def test_nothing_is_awaited_any_more() -> None:
    assert [each.id for each in shipped().indicators if each.awaits] == []
