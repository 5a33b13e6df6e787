"""What of an event, a dead letter or a step on a card is not for everybody.

It is what a vocabulary marks `personal` or `confided`. Personal fields are shown to nobody
unasked, not to who wrote them either. Confided ones say who came forward with a
complaint; whoever supervises reads them, those who are complained of do not
(信访工作条例 第三十条: 不得将检举、控告材料透露给被检举、控告的人员或者单位).
"""

from base64 import b64decode, b64encode
from collections.abc import Callable, Collection, Mapping
from typing import Any, Final, NamedTuple, Self

import msgspec
import orjson

from mingjing.rules.events import Event
from mingjing.rules.rulebook import Rulebook
from mingjing.rules.workflow_steps import BY_VERB
from mingjing.services.auth.caller import Caller
from mingjing.services.confided import WITHHELD

MASK = "*"
ATTRIBUTES: Final = frozenset(Event.__struct_fields__) - {"data"}
"""What an event says of itself beside its data."""


class _Step(msgspec.Struct):
    """What must be known of a line of a card's life to tell whether it names a person."""

    verb: str
    fields: dict[str, str]


class _Stage(msgspec.Struct):
    """The lines of a record of `card-stages`."""

    entries: list[_Step]


_stage_in = msgspec.json.Decoder(_Stage).decode


class Marks(NamedTuple):
    """Which fields of which types of event are about a person, which were confided, and which there are."""

    personal: Mapping[str, Collection[str]] = {}
    confided: Mapping[str, Collection[str]] = {}
    declared: Mapping[str, Collection[str]] = {}

    @classmethod
    def of(cls, rulebook: Rulebook) -> Self:
        """Return what the vocabularies of the rules declare and mark; what was marked once stays marked."""
        return cls(_marked(rulebook, "personal"), _marked(rulebook, "confided"), _marked(rulebook))


class Personal:
    """Hides what the marks that hold now say is about a person; a step on a card is an event as well."""

    def __init__(self, marks: Callable[[], Marks]) -> None:
        self._marks = marks

    def law(self) -> object:
        """Return what is hidden by now; it equals what was returned before as long as the same is hidden."""
        return self._marks()

    def masked(self, event: dict[str, Any], reader: Caller) -> dict[str, Any]:
        """Return the event with what is not for the reader hidden; of a personal text the first character stays."""
        hidden = self._masks(event, reader)
        return {**event, "data": {**event["data"], **hidden}} if hidden else event

    def shown(self, event: dict[str, Any]) -> dict[str, Any]:
        """Return what is personal in the event's data, as it is."""
        return _of(event, self._marks().personal)

    def letter(self, letter: dict[str, Any], reader: Caller) -> dict[str, Any]:
        """Return a dead letter as it is told: its original whole to a clerk of the agency it is of, masked to others.

        Masked, plain attributes of an event stay, and of its data what a vocabulary declares and does not mark.
        Whatever else stands there could name a person, and is withheld; of what is no JSON nothing is told.
        """
        if reader.role == "clerk" and reader.agency == letter["agency"]:
            return letter
        told = self._original(b64decode(letter["original"]), reader)
        return {**letter, "original": b64encode(told).decode()}

    def _original(self, said: bytes, reader: Caller) -> bytes:
        try:
            event = orjson.loads(said)
        except orjson.JSONDecodeError:
            return b""
        if not isinstance(event, dict):
            return b""
        told = {name: value if name in ATTRIBUTES and _plain(value) else WITHHELD for name, value in event.items()}
        data, kind = event.get("data"), event.get("type")
        if isinstance(data, dict) and isinstance(kind, str):
            declared = self._marks().declared.get(kind, frozenset())
            known = {name: value if name in declared and _plain(value) else WITHHELD for name, value in data.items()}
            told["data"] = known | self._masks({"type": kind, "data": data}, reader)
        return orjson.dumps(told)

    def lived(self, life: Mapping[str, Any]) -> dict[str, Any]:
        """Return a record of `card-stages`, or what a card carries of it, with what is personal in steps hidden."""
        return {**life, "entries": [self._masked_step(entry) for entry in life["entries"]]}

    def packed(self, stage: bytes) -> bytes:
        """Return the JSON of a record of `card-stages` as `lived` has it; msgspec.DecodeError when it is none."""
        if not any(self._said(step.verb, step.fields) for step in _stage_in(stage).entries):
            return stage
        return orjson.dumps(self.lived(orjson.loads(stage)))

    def said(self, entry: Mapping[str, Any]) -> dict[str, Any]:
        """Return what is personal in a line of a card's life, as it is."""
        return self._said(entry["verb"], entry["fields"])

    def _masks(self, event: dict[str, Any], reader: Caller) -> dict[str, Any]:
        """Return what stands in place of what of an event's data is not for the reader."""
        masks = {name: _hidden(value) for name, value in _of(event, self._marks().personal).items()}
        if not reader.may("enterprise.read"):
            masks |= dict.fromkeys(_of(event, self._marks().confided), WITHHELD)
        return masks

    def _masked_step(self, entry: dict[str, Any]) -> dict[str, Any]:
        hidden = {name: _hidden(value) for name, value in self.said(entry).items()}
        return {**entry, "fields": {**entry["fields"], **hidden}} if hidden else entry

    def _said(self, verb: str, fields: dict[str, Any]) -> dict[str, Any]:
        step = BY_VERB.get(verb)  # none for a round that the engine opened
        return _of({"type": step.event, "data": fields}, self._marks().personal) if step is not None else {}


def _marked(rulebook: Rulebook, mark: str | None = None) -> dict[str, set[str]]:
    """Return which fields of which types carry a mark in any vocabulary; without a mark, which there are."""
    marked: dict[str, set[str]] = {}
    for pack in rulebook.packs:
        for name, declared in pack.vocabulary.types.items():
            fields = declared.fields.items()
            marked.setdefault(name, set()).update(field for field, each in fields if mark is None or each.get(mark))
    return marked


def _of(event: dict[str, Any], marked: Mapping[str, Collection[str]]) -> dict[str, Any]:
    """Return the marked fields that the event's data has, with their values."""
    data = event.get("data") or {}
    fields = marked.get(event["type"], frozenset())
    return {name: value for name, value in data.items() if name in fields and value not in (None, "")}


def _plain(value: Any) -> bool:
    """Whether a value holds no others by name."""
    return not any(isinstance(each, dict | list) for each in (value if isinstance(value, list) else [value]))


def _hidden(value: Any) -> Any:
    """Return a text as its first character and two marks, however long it was; anything else as marks."""
    if isinstance(value, str):
        return value[:1] + MASK * 2
    if isinstance(value, list):
        return [_hidden(each) for each in value]
    return WITHHELD
