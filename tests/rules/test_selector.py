from typing import Any

import pytest

from mingjing.rules.events import Fact
from mingjing.rules.selector import Condition
from mingjing.rules.values import value_at, value_for
from mingjing.rules.zone import Zone

NOON = 1_772_769_600_000_000  # 2026-03-06 12:00 in Shanghai


def _holds(text: str, data: dict[str, Any] | None = None, case: dict[str, Any] | None = None, **more: Any) -> bool:
    fact = Fact(
        id="1", source="s", type="case.decided", at=NOON, stamp=NOON, data=data or {}, case_data=case or {}, **more
    )
    return Condition(text).holds(fact)


@pytest.mark.parametrize("data", [{}, {"a": ""}, {"a": None}])
def test_absent_never_equals_anything(data: dict[str, Any]) -> None:
    assert not _holds('data.a == "x"', data)
    assert not _holds('data.a == ""', data)
    assert not _holds("data.a == data.b", data)
    assert not _holds('data.a in ["", "x"]', data)
    assert _holds('data.a != "x"', data)
    assert _holds('!(data.a == "x")', data)


@pytest.mark.parametrize("text", ["data.a < 5", "data.a > 5", "data.a >= 0", "data.a <= 0"])
def test_absent_is_neither_less_nor_more_than_anything(text: str) -> None:
    assert not _holds(text)


@pytest.mark.parametrize(("data", "there"), [({"a": "x"}, True), ({"a": False}, True), ({"a": ""}, False), ({}, False)])
def test_has_asks_whether_something_stands_there(
    data: dict[str, Any], *, there: bool
) -> None:  # a parameter of the table
    assert _holds("has(data.a)", data) is there
    assert _holds("!has(data.a)", data) is not there


def test_has_may_ask_below_what_is_absent() -> None:
    assert _holds("!has(data.a.b)")
    assert _holds("has(data.a.b)", {"a": {"b": 1}})


def test_has_guards_what_comes_after_it() -> None:
    text = 'has(data.a) && data.a == "x"'

    assert [_holds(text, data) for data in ({}, {"a": "y"}, {"a": "x"})] == [False, False, True]


@pytest.mark.parametrize("name", ["odd name", "(case) a/b", "a.b", "日期", "concept:name"])
def test_a_column_with_an_odd_name_is_quoted(name: str) -> None:
    assert _holds(f'data["{name}"] == "x"', {name: "x"})
    assert not _holds(f'data["{name}"] == "x"')
    assert _holds(f"data['{name}'] != 'x'")


def test_what_stands_below_something_absent_is_absent() -> None:
    assert _holds('data.a.b != "x"')
    assert not _holds('data.a.b == "x"', {"a": "no mapping"})


@pytest.mark.parametrize("text", ["data.n == 3", "data.n == 3.0", "data.n > 2", "data.n > 2.5", "data.n in [1, 3]"])
def test_whole_numbers_and_others_compare_by_value(text: str) -> None:
    assert _holds(text, {"n": 3})


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("data.a > 5", {"a": "10"}),
        ("size(data.a) == 0", {}),
        ("data.a / 0 == 1", {"a": 1}),
        ("data.a % 0 == 1", {"a": 1}),
        ("data.a[3] == 1", {"a": [1]}),
        ("data.a", {"a": "text"}),
        ('data.a.startsWith("x")', {}),
    ],
)
def test_what_cannot_be_worked_out_does_not_hold(text: str, data: dict[str, Any]) -> None:
    assert not _holds(text, data)


def test_a_condition_changes_nothing_in_the_event() -> None:
    data: dict[str, Any] = {"a": {"c": ""}, "e": ""}
    case: dict[str, Any] = {}
    _holds('data.a.b == "x" || data.z == 1 || case.k == 2 || has(data.e) || event.officer == ""', data, case)

    assert (data, case) == ({"a": {"c": ""}, "e": ""}, {})


def test_case_is_what_the_source_says_of_the_case() -> None:
    assert _holds('case.kind == "x"', case={"kind": "x"})
    assert not _holds('case.kind == "x"', {"kind": "x"})


def test_event_is_the_envelope_and_every_column() -> None:
    assert _holds(
        'event.officer == "o" && event.type == "case.decided" && event.sequence == 2', officer="o", sequence=2
    )
    assert _holds('event.lifecycle == "complete"', {"lifecycle": "complete"})
    assert not _holds('event.officer == "o"')


def test_the_time_of_an_event_is_an_instant() -> None:
    assert _holds('event.time == timestamp("2026-03-06T12:00:00+08:00")')
    assert _holds("event.recordedtime - event.time > duration('1h')", recorded_at=NOON + 7_200_000_000)
    assert not _holds("event.recordedtime > event.time")


def test_a_name_of_the_envelope_is_not_overruled_by_a_column() -> None:
    assert _holds('event.type == "case.decided"', {"type": "other"})


@pytest.mark.parametrize("text", ["data.a ==", "", "data.a = 1", "1 +", 'data["a'])
def test_what_is_no_expression_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="parse"):
        Condition(text)


def test_an_expression_may_name_only_data_case_and_event() -> None:
    with pytest.raises(ValueError, match="item is not known here; an expression may read data, case, event"):
        Condition('item.kind == "x" && now > 3')


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("data.a", "x"),
        ("data.b.c", 1),
        ("data.x.y", "dotted"),
        ("data.org.role", "clerk"),
        ("data.org:role", "clerk"),
        ("case.k", "v"),
        ("item.promised", "3wd"),
        ("data.empty", None),
        ("data.a.b", None),
        ("case.a", None),
        ("data.nothing.there", None),
    ],
)
def test_a_path_leads_to_a_value_or_to_nothing(path: str, value: object) -> None:
    data = {"a": "x", "b": {"c": 1}, "x.y": "dotted", "empty": "", "org:role": "clerk"}

    assert value_at(path, data=data, case={"k": "v"}, item={"promised": "3wd"}) == value


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("item.steps[event.step].limit", "2wd"),
        ("item.steps[data.step].limit", None),
        ("item.steps[event.step]", {"limit": "2wd"}),
        ("item.kinds[data.kind]", "20wd"),
        ("item.kinds[data.nothing]", None),
        ("item.nothing[data.kind].limit", None),
        ("event.step", "审查"),
        ("event.post", None),
        ("data.kind", "hearing"),
        ("case.k", "v"),
    ],
)
def test_a_path_may_look_a_name_up_under_another(path: str, value: object) -> None:
    fact = Fact(
        id="1", source="s", type="A", at=NOON, stamp=NOON, step="审查", data={"kind": "hearing", "step": "核查"}
    )
    item = {"steps": {"审查": {"limit": "2wd"}, "核查": {}}, "kinds": {"hearing": "20wd"}}

    assert value_for(path, fact, case={"k": "v"}, item=item) == value


def test_hours_and_days_of_an_event_are_those_of_the_zone() -> None:
    fact = Fact(id="1", source="s", type="A", at=NOON, stamp=NOON + 3_600_000_000)
    here = Condition("event.hour == 12 && event.weekday == 5 && event.date == '2026-03-06'", Zone("Asia/Shanghai"))

    assert here.holds(fact)
    assert Condition("event.lag_s == 3600").holds(fact)
    assert not Condition("event.hour == 12").holds(fact)  # without a zone there is no hour
