"""The types of what expressions name."""

from collections.abc import Mapping

import msgspec


class Type(msgspec.Struct, frozen=True):
    """A kind of value; `of` the elements of a list, `fields` those of a record (None = any), `name` whose they are."""

    kind: str
    of: "Type | None" = None
    fields: Mapping[str, "Type"] | None = None
    name: str = ""


ANY = Type("any")
FLAG, NUMBER, TEXT, DATE = Type("flag"), Type("number"), Type("text"), Type("date")
INSTANT, DURATION = Type("instant"), Type("duration")
NULL = Type("null")
TEXTS = Type("list", TEXT)

DECLARED: Mapping[str, Type] = {
    "text": TEXT,
    "texts": TEXTS,
    "integer": NUMBER,
    "number": NUMBER,
    "flag": FLAG,
    "date": DATE,
    "instant": TEXT,
}
"""The type of a field by the word it is declared with; an instant arrives as text, so `timestamp(…)` reads it."""


def record(name: str, fields: Mapping[str, Type] | None) -> Type:
    """Return the type of what has members; `fields` None lets it have any."""
    return Type("record", None, fields, name)


def rows(of: Type) -> Type:
    """Return the type of a list of these."""
    return Type("list", of)
