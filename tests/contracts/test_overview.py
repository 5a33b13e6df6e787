"""The numbers of the first page, against the same numbers counted in Python."""

import random
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from mingjing.services.archive.event_writer import EventWriter
from mingjing.services.ledger import Ledger, Scope
from mingjing.services.ledger.connection import Connection
from mingjing.services.ledger.port import LevelCounts, OnTime
from mingjing.services.sink.source import Record
from mingjing.services.sink.writers import LedgerWriter

ZONE = ZoneInfo("Asia/Shanghai")
TODAY = date(2026, 3, 31)
MIDNIGHT = datetime(2026, 3, 31, tzinfo=ZONE)
AGENCIES = {"A": "330106000000", "B": "330203000000", "C": "340100000000"}
STATES = ("applied", "accepted", "suspended", "decided", "delivered", "abandoned", "not_accepted", "returned")

Make = Callable[..., dict[str, Any]]
Send = Callable[..., Record]
Rows = list[dict[str, Any]]


@pytest.fixture
def month(sink: LedgerWriter, record: Send, card: Make, case: Make, letter: Make) -> tuple[Rows, Rows, Rows]:
    """Write a month of cards, cases and letters, each card in two revisions, and return the last of each."""
    dice = random.Random(11)  # noqa: S311  # seeded dice, not secrets
    firsts, cards, cases = [], [], []
    for n in range(300):
        agency = dice.choice(list(AGENCIES))
        made = {
            "agency": agency,
            "region": AGENCIES[agency],
            "rule": dice.choice(["TL-04", "SQ-01"]),
            "violated_at": _sometime(dice),
            "issued_at": _sometime(dice),
        }
        firsts.append(card(f"c{n}", (n, 1, 1), level="hint", **made))
        level = dice.choice(["hint", "warning", "yellow", "red"])
        status = dice.choice(["standing", "cleared", "withdrawn"])
        cards.append(card(f"c{n}", (n, 1, 2), level=level, status=status, **made))
    for n in range(200):
        agency, state = dice.choice(list(AGENCIES)), dice.choice(STATES)
        decided = _sometime(dice) if state in {"decided", "delivered"} else None
        clocks = [{"rule": "TL-04", "level": dice.choice([None, "warning", "yellow", "red"])} for _ in range(2)]
        made = {"agency": agency, "region": AGENCIES[agency], "state": state, "decided_at": decided, "clocks": clocks}
        cases.append(case(f"n{n}", accepted_at=_sometime(dice), last_event_at=_sometime(dice), **made))
    letters = [letter(f"l{n}", n, agency=dice.choice([*AGENCIES, None])) for n in range(40)]
    for batch in (firsts, cards):
        sink.write([record("cards", each) for each in batch])
    sink.write([record("case-facts", each) for each in cases])
    sink.write([record("dead-letters", each) for each in letters])
    return cards, cases, letters


