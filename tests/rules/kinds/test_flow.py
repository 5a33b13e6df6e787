"""The item's own steps: their order, and those that may not be left out."""

from collections.abc import Callable
from typing import Any

import pytest

from mingjing.rules.card import Finding
from mingjing.rules.events import Fact
from mingjing.rules.explain import sentences
from mingjing.rules.kinds.flow import ancestors
from mingjing.rules.pack import Pack
from mingjing.rules.replay import judge_case
from mingjing.rules.rulebook import Rulebook
from mingjing.rules.yaml_page import PackRefused

Told = Callable[..., Fact]
Book = Callable[..., Rulebook]
Judged = Callable[..., list[Finding]]
At = Callable[[str], int]

STEPS: dict[str, dict[str, Any]] = {
    "受理": {"after": []},
    "审查": {"after": ["受理"], "mandatory": True},
    "核查": {"after": ["受理"], "mandatory": True},
    "决定": {"after": ["审查", "核查"]},
}
ORDER = "  - {id: F, kind: sequence, flow: item, step: step.started, cards: {yellow: broken}}\n"
WHOLE = (
    "  - {id: M, kind: sequence, flow: item, require_all: true, step: case.decided, done: step.completed,"
    " cards: {red: broken}}\n"
)


def _steps(told: Told, event: str, *done: tuple[str, str]) -> list[Fact]:
    return [told(f"2026-03-{day} 09:00", event, id=f"{day}{step}", step=step) for day, step in done]


@pytest.mark.parametrize(
    ("done", "late"),
    [
        ([("02", "受理"), ("03", "核查"), ("04", "审查"), ("05", "决定")], []),
        ([("02", "受理"), ("03", "决定"), ("04", "审查"), ("05", "核查")], ["审查", "核查"]),
        ([("02", "审查"), ("03", "受理"), ("04", "审查")], ["受理"]),
        ([("02", "决定"), ("03", "受理")], ["受理"]),  # however far before
        ([("02", "受理"), ("02", "审查")], []),  # at the same instant
        ([("02", "受理"), ("03", "决定")], []),  # left out is not reversed
        ([("02", "公示"), ("03", "受理")], []),  # a step the item does not know
    ],
)
def test_no_step_comes_before_one_it_comes_after(
    book: Book, told: Told, judged: Judged, done: list[tuple[str, str]], late: list[str]
) -> None:
    found = judged(book(ORDER, item={"steps": STEPS}), _steps(told, "step.started", *done))

    assert [each.explain["step"] for each in found] == late


def test_a_reversal_is_found_when_the_earlier_step_comes_at_last(
    book: Book, told: Told, judged: Judged, at: At
) -> None:
    facts = _steps(told, "step.started", ("02", "审查"), ("03", "受理"))
    (found,) = judged(book(ORDER, item={"steps": STEPS}), facts)

    assert found.violated_at == at("2026-03-03 09:00")
    assert [each.id for each in found.evidence] == ["03受理", "02审查"]


def test_with_first_breach_one_card_a_case_is_drawn(book: Book, told: Told, judged: Judged) -> None:
    rules = book(ORDER.replace("flow: item", "flow: item, first_breach: true"), item={"steps": STEPS})
    (found,) = judged(rules, _steps(told, "step.started", ("02", "决定"), ("03", "审查"), ("04", "核查")))

    assert (found.occurrence, found.explain["step"]) == ("-", "审查")


@pytest.mark.parametrize(
    ("done", "missing"),
    [
        ([("02", "审查"), ("03", "核查")], None),
        ([("02", "审查")], ["核查"]),
        ([("02", "受理")], ["审查", "核查"]),
        ([], None),  # who tells of no step at all has left none out
        ([("02", "审查"), ("04", "核查")], ["核查"]),  # done only after the decision
    ],
)
def test_a_decision_needs_every_mandatory_step(
    book: Book, told: Told, judged: Judged, done: list[tuple[str, str]], missing: list[str] | None
) -> None:
    facts = [*_steps(told, "step.completed", *done), told("2026-03-03 10:00", "case.decided")]
    found = judged(book(WHOLE, item={"steps": STEPS}), facts)

    assert [each.explain["missing"] for each in found] == ([missing] if missing else [])


def test_a_mandatory_step_on_its_way_is_given_its_time(book: Book, told: Told, judged: Judged) -> None:
    rules = book(WHOLE.replace("flow: item", "flow: item, settle: 1h"), item={"steps": STEPS})
    facts = [*_steps(told, "step.completed", ("02", "审查")), told("2026-03-03 10:00", "case.decided")]

    assert judged(rules, facts, now="2026-03-03 10:59") == []
    assert len(judged(rules, facts, now="2026-03-03 11:00")) == 1


@pytest.mark.parametrize("item", [{}, {"steps": {}}])
def test_an_item_without_steps_is_not_judged(book: Book, told: Told, judged: Judged, item: dict[str, Any]) -> None:
    facts = [*_steps(told, "step.started", ("02", "决定"), ("03", "受理")), told("2026-03-04 09:00", "case.decided")]

    assert judged(book(ORDER + WHOLE, item=item), facts) == []


def test_both_are_told_in_sentences(book: Book, told: Told, at: At) -> None:
    rules = book(ORDER + WHOLE, item={"steps": STEPS})
    facts = [
        *_steps(told, "step.started", ("02", "审查"), ("03", "受理")),
        told("2026-03-03 10:00", "step.completed", step="受理"),
        told("2026-03-04 09:00", "case.decided", item="item-1"),
    ]
    zh = [sentences(rule, found)["zh"] for rule, found in judge_case("c/1", facts, rules, at("2026-03-05"))]

    assert zh == [
        ["环节“审查”（3 月 2 日 09:00）应在环节“受理”（3 月 3 日 09:00）之后，却在其前。"],
        ["3 月 4 日 09:00 case.decided时，缺必经环节：审查、核查。"],
    ]


def test_a_step_has_every_step_before_it_however_far() -> None:
    assert ancestors(STEPS, "决定") == {"审查", "核查", "受理"}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("flow: item", "flow: case"), "'case' is not one of item"),
        (("flow: item", "flow: item, done: X"), "`done`: it belongs to `require_all: true`"),
        (("flow: item", "flow: item, require_all: true, ties: strict"), "`ties`: with `require_all` it says nothing"),
        (("flow: item", "flow: item, requires: X"), "key 'requires' is not known here"),
    ],
)
def test_a_fault_is_told(pack: Callable[..., Pack], change: tuple[str, str], message: str) -> None:
    with pytest.raises(PackRefused) as caught:
        pack(ORDER.replace(*change))

    assert message in str(caught.value)
