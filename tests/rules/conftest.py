"""Builders for tests of the pure engine: a calendar, a rulebook from a few lines of YAML, facts from a few words."""

from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest

from mingjing.rules.calendar import Calendar
from mingjing.rules.calendar_text import parse_calendar
from mingjing.rules.card import Finding
from mingjing.rules.catalogue import Catalogue, ItemVersion
from mingjing.rules.events import Fact
from mingjing.rules.pack import Pack, parse_pack
from mingjing.rules.replay import judge_case
from mingjing.rules.rulebook import Rulebook
from mingjing.rules.tables import parse_table
from mingjing.rules.vocabulary import Vocabulary, parse_vocabulary
from mingjing.rules.zone import Zone

LAW = Path(__file__).parents[2] / "rules"
SHANGHAI = Zone("Asia/Shanghai")
ITEM = "item-1"

At = Callable[[str], int]
Told = Callable[..., Fact]
Book = Callable[..., Rulebook]
Judged = Callable[..., list[Finding]]


@pytest.fixture(scope="session")
def cn() -> Calendar:
    """The shipped calendar of the People's Republic."""
    path = LAW / "calendars" / "cn.yaml"
    return parse_calendar(path.read_text("utf-8"), path.name)


@pytest.fixture(scope="session")
def approval() -> Vocabulary:
    """The shipped vocabulary of approvals."""
    path = LAW / "vocabularies" / "approval.yaml"
    return parse_vocabulary(path.read_text("utf-8"), path.name)


@pytest.fixture(scope="session")
def at() -> At:
    """Return the instant a text says on a clock in Shanghai."""
    return lambda text: SHANGHAI.parse(text)[0]


@pytest.fixture(scope="session")
def told(at: At) -> Told:
    """Return the fact that `event` happened at a time in Shanghai; its id is the event unless given."""

    def make(when: str, event: str, stamp: str | None = None, **more: Any) -> Fact:
        happened = at(when)
        recorded = more.pop("recorded", None)
        return Fact(
            id=more.pop("id", event),
            source=more.pop("source", "urn:test"),
            type=event,
            at=happened,
            stamp=at(stamp) if stamp else happened,
            recorded_at=at(recorded) if recorded else None,
            **more,
        )

    return make


@pytest.fixture(scope="session")
def pack(approval: Vocabulary) -> Callable[..., Pack]:
    """Return the pack that has these rules; the first line may be any head of a pack, `tables` are texts of tables."""

    def make(text: str, *tables: str) -> Pack:
        head = "" if text.lstrip().startswith("pack:") else "pack: test\nversion: 1\nrules:\n"
        known = (parse_table(each, "table.yaml") for each in tables)
        return parse_pack(head + text, "test.yaml", {approval.name: approval}, {each.name: each for each in known})

    return make


@pytest.fixture(scope="session")
def book(cn: Calendar, pack: Callable[..., Pack]) -> Book:
    """Return a rulebook of one pack; keyword `item` gives the fields of the item every case is about."""

    def make(text: str, item: dict[str, Any] | None = None, **more: Any) -> Rulebook:
        versions = [ItemVersion(ITEM, date.min, None, item)] if item is not None else []
        known = pack(text, *more.pop("tables", ()))
        return Rulebook([known], more.pop("calendar", cn), more.pop("catalogue", Catalogue(versions)), **more)

    return make


@pytest.fixture(scope="session")
def judged(at: At) -> Judged:
    """Return the findings on a case; where the rulebook knows an item, the case is about it."""

    def make(rulebook: Rulebook, facts: Iterable[Fact], now: str = "2026-12-01") -> list[Finding]:
        if rulebook.catalogue.versions:
            facts = [each if each.item else msgspec.structs.replace(each, item=ITEM) for each in facts]
        return [finding for _, finding in judge_case("case/1", facts, rulebook, at(now))]

    return make
