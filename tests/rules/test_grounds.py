"""Which ground the facts of a case put it on."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import pytest

from mingjing.rules.catalogue import Catalogue, ItemVersion
from mingjing.rules.events import Fact
from mingjing.rules.rulebook import Rulebook
from mingjing.rules.zone import DAY

RULES = """
  - {id: A, kind: sequence, step: A, requires: B, scope: {agency: a}, cards: {yellow: broken}}
  - {id: C, kind: sequence, step: C, requires: B, scope: {case.kind: x}, cards: {yellow: broken}}
"""


def told(kind: str, **named: Any) -> Fact:
    return Fact(id=kind, source="s", type=kind, at=1_780_275_600_000_000, stamp=0, **named)


@pytest.fixture(scope="module")
def rulebook(book: Callable[..., Rulebook]) -> Rulebook:
    return book(RULES, catalogue=Catalogue([ItemVersion("i", date.min, None, {"promised": "1wd"})]))


def named(rulebook: Rulebook, facts: Sequence[Fact]) -> tuple[Any, str | None, str | None]:
    ground = rulebook.ground(facts)
    return ground.item, ground.agency, ground.region


def test_each_of_item_agency_and_region_is_what_the_first_fact_says_that_names_it(rulebook: Rulebook) -> None:
    facts = [told("A", agency=""), told("B", item="i", agency="a"), told("C", item="j", agency="b", region="r")]

    assert named(rulebook, facts) == ({"promised": "1wd"}, "a", "r")
    assert named(rulebook, [told("A")]) == ({}, None, None)


def test_cases_on_equal_grounds_share_one(rulebook: Rulebook) -> None:
    here, there = rulebook.ground([told("A", agency="a")]), rulebook.ground([told("A", agency="b")])

    assert rulebook.ground([told("B"), told("C", agency="a")]) is here
    assert (here.scope, there.scope, here.open_scope) == (0b11, 0b10, 0b10)


def test_a_fact_that_names_nothing_new_leaves_a_case_on_its_ground(rulebook: Rulebook) -> None:
    first = told("A", agency="a", item="i")
    ground = rulebook.ground([first])

    assert rulebook.ground_after(ground, [first, told("B", agency="b", item="j")]) is ground
    assert rulebook.ground_after(ground, [first, told("B", region="r")]).region == "r"


def test_an_item_is_of_the_day_on_which_the_case_began_where_no_fact_accepts_it(book: Callable[..., Rulebook]) -> None:
    began = told("A", item="i")
    day = date(2026, 6, 1)
    versions = [ItemVersion("i", date.min, day, {"v": 1}), ItemVersion("i", date(2026, 6, 2), None, {"v": 2})]
    rules = book(RULES, catalogue=Catalogue(versions))
    later = Fact(id="2", source="s", type="B", at=began.at + 3 * DAY, stamp=0)

    assert rules.ground([began, later]).item == {"v": 1}
    assert rules.item_of([later, began]) == {"v": 2}
