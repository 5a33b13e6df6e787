"""An expression that cannot hold by its counts never holds, whatever the facts counted say."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingjing.rules.expression.counting import may_hold
from mingjing.rules.expression.evaluation import Program
from mingjing.rules.expression.syntax import parse

HOPELESS = [
    ("sent.size() > 1", {"sent": 1}),
    ("size(sent) >= 1 && data.x == 1", {"sent": 0}),
    ("data.x == 1 && sent.size() == answered.size() + 1", {"sent": 2, "answered": 2}),
    ("sent.filter(s, s.x == 1).size() == 3", {"sent": 2}),
    ("distinct(sent.map(s, s.x)).size() != 0", {"sent": 0}),
    ("sent.exists(s, s.x == 1)", {"sent": 0}),
    ("!(sent.all(s, s.x == 1) || data.x == 1)", {"sent": 0}),
    ("data.x == 1 ? sent.size() < 1 : false", {"sent": 1}),
]

HOPEFUL = [
    ("sent.size() > 1", {"sent": 2}),
    ("sent.size() > 1 || data.x == 1", {"sent": 0}),
    ("sent.filter(s, s.x == 1).size() == 3", {"sent": 3}),
    ("sent.filter(s, s.x == 1).size() == 0", {"sent": 3}),
    ("distinct(sent.map(s, s.x)).size() == 1", {"sent": 3}),
    ("sent.exists(s, s.x == 1)", {"sent": 1}),
    ("!sent.exists(s, s.x == 1)", {"sent": 0}),
    ("sent.size() - answered.size() == 1", {"sent": 2, "answered": 1}),
]


@pytest.mark.parametrize(("text", "counts"), HOPELESS)
def test_too_few_facts_settle_that_an_expression_cannot_hold(text: str, counts: dict[str, int]) -> None:
    assert not may_hold(parse(text), counts)


@pytest.mark.parametrize(("text", "counts"), HOPEFUL)
def test_an_expression_that_the_facts_themselves_decide_may_hold(text: str, counts: dict[str, int]) -> None:
    assert may_hold(parse(text), counts)


def test_an_expression_that_asks_for_days_is_always_asked_for_the_calendar_may_want_a_year() -> None:
    assert may_hold(parse("sent.size() > 1 && workdays(data.begin, data.end) > 3"), {"sent": 0})


_NUMBERS = st.recursive(
    st.sampled_from(
        ("0", "1", "2", "sent.size()", "size(answered)", "sent.filter(s, s.x == 1).size()", "data.x", "[1, 2].size()")
    )
    | st.sampled_from(
        ("distinct(sent.map(s, s.x)).size()", "distinct(answered.filter(s, s.x > 0)).size()", "answered.size()")
    ),
    lambda of: st.builds("({} {} {})".format, of, st.sampled_from("+-*"), of),
    max_leaves=3,
)
_FLAGS = st.recursive(
    st.builds("{} {} {}".format, _NUMBERS, st.sampled_from(["==", "!=", "<", "<=", ">", ">="]), _NUMBERS)
    | st.sampled_from(["true", "false", "data.x == 1", "sent.exists(s, s.x == 1)", "answered.all(s, s.x == 1)"])
    | st.sampled_from(["sent.exists_one(s, s.x == 1)", "data.y == 1", "has(data.y)", "1 in [data.x]"]),
    lambda of: (
        st.builds("({} {} {})".format, of, st.sampled_from(["&&", "||"]), of)
        | st.builds("!({})".format, of)
        | st.builds("({} ? {} : {})".format, of, of, of)
    ),
    max_leaves=5,
)
_FACTS = st.lists(st.fixed_dictionaries({}, optional={"x": st.integers(0, 2)}), max_size=4)


@given(_FLAGS, _FACTS, _FACTS, st.integers(0, 2))
def test_what_is_called_hopeless_does_not_hold(text: str, sent: list[Any], answered: list[Any], x: int) -> None:
    node = parse(text)
    scope = {"sent": sent, "answered": answered, "data": {"x": x}}

    if Program(text, node, strict=True).holds(scope):
        assert may_hold(node, {"sent": len(sent), "answered": len(answered)})


@pytest.mark.parametrize(
    "text",
    [
        "sent.exists(s, s.data.x != data.x || s.event.item != event.item)",
        "sent.exists(s, s.event.agency == event.agency && s.data.x != data.x)",
        "data.y == 1 && sent.exists(s, data.x != s.data.x)",
    ],
)
def test_the_event_itself_differs_in_nothing_from_itself(text: str) -> None:
    assert not may_hold(parse(text), {"sent": 1}, ["sent"])
    assert may_hold(parse(text), {"sent": 1})


@pytest.mark.parametrize(
    "text",
    [
        "sent.exists(s, s.data.x != data.y)",
        "sent.exists(s, s.data.x != event.x)",
        "sent.exists(s, s.data.x == data.x)",
        "!sent.exists(s, s.data.x != data.x)",
        "sent.exists(data, data.x != data.y)",
        "sent.all(s, !(s.data.x != data.x))",
        "sent.exists(s, item.x != data.x)",
    ],
)
def test_the_event_itself_may_well_have_something_else_of_itself(text: str) -> None:
    assert may_hold(parse(text), {"sent": 1}, ["sent"])


_SAID = st.sampled_from([1, 2, "", "a", None, [1]])
_PATHS = st.sampled_from(["s.data.x", "data.x", "s.data.y", "data.y", "s.event.x", "event.x", "s.x"])
_DIFFERENCES = st.recursive(
    st.builds("{} {} {}".format, _PATHS, st.sampled_from(["==", "!="]), _PATHS),
    lambda of: st.builds("({} {} {})".format, of, st.sampled_from(["&&", "||"]), of) | st.builds("!({})".format, of),
    max_leaves=4,
)


@given(_DIFFERENCES, st.sampled_from(["exists", "all"]), st.fixed_dictionaries({}, optional={"x": _SAID, "y": _SAID}))
def test_what_is_hopeless_of_the_event_itself_does_not_hold(body: str, macro: str, data: dict[str, Any]) -> None:
    text = f"sent.{macro}(s, {body})"
    itself = {"data": data, "event": {"x": 1}}

    if Program(text, parse(text), strict=True).holds({"sent": [itself], **itself}):
        assert may_hold(parse(text), {"sent": 1}, ["sent"])
