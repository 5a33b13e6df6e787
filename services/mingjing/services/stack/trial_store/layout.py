"""How far a column reaches in Native format, found without decoding its values.

The protocol frames nothing: to find where a block ends, one must know how every
type of column is laid out.
"""

import re
from collections.abc import Iterator

from mingjing.services.stack.trial_store.wire import Reader

_WIDTHS = {
    "Nothing": 1,
    "Bool": 1,
    "UInt8": 1,
    "Int8": 1,
    "Enum8": 1,
    "UInt16": 2,
    "Int16": 2,
    "Enum16": 2,
    "Date": 2,
    "BFloat16": 2,
    "UInt32": 4,
    "Int32": 4,
    "Float32": 4,
    "Date32": 4,
    "DateTime": 4,
    "Time": 4,
    "IPv4": 4,
    "Decimal32": 4,
    "UInt64": 8,
    "Int64": 8,
    "Float64": 8,
    "DateTime64": 8,
    "Time64": 8,
    "Decimal64": 8,
    "UInt128": 16,
    "Int128": 16,
    "UUID": 16,
    "IPv6": 16,
    "Decimal128": 16,
    "UInt256": 32,
    "Int256": 32,
    "Decimal256": 32,
}

_DECIMAL_WIDTHS = ((9, 4), (18, 8), (38, 16), (76, 32))

_TYPE = re.compile(r"\s*(\w+)\s*(?:\((.*)\))?\s*", re.DOTALL)
_FIELD_NAME = re.compile(r"\s*(?:`(?:[^`\\]|\\.)*`|\w+)\s+(?=[A-Z])", re.DOTALL)

_KEY_WIDTHS = (1, 2, 4, 8)


class Unmeasured(Exception):  # a fact about a type, not a mistake
    """A type whose layout is not known here; the text is the type."""


def skip_column(reader: Reader, kind: str, rows: int) -> None:
    """Pass over a column of `rows` values of the type `kind`; Unmeasured when its layout is not known."""
    if rows:
        _skip_prefixes(reader, kind)
        _skip_values(reader, kind, rows)


def arguments(inside: str) -> Iterator[str]:
    """Yield what commas part at the outer level of a type's brackets; quoted text is left alone."""
    depth, start, quote, at = 0, 0, "", 0
    while at < len(inside):
        sign = inside[at]
        if quote:
            if sign == "\\":
                at += 1
            elif sign == quote:
                quote = ""
        elif sign in "'`":
            quote = sign
        elif sign in "()":
            depth += 1 if sign == "(" else -1
        elif sign == "," and depth == 0:
            yield inside[start:at]
            start = at + 1
        at += 1
    yield inside[start:]


def _split(kind: str) -> tuple[str, str]:
    match = _TYPE.fullmatch(kind)
    if match is None:
        raise Unmeasured(kind)
    return match[1], match[2] or ""


def _members(kind: str, inside: str) -> list[str]:
    """Return the types a compound type is made of, in the order they are written."""
    match kind:
        case "Nullable" | "Array":
            return [inside]
        case "Tuple":
            return [_FIELD_NAME.sub("", field, count=1) for field in arguments(inside)]
        case "Nested":
            return [f"Tuple({inside})"]
        case "Map":
            return [f"Tuple({inside})"]
        case "SimpleAggregateFunction":
            return list(arguments(inside))[1:]
        case _:
            return []


def _skip_prefixes(reader: Reader, kind: str) -> None:
    """Pass over what a whole column says of itself before its first value."""
    name, inside = _split(kind)
    if name == "LowCardinality":
        reader.skip(8)  # version of the keys' serialisation
        return
    for member in _members(name, inside):
        _skip_prefixes(reader, member)


def _skip_values(reader: Reader, kind: str, rows: int) -> None:
    name, inside = _split(kind)
    if (width := _WIDTHS.get(name)) is not None:
        reader.skip(width * rows)
    elif name == "String":
        reader.skip_strings(rows)
    elif name == "Nullable":
        reader.skip(rows)
        _skip_values(reader, inside, rows)
    elif name == "LowCardinality":
        _skip_dictionary(reader, inside, rows)
    elif name in {"Array", "Map", "Nested"}:
        reader.skip(8 * (rows - 1))
        total = reader.u64()  # offsets add up: the last is the number of elements
        if total:
            _skip_values(reader, _members(name, inside)[0], total)
    elif name in {"Tuple", "SimpleAggregateFunction"}:
        for member in _members(name, inside):
            _skip_values(reader, member, rows)
    else:
        reader.skip(_sized(name, inside, kind) * rows)


def _sized(name: str, inside: str, kind: str) -> int:
    """Return the width of a type that says its width in its brackets or its name."""
    if name == "FixedString":
        return int(inside)
    if name == "Decimal":
        precision = int(inside.split(",", maxsplit=1)[0])
        return next(width for most, width in _DECIMAL_WIDTHS if precision <= most)
    if name.startswith("Interval"):
        return 8
    raise Unmeasured(kind)


def _skip_dictionary(reader: Reader, inside: str, rows: int) -> None:
    """Pass over distinct values and, for each row, the number of its value."""
    name, bare = _split(inside)
    width = _KEY_WIDTHS[reader.u64() & 0xFF]
    _skip_values(reader, bare if name == "Nullable" else inside, reader.u64())
    reader.skip(8)  # the rows again
    reader.skip(width * rows)
