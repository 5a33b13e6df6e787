"""Frequencies by their law: whose events, how many, within which window, and what a finding shows of them."""

from collections.abc import Callable

import pytest

from mingjing.rules.card import Card
from mingjing.rules.events import VOIDED
from mingjing.rules.pack import Pack
from mingjing.rules.rulebook import Rulebook
from mingjing.rules.together import Together
from mingjing.rules.yaml_page import PackRefused

At = Callable[[str], int]
VISITS = (
    "  - {id: F, kind: frequency, of: visit, by: data.enterprise, at_least: 3, within: 30cd, "
    "cards: {yellow: reached}}\n"
)
AGENCIES = (
    "  - {id: F, kind: frequency, of: visit, by: [data.enterprise, data.matter], distinct: agency, at_least: 2, "
    "within: 30cd, cards: {warning: reached}}\n"
)


@pytest.fixture
def drawn(book: Callable[..., Rulebook], told: Callable[..., object]) -> Callable[..., list[Card]]:
    """Return the last state of each card, after a story of (case, when, event, attributes)."""

    def draw(
        rules: str, *story: tuple[str, str, str, dict[str, object]], item: dict[str, object] | None = None
    ) -> list[Card]:
        engine = Together(book(rules, item), now=0)
        for number, (case, when, event, more) in enumerate(story):
            engine.fold(case, told(when, event, **{"id": str(number), **more}), number)  # type: ignore[arg-type]
        cards = {card.card_id: card for card in engine.take().cards}
        return [card for card in cards.values() if card.status != "withdrawn"]

    return draw


def visit(
    case: str, when: str, enterprise: str | None = "E", **more: object
) -> tuple[str, str, str, dict[str, object]]:
    data = more.pop("data", {})
    return (case, when, "visit", {"data": {"enterprise": enterprise, **data}, **more})  # type: ignore[dict-item]


def test_three_visits_in_three_cases_reach_three(drawn: Callable[..., list[Card]]) -> None:
    (card,) = drawn(VISITS, *(visit(f"a/{day}", f"2026-03-{day:02} 10:00") for day in (2, 12, 20)))

    assert (card.case_key, card.level, card.violated_at[:10]) == ("across/F/E", "yellow", "2026-03-20")


def test_the_finding_lists_what_was_counted_with_its_case(drawn: Callable[..., list[Card]]) -> None:
    (card,) = drawn(VISITS, *(visit(f"a/{day}", f"2026-03-{day:02} 10:00") for day in (2, 12, 20)))

    explain = card.explain
    assert [(each["case"], each["at"][:10]) for each in explain["events"]] == [
        ("a/2", "2026-03-02"),
        ("a/12", "2026-03-12"),
        ("a/20", "2026-03-20"),
    ]
    assert (explain["key"], explain["n"], explain["at_least"], explain["window"]) == (["E"], 3, 3, "30cd")


def test_the_thirtieth_day_still_counts_to_its_end_and_the_next_does_not(drawn: Callable[..., list[Card]]) -> None:
    first = [visit("a/1", "2026-03-02 10:00"), visit("a/2", "2026-03-03 10:00")]

    assert drawn(VISITS, *first, visit("a/3", "2026-04-01 23:59"))
    assert not drawn(VISITS, *first, visit("a/3", "2026-04-02 00:00"))


def test_visits_to_two_enterprises_are_not_added_up(drawn: Callable[..., list[Card]]) -> None:
    assert not drawn(
        VISITS, visit("a/1", "2026-03-02"), visit("a/2", "2026-03-03", "F"), visit("a/3", "2026-03-04", "F")
    )


def test_what_names_no_key_is_counted_for_nobody(drawn: Callable[..., list[Card]]) -> None:
    assert not drawn(VISITS, *(visit(f"a/{day}", f"2026-03-{day:02}", None) for day in (2, 3, 4)))


