"""A city of agencies, case by case and as one stream."""

import random
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any, Final

from mingjing.services.city import census, mischief, rhythm
from mingjing.services.city.draft import Draft, midnight
from mingjing.services.city.garbage import garbage
from mingjing.services.city.message import Message, Planted
from mingjing.services.city.outage import days_down
from mingjing.services.city.plots import OF_CHOICE, PLOTS
from mingjing.services.city.plots.hindsight import owe_writing
from mingjing.services.city.plots.practice import owe_entry, practise
from mingjing.services.city.plots.rush import EVERY, place_in_rush, rush
from mingjing.services.city.words import Story, Word
from mingjing.services.city.world import World

FIRST_DAY: Final = date(2026, 7, 1)
LAST_DAY: Final = date(2026, 10, 31)

GARBAGE: Final = 0.02
"""Unusable messages for each case of the city."""


SETTLING: Final = timedelta(hours=36)
"""How long the clock goes on after the last message, so that what waits for late arrivals is settled."""


class City:
    """A seeded city: the same seed, cases and days give the same bytes.

    Its log lasts from `begin` to `ends`; what is planted is what a clock that
    has reached `until` has seen. A city `of_choice` keeps, and breaks, the rules of choice (`packs/optional`) too.

    Case n depends on the seed, n and the days alone, so a part of a large city
    can be made by itself, in any order and in several processes.
    """

    def __init__(
        self,
        world: World,
        *,
        seed: int,
        cases: int,
        first: date = FIRST_DAY,
        last: date = LAST_DAY,
        of_choice: bool = False,
    ) -> None:
        self.world = world
        self.seed = seed
        self.cases = cases
        self.of_choice = of_choice
        self.begin = midnight(first)
        self.ends = midnight(last + timedelta(days=1))
        self.until = self.ends + SETTLING
        self._worked = world.calendar.worked(first, last)
        self._places = world.chosen_places if of_choice else world.places
        self._weights = [place.weight for place in self._places]
        self._windows = [place for place in self._places if place.plot == "on-the-spot"]

    def story(self, number: int) -> Story:
        """Return case `number`, counted from 0."""
        dice = random.Random(f"{self.seed}/{number}")
        rushed = random.Random(f"{self.seed}/rush {number // EVERY}")
        place = place_in_rush(number)
        choosing = dice if place is None else rushed
        agency, item, plot, _ = (
            dice.choices(self._places, self._weights)[0] if place is None else rushed.choice(self._windows)
        )
        day = choosing.choice(self._worked)
        subject = agency.case_number(item, day, number)
        draft = Draft(dice, self.world.calendar, item, agency, subject, self.ends, self.until)
        if place is None:
            (OF_CHOICE if self.of_choice else PLOTS)[plot](draft, day)
        else:
            rush(draft, day, place, rushed)
        if self.of_choice:
            practise(draft)
        sent = mischief.send(dice, draft.told(), agency, self.ends, draft.early)
        owe_writing(draft, sent.left)
        if self.of_choice:
            owe_entry(draft, sent.left)
        counted = [word for card in draft.cards(sent.corrected) for word in census.tell(card)]
        counted += [word for at, event in draft.told() for word in _decisions(at, event)]
        counted += [word for at, event in (*draft.told(), *sent.mistaken) for word in self._heard(at, event)]
        counted += [word for at, event in draft.told() for word in _duties(at, event)]
        return Story(draft.case_key, sent.messages, draft.planted, draft.words + counted)

    def _heard(self, at: datetime, event: dict[str, Any]) -> Iterator[Word]:
        """Yield what an event tells of the rhythms its agency keeps, where it keeps any."""
        for rule in rhythm.RHYTHMS if self.of_choice else ():
            yield Word(rule, (event["agency"],), at, event["id"], event["agency"])

    def add_up(self, words: Iterable[Word]) -> list[Planted]:
        """Return what the words of all cases draw that no case draws by itself."""
        told = list(words)
        agencies, calendar = self.world.agencies.values(), self.world.calendar
        delays = {agency.code: agency.delay for agency in agencies}
        down = {agency.code: days_down(agency.outages) for agency in agencies}
        counted = [word for word in told if word.rule not in {*rhythm.RHYTHMS, *rhythm.DUTIES}]
        lapses = rhythm.lapses(told, self.until, delays, calendar, down)
        return census.count(counted, self.until) + list(lapses)

    def stories(self, first: int = 0, last: int | None = None) -> Iterator[Story]:
        """Yield the cases from `first` up to but not including `last`."""
        return (self.story(number) for number in range(first, self.cases if last is None else last))

    def garbage(self) -> list[Message]:
        """Return the messages that are no events, in order of sending."""
        dice = random.Random(f"{self.seed}/garbage")
        count = round(self.cases * GARBAGE)
        return sorted(garbage(dice, self._places, count, self.begin, self.ends), key=_leaving)

    def log(self) -> tuple[list[Message], list[Planted]]:
        """Return everything the city sends, in order of sending, and everything that is wrong in it."""
        sent = self.garbage()
        planted: list[Planted] = []
        words: list[Word] = []
        for story in self.stories():
            sent += story.messages
            planted += story.planted
            words += story.words
        planted += self.add_up(words)
        sent.sort(key=_leaving)
        return sent, planted


def _decisions(at: datetime, event: dict[str, Any]) -> Iterator[Word]:
    """Yield what an event tells of how many cases an officer decides."""
    if event["type"] == "case.decided" and "officer" in event:
        yield Word("INT-05", (event["officer"],), at, event["id"], event["agency"], event["officer"])


def _duties(at: datetime, event: dict[str, Any]) -> Iterator[Word]:
    """Yield what an event tells of what its agency must do again and again."""
    for rule, duty in rhythm.DUTIES.items():
        if duty.kind == event["type"]:
            yield Word(rule, (event["agency"],), at, event["id"], event["agency"])


def _leaving(message: Message) -> datetime:
    return message.at
