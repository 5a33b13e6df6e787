"""The draft of a 通报: what it says is what the report says, and whoever is not ranked is named with the reason."""

import msgspec

from mingjing.services.reports.document import Efficiency, RuleLine
from mingjing.services.reports.forms.notice import content
from mingjing.services.reports.gate import Balance


def said(report: Efficiency, place: int) -> str:
    return "".join(content(report)["sections"][place]["texts"])


def test_agencies_are_named_by_rank_and_those_held_back_with_the_reason(report: Efficiency) -> None:
    text = said(report, 1)

    assert "承诺兑现率由高到低：云州市水务局（99.00%，99 / 100）、云州市市场监督管理局（98.00%，196 / 200）。" in text
    assert "=云州市民政局（数据完整率 75.00%（30 / 40），低于 95%）" in text
    assert "本期没有业务的部门：云州市体育局。" in text


def test_where_nobody_is_ranked_the_reasons_stand_all_the_same(report: Efficiency) -> None:
    nobody = [msgspec.structs.replace(each, rank=None) for each in report.agencies]
    text = said(msgspec.structs.replace(report, agencies=nobody), 1)

    assert text.startswith("本期没有部门通过数据质量关，不作排名。")
    assert "低于 95%" in text


def test_a_rule_is_named_with_the_cards_it_drew_and_no_others(report: Efficiency) -> None:
    rules = [RuleLine("ACT-02", "一人一年累计三张黄牌", 0, 104), RuleLine("TL-04", "办结时限", 125, 52)]
    text = said(msgspec.structs.replace(report, rules=rules), 2)

    assert "“一人一年累计三张黄牌”红牌 104 张；“办结时限”黄牌 125 张、红牌 52 张。" in text


def test_cases_that_cannot_be_found_again_are_said(report: Efficiency) -> None:
    text = said(msgspec.structs.replace(report, balance=Balance(5, 10, 9, 5)), 2)

    assert "各部门合计收办不相符，差 1 件，须查明补报。" in text


def test_the_draft_of_a_half_year_says_of_which_review_it_is_and_still_names_the_place(report: Efficiency) -> None:
    heading = "云州市 2026 年上半年（年中初审）效能报表"
    draft = content(msgspec.structs.replace(report, period="2026-H1", title=heading))

    assert (draft["title"], draft["place"]) == ("关于2026 年上半年（年中初审）行政效能情况的通报", "云州市")
