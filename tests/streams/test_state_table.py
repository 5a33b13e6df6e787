"""State that recovery has read in part is no state."""

import asyncio
import inspect
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from faust.tables.manager import TableManager
from faust.tables.recovery import Recovery
from faust.types import TP

from mingjing.streams.batch_consumer import BatchApp, BatchConsumer
from mingjing.streams.batches import Batch
from mingjing.streams.sounding import Place
from mingjing.streams.state_table import StateTable

STATE = TP("state", 0)


class Ends:
    """A changelog that begins at `first`."""

    def __init__(self, first: int) -> None:
        self._first = first

    async def highwaters(self, _places: Iterable[Place]) -> Mapping[Place, int]:
        raise NotImplementedError

    async def earliest(self, places: Iterable[Place]) -> Mapping[Place, int]:
        return dict.fromkeys(places, self._first)


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[BatchApp]:
    """An app that was never started."""
    loops: list[asyncio.AbstractEventLoop] = []

    def new_loop() -> asyncio.AbstractEventLoop:
        loops.append(asyncio.get_event_loop_policy().new_event_loop())
        return loops[-1]

    # Faust makes a loop for the thread of its consumer, and closes it when that thread ends.
    monkeypatch.setattr(asyncio, "new_event_loop", new_loop)
    asyncio.set_event_loop(new_loop())
    yield BatchApp(
        "table",
        batch_topics=frozenset({STATE.topic}),
        changelog_topics=frozenset({STATE.topic}),
        datadir=str(tmp_path),
        store="memory://",
    )
    asyncio.set_event_loop(None)
    for loop in loops:
        loop.close()


@pytest.fixture
def table(app: BatchApp) -> StateTable:
    return StateTable(app, STATE.topic, 1)


def began(app: BatchApp, offset: int, end: int) -> None:
    """Let Faust's recovery begin to read at `offset`, up to `end` (inclusive)."""
    app.consumer.recovered_from[STATE] = offset  # type: ignore[attr-defined]  # of our consumer
    app.tables.recovery.active_highwaters[STATE] = end  # type: ignore[attr-defined]  # absent from faust's interface


def apply(app: BatchApp, table: StateTable, offsets: Iterable[int], reading: int | None = None) -> None:
    consumer = app.consumer
    assert isinstance(consumer, BatchConsumer)
    records = [SimpleNamespace(offset=offset, key=b"1/%d" % offset, value=b"v") for offset in offsets]
    batch = Batch(records, consumer.reading if reading is None else reading)  # type: ignore[arg-type]  # what is read of one
    event: Any = SimpleNamespace(message=SimpleNamespace(partition=STATE.partition, value=batch))
    table.apply_changelog_batch([event])


def is_whole(table: StateTable, first: int = 0) -> bool:
    return asyncio.get_event_loop_policy().get_event_loop().run_until_complete(table.is_whole([0], Ends(first)))


def test_state_is_whole_once_it_is_read_from_its_beginning_to_its_end(app: BatchApp, table: StateTable) -> None:
    began(app, 0, end=5)
    apply(app, table, range(4))
    halfway = is_whole(table)
    apply(app, table, [5])  # compaction has taken one

    assert (halfway, is_whole(table)) == (False, True)


def test_state_that_was_never_written_is_whole(app: BatchApp, table: StateTable) -> None:
    began(app, 0, end=-1)

    assert is_whole(table)


def test_state_is_not_whole_before_a_recovery_has_begun_to_read_it(table: StateTable) -> None:
    assert not is_whole(table)


def test_state_whose_beginning_was_left_out_is_not_whole(app: BatchApp, table: StateTable) -> None:
    began(app, 3, end=5)
    apply(app, table, range(4, 6))

    assert not is_whole(table, first=2)


def test_what_an_earlier_recovery_has_read_counts_for_nothing(app: BatchApp, table: StateTable) -> None:
    began(app, 0, end=5)
    apply(app, table, range(6), reading=-1)

    assert (is_whole(table), table.take(0)) == (False, [])


def test_what_was_forgotten_must_be_read_again(app: BatchApp, table: StateTable) -> None:
    began(app, 0, end=5)
    apply(app, table, range(6))
    table.forget()

    assert not is_whole(table)


def test_the_fields_of_fausts_recovery_that_tell_how_far_it_is_have_kept_their_names(app: BatchApp) -> None:
    recovery: Any = app.tables.recovery  # type: ignore[attr-defined]  # absent from faust's interface

    assert isinstance(recovery, Recovery)
    assert not recovery.active_highwaters
    assert not recovery.signal_recovery_start.is_set()


def test_stock_tables_begin_as_ours_do_but_for_a_second_of_waiting() -> None:
    stock = inspect.getsource(TableManager.on_start)

    assert [line.strip() for line in stock.splitlines()[2:]] == [
        "await self.sleep(1.0)",
        "if not self.should_stop:",
        "await self._update_channels()",
        "await self.recovery.start()",
    ]
