"""What is missing while an agency is declared down is found once it has had its time to say so."""

from collections.abc import Callable, Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mingjing.rules.card import Card
from mingjing.rules.engine import Engine
from mingjing.rules.events import Fact
from mingjing.rules.rulebook import Rulebook
from mingjing.rules.under_way import arrived, arrives
from mingjing.rules.view import Outages
from mingjing.rules.zone import HOUR

RULES = """
  - {id: T, kind: time-limit, start: a, stop: s, limit: 24h, cards: {warning: 2h before, yellow: past}}
  - {id: E, kind: time-limit, start: {event: a, which: each}, stop: s, limit: 24h, cards: {yellow: past}}
  - {id: C, kind: condition, at: a, after: {later: s}, settle: 24h, when: 'later.size() == 0', cards: {yellow: broken}}
  - {id: Q, kind: sequence, step: b, requires: r, settle: 1h, cards: {yellow: broken}}
"""
At = Callable[[str], int]
Books = Callable[..., Rulebook]
Tell = Callable[..., Fact]


def moments(count: int) -> st.SearchStrategy[list[int]]:
    return st.lists(st.integers(0, 40), min_size=count, max_size=count, unique=True).map(sorted)


stretches = (
    st.sampled_from([0, 2, 4, 6]).flatmap(moments).map(lambda ends: tuple(zip(ends[::2], ends[1::2], strict=True)))
)


@given(down=stretches, delay=st.integers(0, 9), now=st.integers(0, 60))
def test_what_has_arrived_is_what_arrives_by_then(down: Sequence[tuple[int, int]], delay: int, now: int) -> None:
    known = arrived(now, delay, down)

    assert arrives(known, delay, down) <= now < arrives(known + 1, delay, down)


@given(down=stretches, delay=st.integers(0, 9), instant=st.integers(0, 60))
def test_the_delay_is_counted_while_the_systems_work(down: Sequence[tuple[int, int]], delay: int, instant: int) -> None:
    clock, left = instant, delay
    while left or any(begins < clock < ends for begins, ends in down):
        works = not any(begins <= clock < ends for begins, ends in down)
        clock, left = clock + 1, left - works
    assert arrives(instant, delay, down) == clock


@pytest.fixture
def drawn(book: Books, told: Tell, at: At) -> Callable[..., list[tuple[str, str, str]]]:
    """Return (instant found, rule, level) of each card by `now`, agency A being down on the 3rd from 8 to 20."""

    def judge(*events: tuple[str, ...], now: str = "2026-03-05 00:00", delay: int = 0) -> list[tuple[str, str, str]]:
        outages: Outages = {"A": ((at("2026-03-03 08:00"), at("2026-03-03 20:00")),)}
        engine = Engine(book(RULES, outages=outages, delays={"urn:test": delay * HOUR}), now=at("2026-03-01"))
        cards: list[tuple[str, str, str]] = []

        def step(until: int) -> None:
            while (wake := engine.next_wake) is not None and wake <= until:
                engine.advance(max(wake, engine.now + 1))
                take()
            engine.advance(until)
            take()

        def take() -> None:
            cards.extend((_clock(engine.now), card.rule, card.level) for card in engine.take(1).cards)

        def _clock(instant: int) -> str:
            return f"{instant // HOUR - at('2026-03-01') // HOUR}h"

        for number, (when, kind, *stamp) in enumerate(events):
            fact = told(when, kind, id=str(number), agency="A", **({"stamp": stamp[0]} if stamp else {}))
            step(fact.stamp)
            engine.fold("a/1", fact, number)
            take()
        step(at(now))
        return cards

    return judge


def test_a_duty_that_runs_out_in_an_outage_is_missed_when_it_is_over(
    drawn: Callable[..., list[tuple[str, str, str]]],
) -> None:
    found = drawn(("2026-03-02 10:00", "a"))

    assert sorted(found) == [("68h", "C", "yellow"), ("68h", "E", "yellow"), ("68h", "T", "yellow")]


def test_what_was_done_in_time_and_said_after_the_outage_draws_nothing(
    drawn: Callable[..., list[tuple[str, str, str]]],
) -> None:
    assert drawn(("2026-03-02 10:00", "a"), ("2026-03-03 07:00", "s", "2026-03-03 19:59")) == []


def test_what_was_done_late_needs_no_waiting(drawn: Callable[..., list[tuple[str, str, str]]]) -> None:
    found = drawn(("2026-03-02 10:00", "a"), ("2026-03-03 12:00", "s", "2026-03-03 15:00"))

    assert {(at, rule) for at, rule, _ in found} == {("63h", "T"), ("63h", "E"), ("68h", "C")}


def test_a_delay_goes_on_after_the_outage(drawn: Callable[..., list[tuple[str, str, str]]]) -> None:
    found = drawn(("2026-03-02 05:00", "a"), delay=6)  # over at 5 on the 3rd; three hours then, three after 20

    assert ("71h", "E", "yellow") in found


def test_an_outage_that_is_over_puts_nothing_off(drawn: Callable[..., list[tuple[str, str, str]]]) -> None:
    found = drawn(("2026-03-03 21:00", "a"), ("2026-03-03 22:00", "b"), now="2026-03-06 00:00")

    assert sorted(found) == [
        ("71h", "Q", "yellow"), ("91h", "T", "warning"), ("93h", "C", "yellow"), ("93h", "E", "yellow"),
        ("93h", "T", "yellow"),
    ]  # fmt: skip


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    events=st.lists(
        st.tuples(st.integers(0, 90), st.sampled_from("aasbr"), st.integers(0, 30)), min_size=1, max_size=6
    ),
    down=stretches,
    delay=st.sampled_from([0, 3]),
    steps=st.sampled_from([1, 7, 200]),
)
def test_any_step_of_the_clock_finds_the_same(
    book: Books,
    at: At,
    events: list[tuple[int, str, int]],
    down: Sequence[tuple[int, int]],
    delay: int,
    steps: int,
) -> None:
    begin = at("2026-03-01")
    outages = {"A": tuple((begin + begins * 2 * HOUR, begin + ends * 2 * HOUR) for begins, ends in down)}
    rulebook = book(RULES, outages=outages if down else {}, delays={"urn:test": delay * HOUR})
    facts = [
        Fact(
            id=str(number),
            source="urn:test",
            type=kind,
            at=begin + when * HOUR,
            stamp=begin + (when + late) * HOUR,
            agency="A",
        )
        for number, (when, kind, late) in enumerate(events)
    ]

    def folded(order: list[Fact], step: int) -> dict[tuple[str, str], str]:
        engine = Engine(rulebook, now=begin)
        said: dict[tuple[str, str], Card] = {}
        for number, fact in enumerate(order):
            while step < 100 and engine.now + step * HOUR < fact.stamp:
                engine.advance(engine.now + step * HOUR)
            engine.advance(max(engine.now, fact.stamp))
            engine.fold("a/1", fact, number)
            said |= {(card.rule, card.occurrence): card for card in engine.take(1).cards}
        engine.advance(begin + 130 * HOUR)
        said |= {(card.rule, card.occurrence): card for card in engine.take(1).cards}
        return {key: card.digest for key, card in said.items() if card.status != "withdrawn"}

    in_order = sorted(facts, key=lambda fact: fact.stamp)
    assert folded(in_order, steps) == folded(in_order[::-1], 500)
