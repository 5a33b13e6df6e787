"""A month with something in it for every source that reports count from, as the topics carry it."""

import random
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from mingjing.rules.view import NO_OUTAGES
from mingjing.services.archive.event_writer import EventWriter
from mingjing.services.ledger.connection import Connection
from mingjing.services.reports.downtime import declared
from mingjing.services.reports.indicators import Source
from mingjing.services.reports.period import Month
from mingjing.services.reports.sources import ROWS
from mingjing.services.sink.source import Record
from mingjing.services.sink.stage_writer import StageWriter
from mingjing.services.sink.writers import CardWriter, CaseWriter, LedgerWriter, LetterWriter

ZONE = ZoneInfo("Asia/Shanghai")
BEGIN = datetime(2026, 3, 1, tzinfo=ZONE)
AGENCIES = {"A": "330106001001", "B": "330203000000"}
TYPES = (
    *("case.applied", "case.accepted", "case.decided", "case.supp_noticed", "clock.suspended", "joint.dispatched"),
    *("cmp.received", "cmp.accepted", "consult.asked", "consult.replied", "disc.changed", "reject.filed"),
    *("insp.finished", "fee.charged", "step.completed"),
)
LIMITS = ("DLV-01/limit", "JNT-02/limit#M1", "JNT-02/limit#M2", "CMP-02/limit", "DSC-05/limit", "SAT-01/limit")
FACTS = {
    "task.met": {"hours": 2},
    "task.studied": {"days": 1.5},
    "task.visited": {"manner": "covert", "found": True},
    "cmp.received": {"category": "attitude"},
    "act.imposed": {"measure": "talk"},
    "disc.item_published": {"place": "window", "grounds": "许可法"},
    "bizdec.evaluated": {"result": "kept"},
    "task.reviewed": {},
}
JUDGED = "('card.upheld', 'card.revoked', 'card.lowered', 'card.exempted')"
CASES = "91330100MA2XXXXX01/n"
"""What the keys of the cases that are told begin with; a number follows."""
STEPS = ("appealed", "upheld", "revoked", "lowered", "supervised", "returned", "rectified", "closed")

Make = Callable[..., dict[str, Any]]
Send = Callable[..., Record]


def laid_out(connection: Connection, source: Source, types: str = "''") -> str:
    """Lay aside the keys that the rows of a source are chosen by, and return where its rows of March 2026 are."""
    begin, end = Month(2026, 3).bounds(ZONE)
    asked = {"begin": begin, "end": end, "judged": JUDGED, "zone": ZONE.key, "types": types}
    asked["down"] = declared(NO_OUTAGES, begin, end)
    for statement in ROWS[source].laying(asked):
        connection.command(statement)
    return ROWS[source].table.format(**asked)


def writer_of(connection: Connection) -> LedgerWriter:
    """Return a writer of every topic that reports are counted from."""
    return LedgerWriter(
        connection,
        {
            "case-facts": CaseWriter(connection),
            "cards": CardWriter(connection),
            "card-stages": StageWriter(connection),
            "dead-letters": LetterWriter(connection),
            "case-events": EventWriter(connection),
        },
    )


def at(dice: random.Random) -> str:
    """Return some instant of the month or a little before or after; many fall on the same one."""
    return (BEGIN + timedelta(hours=6 * dice.randrange(-20, 4 * 40))).isoformat()


def place(dice: random.Random) -> dict[str, str]:
    agency = dice.choice(sorted(AGENCIES))
    return {"agency": agency, "region": AGENCIES[agency], "item": dice.choice(["I1", "I2"])}


