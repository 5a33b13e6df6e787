"""Who has fallen silent: the days after each word are lived through until the next, or until it should have come."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple

from mingjing.services.city.calendar import Calendar
from mingjing.services.city.message import ZONE, Planted
from mingjing.services.city.oracle.diary import ONE_DAY, midnight_after
from mingjing.services.city.oracle.reading import Happening
from mingjing.services.city.words import Word, subject


class Wont(NamedTuple):
    """What an agency is wont to tell of (None: of anything), how many days may pass, and what its silence is."""

    kind: str | None
    days: int
    level: str
    offices_open: bool = False


WONT: Final = {"ACT-06-AF": Wont("task.visited", 92, "warning"), "SAT-05": Wont("task.reviewed", 184, "hint")}
OF_CHOICE: Final = {**WONT, "INT-11": Wont(None, 10, "hint", offices_open=True)}
"""What agencies are wont to tell of, by rule; and what besides where the rules of choice are kept."""

ON_ITS_WAY: Final = timedelta(hours=1)


def talk(happening: Happening, wont: Mapping[str, Wont]) -> Iterator[Word]:
    """Yield what is heard of something sent, whatever is said of it afterwards."""
    for rule, each in wont.items():
        if each.kind in {None, happening.type}:
            agency = str(happening.says("agency"))
            yield Word(rule, (agency,), happening.at, happening.id, agency)


def silences(
    words: Iterable[Word], until: datetime, delays: Mapping[str, timedelta], calendar: Calendar
) -> Iterator[Planted]:
    """Yield every silence that was too long by `until`; what an agency may send later than others is waited for."""
    spoken: defaultdict[tuple[str, str], set[date]] = defaultdict(set)
    for word in words:
        if word.rule in OF_CHOICE:
            spoken[word.rule, word.agency].add(word.at.astimezone(ZONE).date())
    for (rule, agency), days in spoken.items():
        wont = OF_CHOICE[rule]
        known = until - ON_ITS_WAY - delays[agency]
        for day in days:
            evening = _last_evening(day, wont, days, calendar)
            if evening is not None and (midnight_after(evening) <= known or evening < max(days)):
                yield Planted(subject(rule, (agency,)), rule, wont.level, midnight_after(evening))


def _last_evening(day: date, wont: Wont, spoken: set[date], calendar: Calendar) -> date | None:
    """Return the last day on which a word was due after that of `day`, None if one came."""
    passed = 0
    while passed < wont.days:
        day += ONE_DAY
        if day in spoken:
            return None
        passed += calendar.works(day) or not wont.offices_open
    return day
