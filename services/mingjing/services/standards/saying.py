"""What a row says, as events; and what it takes back of what it said before.

What a row says of one thing (its *role*: that the case was accepted, that a step ended) has
one id, whatever else of the row changes. So nothing need be known of what it said before: its
last word on a role, by `recordedtime`, stands, be it another time, another type of event or that
there is nothing to say, in whichever order they arrive.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Literal

import msgspec

from mingjing.rules.events import VOIDED
from mingjing.services.standards.codes import region_of
from mingjing.services.standards.standard import Column, Emission, ExchangeObject, Standard

Read = Mapping[str, Any]
Operation = Literal["I", "U", "D"]

_AFTER: dict[Operation, timedelta] = {
    "I": timedelta(),
    "U": timedelta(milliseconds=1),
    "D": timedelta(milliseconds=2),
}
"""Of what is recorded in one second, a change comes after what is new, and a deletion after a change."""


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a row beside its cells, by the way it came.

    `operation` is what was done to it, `recorded` when. `row` is the column whose value a row
    keeps whatever else of it changes; empty where there is none, and its key tells it apart.
    """

    operation: Operation | None = None
    recorded: datetime | None = None
    row: str = ""


NOTHING_SAID = Said()


def operation_of(form: ExchangeObject, read: Read, said: Said) -> Operation:
    """Return what was done to the row; a row that does not tell is taken for a new one."""
    if said.operation == "D" or (form.void and holds(form.void, read)):
        return "D"
    return said.operation or ("U" if form.changed and holds(form.changed, read) else "I")


def recorded_of(form: ExchangeObject, read: Read, said: Said) -> datetime | None:
    """Return when the row came to say this, None where nothing tells; the later of the two for one that was changed.

    A row that was changed may still bear the time of what it said before.
    """
    operation = operation_of(form, read, said)
    written = read[form.recorded][0] if form.recorded and form.recorded in read else None
    if written is None or (said.recorded is not None and operation != "I" and said.recorded > written):
        written = said.recorded
    return written + _AFTER[operation] if written is not None else None


def events_of(
    standard: Standard, form: ExchangeObject, read: Read, source: str, said: Said = NOTHING_SAID
) -> list[dict[str, Any]]:
    """Return the events of a row that was read, CloudEvents as JSON-like dicts in the legal order of their instants.

    A changed row takes back every role on which it has nothing to say, a deleted one all of them; of these
    `recorded_of` must be known.
    """
    operation, recorded = operation_of(form, read, said), recorded_of(form, read, said)
    roles: dict[str, list[tuple[int, Emission]]] = {}
    for place, emission in enumerate(form.events):
        roles.setdefault(emission.role, []).append((place, emission))
    events = []
    for role, emissions in roles.items():
        speaks = [] if operation == "D" else [each for each in emissions if _speaks(each[1], read)]
        if not speaks and operation == "I":
            continue
        place, emission = speaks[0] if speaks else emissions[0]
        event: dict[str, Any] = {
            "specversion": "1.0",
            "id": f"{form.name}/{_name(form, read, said)}/{role}",
            "source": source,
            "type": emission.type,
            "subject": str(read[form.subject]),
            "time": read[emission.time][0].isoformat() if speaks else _known(recorded).isoformat(),
            "sequence": list(standard.objects).index(form.name) * 100 + place,
        }
        if recorded is not None:
            event["recordedtime"] = recorded.isoformat()
        events.append({**event, **_contents(form, emission, read)} if speaks else _taken_back(event))
    return sorted(events, key=_order)


def no_longer_said(
    before: list[dict[str, Any]], now: list[dict[str, Any]], recorded: datetime
) -> Iterator[dict[str, Any]]:
    """Yield what takes back those events of a row `before` it was changed of which it says nothing `now`."""
    spoken_of = {(each["subject"], each["id"]) for each in now}
    for each in before:
        if each["type"] != VOIDED and (each["subject"], each["id"]) not in spoken_of:
            envelope = {name: each[name] for name in ("specversion", "id", "source", "subject", "sequence")}
            moment = recorded.isoformat()
            yield _taken_back({**envelope, "time": moment, "recordedtime": moment})


def holds(conditions: Mapping[str, tuple[str, ...]], read: Read) -> bool:
    """Whether every column has one of its values; an empty one has ''."""
    return all(str(read.get(column, "")) in values for column, values in conditions.items())


def _speaks(emission: Emission, read: Read) -> bool:
    return emission.time in read and holds(emission.when, read)


def _taken_back(event: dict[str, Any]) -> dict[str, Any]:
    return {**event, "type": VOIDED, "corrects": event["id"]}


def _known(recorded: datetime | None) -> datetime:
    assert recorded is not None, "a row that takes back says since when"  # noqa: S101
    return recorded


def _order(event: dict[str, Any]) -> tuple[datetime, int]:
    return (datetime.fromisoformat(event["time"]), event["sequence"])


def _name(form: ExchangeObject, read: Read, said: Said) -> str:
    """Return what tells the row from every other of its object."""
    if said.row in read:
        return str(read[said.row])
    return "/".join(str(_told(form.columns[each], read[each])) for each in (form.subject, *form.key) if each in read)


def _contents(form: ExchangeObject, emission: Emission, read: Read) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, column in form.columns.items():
        if column.becomes and column.becomes != "agency" and name in read:
            found[column.becomes] = region_of(str(read[name])) if column.becomes == "region" else str(read[name])
    data = {
        field: _told(form.columns[column], read[column]) for field, column in emission.data.items() if column in read
    }
    return {**found, "data": data} if data else found


def _told(column: Column, value: Any) -> Any:
    if column.type == "time":
        moment, date_only = value
        return moment.date().isoformat() if date_only else moment.isoformat()
    return column.codes.get(str(value), value) if column.codes else value
