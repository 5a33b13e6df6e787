from datetime import date

import msgspec

from mingjing.rules.card_action import Action, act
from mingjing.rules.card_life import Life, Said, exempted_until, expired, heard, opened, shown_level

YELLOW = Said(level="yellow", status="standing", issue="auto", violated_at=10, due_at=10)
RED = msgspec.structs.replace(YELLOW, level="red", violated_at=20, due_at=20)
TODAY = date(2026, 3, 12)


def drawn(said: Said = YELLOW) -> Life:
    return opened("c1", "91/N1", "91", "330102000000", said, at=10)


def through(life: Life, *steps: tuple[str, str, str, dict[str, str]]) -> Life:
    for number, (verb, role, actor, fields) in enumerate(steps):
        outcome = act(
            life,
            Action(
                action_id=f"{life.round}-{number}-{verb}",
                card_id=life.card_id,
                case_key=life.case_key,
                verb=verb,
                expected=life.revision,
                actor=actor,
                role=role,
                region="33",
                agency=None,
                fields=fields,
                at=100,
            ),
            TODAY,
        )
        assert outcome.accepted, outcome.message
    return life


SIGNED = ("sign", "clerk", "wang", {})
VERIFYING = (
    SIGNED,
    ("appeal", "clerk", "wang", {"ground": "data-wrong", "text": "受理时间有误"}),
    ("verify", "inspector", "li", {}),
)
REVOKED = (*VERIFYING, ("revoke", "supervisor", "zhao", {"reason": "情况属实"}))
LOWERED = (*VERIFYING, ("lower", "supervisor", "zhao", {"level": "warning", "reason": "情节轻微"}))
EXEMPTED = (
    *VERIFYING,
    ("propose", "inspector", "li", {"ground": "force-majeure", "until": "2026-03-31", "proposal": "山洪断网"}),
    ("exempt", "supervisor", "zhao", {"approver": "钱某", "doc_no": "云监〔2026〕3号"}),
)


def test_a_card_is_drawn_when_the_rule_issues_it_by_itself() -> None:
    assert drawn().stage == "drawn"


def test_a_card_that_must_be_confirmed_waits_for_a_person() -> None:
    assert drawn(msgspec.structs.replace(YELLOW, issue="confirm")).stage == "pending"


def test_a_card_shows_the_level_of_its_finding() -> None:
    assert shown_level(drawn()) == "yellow"


def test_a_withdrawn_card_shows_nothing() -> None:
    life = drawn()
    heard(life, msgspec.structs.replace(YELLOW, status="withdrawn"), at=30)

    assert shown_level(life) is None


def test_a_revoked_card_shows_nothing() -> None:
    assert shown_level(through(drawn(), *REVOKED)) is None


def test_a_lowered_card_shows_the_lower_level() -> None:
    assert shown_level(through(drawn(), *LOWERED)) == "warning"


def test_an_exempted_card_shows_nothing_until_its_last_day_is_over() -> None:
    life = through(drawn(), *EXEMPTED)

    assert (shown_level(life), exempted_until(life)) == (None, "2026-03-31")


def test_an_exemption_that_is_over_opens_a_round_in_which_the_card_is_shown_again() -> None:
    life = through(drawn(), *EXEMPTED)
    expired(life, at=200)

    assert (shown_level(life), life.stage, life.round, exempted_until(life)) == ("yellow", "drawn", 2, None)
    assert life.entries[-1].at == 200


def test_a_higher_level_opens_a_new_round() -> None:
    life = through(drawn(), SIGNED)

    assert heard(life, RED, at=30)
    assert (life.round, life.stage) == (2, "drawn")


def test_a_higher_level_is_shown_whatever_was_decided_on_the_lower_one() -> None:
    life = through(drawn(), *REVOKED)
    heard(life, RED, at=30)

    assert shown_level(life) == "red"


def test_the_old_round_is_kept() -> None:
    life = through(drawn(), *REVOKED)
    heard(life, RED, at=30)

    assert [each.verb for each in life.entries] == ["draw", "sign", "appeal", "verify", "revoke", "draw"]


def test_a_decision_stands_when_the_condition_merely_ends() -> None:
    life = through(drawn(), *REVOKED)

    assert not heard(life, msgspec.structs.replace(YELLOW, status="cleared"), at=30)
    assert shown_level(life) is None


def test_another_violation_in_place_of_the_decided_one_opens_a_new_round() -> None:
    life = through(drawn(), *REVOKED)

    assert heard(life, msgspec.structs.replace(YELLOW, violated_at=15, due_at=15), at=30)


def test_a_moved_violation_that_nobody_decided_on_stays_in_its_round() -> None:
    life = through(drawn(), SIGNED)

    assert not heard(life, msgspec.structs.replace(YELLOW, violated_at=15, due_at=15), at=30)
    assert life.stage == "signed"


def test_a_finding_that_comes_back_after_the_card_was_closed_opens_a_new_round() -> None:
    life = through(drawn(), SIGNED)
    heard(life, msgspec.structs.replace(YELLOW, status="withdrawn"), at=30)
    through(life, ("close", "inspector", "li", {"conclusion": "系统撤回"}))

    assert heard(life, YELLOW, at=40)


def test_a_finding_that_comes_back_while_the_card_is_worked_on_opens_a_new_round() -> None:
    life = through(drawn(), SIGNED)
    heard(life, msgspec.structs.replace(YELLOW, status="withdrawn"), at=30)

    assert heard(life, YELLOW, at=40)
    assert (life.stage, life.round, life.entries[-1].at) == ("drawn", 2, 40)


def test_what_was_decided_on_a_finding_that_was_taken_back_does_not_bind_once_it_stands_again() -> None:
    life = through(drawn(), *LOWERED)
    heard(life, msgspec.structs.replace(YELLOW, status="withdrawn"), at=30)
    heard(life, YELLOW, at=40)

    assert shown_level(life) == "yellow"
