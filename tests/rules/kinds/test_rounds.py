"""What was sent back and applied for again under one number has clocks of its own."""

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mingjing.rules.card import Finding
from mingjing.rules.case_facts import clocks_of
from mingjing.rules.engine import Engine
from mingjing.rules.events import VOIDED, Fact
from mingjing.rules.pack import Pack
from mingjing.rules.replay import judge_case
from mingjing.rules.rulebook import Rulebook
from mingjing.rules.yaml_page import PackRefused
from mingjing.rules.zone import DAY, Zone

Told = Callable[..., Fact]
Book = Callable[..., Rulebook]
Judged = Callable[..., list[Finding]]
At = Callable[[str], int]

NOTICE = (
    "  - {id: TL, kind: time-limit, start: asked, renews_after: [back, refused], stop: [answered, back, refused],"
    " limit: 2wd, cards: {yellow: past}}\n"
)
LADDER = (
    "  - {id: TL, kind: time-limit, start: taken, renews_after: back, stop: [done, back], limit: promised,"
    " pause: [{begin: held, end: resumed}], extend: [{event: longer, by: 5wd}],"
    " cards: {yellow: past, red: past statutory}}\n"
)
ITEM = {"promised": "2wd", "statutory": "4wd"}
# Monday 3-2, Monday 3-9: the second working day after ends as 3-5 and 3-12 begin.
FIRST = "2026-03-02 09:00"
AGAIN = "2026-03-09 09:00"


def _said(found: list[Finding]) -> list[tuple[str, str, str, int]]:
    return [(each.occurrence, each.level, each.status, each.violated_at) for each in found]


def test_what_was_sent_back_and_asked_for_again_is_counted_from_then_on(
    book: Book, told: Told, judged: Judged, at: At
) -> None:
    facts = [told(FIRST, "asked"), told("2026-03-03 09:00", "back"), told(AGAIN, "asked", id="2")]

    assert _said(judged(book(NOTICE), facts)) == [("urn:test|2", "yellow", "standing", at("2026-03-12"))]


@pytest.mark.parametrize("answered", ["2026-03-11 23:59:59", "2026-03-09 09:00:01"])
def test_the_day_its_own_limit_ends_is_in_time(book: Book, told: Told, judged: Judged, answered: str) -> None:
    facts = [
        told(FIRST, "asked"),
        told("2026-03-02 10:00", "refused"),
        told(AGAIN, "asked", id="2"),
        told(answered, "answered"),
    ]

    assert judged(book(NOTICE), facts) == []


def test_what_is_asked_again_while_the_first_still_runs_starts_nothing_anew(
    book: Book, told: Told, judged: Judged, at: At
) -> None:
    facts = [told(FIRST, "asked"), told("2026-03-04 09:00", "asked", id="2"), told("2026-03-06 09:00", "answered")]

    assert _said(judged(book(NOTICE), facts)) == [("-", "yellow", "cleared", at("2026-03-05"))]


def test_each_round_has_a_card_of_its_own(book: Book, told: Told, judged: Judged, at: At) -> None:
    facts = [told(FIRST, "asked"), told("2026-03-06 09:00", "back"), told(AGAIN, "asked", id="2")]

    assert _said(judged(book(NOTICE), facts)) == [
        ("-", "yellow", "cleared", at("2026-03-05")),
        ("urn:test|2", "yellow", "standing", at("2026-03-12")),
    ]


def test_an_ending_before_anything_began_ends_no_round(book: Book, told: Told, judged: Judged) -> None:
    facts = [told("2026-03-01 09:00", "back"), told(FIRST, "asked")]

    assert [each.occurrence for each in judged(book(NOTICE), facts)] == ["-"]


def test_what_held_or_extended_the_first_round_moves_nothing_of_the_second(
    book: Book, told: Told, judged: Judged, at: At
) -> None:
    facts = [
        told(FIRST, "taken"),
        told("2026-03-03 09:00", "longer"),
        told("2026-03-03 10:00", "held"),  # and never resumed
        told("2026-03-03 11:00", "back"),
        told(AGAIN, "taken", id="2"),
    ]

    assert _said(judged(book(LADDER, item=ITEM), facts)) == [("urn:test|2", "red", "standing", at("2026-03-14"))]


