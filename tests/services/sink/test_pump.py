"""The order of a pump's steps, with a source and a ledger that are lists."""

from collections.abc import Iterable

import pytest

from mingjing.services.ledger.errors import LedgerUnavailable
from mingjing.services.sink.letters import LettersUndelivered
from mingjing.services.sink.metrics import PumpMetrics
from mingjing.services.sink.pump import Pump
from mingjing.services.sink.source import Reached, Record, shortfall
from mingjing.services.sink.taking import Refusal


def record(offset: int) -> Record:
    return Record("cards", 0, offset, 1_790_000_000_000, None, b"{}")


class World:
    """A source, a writer and a letter box in one, that note what is done to them."""

    def __init__(self, batches: Iterable[list[Record]], *, away: int = 0, refuses: int | None = None) -> None:
        self.batches = list(batches)
        self.away = away
        self.refuses = refuses
        self.delivers = True
        self.changes = False
        self.lacks: set[tuple[str, int]] = set()
        self.done: list[str] = []
        self.shown: list[float | None] = []
        self.metrics = PumpMetrics("sink")

    def run(self) -> list[str]:
        Pump(self, self, self, self.metrics, lambda: not self.batches).run()
        return self.done

    def gather(self) -> list[Record]:
        return self.batches[0]

    def hold(self, seconds: float) -> None:
        self.done.append(f"hold {seconds:g}")
        self.shown.append(self.metrics.registry.get_sample_value("mingjing_sink_lag"))

    def changed_hands(self) -> bool:
        changed, self.changes = self.changes, False
        return changed

    def reached(self) -> Reached:
        if self.away:
            self.away -= 1
            raise LedgerUnavailable("refused")
        return {}

    def reread(self, reached: Reached) -> set[tuple[str, int]]:
        assert reached == {}
        again, self.lacks = self.lacks, set()
        if again:
            self.done.append("reread")
            self.batches.pop(0)
        return again

    def commit(self, records: list[Record]) -> None:
        self.done.append(f"commit {[each.offset for each in records]}")
        self.batches.pop(0)

    def lag(self) -> int:
        return len(self.batches)

    def close(self) -> None:
        self.batches.clear()

    def write(self, records: list[Record]) -> list[Refusal]:
        if self.away:
            self.away -= 1
            raise LedgerUnavailable("refused")
        self.done.append(f"write {[each.offset for each in records]}")
        return [Refusal(each, "不合") for each in records if each.offset == self.refuses]

    def forget(self) -> None:
        self.done.append("forget")

    def post(self, refusals: list[Refusal]) -> None:
        if not self.delivers:
            raise LettersUndelivered("no broker")
        self.done.append(f"post {[each.record.offset for each in refusals]}")


def test_a_batch_is_committed_only_after_it_is_written() -> None:
    world = World([[record(1), record(2)], [record(3)]])

    assert world.run() == ["write [1, 2]", "commit [1, 2]", "write [3]", "commit [3]"]


def test_a_batch_is_held_further_and_further_apart_while_the_ledger_is_away() -> None:
    world = World([[record(1)]], away=8)

    pauses = [float(step.split()[1]) for step in world.run() if step.startswith("hold")]

    assert pauses == [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 5.0, 5.0]
    assert world.done[-2:] == ["write [1]", "commit [1]"]


def test_while_the_ledger_is_away_the_lag_counts_what_is_held_and_what_waits_behind_it() -> None:
    world = World([[record(1), record(2)]], away=2)
    world.run()

    assert world.shown == [0, 2 + 1]


def test_a_refused_record_is_a_delivered_letter_before_the_commit() -> None:
    assert World([[record(1), record(2)]], refuses=2).run() == ["write [1, 2]", "post [2]", "commit [1, 2]"]


def test_nothing_is_committed_when_a_letter_is_not_delivered() -> None:
    world = World([[record(1)]], refuses=1)
    world.delivers = False

    with pytest.raises(LettersUndelivered):
        world.run()
    assert world.done == ["write [1]"]


def test_what_was_remembered_is_forgotten_when_partitions_change_hands() -> None:
    world = World([[record(1)]])
    world.changes = True

    assert world.run() == ["forget", "write [1]", "commit [1]"]


def test_what_a_ledger_lacks_is_read_again_before_anything_that_follows_is_written() -> None:
    world = World([[record(7)], [record(1)], [record(7)]])
    world.lacks = {("cards", 0)}

    assert world.run() == ["reread", "write [1]", "commit [1]", "write [7]", "commit [7]"]


def test_a_ledger_is_asked_how_far_it_has_got_whenever_partitions_come() -> None:
    world = World([[record(1)], [record(8)], [record(2)]])
    gather = world.gather

    def gathered() -> list[Record]:
        if world.done == ["write [1]", "commit [1]"]:
            world.changes, world.lacks = True, {("cards", 0)}
        return gather()

    world.gather = gathered  # type: ignore[method-assign]  # partitions come between two batches

    assert world.run() == ["write [1]", "commit [1]", "forget", "reread", "write [2]", "commit [2]"]


def test_a_ledger_falls_short_only_where_it_holds_less_than_was_committed() -> None:
    reached = {"cards": {0: 10, 1: 30}}
    committed = {("cards", 0): 25, ("cards", 1): 25, ("case-facts", 0): 4, ("case-facts", 1): 0}

    assert shortfall(reached, committed) == {("cards", 0): 10, ("case-facts", 0): 0}


def test_a_stop_while_the_ledger_is_away_commits_nothing() -> None:
    world = World([[record(1)]], away=100)

    stops = iter([False, False, False, True, True])
    Pump(world, world, world, world.metrics, lambda: next(stops)).run()

    assert world.done == ["hold 0.1", "hold 0.2"]


def test_a_pump_is_ready_while_the_ledger_takes_what_it_is_offered() -> None:
    world = World([[record(1)]])
    assert world.metrics.unready() == "尚未加入消费组"

    world.run()
    assert world.metrics.unready() is None

    world.metrics.away()
    assert "ClickHouse 不可用" in str(world.metrics.unready())
