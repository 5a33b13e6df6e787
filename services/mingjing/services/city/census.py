"""What the whole city's cases add up to: findings that no case draws by itself.

The words of all cases are taken in order of time and counted one after the
other, each window kept as the list of what still counts in it.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple

from mingjing.services.city.draft import end_of
from mingjing.services.city.message import Planted
from mingjing.services.city.words import Shown, Word, card_order, subject

Runs = Callable[[datetime], object]
"""Names the stretch of the calendar in which a moment counts."""


class Count(NamedTuple):
    """How many words within which time draw a finding of `level`.

    The window is a stretch of the calendar (`per`) or the days up to the latest
    word (`within`). `anew`: after a finding counting begins again from nought.
    `distinct`: different values are counted, not words. `led`: only what follows a leading word counts.
    `exact`: `within` is measured to the second, its last instant included.
    """

    level: str
    least: int
    per: Runs | None = None
    within: timedelta = timedelta(0)
    anew: bool = False
    distinct: bool = False
    led: bool = False
    exact: bool = False


def _year(at: datetime) -> object:
    return at.year


def _month(at: datetime) -> object:
    return at.year, at.month


def _day(at: datetime) -> date:
    return at.date()


COUNTS: Final[Mapping[str, Count]] = {
    "ACT-02": Count("red", 3, per=_year, anew=True),
    "ACT-02-HP": Count("red", 2, per=_year, anew=True),
    "ACT-05": Count("red", 2, within=timedelta(days=500)),
    "CMP-07": Count("hint", 3, within=timedelta(days=90)),
    "INS-03": Count("yellow", 3, per=_year),
    "INS-04": Count("warning", 2, within=timedelta(days=30), distinct=True),
    "INT-05": Count("warning", 20, within=timedelta(minutes=10), exact=True),
    "JNT-04": Count("yellow", 2, within=timedelta(days=90), anew=True),
    "REJ-04": Count("warning", 1, within=timedelta(days=30), led=True),
    "SAT-04": Count("hint", 10, per=_day),
    "TL-06-YD": Count("yellow", 3, per=_month),
}
"""The rules that count across cases."""

FIRST_ROUND: Final = ("TL-06-YD", "JNT-04")
"""Rules whose own cards count for others."""

CONFIRMED: Final = frozenset(
    (
        *("DLV-02", "EXT-03", "FEE-05", "INS-01", "INS-03", "INT-01", "INT-02", "INT-03", "JNT-05", "NTC-09", "PER-03"),
        *(
            "INT-02-DQ",
            "PER-03-GW",
            "PER-04",
            "PER-04-JC",
            "PUN-02-QX",
            "PUN-04",
            "REJ-04",
            "SEQ-02",
            "SEQ-08-QX",
            "SEQ-11",
            "SUS-02",
            "SUS-02-SD",
            "SUS-04-LJ",
            "SUS-04",
            "SUS-04-ZC",
        ),
        *("TL-13", "TL-13-SD", "CMP-06", "INT-05", "ACT-02", "ACT-02-HP", "ACT-05"),
    )
)
"""Rules whose cards wait for an inspector and are not shown before."""


def tell(card: Shown) -> Iterator[Word]:
    """Yield what a card tells the rules that count cards."""
    found = card.finding
    if found.rule in CONFIRMED:
        return
    told: list[tuple[str, tuple[str, ...]]] = [("ACT-02-HP", (card.agency,))] if found.level == "red" else []
    if found.level == "yellow" and card.officer:
        told.append(("ACT-02", (card.agency, card.officer)))
    if found.rule == "TL-06" and card.post:
        told.append(("TL-06-YD", (card.agency, card.post)))
    if found.rule == "JNT-02":
        told.append(("JNT-04", (card.agency,)))
    for rule, key in told:
        yield Word(rule, key, found.violated_at, card.order, card.agency, card.officer)


def count(words: Iterable[Word], until: datetime) -> list[Planted]:
    """Return what the words of all cases draw, cards drawn on the way included, by the instant `until`."""
    told = [word for word in words if word.at <= until]
    first = list(_findings([word for word in told if word.rule in FIRST_ROUND]))
    rest = [word for word in told if word.rule not in FIRST_ROUND]
    rest += [word for card in first for word in tell(card)]
    return [card.finding for card in (*first, *_findings(rest))]


def _findings(words: Iterable[Word]) -> Iterator[Shown]:
    """Yield the cards that the words draw, rule by rule and key by key."""
    kept: defaultdict[tuple[str, tuple[str, ...]], list[Word]] = defaultdict(list)
    for word in words:
        kept[word.rule, word.key].append(word)
    for (rule, key), told in sorted(kept.items()):
        told.sort(key=lambda word: (word.at, word.order))
        name = subject(rule, key)
        for last in _reaching(COUNTS[rule], told):
            officer = next((word.officer for word in reversed(told) if word.at <= last.at and word.officer), None)
            finding = Planted(name, rule, COUNTS[rule].level, last.at)
            yield Shown(finding, card_order(name, rule, last.order), last.agency, officer, None)


def _reaching(count: Count, words: Sequence[Word]) -> Iterator[Word]:
    """Yield each word with which the number is reached."""
    inside: list[Word] = []
    leads: list[Word] = []
    for word in words:
        inside = [each for each in inside if _counts(count, each, word)]
        leads = [each for each in leads if _counts(count, each, word)]
        if word.leads:
            leads.append(word)
        elif leads or not count.led:
            before = _size(count, inside)
            inside.append(word)
            if before < count.least <= _size(count, inside):
                yield word
                if count.anew:
                    inside = []


def _counts(count: Count, earlier: Word, now: Word) -> bool:
    """Return whether an earlier word still counts at `now`; a term in days ends with its last day."""
    if count.per is not None:
        return count.per(earlier.at) == count.per(now.at)
    if count.exact:
        return now.at <= earlier.at + count.within
    return now.at < end_of(earlier.at.date() + count.within)


def _size(count: Count, words: Sequence[Word]) -> int:
    return len({word.value for word in words}) if count.distinct else len(words)
