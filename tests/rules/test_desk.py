from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingjing.rules.card import Card
from mingjing.rules.desk import Desk, DeskFault
from mingjing.rules.desk_words import ASKED, Handled, said_of
from mingjing.rules.events import Fact
from mingjing.rules.zone import Zone

NOON = 1_772_769_600_000_000  # 2026-03-06 12:00 +08:00
KEY = "91/N1"
CARD = Card(
    card_id="c1",
    case_key=KEY,
    rule="TL-04",
    rung="TL-04",
    title="办结时限",
    occurrence="-",
    level="yellow",
    status="standing",
    issue="auto",
    item=None,
    item_title=None,
    agency="91",
    region="330102000000",
    officer=None,
    post=None,
    step=None,
    violated_at="2026-03-06T12:00:00+08:00",
    due_at="2026-03-06T12:00:00+08:00",
    cleared_at=None,
    issued_at="2026-03-06T12:00:00+08:00",
    evidence=[],
    explain={},
    basis=[],
    versions={},
    digest="d",
    revision=1,
    ver=(10, 1, 1),
)


@pytest.fixture
def desk() -> Desk:
    return Desk(Zone("Asia/Shanghai"), now=NOON)


def said(**changes: Any) -> Fact:
    fact = said_of(msgspec.structs.replace(CARD, **changes), NOON)
    assert fact is not None
    return fact


def asked(verb: str, role: str, expected: int, action_id: str = "a1", **data: Any) -> Fact:
    wanted = {"card_id": "c1", "verb": verb, "expected": expected, "actor": "wang", "role": role, "region": "33"}
    return Fact(id=action_id, source="urn:mingjing:desk", type=ASKED, at=NOON, stamp=NOON, data=wanted | data)


def told(desk: Desk, *facts: Fact) -> Handled:
    for offset, fact in enumerate(facts):
        desk.fold(KEY, fact, offset)
    return desk.take(generation=3)


def test_a_drawn_card_has_a_life_from_then_on(desk: Desk) -> None:
    stage = told(desk, said()).stages[0]

    assert (stage.stage, stage.round, stage.shown, stage.ver) == ("drawn", 1, "yellow", (0, 3, 1))


def test_drawing_is_the_first_event_of_the_cards_own_case(desk: Desk) -> None:
    happening = told(desk, said()).happenings[0]

    assert (happening.case_key, happening.type, happening.id) == ("91/N1#c1", "card.drawn", "c1@1")
    assert happening.data == {"rule": "TL-04", "level": "yellow", "issue": "auto"}


def test_a_step_is_answered_and_is_an_event_too(desk: Desk) -> None:
    handled = told(desk, said(), asked("sign", "clerk", 1))
    outcome = handled.stages[-1].outcome

    assert outcome is not None
    assert (outcome.accepted, outcome.revision, handled.happenings[-1].type) == (True, 2, "card.signed")


def test_a_refused_step_is_answered_and_is_no_event(desk: Desk) -> None:
    handled = told(desk, said(), asked("close", "inspector", 1))
    outcome = handled.stages[-1].outcome

    assert outcome is not None
    assert (outcome.code, len(handled.happenings)) == ("not_now", 1)


def test_a_step_sent_twice_is_one_event(desk: Desk) -> None:
    handled = told(desk, said(), asked("sign", "clerk", 1), asked("sign", "clerk", 1))

    assert [each.type for each in handled.happenings] == ["card.drawn", "card.signed"]
    assert [each.outcome.accepted for each in handled.stages if each.outcome] == [True, True]


def test_a_word_of_the_engine_that_was_heard_before_changes_nothing(desk: Desk) -> None:
    told(desk, said(ver=(10, 1, 2), level="red", status="standing"))
    handled = told(desk, said(), said(ver=(10, 1, 2), level="red"))

    assert handled == Handled([], [])


def test_the_same_finding_said_by_a_new_owner_changes_nothing(desk: Desk) -> None:
    told(desk, said())

    assert told(desk, said(ver=(10, 2, 1))) == Handled([], [])


def test_a_worse_finding_opens_a_round_with_an_event_of_its_own(desk: Desk) -> None:
    told(desk, said(), asked("sign", "clerk", 1))
    handled = told(desk, said(ver=(11, 1, 2), level="red", violated_at="2026-03-07T12:00:00+08:00"))

    assert (handled.stages[0].round, handled.stages[0].stage, handled.happenings[0].id) == (2, "drawn", "c1@2")


