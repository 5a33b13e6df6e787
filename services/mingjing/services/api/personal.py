"""Personal fields of events: those a vocabulary marks `personal: true`, shown to nobody unasked."""

from collections.abc import Iterable, Mapping
from typing import Any, Self

from mingjing.rules.rulebook import Rulebook

MASK = "*"


class Personal:
    """Which fields of which types of event are about a person."""

    def __init__(self, fields: Mapping[str, Iterable[str]]) -> None:
        self._fields = {name: frozenset(each) for name, each in fields.items()}

    @classmethod
    def of(cls, rulebook: Rulebook) -> Self:
        """Return what the vocabularies of the rules in force mark."""
        marked: dict[str, set[str]] = {}
        for pack in rulebook.packs:
            for name, declared in pack.vocabulary.types.items():
                fields = {field for field, each in declared.fields.items() if each.get("personal")}
                marked.setdefault(name, set()).update(fields)
        return cls(marked)

    def masked(self, event: dict[str, Any]) -> dict[str, Any]:
        """Return the event with what is personal in its data hidden; the first character of a text stays."""
        held = self._held(event)
        if not held:
            return event
        return {**event, "data": {**event["data"], **{name: _hidden(value) for name, value in held.items()}}}

    def shown(self, event: dict[str, Any]) -> dict[str, Any]:
        """Return what is personal in the event's data, as it is."""
        return self._held(event)

    def _held(self, event: dict[str, Any]) -> dict[str, Any]:
        data = event.get("data") or {}
        marked = self._fields.get(event["type"], frozenset())
        return {name: value for name, value in data.items() if name in marked and value not in (None, "")}


def _hidden(value: Any) -> Any:
    """Return a text as its first character and two marks, however long it was; anything else as marks."""
    if isinstance(value, str):
        return value[:1] + MASK * 2
    if isinstance(value, list):
        return [_hidden(each) for each in value]
    return MASK * 3
