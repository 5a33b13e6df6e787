"""Who reads what of a YAML text, and how: the grammar as the readers themselves state it.

Every reader asks its page for a mapping with these keys, for one of these words,
for a number. Watching them read gives the grammar without writing it twice.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NamedTuple

import yaml


class Reading(NamedTuple):
    """One question of a reader: of the text under `root`, `node` is wanted as `how`, with which keys or words."""

    root: yaml.Node
    node: yaml.Node
    how: str
    known: tuple[str, ...]
    needed: tuple[str, ...]


_readings: ContextVar[list[Reading] | None] = ContextVar("readings", default=None)


@contextmanager
def witnessed() -> Iterator[list[Reading]]:
    """Collect every reading while the context is open."""
    found: list[Reading] = []
    token = _readings.set(found)
    try:
        yield found
    finally:
        _readings.reset(token)


def note(
    root: yaml.Node | None, node: yaml.Node | None, how: str, known: Collection[str] = (), needed: Collection[str] = ()
) -> None:
    """Tell whoever watches that `node` is read as `how`."""
    found = _readings.get()
    if found is not None and root is not None and node is not None:
        found.append(Reading(root, node, how, tuple(known), tuple(needed)))
