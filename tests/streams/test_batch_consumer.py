import asyncio
import inspect
from collections.abc import Callable, Coroutine, Iterable, Iterator
from importlib.metadata import version
from types import SimpleNamespace
from typing import Any

import faust
import pytest
from aiokafka import AIOKafkaConsumer
from faust.transport.consumer import Consumer
from faust.transport.drivers import aiokafka as driver
from faust.types import TP

from mingjing.streams.batch_consumer import MAX_BATCH, BatchApp, BatchConsumer

TYPES = "faust.types.tuples"
CASES = TP("case-events", 0)
OTHER = TP("other", 0)
STATE = TP("state", 0)
INGEST = [TP("ingest", partition) for partition in range(3)]


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
        batch_topics=frozenset({CASES.topic, STATE.topic, "ingest"}),
        changelog_topics=frozenset({STATE.topic}),
        bundled_topics=frozenset({"ingest"}),
        datadir=str(tmp_path),
        store="memory://",
    )
    consumer = app.consumer
    assert isinstance(consumer, BatchConsumer)
    app.topics._acking_topics.update({CASES.topic, "ingest"})
    yield consumer
    asyncio.set_event_loop(None)
    for loop in loops:
        loop.close()


class Broker:
    """What aiokafka's consumer knows of the broker: where two partitions begin, and what is committed of them."""

    def __init__(self) -> None:
        self.begins = {CASES: 0, OTHER: 0, STATE: 0}
        self.commits: dict[TP, int] = {}
        self.places: dict[TP, int] = {}
        self._coordinator = self
        self._subscription = SimpleNamespace(subscription=SimpleNamespace(assignment=self))

    def state_value(self, tp: TP) -> Any:
        return SimpleNamespace(position=self.places.get(tp), has_valid_position=tp in self.places)

    def assignment(self) -> set[TP]:
        return set(self.begins)

    def highwater(self, _tp: TP) -> int:
        return 0

    def seek(self, tp: TP, offset: int) -> None:
        self.places[TP(*tp)] = offset

    async def position(self, tp: TP) -> int:
        return self.places[tp]

    async def beginning_offsets(self, tps: Iterable[TP]) -> dict[TP, int]:
        return {tp: self.begins[tp] for tp in tps}

    async def fetch_committed_offsets(self, tps: Iterable[TP]) -> dict[TP, Any]:
        return {TP(*tp): SimpleNamespace(offset=self.commits.get(TP(*tp), -1)) for tp in tps}


@pytest.fixture
def broker(consumer: BatchConsumer) -> Broker:
    """What the consumer's thread talks to; the thread itself is left out."""
    broker = Broker()

    async def call_thread(fun: Callable[..., Any], *args: Any) -> Any:
        return await fun(*args)

    consumer._thread._consumer = broker  # type: ignore[assignment]
    consumer._thread.call_thread = call_thread  # type: ignore[method-assign,assignment]
    return broker


