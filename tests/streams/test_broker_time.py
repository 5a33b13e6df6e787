import asyncio
import logging
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka.errors import KafkaError

from mingjing.streams import metrics
from mingjing.streams.broker_time import REMIND_EVERY, Telling, ask
from mingjing.streams.time_of_day import TimeOfDay
from mingjing.streams.topics import CLOCK_WITNESS

NOON = datetime.fromisoformat("2026-03-02T12:00:00+00:00")


class Broker:
    """Answers with its time, or with none where the topic is not stamped by it."""

    def __init__(self, at: datetime, timestamp_type: int = 1) -> None:
        self._answer = SimpleNamespace(timestamp=int(at.timestamp() * 1000), timestamp_type=timestamp_type)
        self.asked: list[str] = []

    async def send_and_wait(self, topic: str, value: bytes, *, partition: int) -> Any:  # noqa: ARG002  # as aiokafka has it
        self.asked.append(topic)
        return self._answer


class Own:
    def now(self) -> datetime:
        return NOON


def asked_of(broker: Broker) -> TimeOfDay:
    time_of_day = TimeOfDay(Own(), lambda: 0)
    asyncio.run(ask(broker, time_of_day))
    return time_of_day


def test_the_time_is_asked_of_the_broker_and_the_lead_over_it_is_told() -> None:
    broker = Broker(datetime.fromisoformat("2026-03-02T11:00:00+00:00"))

    time_of_day = asked_of(broker)

    assert broker.asked == [CLOCK_WITNESS]
    assert time_of_day.now() == 1_772_449_200_000_000
    assert metrics.CLOCK_LEAD._value.get() == pytest.approx(3600, abs=0.01)


def test_a_topic_that_carries_the_sender_s_own_time_is_no_witness() -> None:
    with pytest.raises(KafkaError, match="LogAppendTime"):
        asked_of(Broker(NOON, timestamp_type=0))


def test_a_wrong_clock_is_spoken_of_at_once_every_minute_and_when_it_is_right_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    telling = Telling()
    telling.tell(None)
    for _ in range(2 * REMIND_EVERY):
        telling.tell("快了 3600.0 秒")
    telling.tell(None)
    telling.tell(None)

    assert [record.levelname for record in caplog.records] == ["ERROR", "ERROR", "INFO"]
