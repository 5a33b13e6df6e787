"""Event types: what an event of a vocabulary says, and what it does to its case."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from mingjing.rules.events import Fact

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


def attributes_of(facts: Iterable[Fact], types: Mapping[str, EventType]) -> dict[str, Any]:
    """Return the attributes of a case by facts in legal order: what sources repeat of it, and declared fields."""
    found: dict[str, Any] = {}
    for fact in facts:
        found |= {name: value for name, value in fact.case_data.items() if value not in (None, "")}
        declared = types.get(fact.type)
        if declared is not None and declared.case:
            found |= {name: fact.data[name] for name in declared.case if fact.data.get(name) not in (None, "")}
    return found
