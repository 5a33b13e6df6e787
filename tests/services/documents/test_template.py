from datetime import date

import pytest

from mingjing.rules.yaml_page import PackRefused
from mingjing.services.documents.template import BLANKS, DocumentIncomplete, read_template

NOTICE = """\
document: notice
title: 监察通知书
masthead: '{issuer}文件'
number: 监〔{year}〕{n}号
subject: 关于{item}的通知书
addressee: '{agency}'
body:
  - paragraph: 存在“{finding}”情形。
  - numbered: sentences
"""
FILLED = dict.fromkeys(BLANKS, "某")


def faults_of(text: str) -> list[str]:
    with pytest.raises(PackRefused) as refused:
        read_template(text, "notice.yaml")
    return [f"{each.line}:{each.column} {each.message}" for each in refused.value.faults]


def test_a_letter_is_the_template_with_its_blanks_filled() -> None:
    letter = read_template(NOTICE, "notice.yaml").write(
        {**FILLED, "finding": "超期"}, ("甲", "乙"), n=3, day=date(2026, 3, 9)
    )

    assert (letter.number, letter.body[0].texts, letter.body[1].texts) == (
        "监〔2026〕3号",
        ("存在“超期”情形。",),
        ("甲", "乙"),
    )


@pytest.mark.parametrize("said", ["超期", "超期。", " 超期。\n"])
def test_words_that_end_with_a_full_stop_are_not_given_another(said: str) -> None:
    template = read_template(NOTICE.replace("存在“{finding}”情形。", "理由：{finding}。"), "notice.yaml")
    letter = template.write({**FILLED, "finding": said}, (), n=3, day=date(2026, 3, 9))

    assert letter.body[0].texts == ("理由：超期。",)


def test_a_document_does_not_go_out_with_a_hole_in_it() -> None:
    template = read_template(NOTICE, "notice.yaml")

    with pytest.raises(DocumentIncomplete, match=r"发现的问题 \(finding\) is not given"):
        template.write({**FILLED, "finding": ""}, (), n=1, day=date(2026, 3, 9))


def test_a_blank_that_nothing_fills_is_refused_with_the_nearest_that_is() -> None:
    assert faults_of(NOTICE.replace("{finding}", "{findings}")) == [
        "8:16 nothing fills {findings}; did you mean 'finding'?"
    ]


def test_an_unknown_key_is_refused() -> None:
    assert faults_of(NOTICE + "colour: red\n")[0].startswith("10:1 key 'colour' is not known here")


def test_the_number_must_count() -> None:
    assert faults_of(NOTICE.replace("{n}号", "号"))[0].startswith("4:9 number needs the blanks {year} and {n}")


def test_a_lone_brace_is_a_fault_with_its_remedy() -> None:
    assert "a brace that is meant is written twice" in faults_of(NOTICE.replace("{finding}", "{"))[0]
