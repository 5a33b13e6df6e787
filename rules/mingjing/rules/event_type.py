"""Event types: what an event of a vocabulary says, and what it does to its case."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from mingjing.rules.events import Fact
from mingjing.rules.yaml_page import Node, YamlPage, nearest

KEYS = ("title", "state", "resumes", "fields", "case", "basis", "description")
FIELD_KEYS = ("title", "type", "personal", "confided", "values")
FIELD_TYPES = ("text", "texts", "integer", "number", "flag", "date", "instant")
STATES = ("applied", "accepted", "suspended", "decided", "delivered", "abandoned", "not_accepted", "returned")


class EventType(msgspec.Struct, frozen=True):
    """One type of event: its Chinese title, the state it puts a case in, its fields.

    A field says its `title` and `type`, whether it is `personal` or `confided`, and what its codes stand for
    (`values`). `case` names the fields that become attributes of the whole case.
    """

    title: str
    state: str | None = None
    resumes: bool = False
    fields: dict[str, dict[str, Any]] = {}
    case: tuple[str, ...] = ()


def read_event_type(page: YamlPage, node: Node) -> EventType:
    """Return the event type that a vocabulary declares at `node`; faults go to the page.

    A key of a field that is not known is refused like any other: `personal` misspelt would publish a person.
    """
    found = page.mapping(node, KEYS, ("title",))
    entries = page.entries(found["fields"]) if "fields" in found else {}
    fields = {name: _field(page, each) for name, each in entries.items()}
    case = page.texts(found.get("case"))
    for name, each in zip(case, page.items(found.get("case")), strict=True):
        if name not in fields:
            page.fault(each, f"{name!r} is not one of its fields{nearest(name, fields)}")
    return EventType(
        page.text(found.get("title")),
        page.word(found.get("state"), STATES, "") or None,
        page.flag(found.get("resumes"), default=False),
        fields,
        tuple(case),
    )


def _field(page: YamlPage, node: Node) -> dict[str, Any]:
    found = page.mapping(node, FIELD_KEYS, ("title", "type"))
    field: dict[str, Any] = {
        "title": page.text(found.get("title")),
        "type": page.word(found.get("type"), FIELD_TYPES, ""),
    }
    field |= {key: page.flag(found[key], default=False) for key in ("personal", "confided") if key in found}
    if "values" in found:
        field["values"] = {code: page.text(each) for code, each in page.entries(found["values"]).items()}
    return field


def attributes_of(facts: Iterable[Fact], types: Mapping[str, EventType]) -> dict[str, Any]:
    """Return the attributes of a case by facts in legal order: what sources repeat of it, and declared fields."""
    found: dict[str, Any] = {}
    for fact in facts:
        found |= {name: value for name, value in fact.case_data.items() if value not in (None, "")}
        declared = types.get(fact.type)
        if declared is not None and declared.case:
            found |= {name: fact.data[name] for name in declared.case if fact.data.get(name) not in (None, "")}
    return found
