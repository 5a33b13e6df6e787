"""Who has fallen silent, and who does too seldom what is owed: lived through day by day."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple

from mingjing.services.city.calendar import Calendar
from mingjing.services.city.message import ZONE, Planted
from mingjing.services.city.oracle.diary import ONE_DAY, midnight_after
from mingjing.services.city.oracle.reading import Happening
from mingjing.services.city.words import Word, subject
from mingjing.services.city.world import Agency


class Wont(NamedTuple):
    """How many days on which offices are open an agency may say nothing at all, and what its silence is."""

    days: int
    level: str


class Owed(NamedTuple):
    """What an agency does so often before each of these months begins again, and what it is when it does not."""

    kind: str
    months: Collection[int]
    times: int
    level: str


OF_CHOICE: Final = {"INT-11": Wont(10, "hint")}
"""What agencies are wont to say where the rules of choice are kept."""

OWED: Final = {
    "ACT-06-AF": Owed("task.visited", (1, 4, 7, 10), 1, "warning"),
    "SAT-05": Owed("task.reviewed", (1,), 2, "hint"),
}
"""What every agency owes that ever did it."""

ON_ITS_WAY: Final = timedelta(hours=1)


def talk(happening: Happening) -> Iterator[Word]:
    """Yield what is heard of something sent, whatever is said of it afterwards."""
    for rule in OF_CHOICE:
        yield _word(rule, happening)


def deed(happening: Happening) -> Iterator[Word]:
    """Yield what is done by something that happened."""
    for rule, owed in OWED.items():
        if happening.type == owed.kind:
            yield _word(rule, happening)


def silences(
    words: Iterable[Word], until: datetime, agencies: Mapping[str, Agency], calendar: Calendar
) -> Iterator[Planted]:
    """Yield every silence that was too long by `until`; what an agency may send later than others is waited for."""
    spoken: defaultdict[tuple[str, str], list[date]] = defaultdict(list)
    for word in words:
        if word.rule in OF_CHOICE or word.rule in OWED:
            spoken[word.rule, word.agency].append(word.at.astimezone(ZONE).date())
    for (rule, code), days in spoken.items():
        known = until - ON_ITS_WAY - agencies[code].delay
        if rule in OWED:
            level, found = OWED[rule].level, _seldom(OWED[rule], days, known)
        else:
            level, found = OF_CHOICE[rule].level, _quiet(OF_CHOICE[rule], set(days), known, calendar, agencies[code])
        for evening in found:
            yield Planted(subject(rule, (code,)), rule, level, midnight_after(evening))


def _word(rule: str, happening: Happening) -> Word:
    agency = str(happening.says("agency"))
    return Word(rule, (agency,), happening.at, happening.id, agency)


def _quiet(wont: Wont, days: set[date], known: datetime, calendar: Calendar, agency: Agency) -> Iterator[date]:
    for day in days:
        evening = _last_evening(day, wont, days, calendar, agency)
        if evening is not None and (midnight_after(evening) <= known or evening < max(days)):
            yield evening


def _last_evening(day: date, wont: Wont, spoken: set[date], calendar: Calendar, agency: Agency) -> date | None:
    """Return the last day on which a word was due after that of `day`, None if one came."""
    passed = 0
    while passed < wont.days:
        day += ONE_DAY
        if day in spoken:
            return None
        passed += calendar.works(day) and not _down(agency, day)
    return day


def _down(agency: Agency, day: date) -> bool:
    """Whether the agency said beforehand that its systems would be down on the day, or on a part of it."""
    morning, evening = midnight_after(day - ONE_DAY), midnight_after(day)
    return any(begins < evening and ends >= morning for begins, ends in agency.outages)


def _seldom(owed: Owed, days: list[date], known: datetime) -> Iterator[date]:
    """Yield each last day before such a month by which too little was done since the one before."""
    day, times, first = min(days), 0, True
    while midnight_after(day) <= known:
        times += days.count(day)
        tomorrow = day + ONE_DAY
        if tomorrow.day == 1 and tomorrow.month in owed.months:
            if times < owed.times and not first:
                yield day
            times, first = 0, False
        day = tomorrow
