from datetime import date

import msgspec
import pytest

from mingjing.rules.card_action import Action, Outcome, next_steps
from mingjing.rules.card_action import act as act_on
from mingjing.rules.card_life import Life, Said, heard, opened

YELLOW = Said(level="yellow", status="standing", issue="auto", violated_at=10, due_at=10)


TODAY = date(2026, 3, 20)


def act(life: Life, action: Action) -> Outcome:
    return act_on(life, action, TODAY)


@pytest.fixture
def life() -> Life:
    return opened("c1", "91/N1", "91", "330102000000", YELLOW, at=10)


def asked(life: Life, verb: str, role: str, actor: str = "wang", **changes: object) -> Action:
    wanted: dict[str, object] = {
        "action_id": f"{verb}-{actor}-{life.revision}",
        "card_id": life.card_id,
        "case_key": life.case_key,
        "verb": verb,
        "expected": life.revision,
        "actor": actor,
        "role": role,
        "region": "3301",
        "agency": None,
        "fields": {},
        "at": 100,
    }
    return Action(**{**wanted, **changes})  # type: ignore[arg-type]  # spelled out above


def appealed(life: Life) -> Life:
    act(life, asked(life, "sign", "clerk"))
    act(life, asked(life, "appeal", "clerk", fields={"ground": "data-wrong", "text": "受理时间有误"}))
    return life


def verifying(life: Life) -> Life:
    act(appealed(life), asked(life, "verify", "inspector", "li"))
    return life


def test_a_clerk_signs_for_a_drawn_card(life: Life) -> None:
    outcome = act(life, asked(life, "sign", "clerk"))

    assert (outcome.accepted, outcome.stage, outcome.revision) == (True, "signed", 2)


def test_the_same_action_sent_twice_is_taken_once(life: Life) -> None:
    action = asked(life, "sign", "clerk")

    assert [act(life, action).accepted, act(life, action).accepted] == [True, True]
    assert life.revision == 2


def test_of_two_people_at_once_the_second_is_told_how_the_card_stands(life: Life) -> None:
    mine, theirs = asked(life, "sign", "clerk", "wang"), asked(life, "sign", "clerk", "chen")
    act(life, mine)
    outcome = act(life, theirs)

    assert (outcome.code, outcome.stage, outcome.revision) == ("stale", "signed", 2)


def test_a_refused_action_changes_nothing(life: Life) -> None:
    before = msgspec.to_builtins(life)
    act(life, asked(life, "close", "inspector", fields={"conclusion": "办结"}))

    assert msgspec.to_builtins(life) == before


@pytest.mark.parametrize(
    ("verb", "role", "changes", "code"),
    [
        ("praise", "inspector", {}, "unknown_step"),
        ("verify", "inspector", {}, "not_now"),
        ("sign", "inspector", {}, "not_yours"),
        ("sign", "auditor", {}, "not_yours"),
        ("sign", "clerk", {"region": "3302"}, "out_of_scope"),
        ("sign", "clerk", {"agency": "92"}, "out_of_scope"),
        ("sign", "clerk", {"fields": {"colour": "red"}}, "unknown_field"),
    ],
)
def test_a_step_is_refused_with_its_reason(
    life: Life, verb: str, role: str, changes: dict[str, object], code: str
) -> None:
    assert act(life, asked(life, verb, role, **changes)).code == code


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"ground": "data-wrong"}, "missing", "text"),
        ({"ground": "data-wrong", "text": "  "}, "missing", "text"),
        ({"ground": "bad-luck", "text": "运气不好"}, "bad_value", "ground"),
    ],
)
def test_what_a_step_must_say_is_named_when_it_is_wrong(
    life: Life, fields: dict[str, str], code: str, field: str
) -> None:
    act(life, asked(life, "sign", "clerk"))
    outcome = act(life, asked(life, "appeal", "clerk", fields=fields))

    assert (outcome.code, outcome.field) == (code, field)


def test_a_deadline_must_be_a_date(life: Life) -> None:
    act(verifying(life), asked(life, "uphold", "inspector", "li", fields={"reason": "属实"}))
    outcome = act(life, asked(life, "supervise", "inspector", "li", fields={"due": "下周", "demand": "整改"}))

    assert (outcome.code, outcome.field) == ("bad_value", "due")


def test_a_deadline_is_not_before_the_day_on_which_it_is_set(life: Life) -> None:
    act(verifying(life), asked(life, "uphold", "inspector", "li", fields={"reason": "属实"}))
    past = asked(life, "supervise", "inspector", "li", fields={"due": "2026-03-19", "demand": "整改"})

    assert (act(life, past).code, act(life, past).field) == ("bad_value", "due")


