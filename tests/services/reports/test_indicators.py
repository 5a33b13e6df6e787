import pytest

from mingjing.services.reports.document import COLUMNS, RANKED_BY
from mingjing.services.reports.freezing import fingerprint
from mingjing.services.reports.indicators import IndicatorsRefused, parse, shipped

HEAD = "measures: {a: {title: 甲, source: cases, at: decided_ms, where: '1'}}\nindicators: "
LINE = "id: x, title: 甲, sentence: 甲, unit: '%', group: 时限, basis: 法"


def test_every_indicator_says_what_it_is_and_who_asks_for_it() -> None:
    for each in shipped().indicators:
        assert each.title
        assert each.sentence.endswith("。")
        assert each.basis


def test_every_measure_is_used() -> None:
    used = {name for each in shipped().indicators for name in each.measures}

    assert set(shipped().measures) - used == {"cards_by_rule", "joint_by_member"}  # the report's own breakdowns


def test_what_breakdowns_show_is_defined() -> None:
    assert all(shipped().indicator(ident) for ident in (*COLUMNS, RANKED_BY))


def test_a_measure_is_known_in_the_months_that_were_frozen_before_facts_were_counted() -> None:
    assert fingerprint(shipped(), "kept_promised") == "f59c5009311a4962"


def test_measures_of_two_texts_are_of_one_report() -> None:
    other = "measures: {b: {title: 乙, source: facts, types: [task.met], at: at_ms, where: '1'}}\nindicators: []"

    assert parse(HEAD + "[]", other).measures["b"].where == "type IN ('task.met') AND (1)"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (HEAD + f"[{{{LINE}, form: ratio, numerator: a}}]", "needs numerator and denominator"),
        (HEAD + f"[{{{LINE}, form: count, numerator: b}}]", "no measure 'b'"),
        (HEAD + f"[{{{LINE}, form: quantile, numerator: a, quantile: 50}}]", "a measure with a bucket"),
        (HEAD + f"[{{{LINE}, form: count, numerator: a, awaits: 别的}}]", "awaits facts and yet has measures"),
        (HEAD + f"[{{{LINE}, form: count, numerator: a}}, {{{LINE}, form: count, numerator: a}}]", "defined twice"),
        (HEAD + f"[{{{LINE}, form: count, numerator: a, nmae: 甲}}]", "nmae"),
        (HEAD + f"[{{{LINE}, form: count, numerator: a, named: x/y}}]", "a split, and nothing else"),
        (HEAD + f"[{{{LINE}, form: sum, numerator: a}}]", "needs numerator and denominator"),
        ("measures: {a: {title: 甲, source: facts, at: x, where: '1'}}\nindicators: []", "counted of `types`"),
        ("measures: {a: {title: 甲, source: cases, where: '1'}}\nindicators: []", "exactly one of `at` and `stock`"),
        ("measures: {a: {title: 甲, source: cases, at: x, where: '{b}'}}\nindicators: []", "{b}"),
    ],
)
def test_definitions_that_do_not_hold_together_are_refused(text: str, why: str) -> None:
    with pytest.raises(IndicatorsRefused, match=why):
        parse(text)
