from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from mingjing.rules.workflow_steps import STEPS
from mingjing.services.documents.from_card import blanks_of, sentences_of
from mingjing.services.documents.shelf import load_templates

CARD: dict[str, Any] = {
    "case_key": "11990100MB0000019L/云A012026000777",
    "item": "11990100MB0000019L3000131003000",
    "item_title": "食品经营许可",
    "level": "red",
    "rule": "TL-04",
    "rung": "TL-05",
    "title": "办结时限",
    "basis": ["行政许可法 第四十二条", "服务承诺制"],
    "violated_at": "2026-03-17T16:00:00+00:00",
    "due_at": None,
    "issued_at": "2026-03-18T00:00:00+08:00",
    "explain": {"sentences": {"zh": ["三月六日受理。"], "en": ["Accepted on 6 March."]}},
}
FIELDS = {
    "due": "2026-03-31",
    "demand": "补办。",
    "reason": "属实。",
    "measure": "admonition",
    "person": "审查岗",
    "feedback_due": "2026年3月25日",
    "level": "warning",
    "ground": "force-majeure",
    "approver": "监察委员会",
    "doc_no": "云监免〔2026〕3号",
}


def filled(verb: str, **fields: str) -> dict[str, str]:
    return blanks_of(
        CARD, issuer="监察局", agency="市场监管局", zone=ZoneInfo("Asia/Shanghai"), verb=verb, fields=fields
    )


def test_instants_are_told_on_the_readers_clock() -> None:
    assert filled("confirm")["violated_at"] == "2026年3月18日0时0分"


def test_the_case_is_named_by_its_own_number() -> None:
    assert filled("confirm")["case"] == "云A012026000777"


def test_a_choice_is_told_by_its_title() -> None:
    assert filled("recommend", measure="admonition")["measure"] == "诫勉谈话"


@pytest.mark.parametrize("verb", sorted(step.verb for step in STEPS if step.document))
def test_every_document_is_whole_when_its_step_is(verb: str) -> None:
    step = next(each for each in STEPS if each.verb == verb)
    template = load_templates()[str(step.document)]

    letter = template.write(filled(verb, **FIELDS), sentences_of(CARD), n=1, day=date(2026, 3, 19))

    assert letter.addressee == "市场监管局"


def test_a_card_that_is_lowered_is_named_by_what_it_was_and_what_it_becomes() -> None:
    told = filled("lower", level="warning", reason="属实")

    assert (told["level"], told["decision"]) == ("红牌", "降级为预警")


def test_an_exemption_rests_on_its_ground_and_its_approval() -> None:
    told = filled(
        "exempt", ground="force-majeure", approver="监察委员会", doc_no="云监免〔2026〕3号", until="2026-12-31"
    )

    assert told["reason"] == "不可抗力，经监察委员会批准（云监免〔2026〕3号）"


def test_the_facts_are_told_in_chinese() -> None:
    assert sentences_of(CARD) == ("三月六日受理。",)
