from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any

from faust.types import TP

from mingjing.streams.back_pressure import BackPressure

FULL, FREE = SimpleNamespace(holds_enough=True), SimpleNamespace(holds_enough=False)


class Consumer:
    """The partitions of a log that are read no further."""

    def __init__(self) -> None:
        self.paused: set[TP] = set()

    def pause_partitions(self, tps: Iterable[TP]) -> None:
        self.paused.update(tps)

    def resume_partitions(self, tps: Iterable[TP]) -> None:
        self.paused.difference_update(tps)


def pressed(*turns: dict[int, Any]) -> list[set[TP]]:
    """Return what is paused after each turn of owners."""
    consumer = Consumer()
    pressure = BackPressure(SimpleNamespace(consumer=consumer), "log")  # type: ignore[arg-type]  # all it asks for
    paused = []
    for owners in turns:
        pressure.apply(owners)
        paused.append(set(consumer.paused))
    return paused


def test_a_partition_whose_owner_holds_enough_is_read_no_further_while_others_are() -> None:
    assert pressed({0: FULL, 1: FREE}) == [{TP("log", 0)}]


def test_a_partition_is_read_on_once_its_owner_is_free() -> None:
    assert pressed({0: FULL, 1: FULL}, {0: FREE, 1: FULL}, {0: FREE, 1: FREE})[1:] == [{TP("log", 1)}, set()]


def test_after_a_rebalance_what_is_held_is_paused_again() -> None:
    consumer = Consumer()
    pressure = BackPressure(SimpleNamespace(consumer=consumer), "log")  # type: ignore[arg-type]  # all that is asked for
    pressure.apply({0: FULL})
    consumer.paused.clear()
    pressure.forget()
    pressure.apply({0: FULL})

    assert consumer.paused == {TP("log", 0)}
