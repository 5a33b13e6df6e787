"""An item as the catalogue writes it: its steps, members and special procedures, each in one form.

`steps` becomes a mapping from name to {after, limit, mandatory, people, post};
plain names are a chain, each after the one before. `members` becomes a mapping
from agency to {limit}, `suspensions` from kind to its longest term, None where
the catalogue sets none. So `item.steps[event.step].limit` leads somewhere.
"""

from collections.abc import Mapping
from typing import Any

import yaml

from mingjing.rules.expression.types import ANY, FLAG, TEXT, TEXTS, Type
from mingjing.rules.meter import approximate_days
from mingjing.rules.term import Term, parse_term
from mingjing.rules.yaml_page import Node, YamlPage, nearest

LIMITS = ("promised", "statutory", "supplement", "extension")
"""Terms of an item: what it promises, what the law allows, for telling what is missing, for one extension."""

WORDS = {
    "tacit": ("statutory", "pilot"),
    "status": ("active", "cancelled"),
    "starts": ("accepted", "applied"),
    "stage": ("land", "works", "construction", "completion"),
}
"""Keys that take one of a few words: what silence past the statute means, whether the item may still be had,
whether its limits run from acceptance or, where its law says 自收到申请之日起, from the application, and in which
stage a construction project needs it (国办发〔2019〕11号: 立项用地规划、工程建设、施工、竣工验收)."""

FLAGS = ("centre", "green")
"""Keys that are so or not: had at the service centre; decided by the green channel of key projects (绿色通道)."""

LISTS = ("flags", "fees", "materials")

ITEM_TYPES: Mapping[str, Type] = {
    **dict.fromkeys(("code", "title", "agency", "kind", "mode", "note", "valid_from", "valid_to"), TEXT),
    **dict.fromkeys((*LIMITS, *WORDS), TEXT),
    **dict.fromkeys((*LISTS, "basis"), TEXTS),
    **dict.fromkeys(("steps", "members", "suspensions"), ANY),
    **dict.fromkeys(FLAGS, FLAG),
}
"""Every key of an item, with the type that expressions read it as."""


def read_item(page: YamlPage, fields: Mapping[str, Node]) -> dict[str, Any]:
    """Return the fields of an item in their one form; faults go to the page."""
    found = {key: page.plain(node) for key, node in fields.items()}
    for key in LIMITS:
        if key in fields:
            _term(page, fields[key], key)
    for key in LISTS:
        if key in fields:
            found[key] = page.texts(fields[key])
    found |= {key: page.word(fields[key], words, words[0]) for key, words in WORDS.items() if key in fields}
    found |= {key: page.flag(fields[key], default=False) for key in FLAGS if key in fields}
    for key, read in (("steps", _steps), ("members", _members), ("suspensions", _suspensions)):
        if key in fields:
            found[key] = read(page, fields[key])
    if "steps" in fields:
        _check_steps(page, fields, found["steps"])
    return found


def _steps(page: YamlPage, node: Node) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    before: list[str] = []
    for each in page.items(node):
        name, step = _step(page, each, before)
        if name in found:
            page.fault(each, f"step {name!r} stands here a second time")
            continue
        found[name] = step
        before = [name]
    return found


def _step(page: YamlPage, node: Node, before: list[str]) -> tuple[str, dict[str, Any]]:
    if not isinstance(node, yaml.MappingNode):
        return page.text(node), {"after": before}
    entry = page.mapping(node, ("name", "after", "limit", "mandatory", "people", "post"), ("name",))
    step: dict[str, Any] = {"after": page.texts(entry["after"]) if "after" in entry else before}
    if "limit" in entry:
        _term(page, entry["limit"], "limit")
        step["limit"] = page.text(entry["limit"])
    if "mandatory" in entry:
        step["mandatory"] = page.flag(entry["mandatory"], default=False)
    if "people" in entry:
        step["people"] = page.number(entry["people"], 1)
    if "post" in entry:
        step["post"] = page.text(entry["post"])
    return page.text(entry.get("name")), step


def _check_steps(page: YamlPage, fields: Mapping[str, Node], steps: Mapping[str, Mapping[str, Any]]) -> None:
    """Refuse a step after one that is not there or after itself, and steps that together exceed the promise (TL-14)."""
    node = fields["steps"]
    for name, step in steps.items():
        for each in step["after"]:
            if each not in steps:
                page.fault(node, f"step {name!r} comes after {each!r}, which is no step{nearest(each, steps)}")
    spans = {name: _span(steps, name, ()) for name in steps}
    circular = sorted(name for name, span in spans.items() if span is None)
    if circular:
        page.fault(node, f"steps {', '.join(circular)} come after themselves")
    promised = _known(page.text(fields["promised"])) if "promised" in fields else None
    longest = max((span for span in spans.values() if span is not None), default=0.0)
    if promised is not None and longest > approximate_days(promised):
        page.fault(node, f"the limits of its steps add up to more than the promise of {promised} (TL-14)")


def _span(steps: Mapping[str, Mapping[str, Any]], name: str, later: tuple[str, ...]) -> float | None:
    """Return the days that the steps up to and with `name` may take, by their longest way; None in a circle."""
    if name in later:
        return None
    step = steps.get(name)
    if step is None:
        return 0.0
    own = _known(step.get("limit", ""))
    before = [_span(steps, each, (*later, name)) for each in step["after"]]
    spans = [each for each in before if each is not None]
    if len(spans) < len(before):
        return None
    return max(spans, default=0.0) + (approximate_days(own) if own else 0.0)


def _members(page: YamlPage, node: Node) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for each in page.items(node):
        entry = page.mapping(each, ("agency", "limit"), ("agency",))
        agency = page.text(entry.get("agency"))
        if agency in found:
            page.fault(each, f"member {agency!r} stands here a second time")
        if "limit" in entry:
            _term(page, entry["limit"], "limit")
        found[agency] = {"limit": page.text(entry["limit"])} if "limit" in entry else {}
    return found


def _suspensions(page: YamlPage, node: Node) -> dict[str, str | None]:
    if not isinstance(node, yaml.MappingNode):
        return dict.fromkeys(page.texts(node))
    entries = page.entries(node)
    for kind, each in entries.items():
        _term(page, each, kind)
    return {kind: page.text(each) for kind, each in entries.items()}


def _term(page: YamlPage, node: Node, key: str) -> None:
    try:
        parse_term(page.text(node))
    except ValueError as exc:
        page.fault(node, f"{key}: {exc}")


def _known(text: str) -> Term | None:
    try:
        return parse_term(text)
    except ValueError:
        return None
