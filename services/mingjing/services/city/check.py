"""Whether a city's tellers of the truth agree, a part of the city at a time so that memory stays small."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
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
    """The outcome for some of a city's cases, and the words they leave to be counted at the end; a list a witness."""

    cases: int
    messages: int
    scores: list[list[RuleScore]]
    told: list[Word]
    heard: list[list[Any]]


class Outcome(NamedTuple):
    """The outcome for a city: for each witness one score a rule, by rule id."""

    cases: int
    messages: int
    scores: list[list[RuleScore]]

    @property
    def differing(self) -> list[RuleScore]:
        """The scores that are not exact, whoever's they are."""
        return [score for scores in self.scores for score in scores if not score.exact]

    @property
    def planted(self) -> set[str]:
        """The rules that somebody breaks in the city."""
        return {score.rule for score in self.scores[0] if score.planted}

    def counts(self) -> dict[str, list[int]]:
        """Return by rule id how many findings are planted, and how many each witness tells."""
        counts: dict[str, list[int]] = {}
        for place, scores in enumerate(self.scores, start=1):
            for score in scores:
                row = counts.setdefault(score.rule, [score.planted] + [0] * len(self.scores))
                row[place] = score.found
        return dict(sorted(counts.items()))


def _hear_oracle(city: City, stories: list[Story]) -> Testimony:
    sent: Iterator[Message] = (message for story in stories for message in story.messages)
    return Testimony(*_oracle(city).sit(sent))


def _add_up_oracle(city: City, words: list[Word]) -> Iterable[Planted]:
    return _oracle(city).across(words)


def _oracle(city: City) -> Oracle:
    return Oracle(city.world, city.until, of_choice=city.of_choice)


ORACLE: Final = Witness(_hear_oracle, _add_up_oracle)
"""The oracle as a witness."""


def check(city: City, witnesses: Sequence[Witness] = (ORACLE,), *, jobs: int = 1) -> Iterator[Part]:
    """Yield the outcome part by part, over all cases of the city, each told once and heard by every witness."""
    spans = [(first, min(first + PART, city.cases)) for first in range(0, city.cases, PART)]
    if jobs == 1:
        for span in spans:
            yield _check(city, witnesses, span)
        return
    with ProcessPoolExecutor(jobs, get_context("spawn"), initializer=_hold, initargs=(city, witnesses)) as pool:
        yield from pool.map(_check_held, spans)


def total(city: City, parts: Iterable[Part], witnesses: Sequence[Witness] = (ORACLE,)) -> Outcome:
    """Return the outcome of all parts together, and of what their cases add up to."""
    cases = messages = 0
    scores: list[list[RuleScore]] = [[] for _ in witnesses]
    told: list[Word] = []
    heard: list[list[Any]] = [[] for _ in witnesses]
    for part in parts:
        cases += part.cases
        messages += part.messages
        told += part.told
        for place, _ in enumerate(witnesses):
            scores[place] += part.scores[place]
            heard[place] += part.heard[place]
    truth = city.add_up(told)
    for witness, own, words in zip(witnesses, scores, heard, strict=True):
        own.extend(agree(truth, witness.add_up(city, words)))
    return Outcome(cases, messages, [merged(own) for own in scores])


def _check(city: City, witnesses: Sequence[Witness], span: tuple[int, int]) -> Part:
    stories = list(city.stories(*span))
    planted = [each for story in stories for each in story.planted]
    told = [word for story in stories for word in story.words]
    messages = sum(len(story.messages) for story in stories)
    heard = [witness.hear(city, stories) for witness in witnesses]
    scores = [agree(planted, each.findings) for each in heard]
    return Part(len(stories), messages, scores, told, [each.words for each in heard])


_held: list[tuple[City, Sequence[Witness]]] = []


def _hold(city: City, witnesses: Sequence[Witness]) -> None:
    _held[:] = [(city, witnesses)]


def _check_held(span: tuple[int, int]) -> Part:
    return _check(*_held[0], span)
