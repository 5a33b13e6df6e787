"""What is applied for again is judged by itself, not by what was said of the application before it."""

from collections.abc import Callable

import pytest

from mingjing.rules.card import Finding
from mingjing.rules.events import Fact
from mingjing.rules.rulebook import Rulebook
from mingjing.rules.yaml_page import PackRefused

Told = Callable[..., Fact]
Book = Callable[..., Rulebook]
Judged = Callable[..., list[Finding]]

RENEWED = "renewed_by: asked, renews_after: [back, refused], cards: {yellow: broken}}\n"
TWICE = "  - {id: N, kind: condition, at: told, with: {said: told}, when: size(said) > 1, " + RENEWED
ORDER = "  - {id: N, kind: sequence, step: {event: told, which: each}, forbids: taken, " + RENEWED
NEEDED = "  - {id: N, kind: sequence, step: {event: told, which: each}, requires: taken, " + RENEWED
ONCE = "  - {id: N, kind: notification, trigger: told, notice: told, at_most: 1, " + RENEWED
OFTEN = "  - {id: N, kind: frequency, of: told, by: case, at_least: 2, within: 99cd, " + RENEWED.replace(
    "broken", "reached"
)
OTHERS = "  - {id: N, kind: separation, a: told, b: taken, by: officer, " + RENEWED


def _days(told: Told, *events: str) -> list[Fact]:
    """Return one fact a day, called by its number."""
    return [told(f"2026-03-{number:02} 09:00", each, id=str(number)) for number, each in enumerate(events, 1)]


@pytest.mark.parametrize(
    "rule",
    [TWICE, ORDER, ONCE, OFTEN, OTHERS],
    ids=["condition", "sequence", "notification", "frequency", "people"],
)
@pytest.mark.parametrize("ending", ["back", "refused"])
def test_nothing_of_the_former_round_counts_against_the_next(
    book: Book, told: Told, judged: Judged, rule: str, ending: str
) -> None:
    second = ("asked", "taken", "told") if rule == OTHERS else ("asked", "told")
    facts = _days(told, "asked", *(() if rule == OTHERS else ("taken",)), "told", ending, *second)
    facts[1 if rule == OTHERS else 2].officer = "x"
    facts[-2].officer = "x" if rule == OTHERS else None

    found = judged(book(rule), facts)

    assert [each for each in found if each.violated_at >= facts[-len(second)].at] == []


@pytest.mark.parametrize(
    ("rule", "events", "occurrence"),
    [
        (TWICE, ("asked", "told", "back", "asked", "told", "told"), "urn:test|6"),
        (ORDER, ("asked", "told", "back", "asked", "taken", "told"), "urn:test|6"),
        (NEEDED, ("asked", "taken", "told", "back", "asked", "told"), "urn:test|6"),
        (ONCE, ("asked", "told", "back", "asked", "told", "told"), "repeated|urn:test|4"),
        (OFTEN, ("asked", "told", "back", "asked", "told", "told"), "urn:test|6"),
    ],
    ids=["condition", "forbids", "requires", "notification", "frequency"],
)
def test_what_is_wrong_within_the_next_round_is_found(
    book: Book, told: Told, judged: Judged, rule: str, events: tuple[str, ...], occurrence: str
) -> None:
    assert [each.occurrence for each in judged(book(rule), _days(told, *events))] == [occurrence]


def test_each_round_has_a_card_of_its_own(book: Book, told: Told, judged: Judged) -> None:
    facts = _days(told, "asked", "told", "told", "back", "asked", "told", "told")

    assert [each.occurrence for each in judged(book(ONCE), facts)] == ["repeated", "repeated|urn:test|5"]


def test_asking_again_while_the_former_round_runs_begins_nothing(book: Book, told: Told, judged: Judged) -> None:
    assert judged(book(TWICE), _days(told, "asked", "told", "asked", "told")) != []


def test_what_was_found_before_the_next_round_began_stays_found(book: Book, told: Told, judged: Judged) -> None:
    """What is told after the ending is of the former round, and the next does not judge it once more."""
    facts = _days(told, "asked", "told", "back", "told", "asked")

    before, after = judged(book(TWICE), facts[:-1]), judged(book(TWICE), facts)

    assert [each.occurrence for each in before] == [each.occurrence for each in after] == ["urn:test|4"]


def test_what_lay_between_two_rounds_is_not_found_out_of_order_by_the_later(
    book: Book, told: Told, judged: Judged
) -> None:
    facts = _days(told, "asked", "taken", "back", "told", "asked")

    assert judged(book(NEEDED), facts) == []


@pytest.mark.parametrize(
    ("terms", "fault"),
    [
        ("renewed_by: asked", "go together"),
        ("renews_after: back", "go together"),
        ("within: 2wd, renewed_by: asked, renews_after: back", "ends with its round by `unless`"),
    ],
)
def test_half_a_round_is_refused(book: Book, terms: str, fault: str) -> None:
    cards = "{yellow: past}" if "within" in terms else "{yellow: broken}"
    before = "" if "within" in terms else "at_most: 1, "
    with pytest.raises(PackRefused, match=fault):
        book(f"  - {{id: N, kind: notification, trigger: told, notice: told, {before}{terms}, cards: {cards}}}\n")


def test_what_is_counted_across_cases_has_no_rounds(book: Book) -> None:
    with pytest.raises(PackRefused, match="only what is counted `by: case`"):
        book(OFTEN.replace("by: case", "by: officer"))
