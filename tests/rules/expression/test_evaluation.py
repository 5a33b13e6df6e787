"""Answers: exact numbers, absence that stays absent, and agreement with the Rust library wherever both speak."""

import gc
from typing import Any

import cel
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mingjing.rules.expression.checking import check
from mingjing.rules.expression.evaluation import Program
from mingjing.rules.expression.functions import Absent, Unanswered, Unfit
from mingjing.rules.expression.operators import LACKING
from mingjing.rules.expression.syntax import parse
from mingjing.rules.expression.types import ANY


def _program(text: str, *, strict: bool = True) -> Program:
    return Program(text, parse(text), strict=strict)


def _holds(text: str, **scope: Any) -> bool:
    return _program(text).holds(scope)


def test_money_is_exact() -> None:
    assert _holds("data.price * data.n == data.amount", data={"price": 0.7, "n": 3, "amount": 2.1})
    assert _holds("sum(data.parts) == 0.3", data={"parts": [0.1, 0.1, 0.1]})


def test_a_number_is_one_number_however_it_is_written() -> None:
    assert _holds("data.a == 2 && data.a == 2.0 && data.a * 2.5 == 5", data={"a": 2.0})
    assert _holds("1 / 4 == 0.25 && -7 % 3 == -1")


@pytest.mark.parametrize(
    "text", ["true == 1", "'1' == 1", "data.a == '1'", "1 in [true]", "distinct([1, true]) == [1]"]
)
def test_values_of_different_kinds_are_never_equal(text: str) -> None:
    assert not _holds(text, data={"a": 1})


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("data.a == 1", False),
        ("data.a != 1", False),
        ("!(data.a == 1)", False),
        ("data.a == 1 || data.b == 2", True),
        ("data.b == 2 || data.a == 1", True),
        ("!(data.a == 1 && data.b == 3)", True),
        ("!has(data.a)", True),
        ("!has(data.a.c)", True),
        ("has(data.a) && data.a > 1", False),
        ("data.list.exists(x, x.a == 1)", True),
        ("!data.list.exists(x, x.a == 2)", False),
        ("data.list.all(x, x.a == 1)", False),
        ("!data.list.all(x, x.a == 2)", True),
        ("data.list.filter(x, has(x.a)).all(x, x.a == 1)", True),
    ],
)
def test_what_is_absent_decides_nothing_and_is_settled_only_by_the_rest(text: str, *, holds: bool) -> None:
    assert _holds(text, data={"b": 2, "empty": "", "list": [{"z": 0}, {"a": 1}]}) is holds


def test_what_was_lacking_is_named_once_and_what_was_only_asked_for_is_not() -> None:
    scope: dict[str, Any] = {"data": {}, LACKING: []}
    _program("has(data.x) || data.a > 1 || data.a < 0 || data['b c'] == 1").holds(scope)

    assert scope[LACKING] == ["data.a", "data['b c']"]


def test_what_has_no_answer_leaves_nothing_that_only_a_collector_takes_away() -> None:
    program = _program("data.rows.exists(r, r.code == data.code) || data.rows.all(r, r.code == data.code)")
    gc.collect()
    gc.disable()
    try:
        assert not program.holds({"data": {"rows": [{"code": "1"}, {"code": "2"}]}})
        assert gc.collect() == 0
    finally:
        gc.enable()


def test_an_expression_without_an_answer_says_why() -> None:
    with pytest.raises(Absent, match=r"data\.a"):
        _program("data.a > 1").answer({"data": {}})
    with pytest.raises(Unfit, match="not supported"):
        _program("data.a > 1").answer({"data": {"a": "x"}})
    with pytest.raises(Unfit, match="needs a zone"):
        _program("days('2026-01-01', '2026-01-02') == 1").answer({})


def test_a_pattern_of_catastrophe_is_answered_in_time() -> None:
    assert not _holds(r"data.a.matches('^(a+)+$')", data={"a": "a" * 5000 + "b"})


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("int('12') + int(3.9)", 15),
        ("double('1.5')", 1.5),
        ("string(1) + string(true)", "1true"),
        ("min([3, 1, 2]) + max([1, 2])", 3),
        ("distinct(['a', 'b', 'a'])", ["a", "b"]),
        ("timestamp('2026-01-02T00:00:00Z') - timestamp('2026-01-01T00:00:00Z') == duration('24h')", True),
        ("[1, 2, 3].exists_one(x, x > 2)", True),
        ("[1] + [2]", [1, 2]),
    ],
)
def test_functions_say_what_they_are_named_for(text: str, answer: object) -> None:
    assert _program(text).answer({}) == answer


@pytest.mark.parametrize("text", ["min([]) > 1", "int('x') > 1", "sum(['x']) > 1", "1 / 0 > 1", "timestamp('x') > 1"])
def test_what_has_no_result_holds_nothing_up(text: str) -> None:
    assert not _holds(text)


SCOPE = {"data": {"a": 1, "b": 2.5, "s": "x", "t": "", "f": True, "xs": [1, 2], "rs": [{"k": 1}, {"k": 2, "z": "x"}]}}
ATOMS = ["data.a", "data.b", "data.s", "data.f", "data.xs", "1", "2", "2.5", "'x'", "'y'", "true", "false", "data.no"]


def _larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    sign = st.sampled_from(["==", "!=", "<", "<=", ">", ">=", "&&", "||"])
    return st.one_of(
        st.builds("({} {} {})".format, inner, sign, inner),
        st.builds("!({})".format, inner),
        st.builds("({} ? {} : {})".format, inner, inner, inner),
        st.builds("({} in data.xs)".format, inner),
        st.builds("data.rs.{}(r, r.k {} 1 && {})".format, st.sampled_from(["exists", "all"]), sign, st.just("r.k < 3")),
    )


@settings(max_examples=400, deadline=None)
@given(text=st.recursive(st.sampled_from(ATOMS), _larger, max_leaves=8))
def test_what_the_rust_library_answers_we_answer_alike(text: str) -> None:
    if check(parse(text), {"data": ANY}):
        return
    try:
        theirs = cel.evaluate(text, SCOPE)
    except (LookupError, TypeError, RuntimeError, ValueError):
        return
    try:
        ours = _program(text).answer(SCOPE)
    except Unanswered:
        ours = None

    assert ours == theirs


def test_a_length_that_a_rule_states_is_read_once_for_all_events() -> None:
    length = _program("duration('168h')")

    assert length.answer({}) is length.answer({})
