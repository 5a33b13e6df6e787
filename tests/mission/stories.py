"""The stories of the mechanisms, as files tell them, and what comes of each when it is judged as in production."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import yaml

from mingjing.rules.calendar import Calendar
from mingjing.rules.calendar_text import parse_calendars
from mingjing.rules.card import Card
from mingjing.rules.examples import Example, read_example
from mingjing.rules.output import Output
from mingjing.rules.rulebook import Rulebook
from mingjing.rules.together import Together
from mingjing.rules.vocabulary import Vocabulary
from mingjing.rules.yaml_page import YamlPage
from mingjing.rules.zone import Zone
from mingjing.services.rulebook_files import load_rulebook, shipped

ROOM = Path(__file__).parent
PATHS = sorted(ROOM.glob("*.yaml"))
OWN_KEYS = ("mechanism", "packs", "overlay", "figures")
"""What a story says besides the keys of an example in a pack."""

SHIPPED = {path.stem: path for path in sorted(shipped("packs").glob("*.yaml"))}
OPTIONAL = {path.stem: path for path in sorted(shipped("packs").glob("optional/*.yaml"))}
SHANGHAI = Zone("Asia/Shanghai")


class Story(msgspec.Struct, frozen=True):
    """One file: the mechanism it proves, the packs that carry it, the rulebook of its installation, the example.

    `figures` is what the report of a month says of the story, by month and indicator.
    """

    path: Path
    mechanism: int
    packs: tuple[str, ...]
    book: Rulebook
    example: Example
    figures: dict[str, dict[str, Any]] = {}


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
    figures = yaml.safe_load(yaml.serialize(own["figures"])) if "figures" in own else {}
    return Story(path, int(page.text(own.get("mechanism"))), packs, book, story, figures)


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
    return lived(story).cards


def lived(story: Story, room: str = "mission") -> Output:
    """Return all that comes of the story, its cases numbered within `room`."""
    item = story.example.item
    assert isinstance(item, str), "a story is about an item of the shipped catalogue"
    facts = [msgspec.structs.replace(fact, item=fact.item or item or None) for fact in story.example.facts]
    homes = story.example.homes or ("1",) * len(facts)
    engine = Together(story.book, now=min(fact.stamp for fact in facts) - 1)
    life = Output([], [])
    happened = sorted(zip(facts, homes, strict=True), key=lambda each: (each[0].stamp, each[0].order))
    for offset, (fact, home) in enumerate(happened):
        for output in _passing(engine, fact.stamp):
            _add(life, output)
        engine.fold(f"{room}/{home}", fact, offset)
        _add(life, engine.take())
    for output in _passing(engine, story.example.by):
        _add(life, output)
    assert engine.cases.parked == {}
    return life


def _passing(engine: Together, until: int) -> Iterator[Output]:
    while (wake := engine.next_wake) is not None and wake <= until:
        engine.advance(max(wake, engine.now + 1))
        yield engine.take()
    engine.advance(until)
    yield engine.take()


def _add(life: Output, output: Output) -> None:
    life.cards.extend(output.cards)
    life.facts.extend(output.facts)
