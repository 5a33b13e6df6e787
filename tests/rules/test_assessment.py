"""Points, and where each comes from."""

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import pytest

from mingjing.rules.assessment import Assessed, Formula, Subject, assess
from mingjing.rules.assessment_text import parse_assessment
from mingjing.rules.yaml_page import PackRefused

SHIPPED = sorted((Path(__file__).parents[2] / "rules" / "assessments").glob("*.yaml"))
HEAD = """
assessment: test
title: 测评
version: 1
basis: [办法]
full: 100
at_least: 30
grades: [{title: 优秀, from: 90}, {title: 优良, from: 80}, {title: 合格, from: 60},
         {title: 不合格, from: 0, fails: true}]
lines:
"""
LINES = """
  - {id: kept, part: 期限, title: 兑现, full: 60, rate: {of: promise_kept, from: 90%, to: 100%}}
  - {id: late, part: 期限, title: 超期, full: 20, cards: {rules: [TL-04], each: 5}}
  - {id: happy, part: 评价, title: 满意, full: 20, rate: {of: satisfied, from: 60%, to: 95%}}
  - {id: cut, part: 奖励, title: 压缩, bonus: {of: compression, at: 30%, points: 3, each: 10%, more: 1, cap: 8}}
  - {id: whole, part: 报送, title: 不完整, short: {of: complete, each: 1%, points: 1, cap: 5}}
"""
GOOD = {"promise_kept": (100, 100), "satisfied": (95, 100), "complete": (100, 100)}


@pytest.fixture
def formula() -> Formula:
    return parse_assessment(HEAD + LINES, "test.yaml")


def subject(agency: str = "A", shares: Mapping[str, tuple[int, int]] = GOOD, **more: object) -> Subject:
    cards = more.get("cards", {})
    drawn = {rule: len(ids) for rule, ids in cards.items()}  # type: ignore[attr-defined]  # cards by rule
    known = {"agency": agency, "decided": 100, "shares": shares, "drawn": drawn, "cards": cards} | more
    return Subject(**known)  # type: ignore[arg-type]  # the fields are named in each test


def one(formula: Formula, each: Subject) -> Assessed:
    (made,) = assess(formula, [each])
    return made


def test_every_point_is_told_by_some_line(formula: Formula) -> None:
    made = one(formula, subject(shares=GOOD | {"promise_kept": (95, 100)}))

    assert made.score == sum(line.points for line in made.lines) == Decimal("70.00")
    assert made.lines[0].why == "95.00%（95/100），90% 得零分，100% 得满分"


def test_every_card_takes_its_points_and_is_named(formula: Formula) -> None:
    made = one(formula, subject(cards={"TL-04": ["c1", "c2"]}))

    assert (made.lines[1].points, made.lines[1].cards, made.score) == (Decimal(10), ("c1", "c2"), Decimal(90))


def test_cards_take_no_more_than_the_line_has(formula: Formula) -> None:
    assert one(formula, subject(cards={"TL-04": list("abcdef")})).lines[1].points == 0


@pytest.mark.parametrize(("percent", "points"), [(29, 0), (30, 3), (39, 3), (40, 4), (75, 7), (100, 8)])
def test_a_bonus_rises_in_whole_steps_up_to_its_cap(formula: Formula, percent: int, points: int) -> None:
    made = one(formula, subject(shares=GOOD | {"compression": (percent, 100)}))

    assert (made.lines[3].points, made.score) == (points, 100 + points)


@pytest.mark.parametrize(("complete", "points"), [(1000, 0), (991, 0), (990, -1), (970, -3), (900, -5)])
def test_data_that_is_missing_costs_a_point_for_each_percent(formula: Formula, complete: int, points: int) -> None:
    assert one(formula, subject(shares=GOOD | {"complete": (complete, 1000)})).lines[4].points == points


