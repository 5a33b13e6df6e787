"""What stands for each id, kept so that the ledger is asked for strangers only."""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from typing import Generic, TypeVar

T = TypeVar("T")

_MOST = 200_000


class Remembered(Generic[T]):
    """A memory in front of a question to the ledger.

    It is true only while nobody else writes the same ids: `clear` it when
    partitions change hands.
    """

    def __init__(self, ask: Callable[[list[str]], dict[str, T]], most: int = _MOST) -> None:
        self._ask = ask
        self._most = most
        self._known: OrderedDict[str, T] = OrderedDict()

    def of(self, idents: Iterable[str]) -> dict[str, T]:
        """Return what stands for those of `idents` of which there is anything."""
        wanted = dict.fromkeys(idents)
        found = {ident: self._known[ident] for ident in wanted if ident in self._known}
        strangers = [ident for ident in wanted if ident not in found]
        return found | self._ask(strangers) if strangers else found

    def learn(self, written: Mapping[str, T]) -> None:
        """Note what was written; what was longest unchanged is forgotten first."""
        for ident, value in written.items():
            self._known[ident] = value
            self._known.move_to_end(ident)
        while len(self._known) > self._most:
            self._known.popitem(last=False)

    def clear(self) -> None:
        """Forget all."""
        self._known.clear()
