"""Each mechanism of the founding documents as a story: what happened goes in, the cards that come of it come out.

A story is judged as in production, by every shipped pack at once (and by a pack
of choice where the story names one), so a card that no one expects fails it
like one that does not come.
"""

from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path

import msgspec
import pytest
import yaml

from mingjing.rules.calendar import Calendar
from mingjing.rules.calendar_text import parse_calendars
from mingjing.rules.card import Card
from mingjing.rules.examples import Example, read_example
from mingjing.rules.rulebook import Rulebook
from mingjing.rules.together import Together
from mingjing.rules.vocabulary import Vocabulary
from mingjing.rules.yaml_page import YamlPage
from mingjing.rules.zone import Zone
from mingjing.services.rulebook_files import load_calendar, load_rulebook, shipped

ROOM = Path(__file__).parent
PATHS = sorted(ROOM.glob("*.yaml"))
OWN_KEYS = ("mechanism", "packs", "overlay")
"""What a story says besides the keys of an example in a pack."""

SHIPPED = {path.stem: path for path in sorted(shipped("packs").glob("*.yaml"))}
OPTIONAL = {path.stem: path for path in sorted(shipped("packs").glob("optional/*.yaml"))}
SHANGHAI = Zone("Asia/Shanghai")
DEPTH = 2
"""Digits of the mechanism's number at the head of a story's file name."""


class Story(msgspec.Struct, frozen=True):
    """One file: the mechanism it proves, the packs that carry it, the rulebook of its installation, the example."""

    path: Path
    mechanism: int
    packs: tuple[str, ...]
    book: Rulebook
    example: Example


def read_story(path: Path) -> Story:
    """Return the story of a file; PackRefused with every fault."""
    page = YamlPage(path.read_text("utf-8"), path.name)
    page.refuse()
    assert isinstance(page.root, yaml.MappingNode)
    own = {key.value: node for key, node in page.root.value if key.value in OWN_KEYS}
    rest = [(key, node) for key, node in page.root.value if key.value not in OWN_KEYS]
    packs = tuple(page.texts(own.get("packs")))
    calendar = _laid_over(yaml.serialize(own["overlay"])) if "overlay" in own else None
    book = _rulebook(frozenset(packs) & frozenset(OPTIONAL), calendar)
    example = yaml.MappingNode(page.root.tag, rest, page.root.start_mark, page.root.end_mark)
    story = read_example(
        page, example, _vocabulary(book, packs), SHANGHAI, {rule.id for rule in (*book.rules, *book.across)}
    )
    page.refuse()
    return Story(path, int(page.text(own.get("mechanism"))), packs, book, story)


@cache
def _rulebook(chosen: frozenset[str], calendar: Calendar | None) -> Rulebook:
    known = load_rulebook([*SHIPPED.values(), *(OPTIONAL[name] for name in sorted(chosen))])
    return Rulebook(known.packs, calendar, known.catalogue) if calendar else known


def _laid_over(overlay: str) -> Calendar:
    files = {path.name: path.read_text("utf-8") for path in shipped("calendars").glob("*.yaml")}
    return parse_calendars({**files, "overlay.yaml": overlay})


def _vocabulary(book: Rulebook, packs: tuple[str, ...]) -> Vocabulary:
    """Return every event type that the packs of the story speak of."""
    types = {name: each for pack in book.packs if pack.name in packs for name, each in pack.vocabulary.types.items()}
    return Vocabulary("mission", "", types, {}, {})


def told(story: Story) -> list[Card]:
    """Return every card record of the story, each deadline fired at its own instant."""
    item = story.example.item
    assert isinstance(item, str), "a story is about an item of the shipped catalogue"
    facts = [msgspec.structs.replace(fact, item=fact.item or item or None) for fact in story.example.facts]
    homes = story.example.homes or ("1",) * len(facts)
    engine = Together(story.book, now=min(fact.stamp for fact in facts) - 1)
    cards: list[Card] = []
    happened = sorted(zip(facts, homes, strict=True), key=lambda each: (each[0].stamp, each[0].order))
    for offset, (fact, home) in enumerate(happened):
        cards += _passing(engine, fact.stamp)
        engine.fold(f"mission/{home}", fact, offset)
        cards += engine.take().cards
    cards += _passing(engine, story.example.by)
    assert engine.cases.parked == {}
    return cards


