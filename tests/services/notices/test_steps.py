from collections.abc import Sequence
from datetime import time
from typing import Any

import msgspec
import orjson
import pytest

from mingjing.rules.workflow_steps import BY_VERB
from mingjing.services.notices.owed import Heard, Known, Owing
from mingjing.services.notices.route import Quiet, Route, Rung
from mingjing.services.notices.steps import CONCERNS, MATTER_OF, UNHEARD, Answer, Entry, StageHeard
from mingjing.services.registry import Delivery
from mingjing.services.registry.deliveries import News, Told

from .drawn_card import BEIJING, CARD, CONFIDED, MINUTE, NOON, SHOP

CHIEFS = Route(name="chiefs", channels=("oa",), role="supervisor", region="330106", tells=frozenset({"appeal"}))
AGENCY = Route(
    name="agency",
    channels=("group",),
    role="clerk",
    agencies=frozenset({"91"}),
    tells=frozenset({"card", "decision", "supervision"}),
)


def step(verb: str, *, accepted: bool = True, logged_ms: int = NOON, **changes: Any) -> StageHeard:
    """Return the record of a stage that answers a step of that verb."""
    fields = changes.pop("fields", {})
    taken = Entry(action_id="a1", verb=verb, at=NOON * 1000, fields=fields, level="red")
    said: dict[str, Any] = {
        "card_id": "c1",
        "case_key": "91/浙A1",
        "agency": "91",
        "region": "330106000000",
        "stage": BY_VERB[verb].to or "verifying",
    }
    return StageHeard(
        **(said | changes), entries=[Entry(verb="draw"), taken], outcome=Answer("a1", accepted), logged_ms=logged_ms
    )


def news(
    *steps: StageHeard,
    cards: Sequence[dict[str, Any]] = (),
    told: Sequence[Told] = (),
    deliveries: Sequence[Delivery] = (),
    routes: Sequence[Route] = (CHIEFS, AGENCY),
) -> News:
    heard = [Heard(each, NOON) for each in cards]
    known = Known({each.card_id: each for each in told}, (), deliveries)
    return Owing(tuple(routes), BEIJING, 1440, lambda: CONFIDED).news(heard, steps, known, NOON)


def owed(*steps: StageHeard, **more: Any) -> list[tuple[str, str, str]]:
    told = news(cards=[CARD], routes=()).told
    return [(each.purpose, each.route, each.channel) for each in news(*steps, told=told, **more).deliveries]


def said(delivery: Delivery) -> dict[str, Any]:
    told: dict[str, Any] = orjson.loads(delivery.told)
    return told


@pytest.mark.parametrize(
    ("verb", "told"),
    [
        ("appeal", [("appeal", "chiefs", "oa")]),
        ("uphold", [("decision", "agency", "group")]),
        ("revoke", [("decision", "agency", "group")]),
        ("lower", [("decision", "agency", "group")]),
        ("exempt", [("decision", "agency", "group")]),
        ("supervise", [("supervision", "agency", "group")]),
        ("return", [("supervision", "agency", "group")]),
        ("sign", []),
        ("rectify", []),
    ],
)
def test_a_step_is_told_to_those_it_concerns(verb: str, told: list[tuple[str, str, str]]) -> None:
    assert owed(step(verb)) == told


def test_every_step_that_is_told_is_one_of_the_table_and_concerns_somebody() -> None:
    assert set(MATTER_OF) <= set(BY_VERB)
    assert all(CONCERNS[matter] for matter in MATTER_OF.values())


def test_a_step_that_was_refused_is_told_to_nobody() -> None:
    assert owed(step("appeal", accepted=False)) == []


def test_a_record_of_a_stage_that_answers_no_step_is_told_to_nobody() -> None:
    assert owed(msgspec.structs.replace(step("appeal"), outcome=None)) == []


def test_a_step_heard_twice_is_owed_once() -> None:
    first, second = (news(step("appeal")).deliveries for _ in range(2))

    assert [each.id for each in first] == [each.id for each in second]


def test_an_appeal_of_another_region_is_not_told() -> None:
    assert owed(step("appeal", region="330200000000")) == []


def test_a_decision_on_a_card_of_another_agency_is_not_told() -> None:
    assert owed(step("uphold", agency="92")) == []


def test_a_step_is_told_with_its_card_and_with_what_was_chosen_but_not_with_what_was_written() -> None:
    told = news(cards=[CARD], routes=()).told
    heard = step("supervise", fields={"due": "2026-04-01", "demand": "王某某整改"})

    (only,) = news(heard, told=told).deliveries

    assert (said(only)["title"], said(only)["level"], said(only)["rule"]) == ("办结时限", "red", "TL-04")
    assert said(only)["step"] == {
        "verb": "supervise",
        "title": "督办",
        "at": "2026-03-06T04:00:00+00:00",
        "says": {"整改期限": "2026-04-01"},
    }
    assert "王某某" not in only.told


