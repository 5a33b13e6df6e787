"""Trying a pack on its own examples: what each story draws, told against what it should draw."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import msgspec

from mingjing.rules.calendar import Calendar
from mingjing.rules.card import LEVEL_TITLES, Card
from mingjing.rules.catalogue import Catalogue, ItemVersion
from mingjing.rules.examples import Example
from mingjing.rules.pack import Pack
from mingjing.rules.rulebook import Rulebook
from mingjing.rules.subject import rule_of
from mingjing.rules.together import Together

EXAMPLE_ITEM = "example"
"""The code under which an example's inline item stands in its catalogue."""

EXAMPLE_CASE = "example/1"
"""The case a story is about, unless it names several."""

Draw = tuple[int, str, str]
"""(instant, rule, level) of a level reached for the first time."""


class Trial(msgspec.Struct, frozen=True):
    """What one example drew, which rules it began without a card, and where it differs from its word."""

    example: Example
    drawn: frozenset[str]
    spared: frozenset[str]
    differences: tuple[str, ...]


def try_pack(pack: Pack, calendar: Calendar, catalogue: Catalogue | None = None) -> list[Trial]:
    """Return the trial of every example of the pack, in order."""
    return [_try(pack, example, calendar, catalogue) for example in pack.examples]


def uncovered(pack: Pack, trials: Iterable[Trial]) -> list[tuple[str, str]]:
    """Return (rule, sentence) for each rule that no example draws or none spares; such a pack is not published."""
    trials = list(trials)
    drawn = frozenset[str]().union(*(each.drawn for each in trials))
    spared = frozenset[str]().union(*(each.spared for each in trials))
    lacking = []
    for rule in pack.rules:
        if rule.id not in drawn:
            lacking.append((rule.id, f"rule {rule.id} is drawn by no example; add a story that breaks it"))
        if rule.id not in spared:
            lacking.append((rule.id, f"rule {rule.id} is spared by no example; add a story that just keeps it"))
    return lacking


def story_cards(pack: Pack, example: Example, calendar: Calendar, catalogue: Catalogue | None = None) -> list[Card]:
    """Return every card record the story draws, in the order of the clock, up to the example's `by`."""
    return told_out(pack, example, calendar, catalogue)[1]


def told_out(
    pack: Pack, example: Example, calendar: Calendar, catalogue: Catalogue | None
) -> tuple[Together, list[Card]]:
    """Return the engine as the story leaves it, at the example's `by`, and every card record drawn on the way."""
    versions = [each for many in (catalogue.versions.values() if catalogue else ()) for each in many]
    facts, homes = example.facts, example.homes or (EXAMPLE_CASE,) * len(example.facts)
    if not isinstance(example.item, str):
        pack = _scoped(pack, example.item)
        versions.append(ItemVersion(EXAMPLE_ITEM, date.min, None, example.item))
        facts = tuple(fact if fact.item else msgspec.structs.replace(fact, item=EXAMPLE_ITEM) for fact in facts)
    elif example.item:
        facts = tuple(fact if fact.item else msgspec.structs.replace(fact, item=example.item) for fact in facts)
    engine = Together(
        Rulebook([pack], calendar, Catalogue(versions), outages=example.outages),
        now=min((fact.stamp for fact in facts), default=0) - 1,
    )
    cards: list[Card] = []
    told = sorted(zip(facts, homes, strict=True), key=lambda each: (each[0].stamp, each[0].order))
    for offset, (fact, home) in enumerate(told):
        _step(engine, fact.stamp, cards)
        engine.fold(home, fact, offset)
        cards += _said(engine)
    _step(engine, example.by, cards)
    return engine, cards


def _scoped(pack: Pack, item: Mapping[str, Any]) -> Pack:
    """Return the pack with every scope on a field that an inline item leaves open taken as met."""
    return msgspec.structs.replace(
        pack,
        rules=tuple(
            msgspec.structs.replace(
                rule,
                scope={
                    path: values
                    for path, values in rule.scope.items()
                    if not path.startswith("item.") or path[5:].split(".")[0] in item
                },
            )
            for rule in pack.rules
        ),
    )


def _step(engine: Together, until: int, cards: list[Card]) -> None:
    """Advance wake by wake, so that every rung is seen at its own instant."""
    while (wake := engine.next_wake) is not None and wake <= until:
        engine.advance(max(wake, engine.now + 1))
        cards += _said(engine)
    engine.advance(until)
    cards += _said(engine)


def _said(engine: Together) -> list[Card]:
    """Return the cards drawn since they were last taken, in the shadow too: a story tells of a rule either way."""
    found = engine.take()
    return found.cards + found.shadows


def _try(pack: Pack, example: Example, calendar: Calendar, catalogue: Catalogue | None) -> Trial:
    zone = pack.zone
    engine, cards = told_out(pack, example, calendar, catalogue)
    reached: dict[tuple[str, str, str], int] = {}
    final: dict[tuple[str, str], str] = {}
    for card in cards:
        reached.setdefault((card.rule, card.occurrence, card.level), zone.parse(card.violated_at)[0])
        final[(card.rule, card.level)] = card.status
    draws: list[Draw] = sorted((at, rule, level) for (rule, _, level), at in reached.items())
    named = {each.rule for each in example.expect} | set(example.spares)
    judged = named or {rule.id for rule in pack.rules}
    wanted: list[Draw] = [(each.at, each.rule, each.level) for each in example.expect]
    differences = [
        *(f"{_told(draw, zone.text(draw[0]))} was not drawn" for draw in wanted if draw not in draws),
        *(
            f"{_told(draw, zone.text(draw[0]))} was drawn, unexpected"
            for draw in draws
            if draw[1] in judged and draw not in wanted
        ),
        *(
            f"{each.rule} {each.level} is {final.get((each.rule, each.level))}, expected {each.status}"
            for each in example.expect
            if each.status is not None and final.get((each.rule, each.level), each.status) != each.status
        ),
    ]
    drawn = frozenset(rule for _, rule, _ in draws)
    named_spared = frozenset(example.spares)
    book = engine.cases.rulebook
    concerned = {book.rules[place].id for fact in example.facts for place in book.touched(fact.type)} | _told_of(engine)
    differences += [
        f"{rule} is spared, but nothing in the story concerns it" for rule in sorted(named_spared - concerned)
    ]
    spared = (named_spared & concerned) | _kept(pack, engine)
    return Trial(example, drawn, frozenset(spared - drawn), tuple(differences))


def _told_of(engine: Together) -> frozenset[str]:
    """Return the rules across cases of which some subject was told."""
    return frozenset(rule_of(key) for key in engine.subjects.cases)


def _kept(pack: Pack, engine: Together) -> frozenset[str]:
    """Return the rules that the story begins and whose scope a case meets as the rule is written.

    An inline item may leave open what a scope asks; such a rule is judged, but
    the story speaks for it only where it names the rule among those it spares.
    """
    book = engine.cases.rulebook
    written = {rule.id: rule for rule in pack.rules}
    return _told_of(engine) | frozenset(
        rule.id
        for case in engine.cases.cases.values()
        for rule, masks in zip(book.rules, book.masks, strict=True)
        if case.seen & masks[0] and book.applies(written[rule.id], book.view(case, engine.now, rule.zone))
    )


def _told(draw: Draw, at: str) -> str:
    return f"{draw[1]} {LEVEL_TITLES[draw[2]]} ({draw[2]}) at {at[:16].replace('T', ' ')}"  # type: ignore[index]  # a Level
