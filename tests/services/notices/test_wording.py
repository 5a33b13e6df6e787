from typing import Any
from zoneinfo import ZoneInfo

from mingjing.services.notices.wording import DIGEST_LINES, announced, gathered

CARD: dict[str, Any] = {
    "card_id": "428a",
    "case_key": "91/浙A1",
    "level": "red",
    "status": "standing",
    "issue": "auto",
    "title": "办结时限",
    "item": "x",
    "item_title": "食品经营许可",
    "agency": "91",
    "officer": "3f2a9c",
    "violated_at": "2026-03-17T16:00:00+00:00",
    "due_at": None,
}
ZONE = ZoneInfo("Asia/Shanghai")


def test_a_card_is_announced_in_a_few_words() -> None:
    message = announced(CARD, "市场监管局", "https://mingjing.example", ZONE)

    assert message.title == "【红牌】办结时限"
    assert message.lines == ("部门：市场监管局", "事项：食品经营许可", "办件：浙A1", "时刻：2026-03-18 00:00")
    assert message.link == "https://mingjing.example/cards?card=428a"


def test_what_was_counted_across_cases_is_announced_by_what_it_was_counted_by() -> None:
    message = announced({**CARD, "case_key": "across/CMP-07/***"}, "局", "", ZONE)

    assert message.lines[2] == "对象：***"


def test_a_withdrawal_says_that_it_is_one() -> None:
    assert announced({**CARD, "status": "withdrawn"}, "局", "", ZONE).title == "【红牌】办结时限（自动撤回）"


def test_the_officer_is_never_named() -> None:
    message = announced(CARD, "局", "", ZONE)

    assert "3f2a9c" not in " ".join((message.title, *message.lines, message.link))


def test_a_digest_counts_by_level_and_lists_what_fits() -> None:
    message = gathered([CARD] * (DIGEST_LINES + 2) + [{**CARD, "level": "yellow"}], {"91": "市场监管局"}, "")

    assert message.title == f"【监察汇总】红牌{DIGEST_LINES + 2}张，黄牌1张"
    assert message.lines[0] == "红牌 市场监管局：办结时限"
    assert message.lines[-1] == "另有3张，请在控制台查看"


STEP = {"verb": "lower", "title": "降级", "at": "2026-03-18T02:00:00+00:00", "says": {"降为": "黄牌"}}


def test_a_step_is_told_with_its_card_and_what_was_chosen() -> None:
    message = announced({**CARD, "step": STEP}, "市场监管局", "https://mingjing.example", ZONE)

    assert message.title == "【降级】红牌：办结时限"
    assert message.lines == (
        "部门：市场监管局",
        "事项：食品经营许可",
        "办件：浙A1",
        "办理时刻：2026-03-18 10:00",
        "降为：黄牌",
    )


def test_a_digest_counts_steps_beside_cards() -> None:
    message = gathered([CARD, {**CARD, "step": STEP}], {"91": "市场监管局"}, "")

    assert message.title == "【监察汇总】红牌1张，降级1件"
    assert message.lines == ("红牌 市场监管局：办结时限", "红牌 市场监管局：办结时限（降级）")
