"""Whether everything sent has gone all the way: no consumer of the path has anything left to read."""

import time
from collections.abc import Callable, Sequence
from typing import Final

from confluent_kafka import Consumer, ConsumerGroupTopicPartitions, TopicPartition
from confluent_kafka.admin import AdminClient

from mingjing.services.archive.run import GROUP as ARCHIVE
from mingjing.services.demo.feeds import SILENT
from mingjing.services.demo.show import DemoRefused
from mingjing.services.log_spans import ANSWER_S, LogUnread, Place, Span, spans_by
from mingjing.services.sink.run import GROUP as SINK
from mingjing.streams.broker import Broker
from mingjing.streams.topics import CARD_ACTIONS, CARD_STAGES, CARDS, CASE_EVENTS, CASE_FACTS, DEAD_LETTERS, TALLIES

LOOK_EVERY_S: Final = 0.5


Stage = tuple[str, Sequence[str]]
"""A consumer group and the topics it has to finish."""


def stages(workers: str, ingest: Sequence[str]) -> list[Stage]:
    """Return the whole way, from the agencies' topics to the ledger; `workers` is the group that judges.

    What a stage reads is written before the stage ahead of it has finished.
    """
    return [
        (workers, [*ingest, CASE_EVENTS, TALLIES, CARD_ACTIONS]),
        (SINK, [CARDS, CASE_FACTS, DEAD_LETTERS, CARD_STAGES]),
        (ARCHIVE, [CASE_EVENTS, TALLIES, CARD_ACTIONS]),
    ]


class Way:
    """The way of an event as a broker sees it."""

    def __init__(self, broker: Broker) -> None:
        spoken = {**broker.librdkafka(), "log_level": SILENT}
        self._admin = AdminClient(spoken)
        self._consumer = Consumer({**spoken, "group.id": "mingjing-look"})

    def close(self) -> None:
        """Disconnect."""
        self._consumer.close()

    def wait(self, stages: Sequence[Stage], seconds: float, look: Callable[[], None]) -> None:
        """Wait until each stage has finished, calling `look` now and then; DemoRefused after `seconds`."""
        until = time.monotonic() + seconds
        for group, topics in stages:
            while left := self._left(group, topics):
                if time.monotonic() > until:
                    raise DemoRefused(f"等了 {seconds:.0f} 秒，{group} 仍有 {left} 条未处理；请看日志目录中的记录")
                look()
                time.sleep(LOOK_EVERY_S)

    def _left(self, group: str, topics: Sequence[str]) -> int:
        """Return how many records the group has not yet finished."""
        places = [TopicPartition(*place) for place in self._spans(topics)]
        asked = self._admin.list_consumer_group_offsets([ConsumerGroupTopicPartitions(group, places)])
        committed = asked[group].result(ANSWER_S).topic_partitions
        # Where the logs end is asked last: what a group finishes of one topic it has written into the next before.
        spans = self._spans(topics)
        return sum(spans[each.topic, each.partition].left(each.offset) for each in committed)

    def _spans(self, topics: Sequence[str]) -> dict[Place, Span]:
        try:
            return spans_by(self._consumer, topics)
        except LogUnread as exc:
            raise DemoRefused(str(exc)) from exc
