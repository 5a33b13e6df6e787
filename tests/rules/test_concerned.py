"""Which rules a fact concerns hangs on what it matches and on where its case lies."""

from collections.abc import Callable

import pytest

from mingjing.rules import concerned
from mingjing.rules.concerned import Concerned, asked_of
from mingjing.rules.events import Fact
from mingjing.rules.rulebook import Rulebook

RULES = """
  - {id: L, kind: time-limit, start: A, stop: S, limit: 3cd, cards: {yellow: past}}
  - {id: Q, kind: sequence, step: S, requires: A, scope: {agency: one}, cards: {yellow: broken}}
  - {id: K, kind: sequence, step: S, requires: A, scope: {case.kind: x}, cards: {yellow: broken}}
"""


@pytest.fixture
def rulebook(book: Callable[[str], Rulebook]) -> Rulebook:
    return book(RULES)


def fact(name: str, agency: str) -> Fact:
    return Fact(id="1", source="s", type=name, at=0, stamp=0, agency=agency)


def asked(
    rulebook: Rulebook, name: str, agency: str, *, before: tuple[str, ...] = ("A", "S"), told: bool = False
) -> list[str]:
    told_of = fact(name, agency)
    tag = rulebook.tag(told_of)
    seen = 0
    for each in before:
        seen |= rulebook.tag(fact(each, agency))
    found = Concerned(rulebook.all_seats).on(rulebook.ground([told_of]), tag, seen, told=told)
    assert found.quiet_bits == sum(each.bit for each in found.quiet.values())
    places = [*(each.place for each in found.asked), *found.quiet]
    return [rulebook.rules[place].id for place in sorted(places)]


def test_only_rules_that_read_a_fact_are_asked(rulebook: Rulebook) -> None:
    assert asked(rulebook, "unheard-of", "one") == []


def test_a_rule_is_not_asked_before_anything_happened_that_it_begins_with(rulebook: Rulebook) -> None:
    assert asked(rulebook, "S", "one", before=()) == ["Q", "K"]
    assert asked(rulebook, "A", "one", before=()) == ["L"]


def test_a_rule_is_not_asked_where_its_scope_does_not_reach(rulebook: Rulebook) -> None:
    assert asked(rulebook, "S", "one") == ["L", "Q", "K"]
    assert asked(rulebook, "S", "other") == ["L", "K"]


def test_what_says_something_of_the_case_concerns_the_rules_that_read_its_attributes(rulebook: Rulebook) -> None:
    assert asked(rulebook, "unheard-of", "one", told=True) == ["K"]


def test_a_rule_whose_scope_reads_the_case_is_never_settled_by_a_glance(rulebook: Rulebook) -> None:
    stop = fact("S", "other")
    before = rulebook.tag(fact("A", "other"))

    found = Concerned(rulebook.all_seats).on(rulebook.ground([stop]), rulebook.tag(stop), before, told=False)

    assert [(rulebook.rules[each.place].id, each.glance) for each in found.asked] == [("K", None)]


def test_what_masks_settle_is_asked_only_of_a_case_that_waits_or_of_which_something_was_said(
    rulebook: Rulebook,
) -> None:
    stop = fact("S", "one")
    before = rulebook.tag(fact("A", "one"))
    found = Concerned(rulebook.all_seats).on(rulebook.ground([stop]), rulebook.tag(stop), before, told=False)
    limit, order, of_case = (rulebook.places[each] for each in "LQK")

    def places(wakes: dict[int, int], spoken: int) -> list[int]:
        return [each.place for each in asked_of(found, wakes, spoken)]

    assert places({}, 0) == [of_case]
    assert places({limit: 1}, 0) == [of_case, limit]
    assert places({limit: 1}, -1) == [of_case, limit, order]
    assert places({}, 1 << order) == [of_case, order]


def test_what_is_forgotten_is_worked_out_anew(rulebook: Rulebook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(concerned, "MOST_KNOWN", 1)
    rules = Concerned(rulebook.all_seats)

    asked_twice = [rules.readers(rulebook.tag(fact(name, "one")), told=False) for name in ("A", "S", "A", "S")]

    assert asked_twice[:2] == asked_twice[2:]