def _passing(engine: Together, until: int) -> Iterator[Card]:
    while (wake := engine.next_wake) is not None and wake <= until:
        engine.advance(max(wake, engine.now + 1))
        yield from engine.take().cards
    engine.advance(until)
    yield from engine.take().cards


STORIES = [read_story(path) for path in PATHS]
NAMES = [f"{story.mechanism:02} {story.example.name}" for story in STORIES]


@pytest.mark.parametrize("story", STORIES, ids=NAMES)
def test_a_mechanism_draws_the_cards_of_its_story_and_no_others(story: Story) -> None:
    reached: dict[tuple[str, str, str, str], str] = {}
    for card in told(story):
        reached.setdefault((card.case_key, card.rule, card.occurrence, card.level), card.violated_at)

    drawn = sorted(f"{at} {rule} {level}" for (_, rule, _, level), at in reached.items())
    assert drawn == sorted(f"{SHANGHAI.text(each.at)} {each.rule} {each.level}" for each in story.example.expect)


@pytest.mark.parametrize("story", STORIES, ids=NAMES)
def test_a_card_of_a_story_ends_as_the_story_says(story: Story) -> None:
    final = {(card.rule, card.level): card.status for card in told(story)}
    stated = [each for each in story.example.expect if each.status is not None]

    assert [(each.rule, final[each.rule, each.level]) for each in stated] == [
        (each.rule, each.status) for each in stated
    ]


@pytest.mark.parametrize("story", STORIES, ids=NAMES)
def test_a_card_of_a_story_waits_for_an_inspector_where_its_rule_says_so(story: Story) -> None:
    rules = {rule.id: rule for rule in (*story.book.rules, *story.book.across)}

    assert [card.rule for card in told(story) if card.issue != rules[card.rule].issue] == []


@pytest.mark.parametrize("story", STORIES, ids=NAMES)
def test_a_story_concerns_every_rule_it_spares(story: Story) -> None:
    book = story.book
    concerned = {book.rules[place].id for fact in story.example.facts for place in book.touched(fact.type)}
    happened = {fact.type for fact in story.example.facts}
    concerned |= {
        rule.id for rule in book.across if any(happened & (each.types or happened) for each in rule.judge.selectors)
    }

    assert sorted(set(story.example.spares) - concerned) == []
    assert set(story.example.spares).isdisjoint(each.rule for each in story.example.expect)


@pytest.mark.parametrize("story", STORIES, ids=NAMES)
def test_a_story_names_the_packs_that_carry_it(story: Story) -> None:
    homes = {rule.id: rule.pack for rule in (*story.book.rules, *story.book.across)}
    carried = {homes[rule] for rule in (*(each.rule for each in story.example.expect), *story.example.spares)}

    assert set(story.packs) <= {*SHIPPED, *OPTIONAL}
    assert set(story.packs) <= carried
    assert {homes[each.rule] for each in story.example.expect} <= set(story.packs)


@pytest.mark.parametrize("story", STORIES, ids=NAMES)
def test_a_story_is_about_an_item_in_force_when_it_begins(story: Story) -> None:
    versions = story.book.catalogue.versions
    began = date.fromordinal(SHANGHAI.day(min(fact.at for fact in story.example.facts)))

    assert story.example.item == "" or story.example.item in versions
    assert story.example.item == "" or versions[str(story.example.item)][0].valid_from <= began


def test_a_story_is_filed_under_the_number_of_its_mechanism() -> None:
    assert [story.path.name for story in STORIES if int(story.path.name[:DEPTH]) != story.mechanism] == []


def test_no_two_stories_have_one_name() -> None:
    assert len(set(NAMES)) == len(NAMES)


def test_a_window_open_on_a_holiday_ends_the_limit_sooner() -> None:
    """The story of mechanism 13 rests on its overlay: over the national calendar alone there is no yellow by then."""
    story = next(each for each in STORIES if each.mechanism == 13)
    national = Rulebook(story.book.packs, load_calendar(), story.book.catalogue)

    assert "yellow" not in {card.level for card in told(msgspec.structs.replace(story, book=national))}


def test_every_shipped_pack_carries_a_story() -> None:
    assert {name for story in STORIES for name in story.packs} == {*SHIPPED, *OPTIONAL}
