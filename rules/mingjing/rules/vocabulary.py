"""Vocabularies: the event types of one family of cases, and what every rule on them shares.

Pauses and extensions are declared here once, with the clocks they move, so that
a rule names them and no two rules disagree on what a special procedure is.
"""

import msgspec

from mingjing.rules.term import Term, parse_term
from mingjing.rules.yaml_page import Node, YamlPage, nearest

CLOCKS = ("promised", "statutory", "limit")
STATES = ("applied", "accepted", "suspended", "decided", "delivered", "abandoned", "not_accepted", "returned")


class EventType(msgspec.Struct, frozen=True):
    """One type of event: its Chinese title, the state it puts a case in, its fields."""

    title: str
    state: str | None = None
    resumes: bool = False
    fields: dict[str, dict[str, str]] = {}


class PauseRule(msgspec.Struct, frozen=True):
    """What stops clocks: from `begin` to the next `end`, at most `cap` (a term or a path); `moves` names the clocks."""

    name: str
    title: str
    begin: frozenset[str]
    end: frozenset[str]
    cap: Term | str | None = None
    moves: tuple[str, ...] = CLOCKS
    begin_where: str | None = None
    end_where: str | None = None


class ExtensionRule(msgspec.Struct, frozen=True):
    """What lengthens clocks: the first `times` qualifying events, each by `by` (a term or a path to an amount)."""

    name: str
    title: str
    event: frozenset[str]
    by: Term | str
    times: int = 1
    moves: tuple[str, ...] = ("statutory", "limit")
    where: str | None = None


class Vocabulary(msgspec.Struct, frozen=True):
    """A closed set of event types, or an open one in which any name may appear."""

    name: str
    title: str
    types: dict[str, EventType]
    pauses: dict[str, PauseRule]
    extensions: dict[str, ExtensionRule]
    open: bool = False

    def title_of(self, event_type: str) -> str:
        """Return the Chinese title of an event type; the type itself where none is declared."""
        found = self.types.get(event_type)
        return found.title if found else event_type

    def unknown(self, event_type: str) -> str | None:
        """Return why `event_type` cannot be named here, or None if it can."""
        if self.open or event_type == "*" or event_type in self.types:
            return None
        return f"event {event_type!r} is not in vocabulary {self.name}{nearest(event_type, self.types)}"


OPEN_VOCABULARY = Vocabulary("open", "开放", {}, {}, {}, open=True)


def parse_vocabulary(text: str, file: str) -> Vocabulary:
    """Return the vocabulary a YAML text declares; PackRefused with every fault."""
    page = YamlPage(text, file)
    top = page.mapping(
        page.root, ("vocabulary", "title", "version", "types", "pauses", "extensions"), ("vocabulary", "types")
    )
    types = {key: _event_type(page, node) for key, node in page.entries(top.get("types")).items()} if top else {}
    pauses = (
        {key: _pause(page, key, node) for key, node in page.entries(top["pauses"]).items()} if "pauses" in top else {}
    )
    extensions = (
        {key: _extension(page, key, node) for key, node in page.entries(top["extensions"]).items()}
        if "extensions" in top
        else {}
    )
    named = {name: pause.begin | pause.end for name, pause in pauses.items()}
    named |= {name: extension.event for name, extension in extensions.items()}
    for name, events in named.items():
        for event in sorted(events - set(types)):
            page.fault(page.root, f"{name} names event {event!r}, which is not declared{nearest(event, types)}")
    page.refuse()
    return Vocabulary(page.text(top["vocabulary"]), page.text(top.get("title")), types, pauses, extensions)


def _event_type(page: YamlPage, node: Node) -> EventType:
    found = page.mapping(node, ("title", "state", "resumes", "fields", "basis", "description"), ("title",))
    fields = (
        {key: dict(page.plain(each) or {}) for key, each in page.entries(found["fields"]).items()}
        if "fields" in found
        else {}
    )
    state = page.word(found.get("state"), STATES, "") or None
    return EventType(page.text(found.get("title")), state, page.flag(found.get("resumes"), default=False), fields)


def _pause(page: YamlPage, name: str, node: Node) -> PauseRule:
    found = page.mapping(node, ("title", "begin", "end", "cap", "moves", "basis"), ("begin", "end"))
    return PauseRule(
        name,
        page.text(found.get("title")) or name,
        frozenset(page.texts(found.get("begin"))),
        frozenset(page.texts(found.get("end"))),
        amount_or_path(page, found["cap"]) if "cap" in found else None,
        _moves(page, found.get("moves"), CLOCKS),
    )


def _extension(page: YamlPage, name: str, node: Node) -> ExtensionRule:
    found = page.mapping(node, ("title", "event", "by", "times", "moves", "basis"), ("event", "by"))
    return ExtensionRule(
        name,
        page.text(found.get("title")) or name,
        frozenset(page.texts(found.get("event"))),
        amount_or_path(page, found.get("by")),
        page.number(found.get("times"), 1),
        _moves(page, found.get("moves"), ("statutory", "limit")),
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
