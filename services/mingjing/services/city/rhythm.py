"""What an agency must do again within so many days, and whether it did."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Final, NamedTuple

from mingjing.services.city.calendar import Calendar
from mingjing.services.city.draft import end_of
from mingjing.services.city.message import Planted
from mingjing.services.city.words import Word, subject

UNDERWAY: Final = timedelta(hours=1)
"""How much longer a word that is still on its way is waited for."""


class Rhythm(NamedTuple):
    """What is heard ('' for anything), what is found when it is not, and within how many days it must come again.

    They are calendar days, or those on which offices are `working`. A rule `of_choice` is kept where it was chosen.
    """

    kind: str
    level: str
    days: int
    working: bool = False
    of_choice: bool = False

    def due(self, day: date, calendar: Calendar) -> date:
        """Return the last day on which it may come again after it came on `day`."""
        return calendar.after(day, self.days) if self.working else day + timedelta(days=self.days)


RHYTHMS: Final[Mapping[str, Rhythm]] = {
    "ACT-06-AF": Rhythm("task.visited", "warning", 92),
    "INT-11": Rhythm("", "hint", 10, working=True, of_choice=True),
    "SAT-05": Rhythm("task.reviewed", "hint", 184),
}
"""The rules of silence. An event that is taken back later was heard all the same."""


def pauses(
    words: Iterable[Word], until: datetime, delays: Mapping[str, timedelta], calendar: Calendar
) -> list[Planted]:
    """Return every silence that grew too long, ended or not, by the instant `until`.

    An agency that may send later, by its share of `delays`, is called silent later.
    """
    heard: defaultdict[tuple[str, tuple[str, ...]], list[Word]] = defaultdict(list)
    for word in words:
        if word.rule in RHYTHMS:
            heard[word.rule, word.key].append(word)
    found = []
    for (rule, key), told in heard.items():
        told.sort(key=lambda word: word.at)
        rhythm, name = RHYTHMS[rule], subject(rule, key)
        dues = [end_of(rhythm.due(word.at.date(), calendar)) for word in told]
        broken = [due for due, (_, word) in zip(dues, pairwise(told), strict=False) if word.at >= due]
        if dues[-1] + UNDERWAY + delays[told[-1].agency] <= until:
            broken.append(dues[-1])
        found += [Planted(name, rule, rhythm.level, due) for due in broken]
    return found
