"""A case while it is being written: what has happened, and what that must draw."""

import random
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from operator import itemgetter
from typing import Any, Final

from mingjing.services.city.calendar import Calendar
from mingjing.services.city.message import ZONE, Planted, case_key, stamp
from mingjing.services.city.outage import back
from mingjing.services.city.words import Shown, Word, card_order
from mingjing.services.city.world import Agency, Item

OPENING: Final = 9 * 3600
CLOSING: Final = 17 * 3600 + 1800
NO_TIME: Final = timedelta(0)
SECOND: Final = timedelta(seconds=1)
CHIEFS: Final = 2
CLERKS: Final = 9
LAID: Final = ("officer", "post")


class Draft:
    """One case of one item at one agency, told event by event.

    The log ends at `ends`: what happens then or later is not in it. The clock
    goes on to `until`, and no deadline that ends later has been seen to pass.
    `now` is the latest moment anything was told of, whether or not the log still
    holds it. `deemed` is when the law takes the case for accepted, if nobody said anything in
    time, and `deemed_from` when that is known: nothing is found of it before. `posts` names the posts
    at which steps are done, where that is not the post called like the step; `early` has, by id, how
    long before its own time an event leaves an agency whose clock is fast, or (below nought) how long after it one
    that is entered then leaves.
    """

    def __init__(
        self,
        dice: random.Random,
        calendar: Calendar,
        item: Item,
        agency: Agency,
        subject: str,
        ends: datetime,
        until: datetime,
    ) -> None:
        self.dice = dice
        self.calendar = calendar
        self.item = item
        self.agency = agency
        self.subject = subject
        self.case_key = case_key(agency.code, subject)
        self.ends = ends
        self.until = until
        self.now = datetime.min.replace(tzinfo=ZONE)
        self._planted: list[tuple[Planted, str | None, str]] = []
        self.words: list[Word] = []
        self.deemed: datetime | None = None
        self.deemed_from = self.now
        self.posts: dict[str, str] = {}
        self.early: dict[str, timedelta] = {}
        self._events: list[tuple[datetime, dict[str, Any]]] = []

    def tell(
        self,
        kind: str,
        at: datetime,
        *,
        officer: str | None = None,
        post: str | None = None,
        step: str | None = None,
        data: Mapping[str, Any] | None = None,
        early: timedelta = NO_TIME,
    ) -> bool:
        """Let `kind` happen at `at`, by a clock that is `early` if it is on; return whether the log still holds it."""
        self.now = max(self.now, at)
        if at >= self.ends:
            return False
        if early and back(self.agency.outages, at - early) == at - early:
            self.early[self.next_id] = early
        event: dict[str, Any] = {
            "specversion": "1.0",
            "id": self.next_id,
            "source": self.agency.source,
            "type": kind,
            "subject": self.subject,
            "time": stamp(at),
            "item": self.item.code,
            "agency": self.agency.code,
            "region": self.agency.region,
        }
        if not self.item.code:
            del event["item"]
        named = {"officer": officer, "post": post, "step": step, "data": dict(data or {})}
        event |= {name: value for name, value in named.items() if value}
        self._events.append((at, event))
        return True

    @property
    def next_id(self) -> str:
        """The id that the event told of next will have."""
        return f"{self.subject}-{len(self._events) + 1:02d}"

    def taken(self, kind: str, until: datetime) -> list[tuple[datetime, str]]:
        """Return when and by whom things of this kind were done by the instant `until`, in order of time."""
        return sorted((at, event["officer"]) for at, event in self._events if event["type"] == kind and at <= until)

    def said(self, kind: str, name: str) -> Any:
        """Return what the first event of this kind said under `name`, or None."""
        return next((event.get("data", {}).get(name) for _, event in self._events if event["type"] == kind), None)

    def each(self, *kinds: str) -> list[tuple[datetime, dict[str, Any]]]:
        """Return everything told of these kinds in order of time, each as it stands: what it says may still change."""
        return [(at, event) for at, event in self.told() if event["type"] in kinds]

    def has(self, kind: str) -> bool:
        """Return whether the log holds an event of this kind."""
        return any(event["type"] == kind for _, event in self._events)

    def when(self, kind: str, step: str | None = None) -> datetime | None:
        """Return when the log first tells of this kind (of this step), or None."""
        moments = (at for at, event in self._events if event["type"] == kind and step in {None, event.get("step")})
        return min(moments, default=None)

    def plant(
        self, rule: str, level: str, violated_at: datetime, of: str | None = None, agency: str | None = None
    ) -> None:
        """Say that `rule` is broken from `violated_at` on, at `level`.

        `of` is the event (its id) or the key (`key|…`) by which a rule tells several findings on one case apart;
        `agency` answers for it, if not the case's own.
        """
        if violated_at <= self.until:
            self._planted.append((Planted(self.case_key, rule, level, violated_at), of, agency or self.agency.code))

    @property
    def planted(self) -> list[Planted]:
        """Every finding the case itself must draw."""
        return [finding for finding, _, _ in self._planted]

    def cards(self, corrected: Mapping[str, str]) -> Iterator[Shown]:
        """Yield the cards of what is planted; events stand under the ids by which they were `corrected`.

        A card is laid to the officer and the post named last before the violation.
        """
        told = [event for _, event in self.told()]
        for finding, of, agency in self._planted:
            before = [event for event in told if datetime.fromisoformat(event["time"]) <= finding.violated_at][::-1]
            officer, post = (next((event[name] for event in before if name in event), None) for name in LAID)
            own = of is not None and of.startswith(self.subject)
            occurrence = f"{self.agency.source}|{corrected.get(of, of)}" if of and own else of or "-"
            order = card_order(self.case_key, finding.rule, occurrence)
            yield Shown(finding, order, agency, officer, post)

    def count(
        self, rule: str, key: tuple[str, ...], at: datetime, *, value: str | None = None, leads: bool = False
    ) -> None:
        """Say that what happens at `at` counts for a rule across cases, or `leads` what counts."""
        if at < self.ends:
            self.words.append(Word(rule, key, at, self.subject, self.agency.code, value=value, leads=leads))

    def seen(self, stop: datetime | None) -> datetime:
        """Return up to when the log shows a duty undone that `stop` ends, if anything does.

        What never comes is believed missing only after the delay its agency is allowed.
        """
        return stop if stop is not None and stop < self.ends else self.until - self.agency.delay

    def owe(self, rule: str, level: str, due: datetime, stop: datetime | None, of: str | None = None) -> None:
        """Say that `rule` is broken from `due` on, unless `stop` came before; `of` as in `plant`."""
        if due <= self.seen(stop):
            self.plant(rule, level, due, of)

    def told(self) -> list[tuple[datetime, dict[str, Any]]]:
        """Return what happened, in order of time."""
        return sorted(self._events, key=itemgetter(0))

    def pick(self, shares: Mapping[str, int]) -> str:
        """Return one of the names, each as likely as its share."""
        return self.dice.choices(list(shares), list(shares.values()))[0]

    def clerk(self) -> str:
        """Return the staff number of someone who works on cases and never approves them."""
        return self.agency.staff(self.dice.randrange(CHIEFS, CHIEFS + CLERKS))

    def chief(self) -> str:
        """Return the staff number of someone who approves cases and never works on them."""
        return self.agency.staff(self.dice.randrange(CHIEFS))

    def document(self, title: str) -> str:
        """Return the number of a document of this case."""
        return f"云{title}〔{self.now.year}〕{self.subject[-6:]}号"

    def during(self, day: date, after: datetime | None = None) -> datetime:
        """Return a moment of `day` in office hours, a minute or more later than `after` if that is on the same day."""
        earliest = OPENING
        if after and after.date() == day:
            earliest = max(earliest, _second(after) + 60)
        second = min(self.dice.randint(earliest, max(CLOSING, earliest + 60)), 24 * 3600 - 1)
        return midnight(day) + timedelta(seconds=second)

    def worked_day(self, day: date, low: int, high: int) -> date:
        """Return the n-th working day after `day` for an n from `low` to `high`."""
        return self.calendar.after(day, self.dice.randint(low, high))

    def worked_between(self, first: date, last: date) -> date:
        """Return a working day from `first` to `last`; `first` itself if there is none."""
        return self.dice.choice(self.calendar.worked(first, last) or [first])

    def moments(self, begin: datetime, end: datetime, count: int) -> list[datetime]:
        """Return `count` different moments between `begin` and `end`, rising.

        They lie in office hours, unless those leave too little room.
        """
        windows: list[tuple[datetime, int]] = []
        for day in self.calendar.worked(begin.date(), end.date()):
            opens = max(midnight(day) + timedelta(seconds=OPENING), begin + SECOND)
            closes = min(midnight(day) + timedelta(seconds=CLOSING), end)
            windows.append((opens, max(0, int((closes - opens).total_seconds()))))
        room = sum(length for _, length in windows)
        if room < count:
            windows = [(begin + SECOND, int((end - begin).total_seconds()) - 1)]
            room = windows[0][1]
        return [_at(windows, place) for place in sorted(self.dice.sample(range(room), count))]


def midnight(day: date) -> datetime:
    """Return the first instant of `day`."""
    return datetime.combine(day, time(0), ZONE)


def end_of(day: date) -> datetime:
    """Return the first instant after `day`: a duty due on `day` is past from here on."""
    return midnight(day + timedelta(days=1))


def _second(instant: datetime) -> int:
    return instant.hour * 3600 + instant.minute * 60 + instant.second


def _at(windows: list[tuple[datetime, int]], place: int) -> datetime:
    """Return the moment `place` seconds along the windows laid end to end."""
    for opens, length in windows:
        if place < length:
            return opens + timedelta(seconds=place)
        place -= length
    raise IndexError(place)
