"""What an agency must do again within so many days or in every quarter or year, and whether it did."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Final, NamedTuple

from mingjing.services.city.calendar import Calendar
from mingjing.services.city.draft import end_of, midnight
from mingjing.services.city.message import Planted
from mingjing.services.city.words import Word, subject

UNDERWAY: Final = timedelta(hours=1)
"""How much longer a word that is still on its way is waited for."""

DAY: Final = timedelta(days=1)
MONTHS: Final = 12


class Rhythm(NamedTuple):
    """Within how many days on which offices work anything must be heard again, and what is found when nothing is."""

    level: str
    days: int

    def due(self, day: date, calendar: Calendar, down: Collection[date]) -> date:
        """Return the last day on which it may come after it came on `day`; days on which systems are `down` are free.

        As many are added as were free, and as many again as are free among those.
        """
        owed = self.days
        while True:
            last = calendar.after(day, owed)
            free = sum(day < each <= last and calendar.works(each) for each in down)
            if owed == self.days + free:
                return last
            owed = self.days + free


class Duty(NamedTuple):
    """What is done, how often in each stretch of so many months of the calendar, and what is found when it is not."""

    kind: str
    level: str
    months: int
    least: int = 1

    def stretch(self, day: date) -> int:
        """Return which stretch a day lies in, counted from the beginning of years."""
        return (day.year * MONTHS + day.month - 1) // self.months

    def begin(self, stretch: int) -> datetime:
        """Return the first instant of a stretch."""
        year, month = divmod(stretch * self.months, MONTHS)
        return midnight(date(year, month + 1, 1))


RHYTHMS: Final[Mapping[str, Rhythm]] = {"INT-11": Rhythm("hint", 10)}
"""The rules of choice on silence. An event that is taken back later was heard all the same."""

DUTIES: Final[Mapping[str, Duty]] = {
    "ACT-06-AF": Duty("task.visited", "warning", 3),
    "SAT-05": Duty("task.reviewed", "hint", 12, 2),
}
"""What must be done so often in every stretch after the one in which it was done first; what is taken back was not."""


def lapses(
    words: Iterable[Word],
    until: datetime,
    delays: Mapping[str, timedelta],
    calendar: Calendar,
    down: Mapping[str, Collection[date]],
) -> Iterator[Planted]:
    """Yield every silence that grew too long and every stretch in which too little was done, by the instant `until`.

    An agency that may send later, by its share of `delays`, is called silent later; the days on which it was `down`
    by its own word are no silence.
    """
    heard: defaultdict[tuple[str, tuple[str, ...]], list[Word]] = defaultdict(list)
    for word in words:
        if word.rule in RHYTHMS or word.rule in DUTIES:
            heard[word.rule, word.key].append(word)
    for (rule, key), told in heard.items():
        told.sort(key=lambda word: word.at)
        agency, known = told[-1].agency, until - UNDERWAY - delays[told[-1].agency]
        if rule in RHYTHMS:
            level, found = RHYTHMS[rule].level, _pauses(RHYTHMS[rule], told, known, calendar, down.get(agency, ()))
        else:
            level, found = DUTIES[rule].level, _undone(DUTIES[rule], told, known)
        for at in found:
            yield Planted(subject(rule, key), rule, level, at)


def _pauses(
    rhythm: Rhythm, told: list[Word], known: datetime, calendar: Calendar, down: Collection[date]
) -> list[datetime]:
    dues = [end_of(rhythm.due(word.at.date(), calendar, down)) for word in told]
    broken = [due for due, (_, word) in zip(dues, pairwise(told), strict=False) if word.at >= due]
    return broken + [due for due in dues[-1:] if due <= known]


def _undone(duty: Duty, told: list[Word], known: datetime) -> list[datetime]:
    done = Counter(duty.stretch(word.at.date()) for word in told)
    last = duty.stretch(known.date())
    return [duty.begin(each + 1) for each in range(min(done) + 1, last) if done[each] < duty.least]
