"""Item, region and agency decide limits and days, whenever they become known."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from mingjing.rules.calendar import Calendar, Overlay
from mingjing.rules.catalogue import Catalogue, ItemVersion
from mingjing.rules.engine import Engine
from mingjing.rules.events import Fact
from mingjing.rules.rulebook import Rulebook

Told = Callable[..., Fact]
Book = Callable[..., Rulebook]
At = Callable[[str], int]

START = "2026-03-06 10:00"


@pytest.mark.parametrize(
    "ground",
    [{"item": "long"}, {"agency": "91330100MB0000001X"}, {"region": "330100000000"}],
)
def test_what_a_later_fact_says_of_item_agency_or_region_re_times_the_clocks(
    book: Book, told: Told, cn: Calendar, at: At, ground: dict[str, Any]
) -> None:
    monday = Overlay(off={date(2026, 3, 9): "停办"})
    calendar = cn.laid_over({"330100000000": monday}, {"91330100MB0000001X": monday}, version="t")
    catalogue = Catalogue([ItemVersion("long", date.min, None, {"promised": "4wd"}), *_versions(ground)])
    rules = book(
        "  - {id: T, kind: time-limit, start: A, stop: S, limit: LIMIT, cards: {yellow: past}}\n".replace(
            "LIMIT", "promised" if "item" in ground else "3wd"
        ),
        calendar=calendar,
        catalogue=catalogue,
    )
    engine = Engine(rules, now=at(START))
    engine.fold("c", told(START, "A"), 0)
    engine.fold("c", told("2026-03-09 10:00", "other", **ground), 1)

    assert engine.next_wake == at("2026-03-13")


def _versions(ground: dict[str, Any]) -> list[ItemVersion]:
    return [] if "item" in ground else [ItemVersion("x", date.min, None, {})]


def test_the_item_is_taken_in_the_version_of_the_acceptance_even_for_clocks_that_run_already(
    book: Book, told: Told, at: At
) -> None:
    text = (
        "pack: p\nversion: 1\nvocabulary: approval\nrules:\n"
        "  - {id: T, kind: time-limit, start: case.applied, stop: case.decided, limit: item.supplement,\n"
        "     cards: {yellow: past}}\n"
    )
    versions = [
        ItemVersion("i", date(2020, 1, 1), date(2026, 3, 8), {"supplement": "3wd"}),
        ItemVersion("i", date(2026, 3, 9), None, {"supplement": "5wd"}),
    ]
    engine = Engine(book(text, catalogue=Catalogue(versions)), now=at(START))
    engine.fold("c", told(START, "case.applied", item="i"), 0)
    assert engine.next_wake == at("2026-03-12")

    engine.fold("c", told("2026-03-09 10:00", "case.accepted", item="i"), 1)

    assert engine.next_wake == at("2026-03-14")


@pytest.mark.parametrize(("when", "said"), [("2026-03-06 11:00", ["x"]), ("2026-03-20 10:00", [])])
def test_a_late_fact_that_names_the_officer_moves_a_card_to_them_only_from_before_the_violation(
    book: Book, told: Told, at: At, when: str, said: list[str]
) -> None:
    rules = book("  - {id: T, kind: time-limit, start: A, stop: S, limit: 3wd, cards: {yellow: past}}\n")
    engine = Engine(rules, now=at(START))
    engine.fold("c", told(START, "A"), 0)
    engine.advance(at("2026-04-01 10:00"))
    engine.fold("c", told("2026-03-25 10:00", "Y"), 1)
    assert [card.officer for card in engine.take(1).cards] == [None]
    engine.fold("c", told(when, "Z", officer="x"), 2)

    assert [card.officer for card in engine.take(1).cards] == said
