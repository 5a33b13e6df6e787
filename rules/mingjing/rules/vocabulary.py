"""Vocabularies: the event types of one family of cases, and what every rule on them shares.

Pauses and extensions are declared here once, with the clocks they move, so that
a rule names them and no two rules disagree on what a special procedure is.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Literal

import msgspec
import yaml

from mingjing.rules import names
from mingjing.rules.event_type import EventType, read_event_type
from mingjing.rules.expression.reading import read_program
from mingjing.rules.term import Term, parse_term
from mingjing.rules.yaml_page import Node, YamlPage, nearest

CLOCKS = ("promised", "statutory", "limit")


class PauseRule(msgspec.Struct, frozen=True):
    """What stops clocks: from `begin` to the next `end`, at most `cap` (a term or a path); `moves` names the clocks.

    `each` begin stops them anew, as every special procedure does by law, or only the `first` that is not over when
    a clock starts. None begins once one of `before` has happened.
    """

    name: str
    title: str
    begin: frozenset[str]
    end: frozenset[str]
    cap: Term | str | None = None
    moves: tuple[str, ...] = CLOCKS
    begin_where: str | None = None
    end_where: str | None = None
    which: Literal["first", "each"] = "each"
    before: frozenset[str] = frozenset()


class ExtensionRule(msgspec.Struct, frozen=True):
    """What lengthens clocks: the first `times` qualifying events, each by `by` (a term or a path to an amount).

    No extension is longer than `cap` (a term or a path), or than `otherwise` where the path leads to nothing.
    """

    name: str
    title: str
    event: frozenset[str]
    by: Term | str
    times: int = 1
    moves: tuple[str, ...] = ("statutory", "limit")
    where: str | None = None
    cap: Term | str | None = None
    otherwise: Term | None = None


class DeemRule(msgspec.Struct, frozen=True):
    """What the law deems to have happened: `fact`, once `within` has passed since `start` with none of `unless`.

    It happened `at` the start itself or at the end of the term. `scope` is that
    of a rule; `pause` and `extend` name what moves the term. After one of `renews_after` a start is one anew.
    """

    fact: str
    start: frozenset[str]
    unless: frozenset[str]
    within: Term | str
    otherwise: Term | None
    at: str
    scope: dict[str, tuple[str, ...]]
    pause: tuple[str, ...] = ()
    extend: tuple[str, ...] = ()
    renews_after: frozenset[str] = frozenset()


class Vocabulary(msgspec.Struct, frozen=True):
    """A closed set of event types, or an open one in which any name may appear."""

    name: str
    title: str
    types: dict[str, EventType]
    pauses: dict[str, PauseRule]
    extensions: dict[str, ExtensionRule]
    open: bool = False
    deem: tuple[DeemRule, ...] = ()

    @property
    def declared(self) -> Mapping[str, EventType] | None:
        """The event types that may appear; None where any may."""
        return None if self.open else self.types

    def title_of(self, event_type: str) -> str:
        """Return the Chinese title of an event type; the type itself where none is declared."""
        found = self.types.get(event_type)
        return found.title if found else event_type

    def personal(self, event_type: str, field: str) -> bool:
        """Whether a field of an event type holds what must leave the case only masked: a person, or who confided it."""
        declared = self.types.get(event_type)
        about = declared.fields.get(field, {}) if declared is not None else {}
        return bool(about.get("personal") or about.get("confided"))

    def unknown(self, event_type: str, others: Mapping[str, "Vocabulary"] | None = None) -> str | None:
        """Return why `event_type` cannot be named here, or None if it can; `others` are the vocabularies there are."""
        if self.open or event_type == "*" or event_type in self.types:
            return None
        for name, other in (others or {}).items():
            if event_type in other.types:
                there = f"vocabulary {name} has it: write `vocabulary: {name}`, in a pack of its own if need be"
                return f"event {event_type!r} is not in vocabulary {self.name}; {there}"
        return f"event {event_type!r} is not in vocabulary {self.name}{nearest(event_type, self.types)}"


OPEN_VOCABULARY = Vocabulary("open", "开放", {}, {}, {}, open=True)


def parse_vocabulary(text: str, file: str) -> Vocabulary:
    """Return the vocabulary a YAML text declares; PackRefused with every fault."""
    page = YamlPage(text, file)
    top = page.mapping(
        page.root, ("vocabulary", "title", "version", "types", "pauses", "extensions", "deem"), ("vocabulary", "types")
    )
    types = {key: read_event_type(page, node) for key, node in _entries(page, top, "types")}
    pauses = {key: _pause(page, key, node, types) for key, node in _entries(page, top, "pauses")}
    extensions = {key: _extension(page, key, node, types) for key, node in _entries(page, top, "extensions")}
    named = {name: pause.begin | pause.end for name, pause in pauses.items()}
    named |= {name: extension.event for name, extension in extensions.items()}
    deem = tuple(_deem(page, node, pauses, extensions) for node in page.items(top.get("deem")))
    named |= {f"deem {each.fact}": each.start | each.unless | {each.fact} for each in deem}
    for name, events in named.items():
        for event in sorted(events - set(types)):
            page.fault(page.root, f"{name} names event {event!r}, which is not declared{nearest(event, types)}")
    page.refuse()
    return Vocabulary(page.text(top["vocabulary"]), page.text(top.get("title")), types, pauses, extensions, deem=deem)


def _entries(page: YamlPage, top: Mapping[str, Node], key: str) -> Iterable[tuple[str, Node]]:
    return page.entries(top[key]).items() if key in top else ()


def _pause(page: YamlPage, name: str, node: Node, types: Mapping[str, EventType]) -> PauseRule:
    found = page.mapping(node, ("title", "begin", "end", "cap", "moves", "basis"), ("begin", "end"))
    (begin, begin_where), (end, end_where) = (_events(page, found.get(key), types) for key in ("begin", "end"))
    return PauseRule(
        name,
        page.text(found.get("title")) or name,
        begin,
        end,
        amount_or_path(page, found["cap"]) if "cap" in found else None,
        _moves(page, found.get("moves"), CLOCKS),
        begin_where,
        end_where,
    )


def _extension(page: YamlPage, name: str, node: Node, types: Mapping[str, EventType]) -> ExtensionRule:
    keys = ("title", "event", "where", "by", "cap", "otherwise", "times", "moves", "basis")
    found = page.mapping(node, keys, ("event", "by"))
    event = frozenset(page.texts(found.get("event")))
    return ExtensionRule(
        name,
        page.text(found.get("title")) or name,
        event,
        amount_or_path(page, found.get("by")),
        page.number(found.get("times"), 1),
        _moves(page, found.get("moves"), ("statutory", "limit")),
        _where(page, found.get("where"), event, types),
        *cap_of(page, found),
    )


def cap_of(page: YamlPage, found: Mapping[str, Node]) -> tuple[Term | str | None, Term | None]:
    """Return `cap` and `otherwise` of an extension; what stands in for a cap that no path can lack is refused."""
    cap = amount_or_path(page, found["cap"]) if "cap" in found else None
    otherwise = amount_or_path(page, found["otherwise"]) if "otherwise" in found else None
    if otherwise is not None and (isinstance(otherwise, str) or not isinstance(cap, str)):
        page.fault(found["otherwise"], "`otherwise` is a term that stands in for a path under `cap`")
    return cap, otherwise if isinstance(otherwise, Term) else None


def _events(page: YamlPage, node: Node | None, types: Mapping[str, EventType]) -> tuple[frozenset[str], str | None]:
    """Return the event types of names, or of {event, where}, and the condition."""
    if not isinstance(node, yaml.MappingNode):
        return frozenset(page.texts(node)), None
    found = page.mapping(node, ("event", "where"), ("event",))
    event = frozenset(page.texts(found.get("event")))
    return event, _where(page, found.get("where"), event, types)


def _where(page: YamlPage, node: Node | None, event: frozenset[str], types: Mapping[str, EventType]) -> str | None:
    if node is None or not page.text(node):
        return None
    return read_program(page, node, names.of_selector(types, event), strict=False).text


def _deem(page: YamlPage, node: Node, pauses: Collection[str], extensions: Collection[str]) -> DeemRule:
    keys = ("fact", "from", "renews_after", "unless", "within", "otherwise", "at", "scope", "pause", "extend", "basis")
    found = page.mapping(node, keys, ("fact", "from", "unless", "within"))
    written = page.text(found.get("within"))
    within = written if written in CLOCKS[:2] else amount_or_path(page, found.get("within"))
    otherwise = amount_or_path(page, found["otherwise"]) if "otherwise" in found else None
    if otherwise is not None and (isinstance(otherwise, str) or isinstance(within, Term)):
        page.fault(found["otherwise"], "`otherwise` is a term that stands in where `within` leads to none")
    for key, known in (("pause", pauses), ("extend", extensions)):
        for name, each in zip(page.texts(found.get(key)), page.items(found.get(key)), strict=True):
            if name not in known:
                page.fault(each, f"{name!r} is not declared under `{key}s`{nearest(name, known)}")
    for name in sorted(set(page.texts(found.get("renews_after"))) - set(page.texts(found.get("unless")))):
        page.fault(found["renews_after"], f"after {name!r} the term ran on: name it under `unless`, too")
    scope = {path: tuple(page.texts(each)) for path, each in _entries(page, found, "scope")}
    for path in scope:
        if not path.startswith("item.") and path not in {"agency", "region"}:
            page.fault(found["scope"], f"scope {path!r} is not item.…, agency or region")
    return DeemRule(
        page.text(found.get("fact")),
        frozenset(page.texts(found.get("from"))),
        frozenset(page.texts(found.get("unless"))),
        within,
        otherwise if isinstance(otherwise, Term) else None,
        page.word(found.get("at"), ("start", "end"), "start"),
        scope,
        tuple(page.texts(found.get("pause"))),
        tuple(page.texts(found.get("extend"))),
        frozenset(page.texts(found.get("renews_after"))),
    )


def amount_or_path(page: YamlPage, node: Node | None) -> Term | str:
    """Return a term (`10wd`), or the path to an amount in the event (`data.days`)."""
    found = page.text(node)
    if found.startswith(("data.", "case.", "item.")):
        return found
    try:
        return parse_term(found)
    except ValueError as exc:
        page.fault(node, str(exc))
        return Term(1, "cd")


def _moves(page: YamlPage, node: Node | None, default: tuple[str, ...]) -> tuple[str, ...]:
    if node is None:
        return default
    return tuple(page.word(each, CLOCKS, CLOCKS[0]) for each in page.items(node))
