"""A worker asks the brokers for the time, by a record on a topic that they stamp themselves."""

import logging
from typing import Any

import faust
from aiokafka.errors import KafkaError

from mingjing.streams import metrics
from mingjing.streams.batches import LOG_APPEND_TIME
from mingjing.streams.time_of_day import TimeOfDay
from mingjing.streams.topics import CLOCK_WITNESS

log = logging.getLogger(__name__)

ASK_EVERY_S = 5.0
REMIND_EVERY = 12
"""Askings after which a clock that is still wrong is spoken of again."""


async def ask(producer: Any, time_of_day: TimeOfDay) -> None:
    """Ask once; `producer` is aiokafka's. Raises KafkaError where the broker does not answer with its time."""
    asked = time_of_day.steady()
    metadata = await producer.send_and_wait(CLOCK_WITNESS, b"", partition=0)
    answered = time_of_day.steady()
    if metadata.timestamp_type != LOG_APPEND_TIME:
        raise KafkaError(
            f"{CLOCK_WITNESS} is not stamped by the broker; set its message.timestamp.type to LogAppendTime"
        )
    time_of_day.hear(metadata.timestamp * 1000, asked, answered)
    metrics.CLOCK_LEAD.set(time_of_day.lead / 1e6)


class Telling:
    """Says in the log what is wrong with the clock: when it begins, every minute, and when it is over."""

    def __init__(self) -> None:
        self._silent_for: int | None = None

    def tell(self, hindrance: str | None) -> None:
        """Be told after every asking."""
        if hindrance is None:
            if self._silent_for is not None:
                log.info("本机时钟与 Kafka 一致了 · this machine's clock agrees with the broker's again")
            self._silent_for = None
        elif self._silent_for is None or self._silent_for + 1 >= REMIND_EVERY:
            log.error("%s", hindrance)
            self._silent_for = 0
        else:
            self._silent_for += 1


def follow_brokers(app: faust.App, time_of_day: TimeOfDay) -> None:
    """Have the app ask while it is at work. While no broker answers, the steady clock goes on from the last answer."""

    async def go_on_asking() -> None:
        telling = Telling()
        while not app.should_stop:
            try:
                producer = await app.maybe_start_producer()
                await ask(producer._ensure_producer(), time_of_day)  # noqa: SLF001  # see outlet
            except KafkaError as exc:
                log.warning("%s 没有答出时刻 · the time was not told: %r", CLOCK_WITNESS, exc)
            telling.tell(time_of_day.hindrance)
            await app.sleep(ASK_EVERY_S)

    app.task(go_on_asking)
