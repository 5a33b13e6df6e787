"""A finding told in sentences can be recounted by hand, and says nothing but facts."""

from collections.abc import Callable
from typing import Any

import pytest

from mingjing.rules.card_record import withdrawal
from mingjing.rules.events import Fact
from mingjing.rules.explain import TELLERS, sentences
from mingjing.rules.issued import Issued
from mingjing.rules.pack import KINDS
from mingjing.rules.replay import judge_case
from mingjing.rules.rulebook import Rulebook

Told = Callable[..., Fact]
Book = Callable[..., Rulebook]
At = Callable[[str], int]

RULES = """
pack: p
version: 1
vocabulary: approval
rules:
  - {id: T, kind: time-limit, start: case.accepted, stop: case.decided, limit: promised, pause: [special-procedure],
     cards: {warning: 2wd before, yellow: past}}
  - {id: W, kind: waiting-period, start: hearing.noticed, stop: hearing.held, at_least: 7wd, cards: {yellow: early}}
  - {id: Q, kind: sequence, step: case.delivered, requires: case.decided, cards: {yellow: broken}}
  - {id: F, kind: sequence, step: fee.charged, forbids: case.decided, cards: {yellow: broken}}
  - {id: N, kind: notification, trigger: case.applied, notice: case.supp_noticed, before: case.returned, at_most: 1,
     carries: [doc_no], cards: {yellow: broken}}
  - {id: P, kind: separation, a: step.started, b: step.completed, by: officer, cards: {yellow: broken}}
"""


@pytest.fixture
def zh(book: Book, at: At) -> Callable[..., str]:
    """Return the Chinese sentences of the only finding."""

    def make(*facts: Fact, now: str = "2026-11-20 12:00") -> str:
        rules = book(RULES, {"promised": "5wd"})
        [(rule, finding)] = judge_case("c", facts, rules, at(now))
        told = sentences(rule, finding)
        assert len(told["zh"]) == len(told["en"]) > 0
        assert all(told["en"])
        return "".join(told["zh"])

    return make


Zh = Callable[..., str]


def test_a_time_limit_is_told_from_its_start_through_every_day_not_counted_to_its_end(zh: Zh, told: Told) -> None:
    text = zh(told("2026-09-30 17:00", "case.accepted", item="item-1"), told("2026-10-14 09:00", "case.decided"))

    parts = (
        "9 月 30 日 17:00",
        "当日不计",
        "5 个工作日",
        "10 月 1 日至 10 月 7 日（国庆节）",
        "10 月 11 日（周末）",
        "10 月 13 日 24:00",
        "10 月 14 日 09:00",
        "1 个工作日",
    )
    places = [text.find(part) for part in parts]
    assert -1 not in places
    assert places == sorted(places)


def test_two_kinds_of_days_not_counted_each_bear_their_name(zh: Zh, told: Told) -> None:
    text = zh(
        told("2026-03-02 10:00", "case.accepted", item="item-1"),
        told("2026-03-03 10:00", "clock.suspended", data={"days": 2}),
        told("2026-03-20 10:00", "case.decided"),
    )

    assert "3 月 4 日至 3 月 5 日（特别程序）" in text
    assert "3 月 7 日至 3 月 8 日（周末）" in text


def test_in_english_a_term_and_a_weekend_are_words(book: Book, told: Told, at: At) -> None:
    facts = (told("2026-03-06 10:00", "case.accepted", item="item-1"), told("2026-03-20 10:00", "case.decided"))
    [(rule, finding)] = judge_case("c", facts, book(RULES, {"promised": "5wd"}), at("2026-03-21 12:00"))

    text = " ".join(sentences(rule, finding)["en"])

    assert "5 working days" in text
    assert "2026-03-07 to 2026-03-08 (weekend)" in text


def test_who_is_not_done_yet_is_told_by_when(zh: Zh, told: Told) -> None:
    text = zh(told("2026-09-30 17:00", "case.accepted", item="item-1"), now="2026-10-12 12:00")

    assert "10 月 13 日 24:00" in text
    assert "超期" not in text


def test_a_finish_on_a_day_off_after_the_limit_is_told_as_late(zh: Zh, told: Told) -> None:
    text = zh(told("2026-03-06 10:00", "case.accepted", item="item-1"), told("2026-03-14 09:00", "case.decided"))

    assert "已过期限" in text  # due Friday the 13th, finished Saturday: not one working day over, yet late
    assert "未超期" not in text


@pytest.mark.parametrize(
    ("facts", "parts"),
    [
        (
            [("2026-04-29 16:00", "hearing.noticed"), ("2026-05-11 09:00", "hearing.held")],
            ["7 个工作日", "5 月 12 日", "5 月 11 日"],
        ),
        ([("2026-03-06 10:00", "case.delivered")], ["3 月 6 日 10:00", "送达", "办结（作出决定）"]),
        (
            [("2026-03-06 10:00", "case.decided"), ("2026-03-09 10:00", "fee.charged")],
            ["办结（作出决定）", "收费", "3 月 9 日"],
        ),
        ([("2026-03-06 10:00", "case.applied"), ("2026-03-09 10:00", "case.supp_noticed")], ["补正通知书文号"]),
        (
            [("2026-03-06 10:00", "case.applied"), ("2026-03-09 10:00", "case.returned")],
            ["3 月 9 日 10:00", "没有告知"],
        ),
    ],
)
def test_each_kind_is_told_with_its_titles_and_instants(
    zh: Zh, told: Told, facts: list[tuple[str, str]], parts: list[str]
) -> None:
    text = zh(*(told(*each) for each in facts))

    assert [part for part in parts if part not in text] == []