def test_what_was_taken_back_before_anybody_heard_of_it_has_no_life(desk: Desk) -> None:
    assert told(desk, said(status="withdrawn")) == Handled([], [])


def test_a_hint_has_no_life() -> None:
    assert said_of(msgspec.structs.replace(CARD, level="hint"), NOON) is None


def test_the_card_of_a_cards_own_case_has_no_case_of_its_own(desk: Desk) -> None:
    desk.fold(f"91/N1#{'c0' * 16}", said(), 0)
    handled = desk.take(1)

    assert (len(handled.stages), handled.happenings) == (1, [])


@pytest.mark.parametrize(
    ("fact", "says"),
    [
        (asked("sign", "clerk", 1, card_id="c9"), "case 91/N1: card c9 was never drawn"),
        (asked("sign", "clerk", 1, colour="red"), "unknown field `colour`"),
        (Fact(id="1", source="s", type="case.accepted", at=0, stamp=0), "case.accepted is no word on a card"),
    ],
)
def test_a_record_that_is_no_word_on_a_card_is_refused_by_name(desk: Desk, fact: Fact, says: str) -> None:
    desk.fold(KEY, said(), 0)

    with pytest.raises(DeskFault, match=says):
        desk.fold(KEY, fact, 1)


EXEMPTED = (
    asked("sign", "clerk", 1, "a1"),
    asked("explain", "clerk", 2, "a2", fields={"text": "断网"}),
    asked("verify", "inspector", 3, "a3", actor="li"),
    asked(
        "propose",
        "inspector",
        4,
        "a4",
        actor="li",
        fields={"ground": "force-majeure", "until": "2026-03-31", "proposal": "山洪"},
    ),
    asked("exempt", "supervisor", 5, "a5", actor="zhao", fields={"approver": "钱某", "doc_no": "3号"}),
)
OVER = 1_774_972_800_000_000  # 2026-04-01 00:00 +08:00


def test_an_exemption_ends_by_the_clock_at_the_first_instant_after_its_last_day(desk: Desk) -> None:
    told(desk, said(), *EXEMPTED)
    desk.advance(OVER - 1)
    before = desk.take(3)
    desk.advance(OVER + 5_000_000)
    over = desk.take(3)

    assert (before, desk.next_wake) == (Handled([], []), None)
    assert [(each.shown, each.stage, each.ver) for each in over.stages] == [("yellow", "drawn", (5, 3, 7))]
    assert [(each.type, each.at) for each in over.happenings] == [("card.drawn", OVER)]


def test_an_exemption_ends_though_the_desk_was_restarted_meanwhile(desk: Desk) -> None:
    told(desk, said(), *EXEMPTED)
    state = desk.dump(KEY)
    assert state is not None
    other = Desk(Zone("Asia/Shanghai"), now=NOON)
    other.restore_all({KEY: state}, {})
    wake = other.next_wake
    other.advance(OVER)

    assert (wake, [each.shown for each in other.take(4).stages]) == (OVER, ["yellow"])


def test_an_exemption_of_a_card_the_engine_took_back_ends_unnoticed(desk: Desk) -> None:
    told(desk, said(), *EXEMPTED, said(ver=(11, 1, 2), status="withdrawn"))
    desk.advance(OVER)

    assert desk.take(3) == Handled([], [])


@pytest.mark.parametrize("cause", ["late", "corrected"])
def test_a_card_that_is_taken_back_says_in_its_own_case_what_showed_it(desk: Desk, cause: str) -> None:
    gone = said(ver=(11, 1, 2), status="withdrawn", explain={"kind": "withdrawn", "cause": cause})
    happenings = told(desk, said(), asked("sign", "clerk", 1), gone, gone).happenings

    assert [(each.type, each.data) for each in happenings[2:]] == [("card.withdrawn", {"cause": cause})]


def test_a_finding_that_stands_again_is_drawn_anew_in_the_cards_own_case(desk: Desk) -> None:
    told(desk, said(), asked("sign", "clerk", 1), said(ver=(11, 1, 2), status="withdrawn"))
    handled = told(desk, said(ver=(12, 1, 3)))

    assert [(each.type, each.id) for each in handled.happenings] == [("card.drawn", "c1@2")]
    assert (handled.stages[0].stage, handled.stages[0].round) == ("drawn", 2)