def test_business_that_an_agency_does_not_have_is_left_out_and_the_rest_is_scaled(formula: Formula) -> None:
    made = one(formula, subject(shares={"promise_kept": (98, 100)}))

    assert made.factor == Decimal("1.2500")
    assert made.score == (Decimal(48) + 20) * Decimal("1.25")
    assert [line.line for line in made.lines if not line.counted] == ["happy", "cut", "whole"]


@pytest.mark.parametrize(("cut", "complete", "score"), [(30, 100, 88.75), (100, 95, 88.75), (0, 98, 82.5)])
def test_bonus_and_shortfall_stand_inside_the_brackets(formula: Formula, cut: int, complete: int, score: float) -> None:
    shares = {"promise_kept": (98, 100), "compression": (cut, 100), "complete": (complete, 100)}
    made = one(formula, subject(shares=shares))

    assert made.factor == Decimal("1.2500")
    assert made.score == score


@pytest.mark.parametrize(("kept", "grade"), [(100, "优秀"), (97, "优良"), (95, "合格"), (90, "不合格")])
def test_a_score_has_its_grade(formula: Formula, kept: int, grade: str) -> None:
    assert one(formula, subject(shares=GOOD | {"promise_kept": (kept, 100)})).grade == grade


def test_failing_twice_in_a_row_is_said(formula: Formula) -> None:
    failing = GOOD | {"promise_kept": (80, 100)}

    assert one(formula, subject(shares=failing, failed_before=True)).failed_twice
    assert not one(formula, subject(shares=failing)).failed_twice
    assert not one(formula, subject(failed_before=True)).failed_twice


def test_equal_scores_share_the_rank_and_the_lowest_is_the_last(formula: Formula) -> None:
    made = assess(formula, [subject("A"), subject("B"), subject("C", cards={"TL-04": ["c"]})])

    assert [(each.agency, each.rank, each.last) for each in made] == [("A", 1, False), ("B", 1, False), ("C", 3, True)]


def test_where_all_are_equal_nobody_is_last(formula: Formula) -> None:
    assert not any(each.last for each in assess(formula, [subject("A"), subject("B")]))


def test_who_the_gate_holds_back_has_points_and_neither_grade_nor_rank(formula: Formula) -> None:
    good, bad = assess(formula, [subject("A", cards={"TL-04": ["c"]}), subject("B", held_back=("数据完整率不足",))])

    assert (bad.agency, bad.score, bad.grade, bad.rank) == ("B", Decimal(100), None, None)
    assert bad.held_back == ("数据完整率不足",)
    assert (good.rank, good.last) == (1, False)


def test_too_few_cases_are_not_graded(formula: Formula) -> None:
    assert one(formula, subject(decided=29)).held_back == ("办结 29 件，不足 30 件",)


def test_an_agency_without_any_business_is_not_graded() -> None:
    formula = parse_assessment(HEAD + LINES.splitlines()[1] + "\n", "test.yaml")

    assert one(formula, subject(shares={}, decided=0)).held_back[-1] == "没有可以计分的业务"


RATE = "rate: {of: satisfied, from: 60%, to: 95%}"
BONUS = "bonus: {of: compression, at: 30%, points: 3, each: 10%, more: 1, cap: 8}"


@pytest.mark.parametrize(("few", "enough"), [((9, 9), (10, 10)), ((0, 9), (0, 10))])
def test_too_little_business_of_a_line_is_neither_good_nor_bad(few: tuple[int, int], enough: tuple[int, int]) -> None:
    guarded = parse_assessment(HEAD + LINES.replace(RATE, f"at_least: 10, {RATE}"), "test.yaml")

    left_out = one(guarded, subject(shares=GOOD | {"satisfied": few}))
    counted = one(guarded, subject(shares=GOOD | {"satisfied": enough}))

    assert (left_out.lines[2].counted, left_out.lines[2].why) == (False, "样本 9，不足 10，不计")
    assert (left_out.factor, left_out.score) == (Decimal("1.2500"), 100)
    assert (counted.lines[2].counted, counted.score) == (True, 100 if enough[0] else 80)