def test_two_visits_of_one_agency_are_one_agency(drawn: Callable[..., list[Card]]) -> None:
    again = [visit(f"a/{day}", f"2026-03-{day:02}", agency="A", data={"matter": "fire"}) for day in (2, 3)]

    assert not drawn(AGENCIES, *again)
    assert drawn(AGENCIES, *again, visit("b/1", "2026-03-04", agency="B", data={"matter": "fire"}))


def test_the_card_is_laid_to_the_agency_that_reached_the_number(drawn: Callable[..., list[Card]]) -> None:
    (card,) = drawn(
        AGENCIES,
        visit("a/1", "2026-03-02", agency="A", region="330100000000", data={"matter": "fire"}),
        visit("b/1", "2026-03-04", agency="B", region="330200000000", officer="o", data={"matter": "fire"}),
    )

    assert (card.agency, card.region, card.officer) == ("B", "330200000000", "o")


@pytest.mark.parametrize(
    ("per", "second", "draws"),
    [
        ("day", "2026-03-31 23:59", True),
        ("day", "2026-04-01 00:00", False),
        ("month", "2026-03-01 00:00", True),
        ("month", "2026-04-01 00:00", False),
        ("quarter", "2026-01-01 00:00", True),
        ("quarter", "2026-04-01 00:00", False),
        ("year", "2026-12-31 23:59", True),
        ("year", "2025-12-31 23:59", False),
    ],
)
def test_a_calendar_period_ends_at_its_midnight(
    drawn: Callable[..., list[Card]], per: str, second: str, *, draws: bool
) -> None:
    rule = VISITS.replace("at_least: 3, within: 30cd", f"at_least: 2, per: {per}")

    assert bool(drawn(rule, visit("a/1", "2026-03-31 10:00"), visit("a/2", second))) is draws


def test_a_window_of_minutes_is_counted_to_the_instant(drawn: Callable[..., list[Card]]) -> None:
    rule = "  - {id: F, kind: frequency, of: visit, by: officer, at_least: 2, within: 10min, cards: {hint: reached}}\n"
    first = visit("a/1", "2026-03-02 10:00:00", officer="o")

    assert drawn(rule, first, visit("a/2", "2026-03-02 10:10:00", officer="o"))
    assert not drawn(rule, first, visit("a/2", "2026-03-02 10:10:01", officer="o"))


def test_a_window_of_working_days_passes_over_the_holiday(drawn: Callable[..., list[Card]]) -> None:
    rule = "  - {id: F, kind: frequency, of: visit, by: officer, at_least: 2, within: 2wd, cards: {hint: reached}}\n"
    before = visit("a/1", "2026-09-30 10:00", officer="o")  # 国庆 is off to 7 October

    assert drawn(rule, before, visit("a/2", "2026-10-09 10:00", officer="o"))
    assert not drawn(rule, before, visit("a/2", "2026-10-10 10:00", officer="o"))


def test_more_than_the_number_the_visit_itself_allows(drawn: Callable[..., list[Card]]) -> None:
    rule = VISITS.replace(
        "by: data.enterprise, at_least: 3, within: 30cd", "by: [agency, data.enterprise], over: data.cap, per: year"
    )
    visits = [visit(f"a/{month}", f"2026-{month:02}-02", agency="A", data={"cap": 2}) for month in (1, 2, 3)]

    assert not drawn(rule, *visits[:2])
    (card,) = drawn(rule, *visits)
    assert (card.violated_at[:10], card.explain["at_least"]) == ("2026-03-02", 3)


def test_a_visit_that_states_no_cap_is_never_too_many(drawn: Callable[..., list[Card]]) -> None:
    rule = "  - {id: F, kind: frequency, of: visit, by: agency, over: data.cap, per: year, cards: {yellow: reached}}\n"

    assert not drawn(rule, *(visit(f"a/{month}", f"2026-{month:02}-02", agency="A") for month in range(1, 9)))


