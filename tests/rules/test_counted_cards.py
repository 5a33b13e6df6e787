"""What rules that count cards count, once people have had their say: what is shown, in whatever order all is heard."""

from collections.abc import Callable
from datetime import date
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mingjing.rules.card import Card, Level
from mingjing.rules.card_action import next_steps
from mingjing.rules.card_life import shown_level, standing
from mingjing.rules.case import Case
from mingjing.rules.desk import Desk
from mingjing.rules.desk_words import ASKED, Happening, said_of
from mingjing.rules.engine import Engine, EngineFault
from mingjing.rules.events import Fact
from mingjing.rules.replay import across, replayed
from mingjing.rules.rulebook import Rulebook
from mingjing.rules.standing import STANDS
from mingjing.rules.subject import is_subject
from mingjing.rules.tally import subjects_of
from mingjing.rules.workflow import Step
from mingjing.rules.zone import DAY, HOUR, Zone

SHANGHAI = Zone("Asia/Shanghai")
BEGIN = SHANGHAI.midnight(date(2026, 3, 2).toordinal())
NOW = BEGIN + 60 * DAY
OVER = SHANGHAI.midnight(date(2027, 1, 1).toordinal())  # every exemption ends with the year
RULES = """
  - {id: Y, kind: sequence, step: V, requires: N, cards: {yellow: broken}}
  - {id: K, kind: sequence, step: W, requires: N, cards: {yellow: broken}, issue: confirm}
  - {id: C, kind: frequency, of: {event: card.shown, where: 'data.level == "yellow"'}, by: agency, at_least: 2,
     per: year, anew: true, cards: {red: reached}, issue: confirm}
  - {id: H, kind: frequency, of: {event: card.shown, where: 'data.level == "red"'}, by: agency, at_least: 2,
     per: year, cards: {warning: reached}}
"""
ACTORS = {"inspector": ("li", "sun"), "supervisor": ("zhao", "qian"), "clerk": ("wang",)}

DICE = st.integers(0, 2**32).map(Random)
"""In which order words arrive and people act; seeded, for there are many throws."""

Story = tuple[tuple[str, Fact], ...]


@pytest.fixture(scope="module")
def rulebook(book: Callable[..., Rulebook]) -> Rulebook:
    return book(RULES)


@st.composite
def stories(draw: st.DrawFn) -> Story:
    """Return cases that break a rule, some of which a late fact shows not to have."""
    story = []
    for number in range(draw(st.integers(2, 6))):
        at = BEGIN + draw(st.integers(0, 40 * 24)) * HOUR
        kept = {"source": "s", "stamp": at, "agency": "A", "region": "33"}
        story.append((f"a/{number}", Fact(id="1", type=draw(st.sampled_from("VVW")), at=at, **kept)))
        if draw(st.integers(0, 4)) == 0:
            story.append((f"a/{number}", Fact(id="2", type="N", at=at - HOUR, **kept)))
    return tuple(story)


