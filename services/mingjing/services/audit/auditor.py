"""The auditor: one process that gives the topic's entries their numbers and hashes, and writes them down."""

import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TypeVar

import structlog
from confluent_kafka import Consumer, KafkaException, TopicPartition
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from mingjing.services.archive.confluent_source import record_of, sound
from mingjing.services.audit.anchor import (
    EVERY_MS,
    Anchor,
    anchors_path,
    append,
    key_path,
    private_key,
    read_anchors,
    sign,
)
from mingjing.services.audit.book import ClickHouseBook
from mingjing.services.audit.chain import Head, Link, linked
from mingjing.services.audit.entry import MONTH_FROZEN, TOPIC
from mingjing.services.auth.gate import wall_clock_ms
from mingjing.services.ledger.connection import Pool
from mingjing.services.ledger.errors import LedgerUnavailable
from mingjing.services.settings import Settings
from mingjing.services.sink.metrics import PumpMetrics
from mingjing.services.sink.probe import Probe
from mingjing.services.sink.stopping import Stopping

_MOST = 1000
_WAIT_S = 0.5
_AGAIN_S = 2.0
_ANSWER_S = 10.0

T = TypeVar("T")

log = structlog.get_logger()


class TopicCut(Exception):
    """The topic ends before the chain does: it was made anew, or its end was lost."""


class Anchorer:
    """Signs how far the chain has come: at the first entry, every hour in which it grew, and at an orderly end.

    With every month report that is frozen it signs at once: the link above its hash vouches for it.
    """

    def __init__(self, key: Ed25519PrivateKey, path: Path, now_ms: Callable[[], int]) -> None:
        self._key = key
        self._path = path
        self._now_ms = now_ms
        held = read_anchors(path) if path.exists() else []
        self._last: Anchor | None = held[-1] if held else None

    def look(self, head: Head, news: Sequence[Link] = (), *, ending: bool = False) -> None:
        """Write an anchor if one is due, by the clock or by the `news` that brought the chain to its head."""
        if head.seq == 0 or (self._last is not None and self._last.seq == head.seq):
            return
        now = self._now_ms()
        vouched = ending or any(link.action == MONTH_FROZEN for link in news)
        if self._last is None or vouched or now - self._last.at_ms >= EVERY_MS:
            self._last = sign(self._key, head.seq, head.hash, now)
            append(self._path, self._last)
            log.info("anchored", seq=head.seq)


def run_auditor(settings: Settings) -> None:
    """Chain the trail until SIGTERM; call it from the main thread.

    Raises AnchorRefused for a key or file of anchors that is none, TopicCut when
    the chain holds more than the topic.
    """
    stopping = Stopping()
    anchorer = Anchorer(private_key(key_path(settings)), anchors_path(settings), wall_clock_ms)
    metrics = PumpMetrics("auditor")
    probe = Probe(metrics, settings.auditor_metrics_port)
    pool = Pool(settings, 1)
    consumer = Consumer(
        {
            **settings.broker.librdkafka(),
            "client.id": "mingjing-auditor",
            "group.id": "mingjing-auditor",  # asked for by the client; the chain itself says where to go on
            "enable.auto.commit": False,
            "auto.offset.reset": "error",
            "allow.auto.create.topics": False,
        }
    )
    try:
        head = _chained(ClickHouseBook(pool), consumer, anchorer, metrics, stopping)
        anchorer.look(head, ending=True)
    finally:
        consumer.close()
        pool.close()
        probe.close()


def _chained(
    book: ClickHouseBook, consumer: Consumer, anchorer: Anchorer, metrics: PumpMetrics, stopping: Stopping
) -> Head:
    """Return how far the chain has come when a stop was asked for."""
    head = _patiently(book.head, metrics, stopping)
    if head is None:
        return Head()
    consumer.assign([TopicPartition(TOPIC, 0, _place(consumer, head))])
    while not stopping():
        metrics.alive()
        metrics.behind(waiting(consumer, head))
        records = [record_of(each) for each in consumer.consume(_MOST, _WAIT_S) if sound(each)]
        links: list[Link] = []
        if records:
            began = time.monotonic()
            after = head
            for record in records:
                link, after = linked(after, record.value, record.offset, record.logged_ms)
                links.append(link)
            put = partial(_put, book, links, metrics, partial(waiting, consumer, head))
            if _patiently(put, metrics, stopping) is None:
                return head
            metrics.written(records, refusals=0, seconds=time.monotonic() - began)
            head = after
        anchorer.look(head, links)
    return head


def _put(book: ClickHouseBook, links: list[Link], metrics: PumpMetrics, behind: Callable[[], int]) -> int:
    metrics.behind(behind())
    return book.put(links)


def waiting(consumer: Consumer, head: Head) -> int:
    """Return how many entries of the topic are not in the chain yet, as far as the client has heard; 0 before it has.

    The client hears of it with what it fetches, which it goes on doing while the ledger is away.
    """
    _, end = consumer.get_watermark_offsets(TopicPartition(TOPIC, 0), cached=True)
    return max(0, end - head.next_offset)


def _place(consumer: Consumer, head: Head) -> int:
    """Return the offset to go on at; TopicCut when the topic does not reach that far."""
    while True:
        try:
            low, high = consumer.get_watermark_offsets(TopicPartition(TOPIC, 0), timeout=_ANSWER_S)
            break
        except KafkaException as exc:
            log.warning("kafka says", reason=str(exc))
            time.sleep(_AGAIN_S)
    if not low <= head.next_offset <= high:
        raise TopicCut(
            f"主题 {TOPIC} 现存 {low} 至 {high}，而留痕已到 {head.next_offset}：主题被重建或截断；"
            "请核对 Kafka 与 ClickHouse 是否属于同一套安装"
        )
    return head.next_offset


def _patiently(act: Callable[[], T], metrics: PumpMetrics, stopping: Stopping) -> T | None:
    """Return what `act` returns once the ledger is there; None when a stop is asked for first."""
    while not stopping():
        try:
            return act()
        except LedgerUnavailable as exc:
            log.warning("the ledger is away, entries wait in Kafka", reason=str(exc))
            metrics.away()
            time.sleep(_AGAIN_S)
    return None
