"""Whether a city's two truths agree, a part of the city at a time so that memory stays small."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from typing import NamedTuple

from mingjing.services.city.agreement import RuleScore, agree
from mingjing.services.city.city import City
from mingjing.services.city.message import Planted, Story
from mingjing.services.city.oracle.oracle import Oracle

PART = 1000
"""Cases judged at once."""

Deriver = Callable[[City, list[Story]], Iterable[Planted]]
"""Says what is wrong in the cases of some stories, by reading what they sent."""


class Part(NamedTuple):
    """The outcome for some of a city's cases."""

    cases: int
    messages: int
    scores: list[RuleScore]


def consult_oracle(city: City, stories: list[Story]) -> Iterator[Planted]:
    """Yield what the oracle finds in the stories' messages."""
    return Oracle(city.world, city.until).derive(message for story in stories for message in story.messages)


def check(city: City, derive: Deriver = consult_oracle, *, jobs: int = 1) -> Iterator[Part]:
    """Yield the outcome part by part, over all cases of the city.

    `derive` must be a function of a module, not a closure, when there are several `jobs`.
    """
    spans = [(first, min(first + PART, city.cases)) for first in range(0, city.cases, PART)]
    if jobs == 1:
        for span in spans:
            yield _check(city, derive, span)
        return
    with ProcessPoolExecutor(jobs, initializer=_hold, initargs=(city, derive)) as pool:
        yield from pool.map(_check_held, spans)


def total(parts: Iterable[Part]) -> Part:
    """Return the outcome of all parts together, with one score a rule."""
    cases = messages = 0
    planted: Counter[str] = Counter()
    found: Counter[str] = Counter()
    missed: list[Planted] = []
    invented: list[Planted] = []
    for part in parts:
        cases += part.cases
        messages += part.messages
        for score in part.scores:
            planted[score.rule] += score.planted
            found[score.rule] += score.found
            missed += score.missed
            invented += score.invented
    scores = [
        RuleScore(
            rule,
            planted[rule],
            found[rule],
            [each for each in missed if each.rule == rule],
            [each for each in invented if each.rule == rule],
        )
        for rule in sorted(planted.keys() | found.keys())
    ]
    return Part(cases, messages, scores)


def _check(city: City, derive: Deriver, span: tuple[int, int]) -> Part:
    stories = list(city.stories(*span))
    planted = [each for story in stories for each in story.planted]
    messages = sum(len(story.messages) for story in stories)
    return Part(len(stories), messages, agree(planted, derive(city, stories)))


_held: list[tuple[City, Deriver]] = []


def _hold(city: City, derive: Deriver) -> None:
    _held[:] = [(city, derive)]


def _check_held(span: tuple[int, int]) -> Part:
    return _check(*_held[0], span)
