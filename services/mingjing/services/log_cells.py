"""The cells of a log's rows, told apart and kept once.

A log of a million events repeats the attributes of its cases and a few thousand words over and over;
each is held once, however many rows say it.
"""

from collections.abc import Mapping
from typing import Any

MOST_WORDS = 1 << 16
"""Different cells that are remembered; beyond it a log says too little twice for more to help."""


class Cells:
    """Tells a row's cells apart: data of the event, and attributes of the case, whose columns begin with `prefix`."""

    def __init__(self, prefix: str | None) -> None:
        self._names = _Names(prefix)
        self._words: dict[str, str] = {}
        self._attributes: dict[str, dict[str, Any]] = {}

    def of(self, case: str, row: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return the data and the attributes in a row of `case`, without the empty cells; the latter may be shared."""
        names, words = self._names, self._words
        data: dict[str, Any] = {}
        attributes: dict[str, Any] = {}
        for name, value in row.items():
            if value is None or value == "":
                continue
            cell = words.setdefault(value, value) if type(value) is str else value
            inner = names[name]
            if inner is None:
                data[name] = cell
            else:
                attributes[inner] = cell
        if len(words) > MOST_WORDS:
            words.clear()
        known = self._attributes.get(case)
        if known == attributes:
            return data, known
        self._attributes[case] = attributes
        return data, attributes


class _Names(dict[str, str | None]):
    """What each column is called among the attributes of a case; None where it is none of them."""

    def __init__(self, prefix: str | None) -> None:
        super().__init__()
        self._prefix = prefix

    def __missing__(self, column: str) -> str | None:
        prefix = self._prefix
        found = column[len(prefix) :] if prefix and column.startswith(prefix) else None
        self[column] = found
        return found
