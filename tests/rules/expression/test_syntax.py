"""Reading CEL: what it means is held against the Rust library, which reads the same text."""

import cel
import pytest

from mingjing.rules.expression.evaluation import Program
from mingjing.rules.expression.syntax import DEEPEST, LONGEST, ExpressionFault, parse


def _answer(text: str) -> object:
    return Program(text, parse(text), strict=True).answer({})


@pytest.mark.parametrize(
    "text",
    [
        "1 + 2 * 3 == 7",
        "(1 + 2) * 3 == 9",
        "10 - 3 - 2",
        "-7 % 3",
        "--5",
        "!true || true && false",
        "!(true || true) && false",
        "1 < 2 == true",
        "true ? 1 : false ? 2 : 3",
        "(false ? 1 : 2) + 1",
        "[1, 2, 3][1]",
        "[[1], [2, 3]][1][0]",
        "'a' in ['a', 'b'] && !('c' in ['a'])",
        '"\\u5e02\\n\\t\\"" == "市\\n\\t\\""',
        "r'\\d+'",
        "[3, 1].exists(x, x > 2)",
        "[1, 2].map(x, x * 2)",
        "[1, 2, 3].filter(x, x % 2 == 1)",
        "[1, 2].all(x, x > 0) // a comment",
        "'abc'.startsWith('a') && 'abc'.endsWith('c') && 'abc'.contains('b')",
        "size([1]) + 'ab'.size()",
        "1.5 + 1.5",
    ],
)
def test_an_expression_means_what_cel_says_it_means(text: str) -> None:
    assert _answer(text) == cel.evaluate(text)


@pytest.mark.parametrize(
    ("text", "at", "told"),
    [
        ("data.a ==", 9, "cannot parse the end here; a value is missing"),
        ("", 0, "a value is missing"),
        ("data.a = 1", 7, "cannot parse '= 1'"),
        ("data.a b", 7, "cannot parse 'b' here; an operator is missing"),
        ('has(data.a) && data.Item Type == "x"', 25, 'is written data["Item Type"]'),
        ("true data.a", 5, "an operator is missing before it"),
        ('data["a', 5, "cannot parse '\"a'"),
        ("(1", 2, "')' is missing"),
        ("a.1", 2, "a name follows the dot"),
        ("has(data)", 0, "has() asks for one member"),
        ("[1].exists(1, true)", 11, "exists names its element first"),
        ("'\\q'", 1, "cannot parse the escape"),
        ("true ? 1", 8, "':' is missing"),
    ],
)
def test_what_is_no_cel_is_told_with_its_place(text: str, at: int, told: str) -> None:
    with pytest.raises(ExpressionFault) as caught:
        parse(text)

    assert (caught.value.at, told in str(caught.value)) == (at, True), str(caught.value)


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ('data.组织 == "x"', "组织"),
        ('!has(data.Änderung) || data.Änderung == "x"', "Änderung"),
        ('data.org:role == "x" && true', "org:role"),
        ('data.(case)_last_phase == "x"', "(case)_last_phase"),
        ('data.2nd_visit == "x"', "2nd_visit"),
        ('[1].exists(x, x == 1 && data.a:b:c in ["x", "y"])', "a:b:c"),
    ],
)
def test_a_column_that_cel_has_no_name_for_is_read_as_it_stands(text: str, column: str) -> None:
    program = Program(text, parse(text), strict=True)

    assert [program.answer({"data": {column: value}}) for value in ("x", "z")] == [True, False]


def test_a_colon_within_a_choice_ends_what_is_chosen() -> None:
    text = "true ? data.a:data.b"

    assert Program(text, parse(text), strict=True).answer({"data": {"a": 1, "b": 2}}) == 1


@pytest.mark.parametrize("text", ["1 + " * 600 + "1", "(" * (DEEPEST + 1) + "1" + ")" * (DEEPEST + 1)])
def test_an_expression_is_bounded_in_length_and_depth(text: str) -> None:
    with pytest.raises(ExpressionFault, match=f"at most {LONGEST} characters|deeper than {DEEPEST}"):
        parse(text)
