"""A case that was sent back and applied for again is judged anew from there, as if nothing had been before it."""

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from mingjing.services.city.oracle.diary import after, first
from mingjing.services.city.oracle.reading import Happening
from mingjing.services.city.oracle.terms import Found, Trial

GIVEN_UP: Final = ("case.returned", "case.abandoned", "case.cancelled")
SENT_AWAY: Final = (*GIVEN_UP, "case.not_accepted")
ANEW: Final = ("case.applied", "case.accepted")

Begun = Callable[[Trial], Happening | None]
"""What says from what happening a clock of a case runs, if from any."""


def rounds(trial: Trial, begun: Begun, endings: tuple[str, ...]) -> Iterator[Trial]:
    """Yield the case up to where it begins again after one of `endings`, then from after that ending on."""
    rest = trial
    while (start := begun(rest)) is not None and (over := first(after(rest.case, start), endings)) is not None:
        renewed = begun(trial._replace(case=after(rest.case, over)))
        if renewed is None:
            break
        place = rest.case.index(renewed)
        yield trial._replace(case=rest.case[:place])
        last = max(number for number, each in enumerate(rest.case[:place]) if each.type in endings)
        rest = trial._replace(case=rest.case[last + 1 :])
    yield rest


def each_round(
    judge: Callable[[Trial], Found | Iterable[Found] | None], begun: Begun, endings: tuple[str, ...]
) -> Callable[[Trial], Iterator[Found]]:
    """Return a judge of each round of a case; what it finds of one after the first goes by what began it."""

    def judge_all(trial: Trial) -> Iterator[Found]:
        for number, part in enumerate(rounds(trial, begun, endings)):
            found = judge(part)
            for each in [found] if isinstance(found, Found) else found or ():
                yield each._replace(of=begun(part)) if number else each

    return judge_all


def applied(trial: Trial) -> Happening | None:
    """Return the application of a case."""
    return first(trial.case, "case.applied")


def in_each_round(
    judge: Callable[[Trial], Found | Iterable[Found] | None], kinds: str | tuple[str, ...] = ANEW
) -> Callable[[Trial], Iterator[Found]]:
    """Return a judge that reads each round of a case by itself: one of `kinds` begins the next once it was given up.

    What happened between the two is of the former round.
    """

    def begun(trial: Trial) -> Happening | None:
        return first(trial.case, kinds)

    def judge_all(trial: Trial) -> Iterator[Found]:
        for number, part in enumerate(rounds(trial, begun, SENT_AWAY)):
            found, start = judge(part), begun(part)
            for each in [found] if isinstance(found, Found) else found or ():
                if not number or start is None or each.at >= start.at:
                    yield each

    return judge_all
