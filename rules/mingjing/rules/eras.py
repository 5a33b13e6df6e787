"""Eras: what of the law besides rules is in force from an instant on, and how one body of law follows another.

Rules go by what they hang on: each version answers for what begins in its time.
The catalogue goes by the day a case was accepted. The calendar goes by the clock:
when another comes into force, every case is timed anew, for which days are worked
is a fact about the world and not about a case.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from mingjing.rules.calendar import Calendar
from mingjing.rules.catalogue import Catalogue
from mingjing.rules.event_type import EventType, attributes_of
from mingjing.rules.events import Fact
from mingjing.rules.pack import Pack
from mingjing.rules.rule import EVER

if TYPE_CHECKING:
    from mingjing.rules.rulebook import Rulebook


class Era(NamedTuple):
    """From `since` on: the catalogue, what the event types say, and the versions that cards name."""

    since: int
    catalogue: Catalogue
    declared: Mapping[str, EventType]
    versions: Mapping[str, str]


class Turn(NamedTuple):
    """From the instant `at` of the clock on, all is judged by the rulebook `to`, on another calendar."""

    at: int
    to: "Rulebook"


def era_at(eras: Sequence[Era], at: int) -> Era:
    """Return the era that an instant lies in."""
    if len(eras) == 1:
        return eras[0]
    return next(each for each in reversed(eras) if each.since <= at or each is eras[0])


def attributes_in_time(eras: Sequence[Era], facts: Iterable[Fact]) -> dict[str, Any]:
    """Return the attributes of a case by facts in legal order, each as the event types said when it happened."""
    found: dict[str, Any] = {}
    for fact in facts:
        found |= attributes_of((fact,), era_at(eras, fact.at).declared)
    return found


def in_time(pack: Pack, since: int, until: int) -> Pack:
    """Return a pack whose rules answer for what begins from `since` on and before `until`."""
    rules = tuple(msgspec.structs.replace(rule, since=since, until=until) for rule in pack.rules)
    return msgspec.structs.replace(pack, rules=rules, since=since, until=until)


def followed(packs: Sequence[Pack], newer: Iterable[Pack], since: int) -> list[Pack]:
    """Return the packs of all times, once those in force up to `since` are followed by the newer ones.

    A pack that says what it said before stays in force; one that is not among the
    newer begins nothing more.
    """
    new = {pack.name: pack for pack in newer}
    found: list[Pack] = []
    for pack in packs:
        if pack.until == EVER and pack.name in new and in_time(new[pack.name], pack.since, EVER) == pack:
            del new[pack.name]
            found.append(pack)
            continue
        found.append(in_time(pack, pack.since, min(pack.until, since)))
    return found + [in_time(pack, since, EVER) for pack in new.values()]


def vocabularies_in_time(packs: Iterable[Pack]) -> Iterator[tuple[Pack, int, int]]:
    """Yield the first pack on each vocabulary, and from when until before when the vocabulary is in force."""
    found: list[tuple[Pack, int, int]] = []
    for pack in packs:
        name = pack.vocabulary.name
        for place, (first, since, until) in enumerate(found):
            if first.vocabulary is pack.vocabulary or first.vocabulary == pack.vocabulary:
                found[place] = (first, min(since, pack.since), max(until, pack.until))
                break
            if first.vocabulary.name == name and since < pack.until and pack.since < until:
                break
        else:
            found.append((pack, pack.since, pack.until))
    yield from found


def through_time(first: "Rulebook", later: Sequence[tuple[int, "Rulebook"]]) -> "Rulebook":
    """Return the rulebook of all times: `first`, and each later one from its instant on, in their order."""
    whole = first
    for since, book in later:
        whole = whole.succeeded_by(book, since)
    return turning(whole, first.calendar, later)


def turning(whole: "Rulebook", calendar: Calendar, later: Sequence[tuple[int, "Rulebook"]]) -> "Rulebook":
    """Return a rulebook that begins on a calendar and turns to that of each later one when it comes into force."""
    calendars = [(-EVER, calendar)]
    for since, book in later:
        if book.calendar is not calendars[-1][1]:
            calendars.append((since, book.calendar))
    turn: Turn | None = None
    for since, each in calendars[:0:-1]:
        turn = Turn(since, whole.under(each, turn))
    return whole if turn is None else whole.under(calendar, turn)
