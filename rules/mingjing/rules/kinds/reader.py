"""Reading the parts of a rule that several kinds share."""

from collections.abc import Collection, Mapping
from typing import TypeVar

import yaml

from mingjing.rules import names
from mingjing.rules.card import LEVELS
from mingjing.rules.expression.evaluation import Program
from mingjing.rules.expression.reading import read_program
from mingjing.rules.expression.types import Type
from mingjing.rules.rule import Reach, Rung
from mingjing.rules.selector import ANY, Selector, Which
from mingjing.rules.tables import Table
from mingjing.rules.term import DAY_UNITS, Term, Threshold, parse_term, parse_threshold
from mingjing.rules.vocabulary import CLOCKS, ExtensionRule, PauseRule, Vocabulary, amount_or_path, cap_of
from mingjing.rules.yaml_page import Node, YamlPage, nearest, read_as_meant

RULE_KEYS = ("id", "title", "basis", "kind", "scope", "cards", "issue", "shadow", "note")
"""Keys every rule may carry, whatever its kind."""

TIME_PATHS = ("data.", "case.", "item.")
Declared = TypeVar("Declared")


class RuleReader:
    """One rule's YAML, read against its vocabulary; faults go to the page."""

    def __init__(
        self,
        page: YamlPage,
        node: Node,
        fields: dict[str, Node],
        vocabulary: Vocabulary,
        tables: Mapping[str, Table] | None = None,
        vocabularies: Mapping[str, Vocabulary] | None = None,
    ) -> None:
        self.page = page
        self.node = node
        self.fields = fields
        self.vocabulary = vocabulary
        self.tables = tables or {}
        self.vocabularies = vocabularies or {}
        self.id = page.text(fields.get("id"))
        self.ladder: tuple[Rung, ...] = ()
        self.reach: Reach = "case"

    def known(self, *keys: str, needed: Collection[str] = ()) -> None:
        """Refuse keys that neither every rule nor this kind has, and missing ones; read misspelt ones as meant."""
        allowed = (*RULE_KEYS, *keys)
        self.page.note(self.node, "mapping", allowed, ("id", "kind", "cards", *needed))
        seen: set[str] = set()
        strange: dict[str, Node] = {}
        for key_node, value in self.node.value:
            key = str(key_node.value)
            if key not in allowed:
                strange[key] = value
                self.page.fault(key_node, f"rule {self.id}: key {key!r} is not known here{nearest(key, allowed)}")
            elif key in seen:
                self.page.fault(key_node, f"rule {self.id}: key {key!r} stands here a second time")
            seen.add(key)
        read_as_meant(self.fields, strange, allowed)
        for key in needed:
            if key not in self.fields:
                self.page.fault(self.node, f"rule {self.id}: key {key!r} is missing")

    def selector(self, node: Node | None, which: Which, choices: tuple[str, ...] = ()) -> Selector:
        """Return the selector at `node`: a name, a list of names, or {event, which, where}.

        `which` is the choice where it says none; `choices` are those it has, if not the usual ones.
        """
        self.page.note(node, "selector")
        if not isinstance(node, yaml.MappingNode):
            return Selector(self.events(node), which)
        found = self.page.mapping(node, ("event", "which", "where"), ("event",))
        starting = which in {"first", "each"}
        choices = choices or (("first", "last", "each") if starting else ("first-after", "first-anywhere", "last"))
        chosen = self.page.word(found.get("which"), choices, which)
        types = self.events(found.get("event"))
        return Selector(types, chosen, self.condition(found.get("where"), types))  # type: ignore[arg-type]  # one of `choices`

    def optional(self, key: str, which: Which) -> Selector | None:
        """Return the selector under `key`, or None where the rule has no such key."""
        return self.selector(self.fields[key], which) if key in self.fields else None

    def events(self, node: Node | None) -> frozenset[str] | None:
        """Return the event types named at `node`; None stands for any (`'*'`)."""
        names = self.page.texts(node)
        for name, each in zip(names, self.page.items(node), strict=True):
            if reason := self.vocabulary.unknown(name, self.vocabularies):
                self.page.fault(each, f"rule {self.id}: {reason}")
        return None if ANY in names else frozenset(names)

    def condition(self, node: Node | None, types: frozenset[str] | None) -> str | None:
        """Return the text of a selector's condition on events of these types; None where it is empty."""
        if node is None or not self.page.text(node):
            return None
        return self.program(node, names.of_selector(self.vocabulary.declared, types), strict=False).text

    def program(self, node: Node | None, known: Mapping[str, Type], *, strict: bool = True) -> Program:
        """Return the expression at `node`, checked against the types of the names it may read."""
        return read_program(self.page, node, known, strict=strict, told=f"rule {self.id}: ")

    def tables_read(self, program: Program) -> dict[str, Table]:
        """Return the tables that an expression names, by name."""
        return {name: table for name, table in self.tables.items() if name in program.members("table")}

    def settle(self) -> int:
        """Return the microseconds under `settle`, counted on the machine's clock; 0 where there is none."""
        if "settle" not in self.fields:
            return 0
        term = self.term(self.fields["settle"])
        if term.unit in DAY_UNITS or term.unit == "wh":
            told = f"rule {self.id}: settle {term} is counted on the machine's clock; write h, min or s"
            self.page.fault(self.fields["settle"], told)
            return 0
        return term.micros

    def term(self, node: Node | None) -> Term:
        """Return the term at `node`; that a needed one is missing has been said where keys are read."""
        if node is None:
            return Term(1, "cd")
        try:
            return parse_term(self.page.text(node))
        except ValueError as exc:
            self.page.fault(node, f"rule {self.id}: {exc}")
            return Term(1, "cd")

    def path(self, key: str) -> str | None:
        """Return the path under `key` (data.…, case.… or item.…), or None."""
        if key not in self.fields:
            return None
        found = self.page.text(self.fields[key])
        if not found.startswith(TIME_PATHS):
            self.page.fault(
                self.fields[key], f"rule {self.id}: {found!r} is not a path; it begins with data., case. or item."
            )
        return self.lead(self.fields[key], found)

    def lead(self, node: Node | None, path: str) -> str:
        """Return a path, after refusing what it names and neither the vocabulary nor the catalogue has."""
        if reason := names.astray(self.vocabulary.declared, path):
            self.page.fault(node, f"rule {self.id}: {reason}")
        return path

    def rungs(self, *words: str, thresholds: bool) -> tuple[Rung, ...]:
        """Return the ladder under `cards`, lowest level first; each rung a threshold or one of `words`."""
        entries = self.page.mapping(self.fields.get("cards"), LEVELS) if "cards" in self.fields else {}
        if not entries:
            self.page.fault(
                self.fields.get("cards", self.node),
                f"rule {self.id}: no card is drawn; give `cards` a level and when it holds",
            )
        found = (each for each in LEVELS if each in entries)
        self.ladder = tuple(self._rung(level, entries[level], words, thresholds=thresholds) for level in found)
        return self.ladder

    def pauses(self) -> tuple[PauseRule, ...]:
        """Return the pauses under `pause`: names of the vocabulary's, or {begin, end, cap, before} in place.

        One in place begins with a selector like any other: with the first match, unless it says `which: each`.
        What it must begin `before` ends it, too.
        """
        found: list[PauseRule] = []
        for node in self.page.items(self.fields.get("pause")):
            if isinstance(node, yaml.MappingNode):
                entry = self.page.mapping(node, ("begin", "end", "cap", "before"), ("begin", "end"))
                begin = self.selector(entry.get("begin"), "first", ("first", "each"))
                end = self.selector(entry.get("end"), "first-after", ("first-after",))
                cap = self._amount(entry["cap"]) if "cap" in entry else None
                before = (self.events(entry["before"]) or frozenset()) if "before" in entry else frozenset()
                everything = frozenset((ANY,))
                found.append(
                    PauseRule(
                        "pause",
                        "停表",
                        begin.types or everything,
                        end.types | before if end.types else everything,
                        cap,
                        begin_where=begin.where,
                        end_where=end.where,
                        which="each" if begin.which == "each" else "first",
                        before=before,
                    )
                )
            elif declared := self._declared(node, self.vocabulary.pauses, "pause"):
                found.append(declared)
        return tuple(found)

    def extensions(self) -> tuple[ExtensionRule, ...]:
        """Return the extensions under `extend`: names of the vocabulary's, or {event, where, by, times} in place."""
        found: list[ExtensionRule] = []
        for node in self.page.items(self.fields.get("extend")):
            if isinstance(node, yaml.MappingNode):
                entry = self.page.mapping(node, ("event", "where", "by", "cap", "otherwise", "times"), ("event", "by"))
                cap, otherwise = cap_of(self.page, entry)
                self.lead(entry.get("cap"), str(cap))
                found.append(
                    ExtensionRule(
                        "extension",
                        "延期",
                        self.events(entry.get("event")) or frozenset((ANY,)),
                        self._amount(entry.get("by")),
                        self.page.number(entry.get("times"), 1),
                        where=self.condition(entry.get("where"), self.events(entry.get("event"))),
                        cap=cap,
                        otherwise=otherwise,
                    )
                )
            elif declared := self._declared(node, self.vocabulary.extensions, "extension"):
                found.append(declared)
        return tuple(found)

    def _amount(self, node: Node | None) -> Term | str:
        found = amount_or_path(self.page, node)
        return self.lead(node, found) if isinstance(found, str) else found

    def _declared(self, node: Node, known: dict[str, Declared], what: str) -> Declared | None:
        name = self.page.text(node)
        if name not in known:
            room = f"vocabulary {self.vocabulary.name}{nearest(name, known)}"
            self.page.fault(node, f"rule {self.id}: {what} {name!r} is not declared in {room}")
        return known.get(name)

    def _clock(self, node: Node, clock: str | None) -> None:
        """Refuse a threshold on a clock that this rule cannot set running: its rung would never hold."""
        if clock is None:
            return
        limit = self.fields.get("limit")
        if clock not in CLOCKS:
            self.page.fault(
                node, f"rule {self.id}: clock {clock!r} is not one of {', '.join(CLOCKS)}{nearest(clock, CLOCKS)}"
            )
        elif clock == "limit" and isinstance(limit, yaml.ScalarNode) and limit.value in CLOCKS:
            self.page.fault(node, f"rule {self.id}: its limit is {limit.value}; write the threshold without a clock")

    def _rung(self, level: str, node: Node, words: tuple[str, ...], *, thresholds: bool) -> Rung:
        rung_id = self.id
        self.page.note(node, "rung")
        if isinstance(node, yaml.MappingNode):
            entry = self.page.mapping(node, ("at", "id"), ("at",))
            rung_id = self.page.text(entry.get("id")) or self.id
            node = entry.get("at", node)
        text = self.page.text(node)
        when: Threshold | str = text
        if text not in words and not thresholds:
            self.page.fault(node, f"rule {self.id}: {text!r} is not one of {', '.join(words)}{nearest(text, words)}")
        elif text not in words:
            try:
                when = parse_threshold(text)
            except ValueError as exc:
                self.page.fault(node, f"rule {self.id}: {exc}")
            else:
                self._clock(node, when.clock)
        return Rung(level, rung_id, when)  # type: ignore[arg-type]  # one of LEVELS