def test_a_case_returned_and_applied_for_again_is_found_at_the_second_application(
    drawn: Callable[..., list[Card]],
) -> None:
    rule = (
        "  - {id: F, kind: frequency, of: applied, after: returned, by: [case.applicant, item], within: 30cd, "
        "cards: {warning: reached}, issue: confirm}\n"
    )
    case = {"case_data": {"applicant": "P"}, "item": "item-1"}
    first = [("a/1", "2026-03-02", "applied", case), ("a/1", "2026-03-05", "returned", {})]

    (card,) = drawn(rule, *first, ("a/2", "2026-04-04 10:00", "applied", case))
    assert (card.violated_at[:10], card.issue, card.explain["after"]["case"]) == ("2026-04-04", "confirm", "a/1")
    assert not drawn(rule, *first, ("a/2", "2026-04-05 00:00", "applied", case))
    assert not drawn(rule, *first, ("a/2", "2026-03-09", "applied", {**case, "item": "item-2"}))


def test_a_frequency_by_case_is_judged_in_the_case(drawn: Callable[..., list[Card]]) -> None:
    rule = "  - {id: F, kind: frequency, of: suspended, by: case, at_least: 3, per: year, cards: {warning: reached}}\n"
    three = [("a/1", f"2026-03-0{day}", "suspended", {}) for day in (2, 3, 4)]

    (card,) = drawn(rule, *three)
    assert (card.case_key, card.explain["n"]) == ("a/1", 3)
    assert not drawn(rule, *three[:2], ("a/2", "2026-03-04", "suspended", {}))


def test_a_visit_taken_back_takes_back_the_card(drawn: Callable[..., list[Card]]) -> None:
    visits = [visit(f"a/{day}", f"2026-03-{day:02} 10:00") for day in (2, 12, 20)]

    assert not drawn(VISITS, *visits, ("a/12", "2026-03-25", VOIDED, {"corrects": "1", "recorded": "2026-03-25"}))


def test_a_visit_said_to_be_of_another_enterprise_counts_there(drawn: Callable[..., list[Card]]) -> None:
    visits = [visit("a/1", "2026-03-02"), visit("a/2", "2026-03-03"), visit("a/3", "2026-03-04", "F")]

    (card,) = drawn(VISITS, *visits, visit("a/3", "2026-03-04", corrects="2", recorded="2026-03-05"))
    assert (card.case_key, card.explain["n"]) == ("across/F/E", 3)


def test_the_attributes_of_a_case_move_what_it_counts_for(drawn: Callable[..., list[Card]]) -> None:
    rule = (
        "  - {id: F, kind: frequency, of: visit, by: case.owner, at_least: 2, within: 30cd, cards: {hint: reached}}\n"
    )
    first = [
        ("a/1", "2026-03-02", "visit", {"case_data": {"owner": "P"}}),
        ("a/2", "2026-03-03", "visit", {"case_data": {"owner": "Q"}}),
    ]

    assert not drawn(rule, *first)
    (card,) = drawn(rule, *first, ("a/2", "2026-03-04", "note", {"case_data": {"owner": "P"}}))
    assert card.case_key == "across/F/P"


def test_a_scope_is_that_of_the_case_told_of(drawn: Callable[..., list[Card]]) -> None:
    rule = VISITS.replace("of: visit", "scope: {agency: [A]}, of: visit")
    three = [visit(f"a/{day}", f"2026-03-{day:02}", agency="A" if day < 4 else "B") for day in (2, 3, 4)]

    assert not drawn(rule, *three)