PROPOSED = {"ground": "force-majeure", "until": "2026-03-31", "proposal": "山洪断网三日"}
APPROVED = {"approver": "钱某", "doc_no": "云监〔2026〕3号"}


def test_an_exemption_nobody_proposed_is_not_approved(life: Life) -> None:
    assert act(verifying(life), asked(life, "exempt", "supervisor", "zhao", fields=APPROVED)).code == "not_now"


def test_an_exemption_is_proposed_by_one_role_and_approved_by_another(life: Life) -> None:
    refused = act(verifying(life), asked(life, "propose", "supervisor", "zhao", fields=PROPOSED))
    act(life, asked(life, "propose", "inspector", "li", fields=PROPOSED))
    alone = act(life, asked(life, "exempt", "inspector", "li", fields=APPROVED))
    approved = act(life, asked(life, "exempt", "supervisor", "zhao", fields=APPROVED))

    assert (refused.code, alone.code, approved.stage) == ("not_yours", "not_yours", "exempted")


def test_an_approval_repeats_what_was_proposed_last(life: Life) -> None:
    act(verifying(life), asked(life, "propose", "inspector", "li", fields=PROPOSED | {"until": "2026-03-25"}))
    act(life, asked(life, "propose", "inspector", "li", fields=PROPOSED))
    act(life, asked(life, "exempt", "supervisor", "zhao", fields=APPROVED))

    assert life.entries[-1].fields == PROPOSED | APPROVED


def test_a_proposal_that_has_run_out_is_not_approved(life: Life) -> None:
    act(verifying(life), asked(life, "propose", "inspector", "li", fields=PROPOSED))
    outcome = act_on(life, asked(life, "exempt", "supervisor", "zhao", fields=APPROVED), date(2026, 4, 1))

    assert (outcome.code, outcome.message) == (
        "not_now",
        "所提请的有效期至 2026-03-31 已经过去，今天是 2026-04-01；须重新提请免责",
    )


def test_a_card_is_not_lowered_to_the_level_it_has(life: Life) -> None:
    lower = asked(verifying(life), "lower", "supervisor", "zhao", fields={"level": "yellow", "reason": "轻微"})

    assert act(life, lower).code == "bad_value"


def test_who_verified_a_card_does_not_revoke_it(life: Life) -> None:
    act(appealed(life), asked(life, "verify", "supervisor", "zhao"))

    assert act(life, asked(life, "revoke", "supervisor", "zhao", fields={"reason": "属实"})).code == "same_person"


def test_an_inspector_cannot_revoke(life: Life) -> None:
    assert act(verifying(life), asked(life, "revoke", "inspector", "li", fields={"reason": "属实"})).code == "not_yours"


def test_a_warning_is_not_put_under_accountability(life: Life) -> None:
    life.said = msgspec.structs.replace(YELLOW, level="warning")
    act(verifying(life), asked(life, "uphold", "inspector", "sun", fields={"reason": "属实"}))
    recommend = asked(
        life, "recommend", "supervisor", "zhao", fields={"measure": "notice", "person": "3f2a", "reason": "屡次"}
    )

    assert act(life, recommend).code == "not_now"


def test_a_withdrawn_card_can_only_be_closed(life: Life) -> None:
    act(life, asked(life, "sign", "clerk"))
    heard(life, msgspec.structs.replace(YELLOW, status="withdrawn"), at=30)

    assert [each.verb for each in next_steps(life, "inspector", "li")] == ["close"]


def test_supervision_goes_back_and_forth_until_the_card_is_closed(life: Life) -> None:
    act(verifying(life), asked(life, "uphold", "inspector", "li", fields={"reason": "属实"}))
    for verb, role, fields in (
        ("supervise", "inspector", {"due": "2026-03-31", "demand": "补办"}),
        ("rectify", "clerk", {"text": "已补办"}),
        ("return", "inspector", {"reason": "未附证明", "due": "2026-04-03"}),
        ("rectify", "clerk", {"text": "已附证明"}),
        ("close", "inspector", {"conclusion": "整改到位"}),
    ):
        assert act(life, asked(life, verb, role, "li" if role == "inspector" else "wang", fields=fields)).accepted

    assert life.stage == "closed"


def test_the_steps_shown_to_a_role_are_those_it_may_take(life: Life) -> None:
    act(life, asked(life, "sign", "clerk"))

    assert [each.verb for each in next_steps(life, "clerk", "wang")] == ["explain", "appeal"]
    assert next_steps(life, "auditor", "zhou") == []
