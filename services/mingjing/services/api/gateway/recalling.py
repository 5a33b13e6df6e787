"""Remembering across a restart: what lies last on the agencies' topics is what was taken before, by whichever process.

Only at the start: to follow what other processes take would cost each of them what it takes itself. What
two of them take of the same is told by the account of the day, which counts repeats in the archive.
"""

import threading
from collections.abc import Callable, Sequence

import structlog
from confluent_kafka import Consumer, KafkaException, TopicPartition

from mingjing.services.api.gateway.remembered import MOST, Remembered, prints_of
from mingjing.streams.broker import Broker
from mingjing.streams.topics import fixed_partitions, ingest_topic

AT_MOST = MOST // 2
"""Events recalled of all agencies; of each partition as many as of every other."""

_CLIENT = "mingjing-recall"
_ANSWER_S = 10.0
_AT_ONCE = 1000

_log = structlog.get_logger(__name__)


class Recalling:
    """Fills a process's memory once, beside everything else; a Kafka that does not answer leaves it empty."""

    def __init__(self, broker: Broker, agencies: Callable[[], Sequence[str]], known: Remembered) -> None:
        self._broker = broker
        self._agencies = agencies
        self._known = known
        self._stopped = threading.Event()

    async def start(self) -> None:
        """Begin to read; returns at once."""
        threading.Thread(target=self.recall, name="recalling", daemon=True).start()

    async def stop(self) -> None:
        """Read no more; an answer that Kafka owes is not waited for."""
        self._stopped.set()

    def recall(self) -> None:
        """Read the last events of every agency, and remember them."""
        consumer = Consumer(
            {
                **self._broker.librdkafka(),
                "client.id": _CLIENT,
                "group.id": _CLIENT,
                "enable.auto.commit": False,
                "allow.auto.create.topics": False,
                "log_level": 0,
            }
        )
        try:
            there = consumer.list_topics(timeout=_ANSWER_S).topics
            codes = [code for code in self._agencies() if ingest_topic(code) in there]
            recalled = sum(self._recall_of(consumer, code, AT_MOST // len(codes)) for code in codes)
        except KafkaException as exc:
            _log.warning("not_recalled", reason=str(exc))
        else:
            _log.info("recalled", events=recalled)
        finally:
            consumer.close()

    def _recall_of(self, consumer: Consumer, agency: str, most: int) -> int:
        topic = ingest_topic(agency)
        partitions, recalled = fixed_partitions(topic), 0
        each = max(1, most // partitions)
        for partition in range(partitions):
            place = TopicPartition(topic, partition)
            first, end = consumer.get_watermark_offsets(place, timeout=_ANSWER_S)
            if end > first and not self._stopped.is_set():
                begin = max(first, end - each)
                consumer.assign([TopicPartition(topic, partition, begin)])
                recalled += self._read(consumer, agency, end - begin)
        return recalled

    def _read(self, consumer: Consumer, agency: str, owed: int) -> int:
        """Remember the next `owed` records; where marks of transactions lie among them, there are fewer."""
        recalled = 0
        while recalled < owed and not self._stopped.is_set():
            # Asked for more than there are, it would wait for the rest.
            asked = consumer.consume(min(_AT_ONCE, owed - recalled), timeout=1.0)
            read = [each for each in asked if each.error() is None]
            if not read:
                break
            self._known.add(prints_of(agency, [each.value() or b"" for each in read]))
            recalled += len(read)
        return recalled