def test_three_yellow_cards_are_a_red_one_and_three_more_another(drawn: Callable[..., list[Card]]) -> None:
    rules = (
        "  - {id: Q, kind: sequence, step: act, requires: ask, cards: {yellow: broken}}\n"
        "  - {id: A, kind: frequency, of: {event: card.shown, where: 'data.level == \"yellow\"'}, by: officer, "
        "at_least: 3, per: year, anew: true, cards: {red: reached}}\n"
    )
    acts = [(f"a/{day}", f"2026-03-{day:02}", "act", {"officer": "o"}) for day in range(1, 8)]

    red = [card for card in drawn(rules, *acts) if card.rule == "A"]
    assert [(card.case_key, card.violated_at[:10]) for card in red] == [
        ("across/A/o", "2026-03-03"),
        ("across/A/o", "2026-03-06"),
    ]


def test_a_card_that_is_withdrawn_no_longer_counts(drawn: Callable[..., list[Card]]) -> None:
    rules = (
        "  - {id: Q, kind: sequence, step: act, requires: ask, cards: {yellow: broken}}\n"
        "  - {id: A, kind: frequency, of: {event: card.shown, where: 'data.level == \"yellow\"'}, by: officer, "
        "at_least: 2, per: year, cards: {red: reached}}\n"
    )
    acts = [(f"a/{day}", f"2026-03-{day:02}", "act", {"officer": "o"}) for day in (2, 3)]

    assert [card.rule for card in drawn(rules, *acts)] == ["Q", "Q", "A"]
    assert [card.rule for card in drawn(rules, *acts, ("a/3", "2026-03-01", "ask", {}))] == ["Q"]


@pytest.mark.parametrize("kind", ["issue: confirm", "shadow: true"])
def test_a_card_that_is_not_shown_is_not_counted(drawn: Callable[..., list[Card]], kind: str) -> None:
    rules = (
        f"  - {{id: Q, kind: sequence, step: act, requires: ask, {kind}, cards: {{yellow: broken}}}}\n"
        "  - {id: A, kind: frequency, of: card.shown, by: officer, at_least: 2, per: year, cards: {red: reached}}\n"
    )
    acts = [(f"a/{day}", f"2026-03-{day:02}", "act", {"officer": "o"}) for day in (2, 3)]

    assert "A" not in {card.rule for card in drawn(rules, *acts)}


def test_two_red_cards_of_subjects_and_cases_are_counted_alike(drawn: Callable[..., list[Card]]) -> None:
    rules = (
        "  - {id: Q, kind: sequence, step: act, requires: ask, cards: {yellow: broken}}\n"
        "  - {id: A, kind: frequency, of: {event: card.shown, where: 'data.level == \"yellow\"'}, by: officer, "
        "at_least: 2, per: year, anew: true, cards: {red: reached}}\n"
        "  - {id: R, kind: frequency, of: {event: card.shown, where: 'data.level == \"red\"'}, by: officer, "
        "at_least: 2, per: year, cards: {hint: reached}}\n"
    )
    acts = [(f"a/{day}", f"2026-03-{day:02}", "act", {"officer": "o"}) for day in range(1, 5)]

    assert [card.case_key for card in drawn(rules, *acts) if card.rule == "R"] == ["across/R/o"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("within: 30cd", "within: 30cd, per: year"), "give exactly one of `within` (a term such as 30cd) and `per`"),
        ((", within: 30cd", ""), "give exactly one of `within` (a term such as 30cd) and `per`"),
        (("at_least: 3, ", ""), "give `at_least`, the number of events that is too many"),
        (("at_least: 3", "at_least: 3, over: data.cap"), "give `at_least` (a number) or `over`"),
        (("by: data.enterprise", "by: enterprise"), "'enterprise' is neither agency, region"),
        (("by: data.enterprise", "by: oficer"), "did you mean 'officer'?"),
        (("yellow: reached", "yellow: broken"), "'broken' is not one of reached"),
    ],
)
def test_what_is_written_wrongly_is_refused(pack: Callable[[str], Pack], change: tuple[str, str], message: str) -> None:
    with pytest.raises(PackRefused) as refused:
        pack(VISITS.replace(*change))

    assert message in str(refused.value)
