import asyncio
import inspect
from collections.abc import Callable, Iterator
from importlib.metadata import version
from typing import Any

import faust
import pytest
from aiokafka import AIOKafkaConsumer
from faust.transport.consumer import Consumer
from faust.transport.drivers import aiokafka as driver
from faust.types import TP

from mingjing.streams.batches import MAX_BATCH, BatchApp, BatchConsumer

TYPES = "faust.types.tuples"
CASES = TP("case-events", 0)
OTHER = TP("other", 0)


@pytest.fixture
def consumer(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[BatchConsumer]:
    """The consumer of an app that was never started."""
    loops: list[asyncio.AbstractEventLoop] = []

    def new_loop() -> asyncio.AbstractEventLoop:
        loops.append(asyncio.get_event_loop_policy().new_event_loop())
        return loops[-1]

    # Faust makes a loop for the thread of its consumer, and closes it when that thread ends.
    monkeypatch.setattr(asyncio, "new_event_loop", new_loop)
    asyncio.set_event_loop(new_loop())
    app = BatchApp(
        "guard",
        batch_topics=frozenset({CASES.topic}),
        changelog_topics=frozenset(),
        datadir=str(tmp_path),
        store="memory://",
    )
    consumer = app.consumer
    assert isinstance(consumer, BatchConsumer)
    app.topics._acking_topics.add(CASES.topic)
    yield consumer
    asyncio.set_event_loop(None)
    for loop in loops:
        loop.close()


def delivered(consumer: BatchConsumer, fetched: dict[TP, list[Any]]) -> list[tuple[TP, Any]]:
    async def wait(_timeout: float) -> tuple[dict[TP, list[Any]], None]:
        return fetched, None

    async def collect() -> list[tuple[TP, Any]]:
        return [pair async for pair in consumer.getmany(1.0)]

    consumer._wait_next_records = wait  # type: ignore[method-assign]
    consumer.highwater = lambda _tp: 0  # type: ignore[method-assign]
    return asyncio.get_event_loop_policy().get_event_loop().run_until_complete(collect())


def records(read: Callable[..., Any], first: int, count: int, topic: str = CASES.topic) -> list[Any]:
    return [read(topic=topic, offset=offset, value=b"v") for offset in range(first, first + count)]


@pytest.mark.parametrize(("package", "pinned"), [("faust-streaming", "0.15.3"), ("aiokafka", "0.14.0")])
def test_the_seams_are_those_of_these_versions(package: str, pinned: str) -> None:
    assert version(package) == pinned, f"read the docstring of batches.py against the source of {package} first"


@pytest.mark.parametrize(
    ("seam", "signature"),
    [
        (
            Consumer.getmany,
            "(self, timeout: float) -> AsyncIterator[Tuple[faust.types.tuples.TP, faust.types.tuples.Message]]",
        ),
        (Consumer._add_gap, f"(self, tp: {TYPES}.TP, offset_from: int, offset_to: int) -> None"),
        (Consumer._new_offset, f"(self, tp: {TYPES}.TP) -> Optional[int]"),
        (Consumer.perform_seek, "(self) -> None"),
        (Consumer.on_buffer_full, f"(self, tp: {TYPES}.TP) -> None"),
        (driver.Consumer._new_consumer_thread, "(self) -> 'AIOKafkaConsumerThread'"),
        (faust.App._new_transport, "(self) -> faust.types.transports.TransportT"),
        (driver.Producer._ensure_producer, "(self) -> aiokafka.producer.producer.AIOKafkaProducer"),
    ],
)
def test_a_private_seam_has_kept_its_form(seam: Any, signature: str) -> None:
    assert str(inspect.signature(seam)) == signature


def test_only_getmany_brings_messages_and_only_new_offset_says_what_is_committed() -> None:
    drain, commit = inspect.getsource(Consumer._drain_messages), inspect.getsource(Consumer._filter_committable_offsets)

    assert "getmany(timeout=1.0)" in drain
    assert "self._new_offset(tp)" in commit


def test_the_longest_poll_is_read_from_the_consumer_when_its_fetcher_is_made() -> None:
    assert "fetch_max_wait_ms=self._fetch_max_wait_ms" in inspect.getsource(AIOKafkaConsumer.start)


def test_a_full_queue_leaves_no_partition_out_of_the_next_fetch(consumer: BatchConsumer) -> None:
    consumer._active_partitions = {CASES}
    consumer.on_buffer_full(CASES)

    assert CASES in consumer._active_partitions


def test_a_fetch_of_a_partition_is_one_message(consumer: BatchConsumer, read: Callable[..., Any]) -> None:
    ((tp, message),) = delivered(consumer, {CASES: records(read, 5, 3)})

    assert (tp, message.offset, [record.offset for record in message.value]) == (CASES, 7, [5, 6, 7])


def test_a_long_fetch_is_cut_into_batches(consumer: BatchConsumer, read: Callable[..., Any]) -> None:
    messages = delivered(consumer, {CASES: records(read, 0, MAX_BATCH + 1)})

    assert [len(message.value) for _, message in messages] == [MAX_BATCH, 1]


def test_other_topics_come_record_by_record(consumer: BatchConsumer) -> None:
    fetched = [
        driver.aiokafka.structs.ConsumerRecord(OTHER.topic, 0, offset, 0, 0, None, b"v", None, 0, 1, ())
        for offset in range(2)
    ]

    assert [message.offset for _, message in delivered(consumer, {OTHER: fetched})] == [0, 1]


def test_nothing_is_committed_before_its_batch_is_acked(consumer: BatchConsumer, read: Callable[..., Any]) -> None:
    delivered(consumer, {CASES: records(read, 0, 3)})

    assert consumer._new_offset(CASES) is None


def test_acked_batches_are_committed_up_to_the_first_that_is_not(
    consumer: BatchConsumer, read: Callable[..., Any]
) -> None:
    messages = [message for _, message in delivered(consumer, {CASES: records(read, 0, 3 * MAX_BATCH)})]
    for message in (messages[0], messages[2]):
        consumer.ack(message)

    assert consumer._new_offset(CASES) == MAX_BATCH
    consumer.ack(messages[1])
    assert consumer._new_offset(CASES) == 3 * MAX_BATCH


def test_offsets_that_compaction_took_do_not_hold_the_commit_back(
    consumer: BatchConsumer, read: Callable[..., Any]
) -> None:
    ((_, message),) = delivered(consumer, {CASES: [*records(read, 0, 1), *records(read, 90, 1)]})
    consumer.ack(message)

    assert consumer._new_offset(CASES) == 91


@pytest.mark.parametrize(("end", "sought"), [(4, {CASES: 4}), (9, {}), (12, {}), (None, {})])
def test_a_partition_is_read_from_where_its_state_ends_if_more_was_committed(
    consumer: BatchConsumer, end: int | None, sought: dict[TP, int]
) -> None:
    found: dict[TP, int] = {}

    async def committed() -> dict[TP, int]:
        return {CASES: 9, OTHER: 9}

    async def seek(tp: TP, offset: int) -> None:
        found[tp] = offset

    consumer.seek_to_committed = committed  # type: ignore[method-assign]
    consumer.seek = seek  # type: ignore[method-assign]
    consumer.assignment = lambda: {CASES, OTHER}  # type: ignore[method-assign]
    consumer.app.ends[CASES.topic] = lambda _partition: end
    asyncio.get_event_loop_policy().get_event_loop().run_until_complete(consumer.perform_seek())

    assert found == sought