def run(doing: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.get_event_loop_policy().get_event_loop().run_until_complete(doing)


def delivered(
    consumer: BatchConsumer, fetched: dict[TP, list[Any]], meanwhile: Callable[[], Any] = lambda: None
) -> list[tuple[TP, Any]]:
    """Return what is delivered of a fetch that brings `fetched`, while something else is done."""

    async def fetch(**_: Any) -> dict[TP, list[Any]]:
        doing = meanwhile()
        if doing is not None:
            await doing
        return fetched

    async def collect() -> list[tuple[TP, Any]]:
        return [pair async for pair in consumer.getmany(1.0)]

    consumer._getmany = fetch  # type: ignore[method-assign]
    consumer.highwater = lambda _tp: 0  # type: ignore[method-assign]
    consumer._set_active_tps(set(fetched))
    consumer._sought = True
    return run(collect())


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
        (Consumer.ack, f"(self, message: {TYPES}.Message) -> bool"),
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


def test_what_is_read_of_transactions_is_read_from_the_consumer_when_its_fetcher_is_made() -> None:
    assert "isolation_level=self._isolation_level" in inspect.getsource(AIOKafkaConsumer.start)


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


def test_what_a_fetch_brings_of_many_ingest_partitions_is_one_message_behind_what_is_further_on_its_way(
    consumer: BatchConsumer, read: Callable[..., Any]
) -> None:
    fetched = {tp: records(read, 10 * tp.partition, 2, "ingest") for tp in INGEST} | {CASES: records(read, 5, 1)}
    cases, ingest = (message for _, message in delivered(consumer, fetched))

    assert (cases.tp, ingest.tp.topic) == (CASES, "ingest")
    assert [[record.offset for record in batch] for batch in ingest.value.batches] == [[0, 1], [10, 11], [20, 21]]


def test_a_bundle_ends_where_it_has_the_records_of_a_batch(consumer: BatchConsumer, read: Callable[..., Any]) -> None:
    fetched = {tp: records(read, 0, MAX_BATCH - 1, "ingest") for tp in INGEST}
    bundles = [message.value for _, message in delivered(consumer, fetched)]

    assert [len(bundle.batches) for bundle in bundles] == [2, 1]


def test_acking_a_bundle_acks_every_partition_in_it(consumer: BatchConsumer, read: Callable[..., Any]) -> None:
    fetched = {tp: records(read, 10 * tp.partition, 2, "ingest") for tp in INGEST}
    ((_, bundle),) = delivered(consumer, fetched)

    assert [consumer._new_offset(tp) for tp in INGEST] == [None, None, None]
    bundle.ack(consumer)
    assert [consumer._new_offset(tp) for tp in INGEST] == [2, 12, 22]


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


@pytest.mark.parametrize(
    ("committed", "begins", "end", "place"),
    [
        (9, 0, None, 9),
        (9, 0, 9, 9),
        (9, 0, 4, 4),
        (9, 0, 12, 9),
        (-1, 0, None, 0),
        (-1, 7, None, 7),
    ],
    ids=["committed", "state agrees", "state behind", "state ahead", "nothing committed", "log cut"],
)
def test_recovery_ends_where_each_partition_is_to_be_read_on_from(
    consumer: BatchConsumer, broker: Broker, committed: int, begins: int, end: int | None, place: int
) -> None:
    broker.commits[CASES], broker.begins[CASES] = committed, begins
    consumer.app.ends[CASES.topic] = lambda _partition: end
    run(consumer.perform_seek())

    assert broker.places == {CASES: place, OTHER: 0}


def test_what_a_fetch_brings_across_a_seek_is_put_back(
    consumer: BatchConsumer, broker: Broker, read: Callable[..., Any]
) -> None:
    broker.commits[CASES] = 3
    passed = delivered(consumer, {CASES: records(read, 40, 5)}, consumer.perform_seek)
    broker.seek(CASES, 45)  # the fetch had moved it there
    run(consumer._go_to(consumer._due))

    assert (passed, broker.places[CASES]) == ([], 3)


def test_what_a_fetch_brings_during_a_rebalance_is_put_back(
    consumer: BatchConsumer, broker: Broker, read: Callable[..., Any]
) -> None:
    delivered(consumer, {CASES: records(read, 0, 3)})
    passed = delivered(consumer, {CASES: records(read, 3, 2)}, consumer.stop_flow)

    assert (passed, broker.places[CASES]) == ([], 3)


def test_a_changelog_that_is_fetched_before_the_flow_resumes_is_read_from_its_beginning(
    consumer: BatchConsumer, broker: Broker, read: Callable[..., Any]
) -> None:
    run(consumer.seek_wait({STATE: 0}))
    delivered(consumer, {STATE: records(read, 0, 100, STATE.topic)}, consumer.stop_flow)

    assert broker.places[STATE] == 0


def test_of_a_fetch_that_is_cut_short_what_was_not_delivered_is_put_back(
    consumer: BatchConsumer, broker: Broker, read: Callable[..., Any]
) -> None:
    async def fetch(**_: Any) -> dict[TP, list[Any]]:
        return {CASES: records(read, 0, 2 * MAX_BATCH)}

    async def take_one() -> None:
        async for _ in consumer.getmany(1.0):
            consumer.stop_flow()

    consumer._getmany = fetch  # type: ignore[method-assign]
    consumer._set_active_tps({CASES})
    consumer._sought = True
    run(take_one())

    assert broker.places == {CASES: MAX_BATCH}


def test_of_a_bundle_that_was_not_delivered_every_partition_is_put_back(
    consumer: BatchConsumer, broker: Broker, read: Callable[..., Any]
) -> None:
    broker.begins.update(dict.fromkeys(INGEST, 0))
    delivered(consumer, {tp: records(read, 0, 3, "ingest") for tp in INGEST})
    delivered(consumer, {tp: records(read, 3, 2, "ingest") for tp in INGEST}, consumer.stop_flow)

    assert [broker.places[tp] for tp in INGEST] == [3, 3, 3]


@pytest.mark.usefixtures("broker")
def test_a_batch_of_before_the_last_seek_is_not_current(consumer: BatchConsumer, read: Callable[..., Any]) -> None:
    ((_, before),) = delivered(consumer, {CASES: records(read, 0, 3)})
    run(consumer.perform_seek())
    ((_, after),) = delivered(consumer, {CASES: records(read, 0, 3)})

    assert [consumer.app.is_current(each.value) for each in (before, after)] == [False, True]


def test_a_seek_that_a_rebalance_overtakes_moves_nothing(consumer: BatchConsumer, broker: Broker) -> None:
    async def overtaken(tps: Iterable[TP]) -> dict[TP, int]:
        consumer._begin_assignment()
        return dict.fromkeys(tps, 0)

    broker.beginning_offsets = overtaken  # type: ignore[method-assign]
    run(consumer.perform_seek())

    assert (broker.places, consumer._sought) == ({}, False)


@pytest.mark.usefixtures("broker")
def test_offsets_that_are_not_on_the_log_are_named_and_passed(
    consumer: BatchConsumer, read: Callable[..., Any], caplog: pytest.LogCaptureFixture
) -> None:
    delivered(consumer, {CASES: records(read, 0, 3)})
    passed = delivered(consumer, {CASES: records(read, 5, 1)})

    assert [message.offset for _, message in passed] == [5]
    assert "offsets 3 to 4 are not on the log" in caplog.text


MARKED = INGEST[0]


@pytest.fixture
def marked(consumer: BatchConsumer, broker: Broker, read: Callable[..., Any]) -> Any:
    """Records 0 and 1 of an ingest partition, delivered; the mark of a transaction, offset 2, was read after them."""
    broker.begins = {MARKED: 0}
    run(consumer.perform_seek())
    ((_, message),) = delivered(consumer, {MARKED: [read(topic="ingest", partition=0, offset=at) for at in (0, 1)]})
    consumer._thread._handed[MARKED] = 2  # type: ignore[attr-defined]
    broker.places[MARKED] = 3
    run(consumer.pass_markers([MARKED]))
    return message


def test_the_mark_of_a_transaction_is_passed_once_what_came_before_it_is_worked_off(
    consumer: BatchConsumer, marked: Any
) -> None:
    assert consumer._new_offset(MARKED) is None
    assert [consumer.beyond(MARKED, done) for done in (0, 1, 2)] == [0, 1, 3]

    consumer.ack(marked)

    assert consumer._new_offset(MARKED) == 3


def test_a_mark_that_is_read_after_all_was_committed_is_committed_too(
    consumer: BatchConsumer, broker: Broker, marked: Any
) -> None:
    consumer.ack(marked)
    consumer._committed_offset[MARKED] = consumer._new_offset(MARKED)
    consumer._thread._handed[MARKED] = consumer._due[MARKED] = 3  # type: ignore[attr-defined]  # a seek to where it stands
    broker.places[MARKED] = 5
    run(consumer.pass_markers([MARKED]))

    assert consumer._filter_committable_offsets([MARKED]) == {MARKED: 5}


def test_a_record_that_was_handed_out_and_not_delivered_is_not_passed(
    consumer: BatchConsumer, broker: Broker, marked: Any
) -> None:
    consumer.ack(marked)
    consumer._thread._handed[MARKED] = 4  # type: ignore[attr-defined]  # record 3, after the mark
    broker.places[MARKED] = 6
    run(consumer.pass_markers([MARKED]))

    assert consumer.beyond(MARKED, 4) == 4
    assert consumer._new_offset(MARKED) == 3


def test_where_another_reading_begins_marks_are_looked_for_anew(consumer: BatchConsumer, marked: Any) -> None:
    consumer.ack(marked)
    run(consumer.perform_seek())

    assert consumer.beyond(MARKED, 2) == 2
    assert consumer._new_offset(MARKED) is None
