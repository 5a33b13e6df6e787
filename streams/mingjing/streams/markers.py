"""What lies on a log and is nobody's record: the marks of transactions, and what was written in one that was undone.

An agency that writes to Kafka itself may do so in transactions. Each ends with a mark,
which takes an offset and is handed to nobody, and what was undone is handed to nobody
either. Whoever went by the last record that was handed out would wait for such an
offset for ever: nothing would be vouched for any more, and no deadline would fire, not
of any agency.
"""

from collections.abc import Mapping
from typing import Final

from faust.types import TP

Stretch = tuple[int, int]
"""Offsets: after the last record that was handed out, and up to which (exclusive) nothing else is to be handed out."""


class Markers:
    """The stretches without a record that reading has passed, the last of each partition."""

    def __init__(self) -> None:
        self._stretches: Final[dict[TP, Stretch]] = {}

    def note(self, stretches: Mapping[TP, Stretch], due: Mapping[TP, int]) -> list[TP]:
        """Take stretches in, but where a record that was handed out is not delivered yet: its offset is not in `due`.

        Returns the partitions of those that were taken in.
        """
        taken = {tp: stretch for tp, stretch in stretches.items() if due.get(tp) == stretch[0]}
        self._stretches.update(taken)
        return list(taken)

    def beyond(self, tp: TP, done: int) -> int:
        """Return up to where a partition is worked off, once all before the offset `done` is."""
        begin, end = self._stretches.get(tp, (done, done))
        return end if begin <= done < end else done

    def end(self, tp: TP) -> int | None:
        """Return where the stretch of a partition ends, None where there is none."""
        return self._stretches[tp][1] if tp in self._stretches else None

    def clear(self) -> None:
        """Let go of every partition: they are read from elsewhere now."""
        self._stretches.clear()
