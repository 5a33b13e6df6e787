"""Each posted event is told apart: good, a duplicate, or refused."""

import orjson
import pytest

from mingjing.services.api.gateway.looking import look
from mingjing.services.api.gateway.remembered import prints_of
from mingjing.streams.ports import Principal

US = Principal(agency="91330100MA00000001", sources=frozenset({"urn:a"}))


def event(number: int, **changes: str) -> bytes:
    told = {"id": f"e-{number}", "source": "urn:a", "type": "case.accepted", "subject": f"X{number}"}
    return orjson.dumps(told | {"time": "2026-03-06T10:00:00+08:00"} | changes)


@pytest.mark.parametrize(
    ("raw_events", "told"),
    [
        ([event(0), event(1), event(0)], [("Event", False), ("Event", False), ("Event", True)]),
        ([event(0), event(3)], [("Event", False), ("Event", True)]),
        ([event(0, time="soon"), event(0, time="soon")], [("Refusal", False), ("Refusal", False)]),
    ],
    ids=["the last is the first again", "the last came before", "what is refused is no duplicate"],
)
def test_each_event_is_told_apart(raw_events: list[bytes], told: list[tuple[str, bool]]) -> None:
    seen = look(raw_events, US, frozenset(prints_of(US.agency, [event(3)])))

    assert [(type(each.verdict).__name__, each.duplicate) for each in seen] == told
