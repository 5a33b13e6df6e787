"""A picture for every rule: the example of its pack that draws it, day by day, as the engine judges it."""

from collections.abc import Iterator, Sequence
from typing import Any

from mingjing.rules.calendar import Calendar
from mingjing.rules.card import LEVEL_TITLES, STATUS_TITLES, Card
from mingjing.rules.catalogue import Catalogue
from mingjing.rules.events import first_of
from mingjing.rules.examples import Example
from mingjing.rules.pack import Pack
from mingjing.rules.review import review
from mingjing.rules.rule import Rule
from mingjing.rules.trial import told_out
from mingjing.services.rulebook.days import days_of
from mingjing.services.rulebook.timeline import Mark, timeline


def picture(rule: Rule, pack: Pack, example: Example, calendar: Calendar, catalogue: Catalogue) -> str:
    """Return the SVG of the story of `example` with the cards of `rule`; the same text for the same pack."""
    engine, cards = told_out(pack, example, calendar, catalogue)
    cards = [card for card in cards if card.rule == rule.id]
    text, title = pack.zone.text, pack.vocabulary.title_of
    homes = example.homes or ("",) * len(example.facts)
    several = len(set(homes)) > 1
    marks = [
        Mark(text(fact.at), f"{home} {title(fact.type)}" if several else title(fact.type))
        for fact, home in zip(example.facts, homes, strict=True)
    ]
    marks += _cards(cards)
    known = engine.cases.cases
    case = next((known[card.case_key] for card in cards if card.case_key in known), next(iter(known.values()), None))
    facts = case.facts if case else []
    reviewed = review(case.key, facts, engine.cases.rulebook, example.by) if case else {"clocks": []}
    ribbons: list[list[dict[str, Any]]] = [each["ribbon"] for each in reviewed["clocks"] if each["rule"] == rule.id]
    workdays = calendar.workdays(first_of(facts, "region"), first_of(facts, "agency"))
    days = days_of(ribbons[0] if ribbons else [], [mark.at for mark in marks], workdays)
    return timeline(f"{rule.id} {rule.title}：{example.name}", days, marks)


def picture_name(rule: Rule) -> str:
    """Return the name of a rule's picture."""
    return f"{rule.pack}.{rule.id}.svg"


def _cards(cards: Sequence[Card]) -> Iterator[Mark]:
    """Yield each level that a card reached and each end it came to, once."""
    seen: set[tuple[str, str, str]] = set()
    for card in cards:
        name = f"{LEVEL_TITLES[card.level]} {card.rung}"
        if (card.case_key, card.occurrence, card.level) not in seen:
            seen.add((card.case_key, card.occurrence, card.level))
            yield Mark(card.violated_at, name, card.level)
        if card.cleared_at is not None and (card.case_key, card.occurrence, card.status) not in seen:
            seen.add((card.case_key, card.occurrence, card.status))
            yield Mark(card.cleared_at, f"{name} {STATUS_TITLES[card.status]}", "ended")
