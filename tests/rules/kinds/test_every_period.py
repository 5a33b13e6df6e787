"""Silence by the calendar, against periods counted one day after the other."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mingjing.rules.card import Card
from mingjing.rules.events import VOIDED, Fact
from mingjing.rules.rulebook import Rulebook
from mingjing.rules.together import Together
from mingjing.rules.zone import HOUR

RULE = "  - {id: S, kind: silence, of: event, by: agency, PER, cards: {hint: silent}}\n"
Done = Callable[..., list[Card]]


@pytest.fixture
def done(book: Callable[..., Rulebook], told: Callable[..., Fact], at: Callable[[str], int]) -> Done:
    """Return the last state of each card after events at these times, each a case of agency A, up to `now`."""

    def judge(per: str, times: list[str], now: str, *, order: int = 1, **ground: object) -> list[Card]:
        engine = Together(book(RULE.replace("PER", per), **ground), now=0)
        for number, when in list(enumerate(times))[::order]:
            engine.fold(f"a/{number}", told(when, "event", id=str(number), agency="A"), number)
        return _last(engine, at(now))

    return judge


def _last(engine: Together, now: int) -> list[Card]:
    while (wake := engine.next_wake) is not None and wake <= now:
        engine.advance(max(wake, engine.now + 1))
    engine.advance(now)
    cards = {card.card_id: card for card in engine.take().cards}
    return [card for card in cards.values() if card.status != "withdrawn"]


def test_a_quarter_without_any_is_found_an_hour_after_its_end(done: Done) -> None:
    assert not done("per: quarter", ["2026-03-31 23:59:59"], "2026-07-01 00:59")
    (card,) = done("per: quarter", ["2026-03-31 23:59:59"], "2026-07-01 01:00")

    assert (card.case_key, card.occurrence, card.violated_at) == (
        "across/S/A",
        "per|2026-04-01",
        "2026-07-01T00:00:00+08:00",
    )
    assert card.explain["sentences"]["zh"] == [
        "A：每季度应有 1 次。",
        "自 4 月 1 日 00:00 至 7 月 1 日 00:00 共 0 次。",
        "最近一次是 3 月 31 日 23:59。",
    ]


def test_what_comes_after_the_quarter_does_not_mend_it(done: Done) -> None:
    (card,) = done("per: quarter", ["2026-03-31 10:00", "2026-07-01 00:00"], "2026-07-02 00:00")

    assert card.status == "standing"


def test_the_first_and_the_last_instant_of_a_quarter_are_in_it(done: Done) -> None:
    assert not done("per: quarter", ["2026-01-31 10:00", "2026-04-01 00:00", "2026-09-30 23:59:59"], "2026-10-02 00:00")


def test_so_many_are_owed_in_a_year_whenever_they_come(done: Done) -> None:
    twice = "per: year, at_least: 2"

    assert not done(twice, ["2024-06-01 10:00", "2025-12-31 10:00", "2025-12-31 10:30"], "2026-02-01 00:00")
    (card,) = done(twice, ["2024-06-01 10:00", "2025-12-31 10:00"], "2026-02-01 00:00")
    assert (card.violated_at[:10], card.explain["heard"]) == ("2026-01-01", ["2025-12-31T10:00:00+08:00"])


def test_every_month_of_silence_is_a_card_of_its_own(done: Done) -> None:
    cards = done("per: month", ["2026-01-20 10:00"], "2026-05-01 00:00")

    assert [card.violated_at[:10] for card in cards] == ["2026-03-01", "2026-04-01"]


def test_what_was_taken_back_was_not_done(
    book: Callable[..., Rulebook], told: Callable[..., Fact], at: Callable[[str], int]
) -> None:
    engine = Together(book(RULE.replace("PER", "per: month")), now=0)
    engine.fold("a/0", told("2026-01-20 10:00", "event", id="0", agency="A"), 0)
    engine.fold("a/1", told("2026-02-20 10:00", "event", id="1", agency="A"), 1)
    engine.fold("a/1", told("2026-02-20 11:00", VOIDED, id="2", corrects="1", agency="A"), 2)

    assert [card.violated_at[:10] for card in _last(engine, at("2026-03-02 00:00"))] == ["2026-03-01"]


def test_what_comes_late_takes_the_card_back(
    book: Callable[..., Rulebook], told: Callable[..., Fact], at: Callable[[str], int]
) -> None:
    engine = Together(book(RULE.replace("PER", "per: month")), now=0)
    engine.fold("a/0", told("2026-01-20 10:00", "event", id="0", agency="A"), 0)
    assert _last(engine, at("2026-03-02 00:00"))
    engine.fold("a/1", told("2026-02-20 10:00", "event", stamp="2026-03-02 10:00", id="1", agency="A"), 1)

    (card,) = {card.card_id: card for card in engine.take().cards}.values()
    assert card.status == "withdrawn"


def test_a_source_that_may_be_late_is_waited_for(done: Done) -> None:
    delays = {"urn:test": 24 * HOUR}

    assert not done("per: month", ["2026-01-20 10:00"], "2026-03-02 00:59", delays=delays)
    assert done("per: month", ["2026-01-20 10:00"], "2026-03-02 01:00", delays=delays)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.integers(0, 400), min_size=1, max_size=10),
    st.sampled_from([("month", tuple(range(1, 13))), ("quarter", (1, 4, 7, 10)), ("year", (1,))]),
    st.integers(1, 3),
    st.sampled_from([1, -1]),
)
def test_walking_day_by_day_finds_the_same_periods(
    done: Done, days: list[int], per: tuple[str, tuple[int, ...]], least: int, order: int
) -> None:
    begin = date(2025, 2, 10)
    told = sorted(begin + timedelta(days=each) for each in days)
    found = done(f"per: {per[0]}, at_least: {least}", [f"{day} 12:00" for day in told], "2026-12-02", order=order)

    by_hand, day, times, first = [], told[0], 0, True
    while day < date(2026, 12, 1):
        times += told.count(day)
        day += timedelta(days=1)
        if day.day == 1 and day.month in per[1]:
            if times < least and not first:
                by_hand.append(day.isoformat())
            times, first = 0, False
    assert sorted(card.violated_at[:10] for card in found) == by_hand
