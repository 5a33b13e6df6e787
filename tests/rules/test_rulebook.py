from collections.abc import Callable
from datetime import date

import pytest

from mingjing.rules.calendar import Calendar
from mingjing.rules.catalogue import Catalogue, ItemVersion
from mingjing.rules.events import Fact
from mingjing.rules.pack import Pack
from mingjing.rules.rulebook import Rulebook
from mingjing.rules.yaml_page import PackRefused

Told = Callable[..., Fact]
Book = Callable[..., Rulebook]

RULES = """
  - {id: A1, kind: sequence, step: B, requires: A, cards: {yellow: broken}}
  - {id: A2, kind: sequence, step: C, requires: A, cards: {yellow: broken}}
  - {id: A3, kind: sequence, step: {event: B, where: 'data.x == 1'}, requires: '*', cards: {yellow: broken}}
  - {id: A4, kind: time-limit, start: D, due: case.deadline, stop: E, cards: {yellow: past}}
  - {id: A5, kind: sequence, step: F, requires: A, scope: {case.kind: x}, cards: {yellow: broken}}
  - {id: A6, kind: time-limit, start: G, stop: H, limit: 3wd, pause: [{begin: P, end: R, cap: case.days}],
     cards: {yellow: past}}
"""


def _touched(book: Rulebook, event: str) -> list[str]:
    return [book.rules[place].id for place in book.touched(event)]


def test_a_fact_touches_the_rules_that_name_its_type_and_those_that_read_the_case(book: Book) -> None:
    rules = book(RULES)

    assert _touched(rules, "A") == ["A1", "A2", "A3", "A4", "A5", "A6"]
    assert _touched(rules, "C") == ["A2", "A3", "A4", "A5", "A6"]
    assert _touched(rules, "unheard-of") == ["A3", "A4", "A5", "A6"]


def test_two_packs_may_not_share_the_id_of_a_rule(pack: Callable[[str], Pack], cn: Calendar) -> None:
    one = pack("  - {id: A1, kind: sequence, step: B, requires: A, cards: {yellow: broken}}\n")
    other = pack(
        "pack: other\nversion: 1\nrules:\n  - {id: A1, kind: sequence, step: B, requires: A, cards: {red: broken}}\n"
    )

    with pytest.raises(PackRefused, match="rule id 'A1' is taken already in pack test"):
        Rulebook([one, other], cn)


ACCEPTED = "pack: p\nversion: 1\nvocabulary: approval\nrules: []\n"
VERSIONS = Catalogue(
    [
        ItemVersion("i", date(2026, 1, 1), date(2026, 2, 28), {"v": 1}),
        ItemVersion("i", date(2026, 3, 1), None, {"v": 2}),
    ]
)


@pytest.mark.parametrize(
    ("events", "version"),
    [
        ([("2026-02-27 10:00", "case.applied"), ("2026-03-02 10:00", "case.accepted")], 2),
        ([("2026-02-27 10:00", "case.applied")], 1),
        ([("2026-02-27 10:00", "case.applied"), ("2026-02-28 10:00", "case.accepted")], 1),
        ([("2025-02-27 10:00", "case.applied")], 1),  # before the first version the first one counts
        ([("2026-02-28 23:59:59", "case.accepted")], 1),
        ([("2026-03-01 00:00", "case.accepted")], 2),
    ],
)
def test_an_item_is_that_of_the_day_of_acceptance_or_of_the_beginning(
    book: Book, told: Told, events: list[tuple[str, str]], version: int
) -> None:
    rules = book(ACCEPTED, catalogue=VERSIONS)

    assert rules.item_of([told(*each, item="i") for each in events]) == {"v": version}


def test_a_case_without_an_item_or_of_an_unknown_one_has_no_fields(book: Book, told: Told) -> None:
    rules = book(ACCEPTED, catalogue=VERSIONS)

    assert rules.item_of([told("2026-03-06", "case.applied")]) == {}
    assert rules.item_of([told("2026-03-06", "case.applied", item="other")]) == {}


def test_the_fingerprint_changes_with_pack_calendar_catalogue_and_delays(book: Book, cn: Calendar) -> None:
    prints = {
        book(ACCEPTED).fingerprint,
        book(ACCEPTED.replace("version: 1", "version: 2")).fingerprint,
        book(ACCEPTED, calendar=cn.laid_over({}, {}, version="t")).fingerprint,
        book(ACCEPTED, catalogue=Catalogue([], "2")).fingerprint,
        book(ACCEPTED, delays={"s": 1}).fingerprint,
    }

    assert len(prints) == 5
    assert book(ACCEPTED).fingerprint in prints
