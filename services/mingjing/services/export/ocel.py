"""Cases as OCEL 2.0 (JSON): facts and cards, each related to its case, item, agency and officer.

Where XES sees a case at a time, this shows what an officer or an agency does across
cases. A card is an event too: it was drawn, at `level`, for what happened at the
instant of the violation, and nothing people do later makes that undone. What they
made of it stands at the card itself: `shown` is the level it shows now ('' = none),
`stage` how it stands; a count of cards in force asks for `shown`. Values are texts,
as the schema of the standard has them; the type declared for an attribute says how
they are read.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import orjson

from mingjing.rules.events import Fact
from mingjing.rules.zone import Zone
from mingjing.services.export.archive import SettledCase, attributes

_OBJECTS = {
    "case": {"region": "string", "cards": "integer"},
    "item": {},
    "agency": {},
    "officer": {},
    "card": {"rule": "string", "level": "string", "shown": "string", "stage": "string", "title": "string"},
}
_BEGIN = "1970-01-01T00:00:00Z"
"""From when an attribute that never changes holds."""

_JSON_TYPES: dict[type, str] = {bool: "boolean", int: "integer", float: "float", str: "string"}


def write_ocel(cases: Iterable[SettledCase], path: Path, zone: Zone) -> tuple[int, int]:
    """Write the cases to `path`; return how many objects and events.

    OCEL 2.0 lists objects and events apart, so all of them are in memory once.
    """
    log = _Log(zone)
    for case in cases:
        log.add(case)
    path.write_bytes(orjson.dumps(log.document()))
    return len(log.objects), len(log.events)


class _Log:
    """A log as it grows."""

    def __init__(self, zone: Zone) -> None:
        self._zone = zone
        self.objects: dict[str, dict[str, Any]] = {}
        self.events: list[dict[str, Any]] = []
        self._attributes: dict[str, dict[str, str]] = {}

    def add(self, case: SettledCase) -> None:
        """Add a case with its facts and cards."""
        about = self._object("case", case.key, {"region": case.region, "cards": str(len(case.shown_cards))})
        shared = [(about, "case")]
        shared += [(self._object("item", case.item), "item")] if case.item else []
        for place, fact in enumerate(case.facts):
            self._fact(case.key, place, fact, shared)
        for card in case.cards:
            self._card(card, shared)

    def document(self) -> dict[str, Any]:
        """Return the log."""
        return {
            "objectTypes": [
                {"name": name, "attributes": [{"name": key, "type": kind} for key, kind in attributes.items()]}
                for name, attributes in _OBJECTS.items()
            ],
            "eventTypes": [
                {"name": name, "attributes": [{"name": key, "type": kind} for key, kind in sorted(attributes.items())]}
                for name, attributes in sorted(self._attributes.items())
            ],
            "objects": list(self.objects.values()),
            "events": self.events,
        }

    def _fact(self, case_key: str, place: int, fact: Fact, shared: list[tuple[str, str]]) -> None:
        related = list(shared)
        related += [(self._object("agency", fact.agency), "agency")] if fact.agency else []
        related += [(self._object("officer", fact.officer), "officer")] if fact.officer else []
        self._event(f"{case_key}#{place}", fact.type, self._zone.text(fact.at), attributes(fact), related)

    def _card(self, card: dict[str, Any], shared: list[tuple[str, str]]) -> None:
        known = {name: str(card[name]) for name in _OBJECTS["card"]}
        drawn = self._object("card", card["card_id"], known)
        related = [*shared, (drawn, "card")]
        related += [(self._object("agency", card["agency"]), "agency")] if card.get("agency") else []
        related += [(self._object("officer", card["officer"]), "officer")] if card.get("officer") else []
        self._event(
            f"card {card['card_id']}", f"card.{card['level']}", card["violated_at"], {"rule": card["rule"]}, related
        )

    def _event(self, ident: str, name: str, at: str, said: Mapping[str, Any], related: list[tuple[str, str]]) -> None:
        kinds = self._attributes.setdefault(name, {})
        for key, value in said.items():
            kind = _JSON_TYPES[type(value)]
            # A source may call one field by one name and mean two types; text holds both.
            kinds[key] = kind if kinds.get(key, kind) == kind else "string"
        self.events.append(
            {
                "id": ident,
                "type": name,
                "time": at,
                "attributes": [{"name": key, "value": _text(value)} for key, value in sorted(said.items())],
                "relationships": [{"objectId": each, "qualifier": role} for each, role in related],
            }
        )

    def _object(self, kind: str, name: str, attributes: dict[str, str] | None = None) -> str:
        ident = f"{kind}:{name}"
        if ident not in self.objects:
            told = [{"name": key, "value": value, "time": _BEGIN} for key, value in (attributes or {}).items()]
            self.objects[ident] = {"id": ident, "type": kind, "attributes": told, "relationships": []}
        return ident


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
