"""What a measured condition answers is what the program of its text answers."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingjing.rules.events import Fact
from mingjing.rules.expression.envelope import Envelope
from mingjing.rules.expression.evaluation import Program
from mingjing.rules.expression.measured import measured
from mingjing.rules.expression.syntax import parse
from mingjing.rules.zone import HOUR, Zone

SHANGHAI = Zone("Asia/Shanghai")
MEASURED = (
    "event.ahead_s > 300",
    "event.lag_s <= 2",
    'event.recordedtime - event.time > duration("168h")',
    'event.recordedtime - event.time <= duration("1s")',
    'event.time - event.recordedtime >= duration("0s")',
)

words: st.SearchStrategy[Any] = st.sampled_from([None, "", "a", 1, 0, True, ["a"], {"a": "a"}])
LENGTHS = (0, 999_999, 1_000_000, 2_999_999, 300_999_999, 301_000_000, 168 * HOUR, 168 * HOUR + 1)
instants = st.sampled_from([*LENGTHS, *(-each for each in LENGTHS)])
timed = st.builds(
    lambda at, stamp, recorded, data: Fact(
        id="1", source="s", type="t", at=at, stamp=stamp, recorded_at=recorded, data=data
    ),
    instants,
    instants,
    st.none() | instants,
    st.just({}) | st.fixed_dictionaries({"recordedtime": words}),
)


@given(text=st.sampled_from(MEASURED), fact=timed, strict=st.booleans())
def test_a_measured_length_and_its_program_say_the_same(text: str, fact: Fact, strict: bool) -> None:  # noqa: FBT001  # drawn
    answer = measured(parse(text))
    assert answer is not None

    scope = {"data": fact.data, "case": {}, "event": Envelope(fact, SHANGHAI, fact.data)}
    assert answer(fact) == Program(text, parse(text), strict=strict).holds(scope)


@given(
    text=st.sampled_from(("event.net_lag_s > 2", "event.net_lag_s >= 300")),
    fact=timed,
    down=st.lists(instants, min_size=2, max_size=6, unique=True).map(sorted),
)
def test_a_net_lag_is_never_thought_shorter_than_it_is(text: str, fact: Fact, down: list[int]) -> None:
    answer = measured(parse(text))
    assert answer is not None

    stretches = list(zip(down[::2], down[1::2], strict=False))
    scope = {"data": {}, "case": {}, "event": Envelope(fact, SHANGHAI, {}, stretches)}
    assert answer(fact) or not Program(text, parse(text), strict=True).holds(scope)


@pytest.mark.parametrize(
    "text",
    [
        "event.net_lag_s < 300",
        "event.ahead_s == 300",
        "data.ahead_s > 300",
        "event.ahead_s > data.n",
        'event.time - data.time > duration("1s")',
        'event.time + event.recordedtime > duration("1s")',
        'event.recordedtime - event.time > duration("soon")',
        "event.recordedtime > event.time",
    ],
)
def test_what_asks_more_than_one_length_is_not_measured(text: str) -> None:
    assert measured(parse(text)) is None
