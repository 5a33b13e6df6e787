"""Who has fallen silent: the days after each word are lived through until the next, or until it should have come."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Final

from mingjing.services.city.message import ZONE, Planted
from mingjing.services.city.oracle.diary import ONE_DAY, midnight_after
from mingjing.services.city.oracle.reading import Happening
from mingjing.services.city.words import Word, subject

WONT: Final = {"ACT-06-AF": ("task.visited", 92, "warning"), "SAT-05": ("task.reviewed", 184, "hint")}
"""By rule: what an agency is wont to tell of, within how many days of the last time, and what its silence is."""

ON_ITS_WAY: Final = timedelta(hours=1)


def talk(happening: Happening) -> Iterator[Word]:
    """Yield what is heard of something sent, whatever is said of it afterwards."""
    for rule, (kind, _, _) in WONT.items():
        if happening.type == kind:
            agency = str(happening.says("agency"))
            yield Word(rule, (agency,), happening.at, happening.id, agency)


def silences(words: Iterable[Word], until: datetime, delays: Mapping[str, timedelta]) -> Iterator[Planted]:
    """Yield every silence that was too long by `until`; what an agency may send later than others is waited for."""
    spoken: defaultdict[tuple[str, str], set[date]] = defaultdict(set)
    for word in words:
        if word.rule in WONT:
            spoken[word.rule, word.agency].add(word.at.astimezone(ZONE).date())
    for (rule, agency), days in spoken.items():
        _, most, level = WONT[rule]
        known = until - ON_ITS_WAY - delays[agency]
        for day in days:
            evening = _last_evening(day, most, days)
            if evening is not None and (midnight_after(evening) <= known or evening < max(days)):
                yield Planted(subject(rule, (agency,)), rule, level, midnight_after(evening))


def _last_evening(day: date, most: int, spoken: set[date]) -> date | None:
    """Return the last day on which a word was due after that of `day`, None if one came."""
    for _ in range(most):
        day += ONE_DAY
        if day in spoken:
            return None
    return day
