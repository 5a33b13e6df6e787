"""Which rules across cases a tag concerns, and by which of their selectors."""

from collections.abc import Callable

import pytest

from mingjing.rules import matching
from mingjing.rules.events import Fact
from mingjing.rules.matching import Matching
from mingjing.rules.rulebook import Rulebook

RULES = """
  - {id: A, kind: sequence, step: A, requires: B, cards: {yellow: broken}}
  - {id: C, kind: sequence, step: C, requires: B, cards: {yellow: broken}}
  - {id: D, kind: sequence, step: C, requires: B, scope: {agency: a, case.kind: x}, cards: {yellow: broken}}
"""


def on(rules: Matching, tag: int) -> list[tuple[str, tuple[bool, ...]]]:
    return [(rule.id, matched) for rule, matched in rules.on(tag)]


@pytest.fixture
def rules(book: Callable[[str], Rulebook]) -> Matching:
    a, c, _ = book(RULES).rules
    return Matching([(a, (0b001, 0b010)), (c, (0b100, 0b010))])


def test_each_rule_that_a_tag_matches_is_named_with_the_selectors_it_matches(rules: Matching) -> None:
    assert on(rules, 0b010) == [("A", (False, True)), ("C", (False, True))]
    assert on(rules, 0b101) == [("A", (True, False)), ("C", (True, False))]


def test_a_tag_of_nothing_that_is_read_concerns_no_rule(rules: Matching) -> None:
    assert on(rules, 0b1000) == []
    assert rules.reads == 0b111


def test_there_may_be_no_rule_at_all() -> None:
    assert not Matching([])
    assert Matching([]).reads == 0


def test_what_is_forgotten_is_looked_for_anew(rules: Matching, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matching, "MOST_TAGS", 1)

    assert [on(rules, tag) for tag in (0b001, 0b100, 0b001)] == [
        [("A", (True, False))],
        [("C", (True, False))],
        [("A", (True, False))],
    ]


def test_only_rules_in_whose_scope_the_ground_lies_are_named_on_it(book: Callable[[str], Rulebook]) -> None:
    rulebook = book(RULES)
    _, c, d = rulebook.rules
    rules = Matching([(c, (0b001,)), (d, (0b001,))])
    here, elsewhere = (
        rulebook.ground([Fact(id="1", source="s", type="C", at=0, stamp=0, agency=agency)]) for agency in ("a", "b")
    )

    assert [(rule.id, asks) for rule, _, asks in rules.here(0b001, here)] == [("C", False), ("D", True)]
    assert [rule.id for rule, _, _ in rules.here(0b001, elsewhere)] == ["C"]