class World:
    """Cases, their subjects and the desk, each hearing of the others when `dice` let it."""

    def __init__(self, rulebook: Rulebook, dice: Random) -> None:
        self._dice = dice
        self._book = (rulebook, subjects_of(rulebook))
        self._engines = [Engine(each, now=NOW) for each in self._book]
        self.desk = Desk(SHANGHAI, now=NOW)
        self._waiting: dict[str, list[tuple[str, Fact]]] = {"cases": [], "subjects": [], "desk": [], "back": []}
        self._offset = 0
        self._keys: set[str] = set()
        self.cards: dict[str, Card] = {}

    def send(self, case_key: str, fact: Fact) -> None:
        """Let an event of a case be on its way."""
        self._keys.add(case_key)
        self._waiting["cases"].append((case_key, fact))

    def step(self) -> bool:
        """Let one of what is on its way arrive; return whether anything was."""
        logs = [name for name, words in self._waiting.items() if words]
        if not logs:
            return False
        name = self._dice.choice(logs)
        case_key, fact = self._waiting[name].pop(0)
        if self._dice.randint(0, 5) == 0:
            self._waiting[name].append((case_key, fact))  # said again by one who took over
        self._offset += 1
        if name == "desk":
            self.desk.fold(case_key, fact, self._offset)
            self._handled()
        else:
            number = int(is_subject(case_key))
            self._engines[number].fold(case_key, fact, self._offset)
            self._judged(number)
        return True

    def act(self) -> None:
        """Let somebody take one of the steps that are open on some card."""
        lives = [life for card in self.cards.values() if (life := self.desk.life(card.case_key, card.card_id))]
        open_ = [
            (life, step, role, actor)
            for life in lives
            for role, actors in ACTORS.items()
            for actor in actors
            for step in next_steps(life, role, actor)
        ]
        if not open_:
            return
        life, step, role, actor = self._dice.choice(open_)
        wish = {"card_id": life.card_id, "verb": step.verb, "expected": life.revision, "actor": actor, "role": role}
        data = wish | {"region": "", "fields": filled(step)}
        fact = Fact(id=f"{life.card_id}{life.revision}", source="people", type=ASKED, at=NOW, stamp=NOW, data=data)
        self._offset += 1
        self.desk.fold(life.case_key, fact, self._offset)
        self._handled()

    def pass_time(self) -> None:
        """Let the year end."""
        self.desk.advance(OVER)
        self._handled()

    def restart(self) -> None:
        """Let the desk and the owner of the cases be others, who know what was saved."""
        desk = Desk(SHANGHAI, now=self.desk.now)
        engine = Engine(self._book[0], now=NOW)
        for key in {card.case_key for card in self.cards.values()} | self._keys:
            if (state := self.desk.dump(key)) is not None:
                desk.restore_all({key: state}, {})
            if (state := self._engines[0].dump(key)) is not None:
                engine.restore(key, state)
        self.desk, self._engines[0] = desk, engine

    def standing(self) -> set[tuple[str, str, str]]:
        """Return the cards that stand on subjects, with their levels."""
        return {
            (card.rule, card.occurrence, card.level)
            for card in self.cards.values()
            if is_subject(card.case_key) and card.status != "withdrawn"
        }

    def shown(self, level: Level) -> int:
        """Return how many cards of cases people have shown at a level, by what the desk knows of each."""
        lives = (self.desk.life(card.case_key, card.card_id) for card in self.cards.values())
        return sum(
            life is not None
            and not is_subject(life.case_key)
            and life.stage != "pending"
            and shown_level(life) == level
            for life in lives
        )

    def _judged(self, number: int) -> None:
        output = self._engines[number].take(1)
        for card in output.cards:
            self.cards[card.card_id] = card
            said = said_of(card, NOW)
            if said is not None:
                self._waiting["desk"].append((card.case_key, said))
        self._waiting["subjects"] += [(tally.case_key, tally.fact) for tally in output.tallies]

    def _handled(self) -> None:
        self._waiting["back"] += [(each.case_key, told(each)) for each in self.desk.take(1).standings]


def told(each: Happening) -> Fact:
    return Fact(id=each.id, source="urn:mingjing:desk", type=each.type, at=each.at, stamp=each.at, data=each.data)


def filled(step: Step) -> dict[str, str]:
    said = {"text": "属实", "date": "2026-12-31"}
    return {each.name: said.get(each.type, "") or next(iter(each.choices)) for each in step.fields}


def lived(rulebook: Rulebook, story: Story, dice: Random) -> World:
    """Return the world after the story, people's steps and restarts in some order, once all has been heard."""
    world = World(rulebook, dice)
    for case_key, fact in story:
        world.send(case_key, fact)
    deeds = [world.act] * 30 + [world.restart] * 2 + [world.pass_time] * dice.randint(0, 1)
    dice.shuffle(deeds)
    for deed in deeds:
        for _ in range(dice.randint(0, 4)):
            world.step()
        deed()
    while world.step():
        pass
    return world


def last_words(world: World) -> list[tuple[str, Fact]]:
    """Return what people say in the end of every card that they know."""
    found = []
    for card in world.cards.values():
        life = world.desk.life(card.case_key, card.card_id)
        if life is not None:
            data = {"card_id": life.card_id, "standing": list(standing_fields(life))}
            fact = Fact(id=life.card_id, source="urn:mingjing:desk", type=STANDS, at=NOW, stamp=NOW, data=data)
            found.append((card.case_key, fact))
    return found


def standing_fields(life: object) -> tuple[object, ...]:
    said = standing(life)  # type: ignore[arg-type]  # a life
    return (said.revision, said.level, said.violated_at, said.due_at, said.shown, said.decided)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(stories(), DICE)
def test_what_is_counted_in_the_end_is_what_is_shown_in_the_end(rulebook: Rulebook, story: Story, dice: Random) -> None:
    """One who hears the last word of everybody first finds the same cards across cases, as many as can be told."""
    world = lived(rulebook, story, dice)
    fresh = World(rulebook, dice)
    for case_key, fact in (*last_words(world), *story):
        fresh.send(case_key, fact)
    while fresh.step():
        pass

    assert world.standing() == fresh.standing()
    assert sum(rule == "C" for rule, _, _ in world.standing()) == world.shown("yellow") // 2


