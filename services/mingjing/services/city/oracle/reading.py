"""What a finished log says happened: sound events only, each once, corrections applied."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

import orjson

from mingjing.services.city.message import case_key

NEEDED = ("id", "source", "type", "subject", "time")
VOIDED = "event.voided"


class Happening(NamedTuple):
    """One event, and when it first arrived; `data` is empty rather than absent."""

    at: datetime
    sequence: int
    source: str
    id: str
    type: str
    event: dict[str, Any]
    arrived: datetime

    @property
    def data(self) -> dict[str, Any]:
        """The event's own fields."""
        found: dict[str, Any] = self.event.get("data") or {}
        return found

    def says(self, name: str) -> str | None:
        """Return an attribute or field as text, None when it is absent or empty."""
        value = self.event.get(name, self.data.get(name))
        return None if value in (None, "") else str(value)


class Reading(NamedTuple):
    """Every case of a log in legal order, and how many messages were refused by code.

    `sent` has what was sent of each case before anything of it was corrected or taken back.
    """

    cases: dict[str, list[Happening]]
    refused: Counter[str]
    sent: dict[str, list[Happening]]


class Gate:
    """Who may send what: sources and agency of each topic, and the types there are."""

    def __init__(self, sources: Mapping[str, Collection[str]], types: Collection[str]) -> None:
        self._sources = sources
        self._types = types

    def fault(self, agency: str, event: Any) -> str | None:
        """Return why an event sent by `agency` cannot be used, or None if it can."""
        if not isinstance(event, dict) or event.get("specversion", "1.0") != "1.0":
            return "not_cloudevent"
        if any(not event.get(name) for name in NEEDED):
            return "missing_attribute"
        return _time_fault(event["time"]) or self._authority_fault(agency, event)

    def _authority_fault(self, agency: str, event: dict[str, Any]) -> str | None:
        if event.get("agency", agency) != agency:
            return "foreign_agency"
        if event["source"] not in self._sources[agency]:
            return "foreign_source"
        return None if event["type"] in self._types else "unknown_type"


def read(messages: Iterable[tuple[str, bytes, datetime]], gate: Gate) -> Reading:
    """Return what the messages, as (agency, body, arrival) in any order, amount to."""
    refused: Counter[str] = Counter()
    sent: defaultdict[str, list[Happening]] = defaultdict(list)
    for agency, body, arrived in messages:
        try:
            event = orjson.loads(body)
        except orjson.JSONDecodeError:
            refused["bad_json"] += 1
            continue
        fault = gate.fault(agency, event)
        if fault:
            refused[fault] += 1
            continue
        sent[case_key(agency, event["subject"])].append(_happening(event, arrived))
    return Reading({case_key: _settled(each) for case_key, each in sent.items()}, refused, sent)


def _time_fault(text: str) -> str | None:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return "bad_time"
    return "naive_time" if at.tzinfo is None else None


def _happening(event: dict[str, Any], arrived: datetime) -> Happening:
    at, sequence = datetime.fromisoformat(event["time"]), event.get("sequence", 0)
    return Happening(at, sequence, event["source"], event["id"], event["type"], event, arrived)


def _settled(sent: list[Happening]) -> list[Happening]:
    """Return what of one case stands, in legal order; what came twice came when it came first."""
    once = {(each.source, each.id): each for each in sorted(sent, key=_arrival, reverse=True)}
    corrected = {(each.source, each.event["corrects"]) for each in once.values() if each.event.get("corrects")}
    return sorted(each for key, each in once.items() if key not in corrected and each.type != VOIDED)


def _arrival(happening: Happening) -> datetime:
    return happening.arrived
