"""Whether a city's tellers of the truth agree, a part of the city at a time so that memory stays small."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from typing import Any, Final, NamedTuple

from mingjing.services.city.agreement import RuleScore, agree, merged
from mingjing.services.city.city import City
from mingjing.services.city.message import Message, Planted
from mingjing.services.city.oracle.oracle import Oracle
from mingjing.services.city.words import Story, Word

PART: Final = 1000
"""Cases judged at once."""


class Testimony(NamedTuple):
    """What is wrong in some cases, and what they tell the rules that count across cases, in the witness's own words."""

    findings: Iterable[Planted]
    words: list[Any]


class Witness(NamedTuple):
    """Who says what is wrong in some cases by reading what they sent, and then what all of them add up to.

    Both must be functions of a module, not closures, when there are several jobs.
    """

    hear: Callable[[City, list[Story]], Testimony]
    add_up: Callable[[City, list[Any]], Iterable[Planted]]


class Part(NamedTuple):
    """The outcome for some of a city's cases, and the words they leave to be counted at the end."""

    cases: int
    messages: int
    scores: list[RuleScore]
    told: list[Word]
    heard: list[Any]


class Outcome(NamedTuple):
    """The outcome for a city, with one score a rule."""

    cases: int
    messages: int
    scores: list[RuleScore]


def _hear_oracle(city: City, stories: list[Story]) -> Testimony:
    sent: Iterator[Message] = (message for story in stories for message in story.messages)
    return Testimony(*_oracle(city).sit(sent))


def _add_up_oracle(city: City, words: list[Word]) -> Iterable[Planted]:
    return _oracle(city).across(words)


def _oracle(city: City) -> Oracle:
    return Oracle(city.world, city.until, of_choice=city.of_choice)


ORACLE: Final = Witness(_hear_oracle, _add_up_oracle)
"""The oracle as a witness."""


def check(city: City, witness: Witness = ORACLE, *, jobs: int = 1) -> Iterator[Part]:
    """Yield the outcome part by part, over all cases of the city."""
    spans = [(first, min(first + PART, city.cases)) for first in range(0, city.cases, PART)]
    if jobs == 1:
        for span in spans:
            yield _check(city, witness, span)
        return
    with ProcessPoolExecutor(jobs, initializer=_hold, initargs=(city, witness)) as pool:
        yield from pool.map(_check_held, spans)


def total(city: City, parts: Iterable[Part], witness: Witness = ORACLE) -> Outcome:
    """Return the outcome of all parts together, and of what their cases add up to."""
    cases = messages = 0
    scores: list[RuleScore] = []
    told: list[Word] = []
    heard: list[Any] = []
    for part in parts:
        cases += part.cases
        messages += part.messages
        scores += part.scores
        told += part.told
        heard += part.heard
    scores += agree(city.add_up(told), witness.add_up(city, heard))
    return Outcome(cases, messages, merged(scores))


def _check(city: City, witness: Witness, span: tuple[int, int]) -> Part:
    stories = list(city.stories(*span))
    planted = [each for story in stories for each in story.planted]
    told = [word for story in stories for word in story.words]
    messages = sum(len(story.messages) for story in stories)
    heard = witness.hear(city, stories)
    return Part(len(stories), messages, agree(planted, heard.findings), told, heard.words)


_held: list[tuple[City, Witness]] = []


def _hold(city: City, witness: Witness) -> None:
    _held[:] = [(city, witness)]


def _check_held(span: tuple[int, int]) -> Part:
    return _check(*_held[0], span)
