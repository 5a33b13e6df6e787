"""The sliding window against counting by hand."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from mingjing.rules.events import Fact
from mingjing.rules.kinds.window import Counted, Reached, reaching

LASTS = 10
"""How long an event counts, in the instants of these tests."""


def event(number: int, at: int, value: str = "x", **more: Any) -> Counted:
    fact = Fact(id=str(number), source="s", type="T", at=at, stamp=at)
    return Counted(fact, "T", f"case-{number}", value, **more)


def events(*instants: int) -> list[Counted]:
    return [event(number, at) for number, at in enumerate(instants)]


def reached(told: list[Counted], least: int = 3, **more: bool) -> list[Reached]:
    kinds = {"distinct": False, "led": False, "anew": False} | more
    return list(reaching(told, lambda fact: fact.at + LASTS, lambda _: least, **kinds))


def instants(told: list[Counted], least: int = 3, **more: bool) -> list[int]:
    return [each.counted[-1].fact.at for each in reached(told, least, **more)]


def test_the_event_that_reaches_the_number_is_the_finding() -> None:
    assert instants(events(0, 1, 2)) == [2]


def test_an_event_counts_until_the_instant_at_which_it_expires() -> None:
    assert instants(events(0, 1, LASTS - 1)) == [LASTS - 1]
    assert instants(events(0, 1, LASTS)) == []


def test_a_run_that_stays_above_the_number_reaches_it_once() -> None:
    assert instants(events(0, 1, 2, 3, 4, 5, 6)) == [2]


def test_the_number_is_reached_again_once_the_window_has_fallen_below_it() -> None:
    assert instants(events(0, 1, 2, 20, 21, 22)) == [2, 22]


def test_anew_counts_from_nought_after_each_finding() -> None:
    assert instants(events(0, 1, 2, 3, 4, 5, 6), anew=True) == [2, 5]


def test_the_same_value_twice_is_one_value() -> None:
    told = [event(0, 0, "a"), event(1, 1, "a"), event(2, 2, "b"), event(3, 3, "b")]

    assert instants(told, 2, distinct=True) == [2]


def test_nothing_counts_before_what_must_come_first() -> None:
    told = [event(0, 0), event(1, 1, counts=False, leads=True), event(2, 2), event(3, 30)]

    assert [
        (each.counted[-1].fact.at, each.lead.fact.at if each.lead else None) for each in reached(told, 1, led=True)
    ] == [(2, 1)]


def test_an_event_does_not_lead_itself() -> None:
    assert instants([event(0, 0, leads=True), event(1, 1, leads=True)], 1, led=True) == [1]


def test_an_event_whose_number_is_not_known_reaches_nothing() -> None:
    assert (
        list(reaching(events(0, 1), lambda fact: fact.at + 10, lambda _: None, distinct=False, led=False, anew=False))
        == []
    )


@given(
    drawn=st.lists(st.tuples(st.integers(0, 60), st.sampled_from("abc")), max_size=30),
    least=st.integers(1, 4),
    distinct=st.booleans(),
)
def test_counting_every_window_by_hand_gives_the_same(
    drawn: list[tuple[int, str]], least: int, *, distinct: bool
) -> None:
    told = [event(number, at, value) for number, (at, value) in enumerate(sorted(drawn))]

    def size(place: int, upto: int) -> int:
        inside = [each for each in told[:upto] if each.fact.at + LASTS > told[place].fact.at]
        return len({each.value for each in inside}) if distinct else len(inside)

    by_hand = [place for place in range(len(told)) if size(place, place) < least <= size(place, place + 1)]

    assert [int(each.counted[-1].fact.id) for each in reached(told, least, distinct=distinct)] == by_hand
