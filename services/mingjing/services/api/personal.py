"""What of an event is not for everybody: fields a vocabulary marks `personal` or `confided`.

Personal ones are shown to nobody unasked. Confided ones say who came forward with a
complaint; whoever supervises reads them, those who are complained of do not
(信访工作条例 第三十条: 不得将检举、控告材料透露给被检举、控告的人员或者单位).
"""

from collections.abc import Iterable, Mapping
from typing import Any, Self

from mingjing.rules.rulebook import Rulebook
from mingjing.services.auth.caller import Caller
from mingjing.services.confided import WITHHELD

MASK = "*"


class Personal:
    """Which fields of which types of event are about a person."""

    def __init__(self, fields: Mapping[str, Iterable[str]], confided: Mapping[str, Iterable[str]]) -> None:
        self._fields = {name: frozenset(each) for name, each in fields.items()}
        self._confided = {name: frozenset(each) for name, each in confided.items()}

    @classmethod
    def of(cls, rulebook: Rulebook) -> Self:
        """Return what the vocabularies of the rules in force mark."""
        return cls(_marked(rulebook, "personal"), _marked(rulebook, "confided"))

    def masked(self, event: dict[str, Any], reader: Caller) -> dict[str, Any]:
        """Return the event with what is not for the reader hidden; of a personal text the first character stays."""
        hidden = {name: _hidden(value) for name, value in _of(event, self._fields).items()}
        if not reader.may("enterprise.read"):
            hidden |= dict.fromkeys(_of(event, self._confided), WITHHELD)
        return {**event, "data": {**event["data"], **hidden}} if hidden else event

    def shown(self, event: dict[str, Any]) -> dict[str, Any]:
        """Return what is personal in the event's data, as it is."""
        return _of(event, self._fields)


def _marked(rulebook: Rulebook, mark: str) -> dict[str, set[str]]:
    """Return which fields of which types carry a mark in any vocabulary."""
    marked: dict[str, set[str]] = {}
    for pack in rulebook.packs:
        for name, declared in pack.vocabulary.types.items():
            marked.setdefault(name, set()).update(field for field, each in declared.fields.items() if each.get(mark))
    return marked


def _of(event: dict[str, Any], marked: Mapping[str, frozenset[str]]) -> dict[str, Any]:
    """Return the marked fields that the event's data has, with their values."""
    data = event.get("data") or {}
    fields = marked.get(event["type"], frozenset())
    return {name: value for name, value in data.items() if name in fields and value not in (None, "")}


def _hidden(value: Any) -> Any:
    """Return a text as its first character and two marks, however long it was; anything else as marks."""
    if isinstance(value, str):
        return value[:1] + MASK * 2
    if isinstance(value, list):
        return [_hidden(each) for each in value]
    return WITHHELD