def test_a_finding_that_becomes_less_says_so_in_the_cards_own_case_and_its_round_goes_on(desk: Desk) -> None:
    handled = told(desk, said(level="red"), asked("sign", "clerk", 1), said(ver=(11, 1, 2), level="warning"))

    assert [(each.type, each.data) for each in handled.happenings[2:]] == [
        ("card.eased", {"rule": "TL-04", "level": "warning"})
    ]
    assert (handled.stages[-1].round, handled.stages[-1].stage) == (1, "signed")


def test_a_finding_that_becomes_less_than_the_one_decided_on_is_drawn_anew_and_is_not_eased(desk: Desk) -> None:
    revoked = asked("revoke", "supervisor", 4, "a4", actor="qian", fields={"reason": "属实"})
    happenings = told(desk, said(), *EXEMPTED[:3], revoked, said(ver=(11, 1, 2), level="warning")).happenings

    assert happenings[-1].type == "card.drawn"


def test_a_revoked_card_is_told_to_its_case_as_one_to_count_no_more(desk: Desk) -> None:
    handled = told(
        desk, said(), *EXEMPTED[:3], asked("revoke", "supervisor", 4, "a4", actor="qian", fields={"reason": "属实"})
    )
    (told_,) = handled.standings

    assert (told_.case_key, told_.type, told_.id) == (KEY, "card.stands", "c1~5")
    assert told_.data["standing"][4] is None


def test_of_a_card_that_is_shown_as_it_was_drawn_the_case_is_told_nothing(desk: Desk) -> None:
    assert told(desk, said(), *EXEMPTED[:3]).standings == []


def test_a_confirmed_card_is_told_to_its_case_as_one_to_count(desk: Desk) -> None:
    (told_,) = told(desk, said(issue="confirm"), asked("confirm", "inspector", 1)).standings

    assert told_.data["standing"][4] == "yellow"


@pytest.mark.parametrize("level", ["warning", "yellow"])
def test_the_event_of_a_confirmation_says_which_rule_and_level_were_confirmed(desk: Desk, level: str) -> None:
    happenings = told(
        desk, said(issue="confirm", level=level), asked("confirm", "inspector", 1, fields={"note": "属实"})
    ).happenings

    assert happenings[-1].type == "card.confirmed"
    assert happenings[-1].data == {"rule": "TL-04", "level": level, "note": "属实"}


def test_a_confirmed_warning_that_rises_is_drawn_and_confirmed_anew_at_its_level(desk: Desk) -> None:
    warned = said(issue="confirm", level="warning")
    risen = said(issue="confirm", level="yellow", ver=(11, 1, 2))
    handled = told(desk, warned, asked("confirm", "inspector", 1), risen, asked("confirm", "inspector", 3, "a2"))

    assert [(each.type, each.data["level"]) for each in handled.happenings] == [
        ("card.drawn", "warning"),
        ("card.confirmed", "warning"),
        ("card.drawn", "yellow"),
        ("card.confirmed", "yellow"),
    ]


def test_where_nobody_attends_to_cards_their_own_cases_do_not_begin() -> None:
    desk = Desk(Zone("Asia/Shanghai"), now=NOON, attended=False)
    handled = told(desk, said(), asked("sign", "clerk", 1))

    assert (len(handled.stages), handled.happenings) == (2, [])


WORDS = [said(ver=(n, 1, n), level=level) for n, level in enumerate(("warning", "yellow", "red"), 1)]
STEPS = [
    asked(verb, role, expected, f"{verb}{expected}")
    for expected in range(1, 6)
    for verb, role in (("sign", "clerk"), ("appeal", "clerk"), ("verify", "inspector"))
]


@given(st.lists(st.sampled_from([*WORDS, *STEPS]), max_size=25), st.integers(0, 25))
def test_a_desk_restored_in_the_middle_goes_on_as_if_nothing_had_been(facts: list[Fact], cut: int) -> None:
    whole, before, after = (Desk(Zone("Asia/Shanghai"), now=NOON) for _ in range(3))
    for offset, fact in enumerate([said(ver=(0, 1, 0)), *facts]):
        whole.fold(KEY, fact, offset)
        if offset <= cut:
            before.fold(KEY, fact, offset)
            state = before.dump(KEY)
            assert state is not None
            after.restore_all({KEY: state}, {})
        else:
            after.fold(KEY, fact, offset)

    assert whole.life(KEY, "c1") == after.life(KEY, "c1")
