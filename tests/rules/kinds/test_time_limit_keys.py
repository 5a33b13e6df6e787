"""Clocks under a key: one for each member of a joint approval, each step, each document."""

from collections.abc import Callable

import pytest

from mingjing.rules.card import Finding
from mingjing.rules.engine import Engine
from mingjing.rules.events import Fact
from mingjing.rules.pack import Pack
from mingjing.rules.rulebook import Rulebook
from mingjing.rules.yaml_page import PackRefused

Told = Callable[..., Fact]
Book = Callable[..., Rulebook]
Judged = Callable[..., list[Finding]]
At = Callable[[str], int]

JOINT = (
    "  - {id: JNT-02, kind: time-limit, start: sent, stop: answered, key: data.member, card_to: data.member,"
    " limit: 'item.members[data.member].limit', otherwise: 5wd, cards: {yellow: past}}\n"
)
STEP = (
    "  - {id: TL-06, kind: time-limit, start: {event: began, which: each}, stop: ended, key: step,"
    " limit: 'item.steps[event.step].limit', cards: {warning: past}}\n"
)
ITEM = {"members": {"m1": {"limit": "2wd"}, "m2": {}}, "steps": {"审查": {"after": [], "limit": "1wd"}}}
MONDAY = "2026-03-02 09:00"


def _sent(told: Told, *members: str) -> list[Fact]:
    return [told(MONDAY, "sent", id=f"to {each}", data={"member": each}) for each in members]


def test_each_member_has_a_clock_of_its_own_and_the_card_is_the_late_members(
    book: Book, told: Told, judged: Judged, at: At
) -> None:
    facts = [*_sent(told, "m1", "m2"), told("2026-03-09 23:59", "answered", data={"member": "m2"})]
    (found,) = judged(book(JOINT, item=ITEM), facts)

    assert (found.occurrence, found.agency) == ("key|m1", "m1")
    assert (found.violated_at, found.explain["key"]) == (at("2026-03-05"), {"path": "data.member", "value": "m1"})


def test_an_answer_of_one_member_stops_no_clock_of_another(book: Book, told: Told, judged: Judged) -> None:
    facts = [*_sent(told, "m1", "m2"), told("2026-03-03 09:00", "answered", data={"member": "m1"})]
    (found,) = judged(book(JOINT, item=ITEM), facts)

    assert (found.occurrence, found.explain["limit"]) == ("key|m2", "5wd")  # the catalogue states none for it


def test_a_member_asked_twice_still_has_one_clock_and_one_without_a_name_none(
    book: Book, told: Told, judged: Judged
) -> None:
    facts = [*_sent(told, "m1"), told("2026-03-04 09:00", "sent", data={"member": "m1"}), told(MONDAY, "sent", id="?")]

    assert [each.occurrence for each in judged(book(JOINT, item=ITEM), facts)] == ["key|m1"]


def test_the_card_of_a_member_is_laid_to_it_and_stays_so_when_withdrawn(book: Book, told: Told, at: At) -> None:
    engine = Engine(book(JOINT), now=at(MONDAY))
    engine.fold("c", told(MONDAY, "sent", agency="lead", data={"member": "m9"}), 0)
    engine.advance(at("2026-03-10"))
    engine.fold("c", told("2026-03-04 09:00", "answered", stamp="2026-03-10 09:00", data={"member": "m9"}), 1)

    assert [(card.agency, card.status) for card in engine.take(1).cards] == [("m9", "standing"), ("m9", "withdrawn")]


def test_a_step_has_the_limit_the_item_gives_it_each_time(book: Book, told: Told, judged: Judged) -> None:
    facts = [
        told(MONDAY, "began", id="1", step="审查"),
        told("2026-03-03 09:00", "ended", id="2", step="审查"),
        told("2026-03-04 09:00", "began", id="3", step="审查"),
        told("2026-03-04 10:00", "ended", id="4", step="核查"),
        told("2026-03-06 10:00", "ended", id="5", step="审查"),
        told("2026-03-04 09:00", "began", id="6", step="核查"),  # no limit, no clock
    ]
    (found,) = judged(book(STEP, item=ITEM), facts)

    assert (found.occurrence, found.status) == ("urn:test|3", "cleared")


@pytest.mark.parametrize(("days", "limit"), [(3, "3wd"), ("3", "3wd"), ("4cd", "4cd"), (None, "9wd"), ("soon", "9wd")])
def test_a_bare_number_is_one_of_the_unit_and_nothing_readable_leaves_what_stands_in(
    book: Book, told: Told, judged: Judged, days: object, limit: str
) -> None:
    terms = "limit: data.days, unit: wd, otherwise: 9wd"
    rule = f"  - {{id: T, kind: time-limit, start: A, stop: B, {terms}, cards: {{red: past}}}}\n"
    (found,) = judged(book(rule), [told(MONDAY, "A", data={"days": days})])

    assert found.explain["limit"] == limit


@pytest.mark.parametrize(
    ("extended", "due"),
    [
        ({"days": 30, "rank": "head"}, "2026-03-20"),  # 2wd and no more than 10
        ({"days": 3, "rank": "head"}, "2026-03-11"),
        ({"days": 30, "rank": "clerk"}, "2026-03-06"),
    ],
)
def test_an_extension_counts_as_far_as_the_law_allows_and_only_by_the_rank_it_asks(
    book: Book, told: Told, judged: Judged, at: At, extended: dict[str, object], due: str
) -> None:
    rule = (
        "  - {id: T, kind: time-limit, start: A, stop: B, limit: 4wd, cards: {red: past},"
        " extend: [{event: X, by: data.days, cap: item.extension, otherwise: 10wd, where: 'data.rank == \"head\"'}]}\n"
    )
    facts = [told(MONDAY, "A"), told("2026-03-03 09:00", "X", data=extended)]
    (found,) = judged(book(rule), facts)

    assert found.due_at == at(due) + 86_400_000_000


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("key: data.member", "key: member"), "'member' is not a path data.… or one of step, post, officer, agency"),
        (("card_to: data.member", "card_to: member"), "'member' is not a path"),
        (("'item.members[data.member].limit'", "3wd"), "`otherwise` speaks of a limit found elsewhere"),
        (("otherwise: 5wd", "otherwise: 5"), "'5' is not a term"),
        (("otherwise: 5wd", "unit: days"), "'days' is not one of wd, cd, mo"),
    ],
)
def test_a_fault_is_told(pack: Callable[..., Pack], change: tuple[str, str], message: str) -> None:
    with pytest.raises(PackRefused) as caught:
        pack(JOINT.replace(*change))

    assert message in str(caught.value)


@pytest.mark.parametrize(("over", "standing"), [("2026-03-03 23:59", False), ("2026-03-04 00:00", True), (None, True)])
def test_a_step_that_is_never_left_is_late_by_the_clock_unless_the_case_is_over_in_time(
    book: Book, told: Told, judged: Judged, at: At, over: str | None, *, standing: bool
) -> None:
    stuck = STEP.replace("which: each", "which: first").replace("key: step", "key: step, unless: over")
    facts = [told(day, "began", id=day, step="审查") for day in (MONDAY, "2026-03-03 09:00")]
    found = judged(book(stuck, item=ITEM), facts + ([told(over, "over", id="over", step="决定")] if over else []))

    assert [(each.violated_at, each.status) for each in found] == ([(at("2026-03-04"), "standing")] if standing else [])
