"""What cannot be right is told when a pack is read, not found out by a case."""

import pytest

from mingjing.rules.expression.checking import Misfit, check
from mingjing.rules.expression.syntax import parse
from mingjing.rules.expression.types import ANY, DATE, DURATION, FLAG, INSTANT, NUMBER, TEXT, TEXTS, record, rows

NAMES = {
    "data": record(
        "data of fee.charged",
        {"code": TEXT, "amount": NUMBER, "paid": FLAG, "on": DATE, "items": TEXTS, "misc": ANY},
    ),
    "event": record("event", {"time": INSTANT, "date": DATE, "lag_s": NUMBER}),
    "table": record("table", {"tariff": rows(record("a row of tariff", {"code": TEXT, "price": NUMBER}))}),
    "open": record("open", None),
    "took": DURATION,
}


def _misfits(text: str) -> list[Misfit]:
    return check(parse(text), NAMES)


@pytest.mark.parametrize(
    "text",
    [
        "data.amount * 2 > 3.5 && data.code == 'x'",
        "data.on >= '2026-01-01' && data.on < event.date",
        "event.time - event.time > duration('1h') && event.time + took > event.time",
        "table.tariff.exists(t, t.code == data.code && t.price < data.amount)",
        "!table.tariff.filter(t, t.price > 1).map(t, t.code).exists(c, c in data.items)",
        "sum(table.tariff.map(t, t.price)) > max([1, 2.5]) && size(distinct(data.items)) == 1",
        "data.misc.anything > 3 && open.whatever.else == 'x' && data.misc + 1 > 2",
        "has(data.amount) ? data.amount > 1 : data.paid",
        "data.items[0] == 'x' && days(data.on, event.time) > workdays('2026-01-01', event.date)",
        "timestamp(data.on + 'T00:00:00+08:00') < event.time",
        "open.list[data.amount] == 1",
    ],
)
def test_what_fits_is_let_through(text: str) -> None:
    assert _misfits(text) == []


@pytest.mark.parametrize(
    ("text", "at", "told"),
    [
        ("data.amuont > 1", 0, "data of fee.charged has no 'amuont'; did you mean 'amount'?"),
        ("1 < 2 && dta.amount > 1", 9, "dta is not known here; did you mean 'data'?"),
        ("data.amount > '100'", 0, "a number is neither less nor more than a text"),
        ("data.code == 1", 0, "a text never equals a number"),
        ("data.paid == 'true'", 0, "a flag never equals a text"),
        ("data.paid < true", 0, "a flag is neither less nor more than a flag"),
        ("data.misc > true", 0, "a flag is neither less nor more than anything"),
        ("data.on > 'soon'", 0, "a date is neither less nor more than a text"),
        ("data.code in data.amount", 0, "in asks of a list, not of a number"),
        ("1 in data.items", 0, "a number is never in a list of text"),
        ("data.amount == null", 0, "nothing equals null; ask has(…)"),
        ("data.code - 1 == 2", 0, "- has no meaning between a text and a number"),
        ("data.amount", 0, "a condition is true or false; this is a number"),
        ("data.amount && true", 0, "&& joins what is true or false, not a number"),
        ("!data.code", 1, "! takes a flag, not a text"),
        ("data.amount ? true : false", 0, "what stands before ? is true or false, not a number"),
        ("data.code.exists(x, true)", 0, "exists goes through a list, not a text"),
        ("table.tariff.exists(t, t.cod == 'x')", 23, "a row of tariff has no 'cod'; did you mean 'code'?"),
        ("table.tarif.exists(t, true)", 0, "table has no 'tarif'; did you mean 'tariff'?"),
        ("data.items.exists(data, true)", 0, "data stands for something else here already"),
        ("data.items.map(x, x)", 0, "a condition is true or false; this is a list"),
        ("starts(data.code)", 0, "function starts() is not known"),
        ("data.code.max()", 0, "max takes its arguments in brackets: max(…)"),
        ("data.code.startsWith('a', 'b')", 0, "startsWith takes 2 arguments, not 3"),
        ("sum(data.code) > 1", 4, "sum takes a list, not a text"),
        ("data.code.matches('(')", 18, "'(' is no pattern"),
        ("data.code.kind == 'x'", 0, "a text has no member 'kind'"),
        ("data.amount[0] == 1", 0, "a number has no elements"),
        ("data.items['a'] == 'x'", 0, "a list has no member 'a'"),
    ],
)
def test_what_cannot_be_right_is_told_with_its_place(text: str, at: int, told: str) -> None:
    assert [(each.at, told in each.message) for each in _misfits(text)] == [(at, True)], _misfits(text)


def test_every_fault_of_an_expression_is_told_at_once() -> None:
    assert [each.at for each in _misfits("data.amuont > 1 && data.code == 1 && foo(1)")] == [0, 19, 37]
