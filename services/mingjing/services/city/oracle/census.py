"""What many cases add up to, counted by looking back from every word at all that were said before it."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from mingjing.services.city.message import ZONE, Planted
from mingjing.services.city.oracle.diary import midnight_after
from mingjing.services.city.words import Word, subject

Together = Callable[[Word, Word], bool]
"""Whether an earlier word and a later one lie in one window."""


class Sentence(NamedTuple):
    """What the law says of many: the level found, the number that is too many, and what counts together."""

    level: str
    least: int
    together: Together
    afresh: bool = False
    apart: bool = False
    led: bool = False


def calendar(*parts: str) -> Together:
    """Return whether two words lie in one stretch of the calendar: the same year, month, day."""
    return lambda one, other: all(getattr(_local(one), part) == getattr(_local(other), part) for part in parts)


def natural_days(days: int) -> Together:
    """Return whether a word lies no later than the evening of the n-th day after another."""
    return lambda one, other: other.at < midnight_after(_local(one).date() + timedelta(days=days))


def seconds(most: int) -> Together:
    """Return whether a word lies no more than so many seconds after another."""
    return lambda one, other: (other.at - one.at).total_seconds() <= most


SENTENCES: Final[Mapping[str, Sentence]] = {
    "ACT-02": Sentence("red", 3, calendar("year"), afresh=True),
    "ACT-02-HP": Sentence("red", 2, calendar("year"), afresh=True),
    "ACT-05": Sentence("red", 2, natural_days(500)),
    "CMP-07": Sentence("hint", 3, natural_days(90)),
    "INS-03": Sentence("yellow", 3, calendar("year")),
    "INS-04": Sentence("warning", 2, natural_days(30), apart=True),
    "INT-05": Sentence("warning", 20, seconds(600)),
    "JNT-04": Sentence("yellow", 2, natural_days(90), afresh=True),
    "REJ-04": Sentence("warning", 1, natural_days(30), led=True),
    "SAT-04": Sentence("hint", 10, calendar("year", "month", "day")),
    "TL-06-YD": Sentence("yellow", 3, calendar("year", "month")),
}


def add_up(words: Iterable[Word], retell: Callable[[Planted, Word], Iterable[Word]]) -> Iterator[Planted]:
    """Yield every finding on the words, then those on what `retell` makes of these findings, and so on.

    `retell` is given a finding and the word it is laid to.
    """
    said = list(words)
    while said:
        groups: defaultdict[tuple[str, tuple[str, ...]], list[Word]] = defaultdict(list)
        for word in said:
            groups[word.rule, word.key].append(word)
        waiting = {rule for rule, _ in groups} & {"TL-06-YD", "JNT-04"}
        now = {name: told for name, told in groups.items() if not waiting or name[0] in waiting}
        said = [word for name, told in groups.items() if name not in now for word in told]
        for (rule, key), told in now.items():
            for last, by in _too_many(SENTENCES[rule], sorted(told, key=_place)):
                found = Planted(subject(rule, key), rule, SENTENCES[rule].level, last.at)
                yield found
                said += retell(found, by)


def _too_many(sentence: Sentence, told: list[Word]) -> Iterator[tuple[Word, Word]]:
    """Yield each word that is one too many, with the last word of its instant that names an officer."""
    begins = 0
    for place, word in enumerate(told):
        window = [each for each in told[begins : place + 1] if sentence.together(each, word)]
        counted = _counted(sentence, window)
        if word in counted and _many(sentence, counted) == sentence.least > _many(sentence, counted[:-1]):
            named = [each for each in told if each.at <= word.at and each.officer]
            yield word, named[-1] if named else word
            begins = place + 1 if sentence.afresh else begins


def _counted(sentence: Sentence, window: list[Word]) -> list[Word]:
    if not sentence.led:
        return window
    leading = [place for place, each in enumerate(window) if each.leads]
    return [each for each in window[leading[0] :] if not each.leads] if leading else []


def _many(sentence: Sentence, words: list[Word]) -> int:
    return len({word.value for word in words} if sentence.apart else words)


def _place(word: Word) -> tuple[datetime, str]:
    return word.at, word.order


def _local(word: Word) -> datetime:
    return word.at.astimezone(ZONE)
