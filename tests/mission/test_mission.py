"""Each mechanism of the founding documents as a story: what happened goes in, the cards that come of it come out.

A story is judged as in production, by every shipped pack at once (and by a pack
of choice where the story names one), so a card that no one expects fails it
like one that does not come.
"""

from datetime import date

import msgspec
import pytest

from mingjing.rules.rulebook import Rulebook
from mingjing.services.rulebook_files import load_calendar

from .stories import OPTIONAL, PATHS, SHANGHAI, SHIPPED, Story, read_story, told

DEPTH = 2
"""Digits of the mechanism's number at the head of a story's file name."""

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