def test_a_bonus_needs_its_sample_too() -> None:
    guarded = parse_assessment(HEAD + LINES.replace(BONUS, f"at_least: 300, {BONUS}"), "test.yaml")

    few, enough = (one(guarded, subject(shares=GOOD | {"compression": share})) for share in ((299, 299), (300, 300)))

    assert (few.score, enough.score) == (100, 108)


def test_a_card_costs_its_points_however_little_business_there_was() -> None:
    among = "at_least: 10, cards: {rules: [TL-04], each: 5, among: statute_kept}"
    guarded = parse_assessment(HEAD + LINES.replace("cards: {rules: [TL-04], each: 5}", among), "test.yaml")
    few = GOOD | {"statute_kept": (9, 9)}

    assert not one(guarded, subject(shares=few)).lines[1].counted
    assert one(guarded, subject(shares=few, cards={"TL-04": ["c1"]})).lines[1].points == 15


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("{id: a, part: p, title: t, full: 5, at_least: 3, cards: {rules: [R], each: 5}}", "say among what"),
        ("{id: a, part: p, title: t, full: 5, at_least: 0, rate: {of: x, from: 1%, to: 2%}}", "1 or more"),
        ("{id: a, part: p, title: t, full: 5}", "exactly one of rate, cards, short, bonus"),
        ("{id: a, part: p, title: t, rate: {of: x, from: 1%, to: 2%}}", "say what is `full`"),
        ("{id: a, part: p, title: t, full: 5, rate: {of: x, from: 90%, to: 80%}}", "is not below `to`"),
        ("{id: a, part: p, title: t, full: 5, rate: {of: x, from: 90, to: 95%}}", "a share in percent"),
        ("{id: a, part: p, title: t, full: five, cards: {rules: [R], each: 5}}", "a number of points"),
        ("{id: a, part: p, title: t, full: 5, cards: {rules: [R], eech: 5}}", "did you mean 'each'"),
    ],
)
def test_a_line_that_cannot_be_meant_is_refused_with_its_place(line: str, why: str) -> None:
    with pytest.raises(PackRefused, match=why):
        parse_assessment(HEAD + f"  - {line}\n", "test.yaml")


def test_grades_must_fall_to_zero() -> None:
    with pytest.raises(PackRefused, match="grades fall"):
        parse_assessment(HEAD.replace("from: 0", "from: 10") + LINES, "test.yaml")


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_the_shipped_formulas_are_whole(path: Path) -> None:
    formula = parse_assessment(path.read_text("utf-8"), path.name)

    assert formula.name == path.stem
    assert sum(line.full for line in formula.lines) == formula.full


def test_points_go_by_the_cards_that_were_counted_and_what_changed_since_is_said(formula: Formula) -> None:
    line = one(formula, subject(cards={"TL-04": ["c1"]}, drawn={"TL-04": 2})).lines[1]

    assert (line.points, line.cards) == (10, ("c1",))
    assert line.why == "TL-04 发牌 2 张，每张扣 5 分；统计之后有变动，现为 1 张"


def test_an_indicator_that_the_period_was_not_counted_by_is_left_out_and_said(formula: Formula) -> None:
    line = one(formula, subject(shares={"promise_kept": (98, 100)})).lines[2]

    assert (line.counted, line.why) == (False, "本期尚无此口径，不计")


def test_who_had_no_business_has_no_points(formula: Formula) -> None:
    made = one(formula, subject(decided=0, shares={}, idle=True, held_back=("本期没有业务",)))

    assert (made.score, made.lines, made.grade, made.held_back) == (0, [], None, ("本期没有业务",))


def test_cards_that_nobody_could_draw_earn_no_line() -> None:
    among = parse_assessment(HEAD + LINES.replace("each: 5}", "each: 5, among: statute_kept}"), "test.yaml")

    assert not one(among, subject()).lines[1].counted
    assert one(among, subject(shares=GOOD | {"statute_kept": (1, 1)})).lines[1].points == 20
    assert one(among, subject(cards={"TL-04": ["c1"]})).lines[1].points == 15
    assert "statute_kept" in among.indicators
