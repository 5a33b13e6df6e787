"""Two countings of the same words: one forwards with a window kept, one looking back at everything said before."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from mingjing.services.city import census
from mingjing.services.city.message import ZONE, Planted
from mingjing.services.city.oracle.census import SENTENCES, add_up
from mingjing.services.city.oracle.hearsay import card_said
from mingjing.services.city.words import Word, card_order

MONDAY = datetime(2026, 9, 7, 10, tzinfo=ZONE)
FAR = datetime(2027, 1, 1, tzinfo=ZONE)

Counting = Callable[[list[Word]], list[Planted]]


def forwards(words: list[Word]) -> list[Planted]:
    return sorted(census.count(words, FAR))


def backwards(words: list[Word]) -> list[Planted]:
    return sorted(add_up(words, card_said))


@pytest.fixture(params=[forwards, backwards])
def counted(request: pytest.FixtureRequest) -> Counting:
    found: Counting = request.param
    return found


def words(rule: str, *days: int, value: str | None = None, leads: bool = False) -> list[Word]:
    return [
        Word(rule, ("k",), MONDAY + timedelta(days=day), f"{day}", "A", "x", value=value, leads=leads) for day in days
    ]


def days_of(found: list[Planted]) -> list[int]:
    return [(each.violated_at - MONDAY).days for each in found]


def test_both_countings_know_the_same_rules() -> None:
    assert set(census.COUNTS) == set(SENTENCES)


def test_every_third_yellow_card_of_a_year_draws_one_and_counting_begins_anew(counted: Counting) -> None:
    assert days_of(counted(words("ACT-02", 0, 1, 2, 3, 4, 5, 6))) == [2, 5]


def test_a_third_visit_in_a_year_is_found_once(counted: Counting) -> None:
    assert days_of(counted(words("INS-03", 0, 1, 2, 3, 4))) == [2]


def test_a_month_does_not_lend_its_cards_to_the_next(counted: Counting) -> None:
    assert counted(words("TL-06-YD", 20, 22, 25)) == []  # 9-27, 9-29 and 10-02


def test_two_agencies_within_thirty_days_are_too_many_but_one_twice_is_not(counted: Counting) -> None:
    one, other = words("INS-04", 0, 1, value="A"), words("INS-04", 30, value="B")

    assert days_of(counted(one)) == []
    assert days_of(counted(one + other)) == [30]


def test_the_thirty_first_day_is_out_of_the_window(counted: Counting) -> None:
    assert counted(words("INS-04", 0, value="A") + words("INS-04", 31, value="B")) == []


def test_only_an_application_that_follows_a_return_is_found(counted: Counting) -> None:
    returned = words("REJ-04", 5, leads=True)

    assert days_of(counted(words("REJ-04", 1, 8) + returned)) == [8]


def test_a_card_drawn_on_a_post_counts_for_its_officer(counted: Counting) -> None:
    late = words("TL-06-YD", 0, 1, 2)
    yellow = [Word("ACT-02", ("A", "x"), MONDAY + timedelta(days=day), f"{day}", "A", "x") for day in (0, 1)]

    found = counted(late + yellow)

    assert {(each.rule, each.case_key) for each in found} == {
        ("TL-06-YD", "across/TL-06-YD/k"),
        ("ACT-02", "across/ACT-02/A|x"),
    }


def test_a_card_is_named_as_the_published_hash_names_it() -> None:
    assert card_order("c", "TL-06", "key|审查") == card_order("c", "TL-06", "key|审查")
    assert len(card_order("c", "TL-06", "-")) == 32


@pytest.mark.parametrize(("seconds", "found"), [(570, 1), (600, 1), (601, 0)])
def test_twenty_decisions_count_together_up_to_the_last_instant_of_ten_minutes(
    counted: Counting, seconds: int, found: int
) -> None:
    moments = [*range(0, 19 * 30, 30), seconds]
    decided = [Word("INT-05", ("x",), MONDAY + timedelta(seconds=each), f"{each}", "A", "x") for each in moments]

    assert len(counted(decided)) == found