@settings(max_examples=75, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(stories(), DICE)
def test_a_replay_of_the_archive_counts_what_people_have_shown(rulebook: Rulebook, story: Story, dice: Random) -> None:
    world = lived(rulebook, story, dice)
    archive: dict[str, list[Fact]] = {}
    for case_key, fact in (*story, *(each for each in last_words(world) if not is_subject(each[0]))):
        archive.setdefault(case_key, []).append(fact)
    words = [tally for key, facts in archive.items() for tally in replayed(key, facts, rulebook, NOW).tallies]
    replayed_cards = {line["occurrence"] for line in across(words, rulebook, NOW) if line["rule"] == "C"}

    assert replayed_cards == {occurrence for rule, occurrence, _ in world.standing() if rule == "C"}


@pytest.fixture
def two_yellows(rulebook: Rulebook) -> World:
    world = World(rulebook, Random(0))  # noqa: S311  # the order in which words arrive
    for number in range(2):
        at = BEGIN + number * DAY
        world.send(f"a/{number}", Fact(id="1", source="s", type="V", at=at, stamp=at, agency="A", region="33"))
    while world.step():
        pass
    return world


def ask(world: World, card: Card, *steps: tuple[str, str, str]) -> None:
    """Let people take these steps (verb, role, actor) with a card, and let everybody hear of it."""
    for verb, role, actor in steps:
        life = world.desk.life(card.case_key, card.card_id)
        assert life is not None
        step = next(each for each in next_steps(life, role, actor) if each.verb == verb)
        wish = {"card_id": life.card_id, "verb": verb, "expected": life.revision, "actor": actor, "role": role}
        data = wish | {"region": "", "fields": filled(step)}
        world.desk.fold(
            card.case_key, Fact(id=f"{verb}{life.revision}", source="p", type=ASKED, at=NOW, stamp=NOW, data=data), 99
        )
        world._handled()
    while world.step():
        pass


APPEALED = (("sign", "clerk", "wang"), ("appeal", "clerk", "wang"), ("verify", "inspector", "li"))


def yellow(world: World) -> Card:
    return next(card for card in world.cards.values() if card.rule == "Y")


def test_a_yellow_revoked_on_appeal_takes_the_red_drawn_from_it(two_yellows: World) -> None:
    assert two_yellows.standing() != set()

    ask(two_yellows, yellow(two_yellows), *APPEALED, ("revoke", "supervisor", "zhao"))

    assert two_yellows.standing() == set()


def test_a_yellow_lowered_to_a_warning_counts_no_more(two_yellows: World) -> None:
    ask(two_yellows, yellow(two_yellows), *APPEALED, ("lower", "supervisor", "zhao"))

    assert two_yellows.standing() == set()


def test_a_yellow_upheld_on_appeal_goes_on_counting(two_yellows: World) -> None:
    before = two_yellows.standing()

    ask(two_yellows, yellow(two_yellows), *APPEALED, ("uphold", "inspector", "li"))

    assert two_yellows.standing() == before


def test_an_exempted_yellow_counts_again_when_its_exemption_is_over(two_yellows: World) -> None:
    before = two_yellows.standing()
    ask(
        two_yellows,
        yellow(two_yellows),
        *APPEALED,
        ("propose", "inspector", "li"),
        ("exempt", "supervisor", "zhao"),
    )
    exempted = two_yellows.standing()
    two_yellows.pass_time()
    while two_yellows.step():
        pass

    assert (exempted, two_yellows.standing()) == (set(), before)


def test_an_older_word_on_a_card_that_is_heard_after_a_newer_one_changes_nothing() -> None:
    case = Case("a/1")
    for revision, shown in ((5, None), (3, "yellow")):
        data = {"card_id": "c1", "standing": [revision, "yellow", 10, None, shown, shown is None]}
        case.stand(Fact(id=f"c1~{revision}", source="urn:mingjing:desk", type=STANDS, at=0, stamp=0, data=data))

    assert case.standings is not None
    assert (case.standings["c1"].revision, case.standings["c1"].shown) == (5, None)


def test_what_is_no_word_on_a_card_is_refused_and_stops_nothing(rulebook: Rulebook) -> None:
    engine = Engine(rulebook, now=NOW)
    fact = Fact(id="1", source="urn:mingjing:desk", type=STANDS, at=0, stamp=0, data={"card_id": 1})

    with pytest.raises(EngineFault, match=r"card\.stands 1: "):
        engine.fold("a/1", fact, 1)
