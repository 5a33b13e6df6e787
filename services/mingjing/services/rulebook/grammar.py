"""The grammar of a kind of file as its reader states it, gathered by watching it read."""

from collections.abc import Iterable, Iterator

import msgspec
import yaml

from mingjing.rules.witness import Reading

BY_KIND = {".rules[]": "rule", ".channels[]": "channel"}
"""Mappings whose keys go by their `kind`: each kind is a shared part of its own, `#rule:<kind>`."""

SHARED = ("selector", "rung")
"""Parts that stand in many places and are read by one reader; each gets one definition."""

FORMS = {yaml.ScalarNode: "scalar", yaml.MappingNode: "mapping", yaml.SequenceNode: "list"}


class Place(msgspec.Struct):
    """What was asked of the nodes at one place: by form of the node, how it was read, with which keys or words.

    `keys` maps each set of keys that a mapping may have there to those of them that it must have.
    """

    hows: dict[str, set[str]] = msgspec.field(default_factory=dict)
    keys: dict[tuple[str, ...], set[str]] = msgspec.field(default_factory=dict)
    words: dict[str, None] = msgspec.field(default_factory=dict)
    shared: set[str] = msgspec.field(default_factory=set)

    def take(self, form: str, reading: Reading) -> None:
        """Note one reading of a node of this form."""
        self.hows.setdefault(form, set()).add(reading.how)
        if reading.how == "mapping" and reading.known:
            self.keys.setdefault(reading.known, set(reading.needed)).intersection_update(reading.needed)
        self.words |= dict.fromkeys(reading.known if reading.how == "word" else ())

    def read(self, how: str) -> bool:
        """Whether a node of any form was read so."""
        return any(how in hows for hows in self.hows.values())


def places(readings: Iterable[Reading]) -> dict[str, Place]:
    """Return every place of the files that were read.

    A place is written `.a.b`, with `[]` for elements, `*` for free names and `#…` for shared parts.
    What goes by its kind is a shared part for each, see `BY_KIND`.
    """
    roots: dict[int, yaml.Node] = {}
    by_node: dict[int, list[Reading]] = {}
    for each in readings:
        roots[id(each.root)] = each.root
        by_node.setdefault(id(each.node), []).append(each)
    found: dict[str, Place] = {}
    for root in roots.values():
        for path, node in _walk(root, "", by_node, found):
            place = found.setdefault(path, Place())
            for each in by_node.get(id(node), ()):
                if each.how not in SHARED:
                    place.take(FORMS[type(node)], each)
    return found


def _walk(
    node: yaml.Node, path: str, by_node: dict[int, list[Reading]], found: dict[str, Place]
) -> Iterator[tuple[str, yaml.Node]]:
    readings = by_node.get(id(node), [])
    own = _shared(node, path, readings)
    if own is not None and own != path:
        found.setdefault(path, Place()).shared.add(own)
        path = own
    yield path, node
    if isinstance(node, yaml.SequenceNode):
        for each in node.value:
            yield from _walk(each, f"{path}[]", by_node, found)
    elif isinstance(node, yaml.MappingNode):
        asked = [each for each in readings if each.how == "mapping"]
        free = bool(asked) and not any(each.known for each in asked)
        for key, value in node.value if asked else ():
            yield from _walk(value, f"{path}.*" if free else f"{path}.{key.value}", by_node, found)


def _shared(node: yaml.Node, path: str, readings: list[Reading]) -> str | None:
    if path in BY_KIND and isinstance(node, yaml.MappingNode):
        kind = next((value.value for key, value in node.value if key.value == "kind"), "")
        return f"#{BY_KIND[path]}:{kind}"
    return next((f"#{each.how}" for each in readings if each.how in SHARED), None)