def told_case(case: Make, number: int, dice: random.Random) -> dict[str, Any]:
    applied, accepted, decided = sorted(at(dice) for _ in range(3))
    ended = dice.random() < 0.7
    limit = {"unit": "wd", "days": 10, "due_at": at(dice), "used": dice.randrange(12), "paused": dice.randrange(3)}
    types = {name: dice.randrange(1, 3) for name in TYPES if dice.random() < 0.5}
    ending = {"decided_at": decided, "ended_at": decided} if ended else {}
    return case(
        f"n{number}",
        (number, 1, 1),
        **place(dice),
        state=dice.choice(["decided", "not_accepted", "returned"]) if ended else "accepted",
        applied_at=applied,
        accepted_at=accepted,
        decided_at=ending.get("decided_at"),
        figures={
            "kind": "licence",
            "post": dice.choice(["审查", "窗口"]),
            "window": dice.choice(["1", "2"]),
            "channel": dice.choice(["online", "window", "hotline"]),
            "result": dice.choice(["granted", "denied"]),
            "served": dice.choice(["", "booked"]),
            "place": dice.choice(["centre", "own"]),
            "types": types,
            "score": dice.randrange(6),
            "satisfied": dice.choice([None, True, False]),
            "kept": [each for each in LIMITS if dice.random() < 0.4],
            "promised": limit,
            "statutory": limit,
            "broken": [each for each in LIMITS if dice.random() < 0.2],
            "ended_at": ending.get("ended_at"),
        },
    )


def events(dice: random.Random) -> Iterator[dict[str, Any]]:
    """Yield facts, filings, tasks, errands and steps; a fifth of the ids is said again, of another content."""
    kinds = [(kind, data, CASES) for kind, data in FACTS.items()] * 6
    kinds += [("reject.filed", {}, "case/"), ("case.returned", {}, "case/")] * 30
    for number, (kind, data, family) in enumerate(kinds):
        yield {"id": f"f{number}", "type": kind, "casekey": f"{family}{number // 2}", "data": data}
    for number in range(40):  # the cases that `told_case` tells of
        for kind in dice.sample(["reject.filed", "case.returned"], 2):
            yield {"id": f"{number}-{kind}", "type": kind, "casekey": f"{CASES}{number}"}
        task, due = dice.choice(["audit", "press", "milestone", "review"]), f"2026-03-{10 + number % 20}"
        yield {
            "id": f"t{number}",
            "type": "task.assigned",
            "casekey": f"t/{number}",
            "data": {"kind": task, "due_on": due},
        }
        yield {"id": f"u{number}", "type": "task.done", "casekey": f"t/{number}"}
        whom = {"intermediary": dice.choice("甲乙")}
        yield {"id": f"v{number}", "type": "intermediary.engaged", "casekey": f"{CASES}{number // 2}", "data": whom}
        yield {"id": f"w{number}", "type": "intermediary.delivered", "casekey": f"{CASES}{number // 2}", "data": whom}
        step = {"type": f"card.{dice.choice(STEPS)}", "source": "urn:mingjing:desk", "data": {"due": due}}
        yield {"id": f"s{number}", "casekey": f"{CASES}{number // 5}#{number // 5:032x}", **step}


@pytest.fixture
def every_source(record: Send, case: Make, card: Make, stage: Make, letter: Make) -> list[Record]:
    """The records of a month, in which an id is at times said again, elsewhere, at the same instant."""
    dice = random.Random(11)  # noqa: S311  # seeded dice, not secrets
    made = [record("case-facts", told_case(case, number, dice)) for number in range(80)]
    for number in range(60):
        levels = {
            "level": dice.choice(["hint", "warning", "yellow", "red"]),
            "status": dice.choice(["standing", "cleared", "withdrawn"]),
        }
        held = {
            "rule": dice.choice(["TL-04", "SEQ-11"]),
            "post": dice.choice(["审查", "窗口"]),
            **levels,
            **place(dice),
        }
        held["case_key"] = f"{CASES}{number}" if number % 7 else "across/FRQ-01/1"
        made.append(record("cards", card(f"{number:032x}", (number, 1, 1), violated_at=at(dice), **held)))
        if number % 3 == 0:
            made.append(record("card-stages", stage(f"{number:032x}", shown=dice.choice([None, "warning"]))))
    for number in range(20):
        said = {"agency": dice.choice("AB"), "received_at": at(dice)}
        made.append(record("dead-letters", letter(f"l{number}", number, **said)))
    repeated = []
    for event in events(dice):
        shape = {"source": "urn:a", "subject": "s", "data": {}, "ingestedtime": "2026-04-02T00:00:00+08:00"}
        said = {**shape, "time": at(dice), "post": dice.choice(["审查", "窗口"]), **place(dice), **event}
        made.append(record("case-events", said))
        if dice.random() < 0.2:
            repeated.append(said | place(dice) | {"post": "别处"})
    return [*made, *(record("case-events", each) for each in repeated)]
