"""The wheel fires what a plain list would, in its order."""

from hypothesis import given
from hypothesis import strategies as st

from mingjing.rules.timers import Timers
from mingjing.rules.zone import HOUR

STEPS = st.lists(
    st.dictionaries(st.sampled_from("abcd"), st.integers(0, 40).map(lambda each: each * HOUR // 4), min_size=1)
    | st.integers(0, 40).map(lambda each: each * HOUR // 4),
    max_size=30,
)


@given(steps=STEPS)
def test_every_timer_fires_once_at_its_last_instant_and_in_order(steps: list[dict[str, int] | int]) -> None:
    waits: dict[str, int] = {}
    timers = Timers(waits.get)
    now = 0
    for step in steps:
        if isinstance(step, dict):
            again = {key: max(wake, now) for key, wake in step.items()}
            waits |= again
            if len(again) == 1:
                timers.set(*again.popitem())
            else:
                timers.set_all(again)
        else:
            now = max(now, step)
            expected = sorted((wake, key) for key, wake in waits.items() if wake <= now)
            fired = []
            while (due := timers.due(now)) is not None:
                fired.append((waits.pop(due), due))
            assert fired == expected
        assert timers.next() == min(waits.values(), default=None)
