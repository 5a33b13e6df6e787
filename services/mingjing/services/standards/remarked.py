"""What was remarked on rows that were taken: counted by kind, with the first rows of each, in bounded memory."""

from collections.abc import Iterable

import msgspec

from mingjing.services.standards.rows import Remark

MOST_EXAMPLES = 10
"""Rows of a kind that are told; of more there is the count. An object has a kind for every column that holds codes."""
_MOST_SHOWN = 120


class Example(msgspec.Struct, frozen=True):
    """A row that was remarked on, by its number, and what of it."""

    row: int
    text: str


class Noted(msgspec.Struct, frozen=True):
    """One kind of remark: how many there are, and the first."""

    kind: str
    count: int
    examples: tuple[Example, ...]


class Remarked:
    """Takes remarks row by row; memory grows with the kinds, never with the rows or with what is in them."""

    def __init__(self) -> None:
        self._counts: dict[str, int] = {}
        self._examples: dict[str, list[Example]] = {}

    def add(self, row: int, remarks: Iterable[Remark]) -> None:
        """Count what was said of a row that was taken."""
        for each in remarks:
            told = each.message if each.kind else each.value
            self._count(each.kind or each.message, 1, [Example(row, told[:_MOST_SHOWN])])

    def join(self, noted: Iterable[Noted], after: int = 0) -> None:
        """Count what was noted of rows that follow `after` others."""
        for each in noted:
            self._count(each.kind, each.count, [Example(one.row + after, one.text) for one in each.examples])

    def noted(self) -> tuple[Noted, ...]:
        """Return every kind, in the order in which they came."""
        return tuple(Noted(kind, count, tuple(self._examples[kind])) for kind, count in self._counts.items())

    def _count(self, kind: str, count: int, examples: list[Example]) -> None:
        self._counts[kind] = self._counts.get(kind, 0) + count
        kept = self._examples.setdefault(kind, [])
        kept += examples[: MOST_EXAMPLES - len(kept)]


def sentences(noted: Iterable[Noted]) -> dict[str, int]:
    """Return how many rows were remarked on, by a sentence that names the first of them."""
    return {
        f"{each.kind}：{'；'.join(f'第{one.row}行 {one.text}' for one in each.examples)}"
        f"{' 等' if each.count > len(each.examples) else ''}": each.count
        for each in noted
    }
