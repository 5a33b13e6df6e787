"""When a batch is given, on a clock of its own; what a real broker makes of it is tried in tests/system."""

from collections.abc import Collection, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import pytest
from kafka import TopicPartition

from mingjing.services.sink import kafka_source
from mingjing.services.sink.kafka_source import KafkaSource
from mingjing.streams.broker import Broker

APART_S = 0.1


class Sent(NamedTuple):
    """A record as kafka-python gives it."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    key: bytes
    value: bytes


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


class Coordinator:
    rejoining = False


class Consumer:
    """A consumer of one partition to which a record comes at each of these instants.

    As a broker does, it answers a fetch at the first record, with what has come until then.
    """

    def __init__(self, clock: Clock, arrivals: Sequence[float]) -> None:
        self._coordinator = Coordinator()
        self._clock = clock
        self._arrivals = list(arrivals)
        self.settings: dict[str, Any] = {}

    def subscribe(self, topics: Collection[str], listener: object) -> None:
        """Take any topics."""

    def poll(self, timeout_ms: int) -> dict[TopicPartition, list[Sent]]:
        until = self._clock.now + timeout_ms / 1000
        self._clock.now = max(self._clock.now, min([until, *self._arrivals[:1]]))
        come = [at for at in self._arrivals if at <= self._clock.now]
        self._arrivals = self._arrivals[len(come) :]
        return {TopicPartition("cards", 0): [Sent("cards", 0, 0, 0, b"", b"") for _ in come]} if come else {}


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(kafka_source, "time", clock)
    return clock


def source(
    monkeypatch: pytest.MonkeyPatch, clock: Clock, arrivals: Sequence[float], *, patient: Collection[str] = ()
) -> tuple[KafkaSource, dict[str, Any]]:
    """Return a source to which records come at these instants, and how it asks the broker for them."""
    consumer = Consumer(clock, arrivals)

    def made(**settings: Any) -> Consumer:
        consumer.settings = settings
        return consumer

    monkeypatch.setattr(kafka_source, "KafkaConsumer", made)
    made_of_it = KafkaSource(Broker("nowhere:9092"), "group", ["cards"], patient=patient)
    return made_of_it, consumer.settings


def test_what_comes_after_a_pause_is_given_with_what_comes_right_behind_it(
    monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    first, _ = source(monkeypatch, clock, [100.03, 100.032, 100.2])

    given = first.gather()

    assert len(given) == 2
    assert clock.now == pytest.approx(100.037)


def test_batches_are_given_a_tenth_of_a_second_apart_with_all_that_came_meanwhile(
    monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    busy, _ = source(monkeypatch, clock, [100 + number / 50 for number in range(25)])
    given_at, sizes = [], []
    while batch := busy.gather():
        given_at.append(clock.now)
        sizes.append(len(batch))

    assert sum(sizes) == 25
    assert all(later - earlier >= APART_S for earlier, later in pairwise(given_at))
    assert all(later - earlier <= APART_S + 0.03 for earlier, later in pairwise(given_at))


def test_a_flood_that_never_ends_is_not_waited_for(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    flooded, _ = source(monkeypatch, clock, [100 + number / 1000 for number in range(400)])

    assert 0 < len(flooded.gather()) < 100
    assert clock.now < 100.05


def test_the_broker_answers_at_the_first_record_unless_all_can_wait(
    monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    _, prompt = source(monkeypatch, clock, [])
    _, patient = source(monkeypatch, clock, [], patient=["cards"])

    assert prompt["fetch_min_bytes"] == 1
    assert patient["fetch_min_bytes"] > 100_000
