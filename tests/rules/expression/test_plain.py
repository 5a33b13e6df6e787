"""What a plain condition answers is what the program of its text answers."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingjing.rules.events import Fact
from mingjing.rules.expression.envelope import Envelope
from mingjing.rules.expression.evaluation import Program
from mingjing.rules.expression.plain import plain
from mingjing.rules.expression.syntax import parse
from mingjing.rules.zone import Zone

PLAIN = (
    'data.step == "a"',
    'data.step != "a"',
    'data.step in ["a", "b"]',
    'event.step == "a"',
    'event.step != "a"',
    'event["step"] in ["a", "b"]',
    '!(event.step in ["a"])',
    '!(data.step == "b")',
    "has(data.step)",
    "has(event.step)",
    "!has(event.recordedtime)",
)
SHANGHAI = Zone("Asia/Shanghai")

words: st.SearchStrategy[Any] = st.sampled_from([None, "", "a", "b", "c", 1, 0, True, ["a"], {"a": "a"}])
facts = st.builds(
    lambda step, data: Fact(id="1", source="s", type="t", at=0, stamp=0, step=step, data=data),
    st.sampled_from([None, "", "a", "b"]),
    st.one_of(st.just({}), st.fixed_dictionaries({"step": words, "recordedtime": words})),
)


@given(text=st.sampled_from(PLAIN), fact=facts)
def test_a_plain_condition_and_its_program_say_the_same(text: str, fact: Fact) -> None:
    answer = plain(parse(text))
    assert answer is not None

    scope = {"data": fact.data, "case": {}, "event": Envelope(fact, SHANGHAI, fact.data)}
    assert answer(fact) == Program(text, parse(text), strict=False).holds(scope)


@pytest.mark.parametrize(
    "text",
    [
        "data.n == 1",
        'data.a.b == "c"',
        'data.a == ""',
        'data.a in ["", "b"]',
        'event.date == "2026-01-01"',
        "data.a",
        "has(data.a.b)",
    ],
)
def test_what_asks_more_than_one_word_is_not_plain(text: str) -> None:
    assert plain(parse(text)) is None