def test_a_separation_names_the_two_steps_and_nobody(zh: Zh, told: Told) -> None:
    text = zh(
        told("2026-03-06 10:00", "step.started", officer="李四"),
        told("2026-03-06 11:00", "step.completed", officer="李四"),
    )

    assert "环节开始" in text
    assert "环节完成" in text
    assert "李四" not in text


def test_a_notice_sent_twice_is_told_by_numbers(zh: Zh, told: Told) -> None:
    data = {"doc_no": "补〔2026〕1号"}
    notices = [told(f"2026-03-0{day} 10:00", "case.supp_noticed", id=str(day), data=data) for day in (7, 8, 9)]

    text = zh(told("2026-03-06 10:00", "case.applied"), *notices)

    assert "1 次" in text
    assert "3 次" in text


def test_a_withdrawal_says_that_it_never_held(book: Book) -> None:
    rule = book(RULES, {}).rules[0]
    known = Issued(level="yellow", status="standing", digest="", revision=1, issued_at=0, violated_at=0)

    [text] = sentences(rule, withdrawal(rule, "-", known, 1, "late"))["zh"]

    assert "自动撤回" in text


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_rule_tells_its_findings_in_its_own_words(kind: str) -> None:
    assert kind in TELLERS


def test_no_sentence_raises_its_voice(zh: Zh, told: Told) -> None:
    words: list[Any] = ["！", "严重", "务必", "拖延"]
    text = zh(told("2026-03-02 10:00", "case.accepted", item="item-1"))

    assert [word for word in words if word in text] == []


WORDS = """
pack: p
version: 1
vocabulary: approval
rules:
  - {id: T, kind: time-limit, start: case.accepted, stop: [case.decided, case.abandoned], limit: 5wd,
     cards: {yellow: past}}
  - {id: S, kind: time-limit, start: case.applied, stop: [case.supp_noticed, case.not_accepted], limit: 5wd,
     cards: {yellow: past}}
  - {id: D, kind: time-limit, start: case.delivered, due: data.expires_on, stop: step.started, cards: {yellow: past}}
  - {id: C, kind: time-limit, start: hearing.noticed, stop: hearing.held, limit: 10cd, cards: {yellow: past}}
"""


@pytest.fixture
def worded(book: Book, at: At) -> Callable[..., dict[str, list[str]]]:
    """Return both tellings of the only finding of WORDS."""

    def make(*facts: Fact) -> dict[str, list[str]]:
        [(rule, finding)] = judge_case("c", facts, book(WORDS, {}), at("2026-11-20 12:00"))
        return sentences(rule, finding)

    return make


Worded = Callable[..., dict[str, list[str]]]


def test_a_late_withdrawal_by_the_applicant_is_not_called_a_decision(worded: Worded, told: Told) -> None:
    found = worded(told("2026-03-02 10:00", "case.accepted"), told("2026-03-20 10:00", "case.abandoned"))

    assert found["zh"][-1] == "3 月 20 日 10:00 申请人撤回申请，超期 9 个工作日。"
    assert found["en"][-1] == "case.abandoned on 20 Mar 2026 10:00, 9 days over."


def test_a_late_decision_is_told_as_such(worded: Worded, told: Told) -> None:
    found = worded(told("2026-03-02 10:00", "case.accepted"), told("2026-03-20 10:00", "case.decided"))

    assert found["zh"][-1] == "3 月 20 日 10:00 办结，超期 9 个工作日。"


def test_what_never_came_is_named_by_what_the_rule_waits_for(worded: Worded, told: Told) -> None:
    found = worded(told("2026-03-02 10:00", "case.applied"))

    assert found["zh"][-1] == "届满时未“补正告知”或“不予受理”，发黄牌。"


def test_where_a_decision_would_do_nothing_else_is_asked_for(worded: Worded, told: Told) -> None:
    found = worded(told("2026-03-02 10:00", "case.accepted"))

    assert found["zh"][-1] == "届满时未办结，发黄牌。"


def test_an_end_that_rolled_over_a_holiday_says_from_where(worded: Worded, told: Told) -> None:
    found = worded(told("2026-09-23 10:00", "hearing.noticed"))

    assert "届满：10 月 3 日为休息日，顺延至 10 月 8 日 24:00。" in found["zh"]
    assert "The limit ends on 2026-10-03, a day off, and so rolls to 2026-10-08." in found["en"]


def test_an_end_that_the_data_state_is_told_as_theirs(worded: Worded, told: Told) -> None:
    found = worded(told("2026-03-02 10:00", "case.delivered", data={"expires_on": "2026-03-05"}))

    assert found["zh"] == [
        "期限由数据写明，自 3 月 2 日 10:00 起算。",
        "届满：3 月 5 日 24:00。",
        "届满时未“环节开始”，发黄牌。",
    ]
