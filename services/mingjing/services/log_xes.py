"""Rows of XES (IEEE 1849): every event with its own attributes and those of its trace.

Values stay text, as the file writes them: an instant keeps its offset, an id its
form. A list becomes the list of its values; an attribute inside another attribute
is found under both keys joined by a dot.
"""

from collections.abc import Iterator
from typing import IO, Any
from xml.etree.ElementTree import Element  # only the type; defusedxml reads the text

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, iterparse

CASE = "case:"
"""What the keys of a trace's attributes begin with in its events' rows."""


def xes_rows(raw: IO[bytes]) -> Iterator[dict[str, Any]]:
    """Yield each event in the order of the file; ValueError for what is not XES."""
    trace: dict[str, Any] = {}
    inside: list[str] = []
    events: list[dict[str, Any]] = []
    try:
        for moment, element in iterparse(raw, ("start", "end")):
            tag = element.tag.rpartition("}")[2]
            if moment == "start":
                inside.append(tag)
                continue
            inside.pop()
            if tag == "event":
                if "trace" not in inside:
                    raise ValueError("not a log of cases: an event lies outside every trace")
                events.append(_attributes(element, ""))
                element.clear()
            elif inside[-1:] == ["trace"]:
                trace |= _attribute(element, CASE)
            elif tag == "trace":
                yield from ({**trace, **event} for event in events)
                trace, events = {}, []
                element.clear()
    except (ParseError, DefusedXmlException) as exc:
        raise ValueError(f"not XES: {exc}") from exc


def _attributes(element: Element, prefix: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for each in element:
        found |= _attribute(each, prefix)
    return found


def _attribute(element: Element, prefix: str) -> dict[str, Any]:
    """Return an attribute by its key, with those inside it; nothing for an element that is none."""
    key = element.get("key")
    if key is None:
        return {}
    if element.tag.rpartition("}")[2] == "list":
        held = [each for each in element if each.tag.rpartition("}")[2] == "values"] or [element]
        return {prefix + key: [each.get("value") for many in held for each in many if each.get("value") is not None]}
    inner = _attributes(element, f"{prefix}{key}.")
    value = element.get("value")
    return inner if value is None else {prefix + key: value, **inner}
