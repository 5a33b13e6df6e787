"""Many events at once are told what each would be told alone."""

from collections.abc import Callable

import orjson
import pytest

from mingjing.services.api.gateway.looking import FEW, look
from mingjing.services.api.gateway.remembered import prints_of
from mingjing.streams.ports import Principal

US = Principal(agency="91330100MA00000001", sources=frozenset({"urn:a"}))
MANY = 2 * FEW


def event(number: int, **changes: str) -> bytes:
    told = {"id": f"e-{number}", "source": "urn:a", "type": "case.accepted", "subject": f"X{number}"}
    return orjson.dumps(told | {"time": "2026-03-06T10:00:00+08:00"} | changes)


def told(raw_events: list[bytes], known: frozenset[bytes] = frozenset()) -> list[tuple[str, bool]]:
    return [(type(each.verdict).__name__, each.duplicate) for each in look(raw_events, US, known)]


@pytest.mark.parametrize(
    "spoiled",
    [
        pytest.param(lambda events: events, id="nothing wrong"),
        pytest.param(lambda events: [*events[:-1], events[0]], id="the last is the first again"),
        pytest.param(lambda events: [*events[:-1], event(99, time="soon")], id="the last is refused"),
    ],
)
def test_many_at_once_are_told_what_each_would_be(spoiled: Callable[[list[bytes]], list[bytes]]) -> None:
    raw_events = spoiled([event(number) for number in range(MANY)])
    known: set[bytes] = set()
    one_by_one = []
    for raw in raw_events:
        one_by_one += told([raw], frozenset(known))
        known.update(prints_of(US.agency, [raw]))

    assert [(kind.strip("_").removeprefix("Plain"), twice) for kind, twice in told(raw_events)] == one_by_one


def test_a_print_among_many_that_is_known_is_a_duplicate() -> None:
    raw_events = [event(number) for number in range(MANY)]

    seen = look(raw_events, US, frozenset(prints_of(US.agency, raw_events[3:4])))

    assert [each.duplicate for each in seen].index(True) == 3