@pytest.mark.parametrize(
    ("scope", "agencies"),
    [(Scope.everything(), {"A", "B", "C"}), (Scope.of_region("33"), {"A", "B"}), (Scope.of_agency("C"), {"C"})],
)
def test_the_numbers_are_those_counted_by_hand(
    ledger: Ledger, month: tuple[Rows, Rows, Rows], scope: Scope, agencies: set[str]
) -> None:
    cards, cases, letters = month
    cards = [each for each in cards if each["agency"] in agencies]
    cases = [each for each in cases if each["agency"] in agencies]
    held = [each for each in cards if each["status"] != "withdrawn"]

    numbers = ledger.overview(scope, 30, TODAY, ZONE)

    assert numbers.open == sum(each["state"] in {"applied", "accepted", "suspended"} for each in cases)
    assert numbers.suspended == sum(each["state"] == "suspended" for each in cases)
    assert numbers.accepted_today == sum(_day(each["accepted_at"]) == TODAY for each in cases)
    assert numbers.decided_today == sum(_day(each["decided_at"]) == TODAY for each in cases)
    assert numbers.cards == _levels(held)
    assert numbers.cards_today == _levels(each for each in held if _day(each["issued_at"]) == TODAY)
    assert numbers.standing == _levels(each for each in cards if each["status"] == "standing")
    assert numbers.withdrawn == len(cards) - len(held)
    assert numbers.on_time == _on_time(cases)
    if scope == Scope.everything():
        assert numbers.dead_letters == len(letters)
    for day in numbers.trend:
        counted = _levels(each for each in held if _day(each["violated_at"]) == day.date)
        assert (day.warning, day.yellow, day.red) == (counted.warning, counted.yellow, counted.red)
    assert [day.date for day in numbers.trend] == [TODAY - timedelta(days=n) for n in range(29, -1, -1)]
    for agency in numbers.agencies:
        counted = _levels(each for each in held if each["agency"] == agency.agency)
        mine = [each for each in cases if each["agency"] == agency.agency]
        assert (agency.warning, agency.yellow, agency.red) == (counted.warning, counted.yellow, counted.red)
        assert (agency.on_time, agency.decided) == (_on_time(mine).numerator, _on_time(mine).denominator)
        assert datetime.fromisoformat(str(agency.last_event_at)) == max(
            datetime.fromisoformat(each["last_event_at"]) for each in mine
        )
        assert agency.region == AGENCIES[agency.agency]
    assert {each.agency for each in numbers.agencies} == agencies
    for rule in numbers.rules:
        counted = _levels(each for each in held if each["rule"] == rule.rule)
        assert (rule.warning, rule.yellow, rule.red) == (counted.warning, counted.yellow, counted.red)


def test_an_empty_ledger_has_empty_numbers(ledger: Ledger) -> None:
    numbers = ledger.overview(Scope.everything(), 7, TODAY, ZONE)

    assert (numbers.open, numbers.cards, numbers.on_time) == (0, LevelCounts(), OnTime(0, 0))
    assert (numbers.agencies, numbers.rules, numbers.feeds) == ([], [], [])
    assert len(numbers.trend) == 7


def test_a_feed_is_what_a_source_sent_and_what_of_it_was_refused(
    ledger: Ledger, connection: Connection, sink: LedgerWriter, record: Send, letter: Make
) -> None:
    def sent(ident: str, source: str, time: str, kind: str = "case.accepted") -> Record:
        event = {"id": ident, "source": source, "type": kind, "subject": "s", "time": time, "agency": "A"}
        return record("case-events", event | {"ingestedtime": "2026-03-31T10:00:00+08:00"})

    batch = [
        sent("1", "urn:a", "2026-03-30T10:00:00+08:00"),
        sent("2", "urn:a", "2026-03-31T09:00:00+08:00"),
        sent("3", "urn:a", "2099-01-01T00:00:00+08:00"),
        sent("4", "urn:a", "2026-03-31T09:30:00+08:00", "clock.tick"),
    ]
    writer = EventWriter(connection)
    writer.write(batch)
    writer.write(batch)
    sink.write([record("dead-letters", letter(f"l{n}", n, agency="A", source="urn:a")) for n in range(2)])
    sink.write([record("dead-letters", letter("l9", 9, agency="A", source=None, topic="ingest.A"))])

    by_topic, by_source = ledger.overview(Scope.everything(), 30, TODAY, ZONE).feeds

    assert (by_topic.source, by_topic.events, by_topic.dead_letters) == ("ingest.A", 0, 1)
    assert (by_source.source, by_source.events, by_source.dead_letters) == ("urn:a", 3, 2)
    assert by_source.last_event_at == "2026-03-31T09:00:00+08:00"


def _sometime(dice: random.Random) -> str:
    return (MIDNIGHT + timedelta(minutes=dice.randrange(-40 * 1440, 2 * 1440))).isoformat()


def _day(instant: str | None) -> date | None:
    return datetime.fromisoformat(instant).astimezone(ZONE).date() if instant else None


def _levels(cards: Iterable[dict[str, Any]]) -> LevelCounts:
    counted = Counter(each["level"] for each in cards)
    return LevelCounts(counted["hint"], counted["warning"], counted["yellow"], counted["red"])


def _on_time(cases: Rows) -> OnTime:
    decided = [each for each in cases if each["decided_at"]]
    late = [each for each in decided if {"yellow", "red"} & {clock["level"] for clock in each["clocks"]}]
    return OnTime(len(decided) - len(late), len(decided))
