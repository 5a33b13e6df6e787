"""The names that expressions of a rule may read, with the types that vocabulary, catalogue and tables declare."""

import re
from collections.abc import Mapping

from mingjing.rules.event_type import EventType
from mingjing.rules.expression.envelope import ENVELOPE, OF_CONDITION
from mingjing.rules.expression.types import ANY, DATE, DECLARED, Type, record, rows
from mingjing.rules.item_text import ITEM_TYPES
from mingjing.rules.tables import VALIDITY, Table
from mingjing.rules.yaml_page import nearest

Types = frozenset[str] | None
"""Event types that a selector names; None is any."""

Declared = Mapping[str, EventType] | None
"""The event types of a vocabulary; None is an open one, in which anything may be named."""

_NAMED = re.compile(r"\b(data|case|item)\.(\w+)")


def astray(declared: Declared, path: str) -> str | None:
    """Return why a path such as `item.members[data.member].limit` leads nowhere, or None where it may lead somewhere.

    What it names must be a field of some event type, an attribute of cases, a key of the catalogue; in an open
    vocabulary anything may be named.
    """
    if declared is None:
        return None
    for room, name in _NAMED.findall(path):
        known = {"data": _data(declared, None), "case": _case(declared), "item": record("item", ITEM_TYPES)}[
            room
        ].fields
        if known is not None and name not in known:
            return f"{room} has no {name!r}{nearest(name, known)}"
    return None


def of_selector(declared: Declared, types: Types) -> dict[str, Type]:
    """Return the names of a selector's `where`: what the event says of itself."""
    return {"data": _data(declared, types), "case": _case(declared), "event": _event(declared, types, ENVELOPE)}


def of_condition(
    declared: Declared, types: Types, bound: Mapping[str, Types], tables: Mapping[str, Table]
) -> dict[str, Type]:
    """Return the names of a condition's `when`: the event, its case and item, the facts bound, the tables."""
    named = {
        name: rows(
            record(
                f"an element of {name}",
                {"data": _data(declared, each), "event": _event(declared, each, OF_CONDITION)},
            )
        )
        for name, each in bound.items()
    }
    return {
        **of_selector(declared, types),
        "event": _event(declared, types, OF_CONDITION),
        "item": record("item", None if declared is None else ITEM_TYPES),
        "table": record("table", {name: _rows(each) for name, each in tables.items()}),
        **named,
    }


def _data(declared: Declared, types: Types) -> Type:
    name = "data of " + " or ".join(sorted(types)) if types else "data"
    if declared is None:
        return record(name, None)
    fields: dict[str, Type] = {}
    for each in types if types is not None else declared:
        known = declared[each].fields if each in declared else {}
        for field, says in known.items():
            found = DECLARED.get(says.get("type", ""), ANY)
            fields[field] = found if fields.get(field, found) == found else ANY
    return record(name, fields)


def _event(declared: Declared, types: Types, envelope: Mapping[str, Type]) -> Type:
    data = _data(declared, types).fields
    return record("event", None if data is None else {**data, **envelope})


def _case(declared: Declared) -> Type:
    attributes = {
        name: DECLARED.get(each.fields.get(name, {}).get("type", ""), ANY)
        for each in (declared or {}).values()
        for name in each.case
    }
    return record("case", attributes or None)


def _rows(table: Table) -> Type:
    columns = {name: DECLARED[each.type] for name, each in table.columns.items()}
    return rows(record(f"a row of {table.name}", {**columns, **dict.fromkeys(VALIDITY, DATE)}))
