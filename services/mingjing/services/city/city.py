"""A city of agencies, case by case and as one stream."""

import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Final

from mingjing.services.city import census, mischief
from mingjing.services.city.draft import Draft, midnight
from mingjing.services.city.garbage import garbage
from mingjing.services.city.message import Message, Planted
from mingjing.services.city.plots import PLOTS
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
    has reached `until` has seen.

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
    ) -> None:
        self.world = world
        self.seed = seed
        self.cases = cases
        self.begin = midnight(first)
        self.ends = midnight(last + timedelta(days=1))
        self.until = self.ends + SETTLING
        self._worked = world.calendar.worked(first, last)
        self._places = world.places
        self._weights = [place.weight for place in self._places]

    def story(self, number: int) -> Story:
        """Return case `number`, counted from 0."""
        dice = random.Random(f"{self.seed}/{number}")
        agency, item, plot, _ = dice.choices(self._places, self._weights)[0]
        day = dice.choice(self._worked)
        subject = agency.case_number(item, day, number)
        draft = Draft(dice, self.world.calendar, item, agency, subject, self.ends, self.until)
        PLOTS[plot](draft, day)
        sent = mischief.send(dice, draft.told(), agency.code, self.ends)
        counted = [word for card in draft.cards(sent.corrected) for word in census.tell(card)]
        return Story(draft.case_key, sent.messages, draft.planted, draft.words + counted)

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
        planted += census.count(words, self.until)
        sent.sort(key=_leaving)
        return sent, planted


def _leaving(message: Message) -> datetime:
    return message.at
