import inspect
from typing import Any

import pytest
from aiokafka.consumer.fetcher import Fetcher
from faust.transport.drivers.aiokafka import AIOKafkaConsumerThread

from mingjing.streams import fetch_pace
from mingjing.streams.fetch_pace import HOPS, QUIET_S, REST_S, FetchPace

REQUESTS = ["a request"], {}, 0.2, False, []


class Fetches:
    """A fetcher of aiokafka's that always has something to ask for."""

    def _get_actions_per_node(self, _assignment: Any) -> Any:
        return REQUESTS


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(fetch_pace, "time", clock)
    return clock


@pytest.fixture
def fetcher() -> Fetches:
    return Fetches()


@pytest.fixture
def pace(fetcher: Fetches) -> FetchPace:
    return FetchPace(fetcher)


@pytest.mark.usefixtures("clock", "pace")
def test_while_nothing_is_taken_the_broker_is_asked_again_and_again(fetcher: Fetches) -> None:
    assert [fetcher._get_actions_per_node(None) for _ in range(2)] == [REQUESTS, REQUESTS]


def test_where_things_are_taken_one_after_another_the_broker_is_asked_after_a_rest(
    fetcher: Fetches, pace: FetchPace, clock: Clock
) -> None:
    for _ in range(HOPS + 1):
        pace.rest()
    clock.now += REST_S / 4
    requests, resets, seconds, *_ = fetcher._get_actions_per_node(None)
    clock.now += seconds

    assert (requests, resets, seconds) == ([], {}, pytest.approx(REST_S * 3 / 4))
    assert fetcher._get_actions_per_node(None) == REQUESTS


def test_after_a_quiet_time_the_hops_of_an_event_wait_for_no_rest(
    fetcher: Fetches, pace: FetchPace, clock: Clock
) -> None:
    for _ in range(HOPS + 1):
        pace.rest()
    clock.now += 2 * QUIET_S
    asked = []
    for _ in range(HOPS + 1):
        pace.rest()
        asked.append(fetcher._get_actions_per_node(None))

    assert asked[:HOPS] == [REQUESTS] * HOPS
    assert asked[HOPS][0] == []


def test_requests_are_made_at_one_place_and_waited_for_as_long_as_that_says() -> None:
    routine = inspect.getsource(Fetcher._fetch_requests_routine)
    actions = inspect.getsource(Fetcher._get_actions_per_node)

    assert "= self._get_actions_per_node(assignment)" in routine
    assert "timeout=timeout," in routine
    assert [line.strip(" ,") for line in actions[actions.rindex("return (") :].splitlines()[1:6]] == [
        "fetch_requests",
        "awaiting_reset",
        "backoff",
        "invalid_metadata",
        "resume_futures",
    ]


def test_what_was_fetched_is_taken_at_one_place_in_the_thread_that_started_the_consumer() -> None:
    assert "self._fetch_records," in inspect.getsource(AIOKafkaConsumerThread.getmany)
    assert "await self._consumer.start()" in inspect.getsource(AIOKafkaConsumerThread.on_start)
