from collections.abc import Callable

import pytest

from mingjing.rules.card import Finding
from mingjing.rules.events import Fact
from mingjing.rules.explain import sentences
from mingjing.rules.pack import Pack
from mingjing.rules.replay import judge_case
from mingjing.rules.rulebook import Rulebook
from mingjing.rules.yaml_page import PackRefused

Told = Callable[..., Fact]
Book = Callable[..., Rulebook]
Judged = Callable[..., list[Finding]]
At = Callable[[str], int]

RULE = "  - {id: Q, kind: sequence, step: R, repeats: {by: step, at_most: 2}, cards: {warning: broken}}\n"


def _returned(told: Told, *steps: str | None) -> list[Fact]:
    return [told(f"2026-03-0{n} 09:00", "R", id=str(n), step=step) for n, step in enumerate(steps, 1)]


@pytest.mark.parametrize(
    ("steps", "found"),
    [
        (["a", "a"], []),
        (["a", "a", "a"], [("key|a", "3")]),
        (["a", "a", "a", "a"], [("key|a", "3")]),
        (["a", "b", "a", "b"], []),
        (["a", "b", "a", "b", "b", "a"], [("key|a", "6"), ("key|b", "5")]),
        ([None, None, None], []),
    ],
)
def test_the_same_step_comes_at_most_so_often(
    book: Book, told: Told, judged: Judged, steps: list[str | None], found: list[tuple[str, str]]
) -> None:
    findings = judged(book(RULE), _returned(told, *steps))

    assert [(each.occurrence, each.evidence[-1].id) for each in findings] == found


def test_it_may_be_counted_by_a_field(book: Book, told: Told, judged: Judged) -> None:
    rules = book(RULE.replace("by: step, at_most: 2", "by: data.to, at_most: 1"))
    facts = [told(f"2026-03-0{n} 09:00", "R", id=str(n), data={"to": to}) for n, to in ((1, "x"), (2, "y"), (3, "x"))]

    assert [each.occurrence for each in judged(rules, facts)] == ["key|x"]


def test_it_is_told_in_a_sentence(book: Book, told: Told, at: At) -> None:
    ((rule, found),) = judge_case("c/1", _returned(told, "a", "a", "a"), book(RULE), at("2026-03-10"))

    assert sentences(rule, found)["zh"] == [
        "“R”（a）至多 2 次，实际已 3 次：3 月 1 日 09:00、3 月 2 日 09:00、3 月 3 日 09:00。"
    ]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("by: step", "by: stage"), "'stage' is not a path data.… or one of step, post, officer, agency"),
        (("at_most: 2", "at_most: 0"), "'0' is not a whole number of 1 or more"),
        ((", at_most: 2", ""), "key 'at_most' is missing"),
        (("step: R", "step: R, requires: A"), "key 'requires' is not known here"),
    ],
)
def test_a_fault_is_told(pack: Callable[..., Pack], change: tuple[str, str], message: str) -> None:
    with pytest.raises(PackRefused) as caught:
        pack(RULE.replace(*change))

    assert message in str(caught.value)