def test_a_choice_is_told_by_its_title() -> None:
    (only,) = news(step("appeal", fields={"ground": "data-wrong", "text": "x"})).deliveries

    assert said(only)["step"]["says"] == {"申诉事由": "数据有误"}


def test_an_exemption_tells_the_ground_it_was_proposed_on() -> None:
    fields = {"ground": "force-majeure", "until": "2026-05-01", "proposal": "x", "approver": "李某", "doc_no": "1"}

    (only,) = news(step("exempt", fields=fields)).deliveries

    assert said(only)["step"]["says"] == {"免责事由": "不可抗力", "有效期至": "2026-05-01"}


def test_a_step_with_a_card_that_was_drawn_before_anybody_listened_is_told_all_the_same() -> None:
    routes = [msgspec.structs.replace(CHIEFS, rules=frozenset({"TL-04"}))]

    (only,) = news(step("appeal"), routes=routes).deliveries

    assert (said(only)["title"], said(only)["level"], said(only)["case_key"]) == (UNHEARD, "red", "91/浙A1")


def test_a_card_that_comes_with_the_step_is_the_one_it_is_told_with() -> None:
    (only,) = news(step("appeal"), cards=[CARD], routes=[CHIEFS]).deliveries

    assert said(only)["title"] == "办结时限"


def test_a_step_is_not_overtaken_by_what_the_engine_says_next() -> None:
    first = news(step("appeal"), cards=[CARD])

    second = news(cards=[CARD | {"status": "cleared", "ver": [11, 1, 0]}], told=first.told, deliveries=first.deliveries)

    appeal = next(each for each in first.deliveries if each.purpose == "appeal")
    assert appeal.id not in second.stopped


def test_a_step_waits_for_the_end_of_quiet_hours() -> None:
    quiet = msgspec.structs.replace(CHIEFS, quiet=Quiet(time(11), time(13)))

    assert [each.next_ms for each in news(step("appeal"), routes=[quiet]).deliveries] == [NOON + 60 * MINUTE]


def test_steps_and_cards_of_one_digest_go_in_one_message() -> None:
    gathers = msgspec.structs.replace(AGENCY, digest=time(17))

    card, decision = news(step("uphold"), cards=[CARD], routes=[gathers]).deliveries

    assert card.batch == decision.batch != card.id


def test_a_step_too_old_to_be_news_is_entered_and_not_sent() -> None:
    (only,) = news(step("appeal", logged_ms=NOON - 1441 * MINUTE)).deliveries

    assert only.state == "stopped"


def test_who_came_forward_is_not_told_with_a_step() -> None:
    key = f"across/CMP-07/{SHOP}|违规收费"

    (only,) = news(step("uphold", case_key=key)).deliveries

    assert said(only)["case_key"] == "across/CMP-07/***"


PENDING = CARD | {"issue": "confirm"}
DUTY = Route(name="duty", channels=("oa",))


def test_the_agency_is_told_of_a_card_to_be_confirmed_once_it_is_confirmed() -> None:
    first = news(cards=[PENDING], routes=[AGENCY, DUTY])
    second = news(step("confirm"), told=first.told, deliveries=first.deliveries, routes=[AGENCY, DUTY])

    assert [each.route for each in first.deliveries] == ["duty"]
    assert [(each.purpose, each.route) for each in second.deliveries] == [("card", "agency")]
    assert said(second.deliveries[0])["step"]["title"] == "确认发牌"


def test_a_card_to_be_confirmed_is_not_escalated_to_the_agency_before_it_is() -> None:
    rung = msgspec.structs.replace(AGENCY, escalate=(Rung(30, ("chief",)),))

    first = news(cards=[PENDING], routes=[rung])
    second = news(step("confirm"), told=first.told, routes=[rung])

    assert first.deliveries == []
    assert [(each.purpose, each.channel) for each in second.deliveries] == [("card", "group"), ("escalation", "chief")]


def test_the_agency_is_told_that_a_confirmed_card_is_withdrawn_and_of_no_other() -> None:
    first = news(cards=[PENDING], routes=[AGENCY])
    second = news(step("confirm"), told=first.told, routes=[AGENCY])
    sent = [msgspec.structs.replace(each, state="sent", tries=1) for each in second.deliveries]
    withdrawn = PENDING | {"status": "withdrawn", "ver": [11, 1, 0]}

    told = news(cards=[withdrawn], told=first.told, deliveries=sent, routes=[AGENCY]).deliveries

    assert [each.purpose for each in told] == ["card"]
    assert news(cards=[withdrawn], told=first.told, routes=[AGENCY]).deliveries == []