def test_a_return_that_is_taken_back_takes_the_round_after_it_along(book: Book, told: Told, at: At) -> None:
    engine = Engine(book(NOTICE), now=at(FIRST))
    engine.fold("c", told(FIRST, "asked"), 0)
    engine.fold("c", told("2026-03-03 09:00", "back", id="b"), 1)
    engine.fold("c", told(AGAIN, "asked", id="2"), 2)
    engine.advance(at("2026-03-13"))
    engine.fold("c", told("2026-03-03 09:30", VOIDED, stamp="2026-03-13 09:00", corrects="b"), 3)
    cards = [(card.occurrence, card.status) for card in engine.take(1).cards]

    assert cards == [("urn:test|2", "standing"), ("-", "standing"), ("urn:test|2", "withdrawn")]


def test_the_clocks_of_a_case_are_those_of_all_its_rounds(book: Book, told: Told, at: At) -> None:
    rulebook = book(LADDER, item=ITEM)
    engine = Engine(rulebook, now=at(FIRST))
    for offset, (when, what) in enumerate([(FIRST, "taken"), ("2026-03-03 09:00", "back"), (AGAIN, "taken")]):
        engine.fold("c", told(when, what, id=str(offset), item="item-1"), offset)
        clocks_of(engine.cases["c"], rulebook, at(when))
    engine.fold("c", told("2026-03-10 09:00", "done", item="item-1"), 3)
    clocks = clocks_of(engine.cases["c"], rulebook, at("2026-03-10 09:00"))

    assert [(each.course.name, each.course.run.start.at, each.finish) for each in clocks] == [
        (name, at(start), at(stop))
        for start, stop in ((FIRST, "2026-03-03 09:00"), (AGAIN, "2026-03-10 09:00"))
        for name in ("promised", "statutory")
    ]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("start: asked", "start: {event: asked, which: each}"), "with which: each leave it out"),
        (("stop: [answered, back, refused]", "stop: [answered, back]"), "after 'refused' the clocks ran on"),
    ],
)
def test_a_start_that_cannot_be_renewed_so_is_refused(
    pack: Callable[..., Pack], change: tuple[str, str], message: str
) -> None:
    with pytest.raises(PackRefused, match=message):
        pack(NOTICE.replace(*change))


RULES = """
  - {id: TR, kind: time-limit, start: A, renews_after: [R], stop: [S, R], limit: 2wd, unless: [U],
     pause: [{begin: P, end: X}], extend: [{event: X, by: data.days}], cards: {warning: 1wd before, yellow: past}}
  - {id: TI, kind: time-limit, start: [A, P], renews_after: [S, U], stop: X, missing: ignore, limit: 1wd,
     pause: [{begin: U, end: R}], cards: {yellow: past}}
  - {id: TK, kind: time-limit, start: A, renews_after: R, stop: [S, R], key: step, limit: 1wd, cards: {yellow: past}}
"""
SHANGHAI = Zone("Asia/Shanghai")
BEGIN = SHANGHAI.midnight(date(2026, 9, 21).toordinal())


@st.composite
def _stories(draw: st.DrawFn) -> list[Fact]:
    days = sorted(draw(st.lists(st.integers(0, 40), min_size=2, max_size=8)))
    return [
        Fact(
            id=str(number),
            source="urn:test",
            type=draw(st.sampled_from("AARRSPXU")),
            at=BEGIN + day * DAY // 4,
            stamp=BEGIN + day * DAY // 4 + draw(st.sampled_from([0, 0, DAY, 9 * DAY])),
            step=draw(st.sampled_from(["a", "b"])),
            data={"days": 2},
        )
        for number, day in enumerate(days)
    ]


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(facts=_stories(), data=st.data())
def test_in_whatever_order_and_however_often_facts_come_the_rounds_are_the_same(
    book: Book, facts: list[Fact], data: st.DataObject
) -> None:
    rulebook = book(RULES)
    final = BEGIN + 40 * DAY
    engine = Engine(rulebook, now=BEGIN)
    arriving = data.draw(st.sampled_from([sorted(facts * 2, key=lambda each: each.stamp), None]))
    for offset, fact in enumerate(arriving or data.draw(st.permutations(facts * 2))):
        engine.advance(max(engine.now, fact.stamp) if arriving else final)
        engine.fold("c", fact, offset)
    engine.advance(final)
    cards = {(card.rule, card.occurrence): card for card in engine.take(1).cards}
    standing = {
        key: (card.level, card.status, card.violated_at) for key, card in cards.items() if card.status != "withdrawn"
    }

    assert standing == {
        (rule.id, each.occurrence): (each.level, each.status, SHANGHAI.text(each.violated_at))
        for rule, each in judge_case("c", facts, rulebook, final)
    }
