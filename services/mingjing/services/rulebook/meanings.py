"""What each key of each kind of file means: what is written there, what holds where it is left out, in Chinese.

The readers state the grammar; what a key is for no reader can say. That stands in
`meanings/<kind>.yaml`, by place (as `grammar` writes places, without the `[]` of lists)
and key. What it says goes into the JSON Schema, where editors show it, and onto the page of keys.
"""

from functools import cache
from pathlib import Path
from typing import NamedTuple

import msgspec
import yaml

FOLDER = Path(__file__).parent / "meanings"
TOP = "."
"""The place of the keys a file begins with."""

RULE, CHANNEL = "#rule", "#channel"
"""The places of the keys that every rule, or every channel, has; those of a kind alone stand at `#rule:<kind>`."""


class Meaning(NamedTuple):
    """What is written under a key (empty where the reader's words say it), what its absence means, what it is for.

    A key that must be there has no absence to explain.
    """

    form: str
    absent: str
    says: str


@cache
def meanings(name: str) -> dict[str, dict[str, Meaning]]:
    """Return what the keys of a kind of file mean, by place and key."""
    text = (FOLDER / f"{name}.yaml").read_text("utf-8")
    return msgspec.convert(yaml.safe_load(text), dict[str, dict[str, Meaning]])


def explained_at(name: str, place: str, key: str) -> str:
    """Return under which place the meaning of a key stands: its own, or that of every kind."""
    own = place.replace("[]", "") or TOP
    every, colon, kind = own.partition(":")
    if colon and key not in meanings(name).get(own, {}):
        _, dot, within = kind.partition(".")
        return f"{every}{dot}{within}"
    return own


def meaning(name: str, place: str, key: str) -> Meaning | None:
    """Return what a key means at a place; None where nobody has said it."""
    return meanings(name).get(explained_at(name, place, key), {}).get(key)
