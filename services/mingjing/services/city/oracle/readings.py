"""How sentences of the law are read, whatever they are about: a term kept, a step not left out, contents complete."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta

from mingjing.services.city.message import ZONE
from mingjing.services.city.oracle.diary import after, first, midnight_after
from mingjing.services.city.oracle.judges import Judge
from mingjing.services.city.oracle.reading import Happening
from mingjing.services.city.oracle.terms import Found, Trial, past_natural_days, past_working_days, unless_ended

Test = Callable[[Happening], bool]
Each = Callable[[Trial], Iterator[Found]]
Kinds = str | tuple[str, ...]
Rung = tuple[str, Callable[[Trial, Happening], datetime]]
"""A level, and when it is reached that began with a happening."""


def working(level: str, days: int) -> Rung:
    """Return the rung reached when so many working days are over."""
    return level, lambda trial, start: past_working_days(trial, start, days)


def natural(level: str, days: int, before: int = 0, *, roll: bool = True) -> Rung:
    """Return the rung reached so many days before a term in calendar days is over."""
    return level, lambda trial, start: past_natural_days(trial, start, days, roll=roll) - timedelta(days=before)


def dated(level: str, name: str, later: int = 0) -> Rung:
    """Return the rung reached so many days after the day that the happening names is over."""

    def passed(_: Trial, start: Happening) -> datetime:
        return midnight_after(date.fromisoformat(str(start.says(name))) + timedelta(days=later))

    return level, passed


def kept(start: Kinds, ends: Kinds, *rungs: Rung, where: Test | None = None) -> Each:
    """Return a judge of each `start`: the highest rung (the last named) reached before any of `ends`."""

    def judge(trial: Trial) -> Iterator[Found]:
        for each in all_of(trial.case, start, where):
            for level, passes in reversed(rungs):
                if at := unless_ended(trial, each, passes(trial, each), ends):
                    yield Found(level, at)
                    break

    return judge


def kept_from_first(start: Kinds, ends: Kinds, *rungs: Rung, where: Test | None = None) -> Each:
    """Return a judge as `kept`, of the first `start` alone."""
    judge = kept(start, ends, *rungs, where=where)

    def judge_first(trial: Trial) -> Iterator[Found]:
        begun = first(trial.case, start, where)
        if begun is not None:
            others = [each for each in trial.case if each is begun or not _is(each, start, where)]
            yield from judge(trial._replace(case=others))

    return judge_first


def preceded(step: Kinds, required: Kinds, level: str, *, where: Test | None = None, strictly: bool = False) -> Judge:
    """Return a judge of the first `step`: one of `required` came before it, or (unless `strictly`) in its instant."""

    def judge(trial: Trial) -> Found | None:
        taken = first(trial.case, step, where)
        return Found(level, taken.at) if taken and not came(trial, required, taken, strictly=strictly) else None

    return judge


def owed_before(
    trigger: Kinds,
    duty: Kinds,
    step: str,
    level: str,
    *,
    where: Test | None = None,
    anew: bool = False,
    unless: tuple[str, ...] = (),
) -> Judge:
    """Return a judge of whether what `trigger` obliges to was done by the time of `step`; `anew`: after the trigger.

    A trigger after which one of `unless` came before the step obliges to nothing.
    """

    def obliges(trial: Trial, asked: Happening) -> bool:
        rest = after(trial.case, asked)
        over, taken = first(rest, unless), first(rest, step)
        return over is None or (taken is not None and taken < over)

    def judge(trial: Trial) -> Found | None:
        asked = next((each for each in all_of(trial.case, trigger, where) if obliges(trial, each)), None)
        rest = after(trial.case, asked) if asked else ()
        taken = first(rest, step)
        if asked is None or taken is None:
            return None
        done = [each for each in all_of(trial.case, duty) if each.at <= taken.at and (not anew or each >= asked)]
        return None if done else Found(level, taken.at)

    return judge


def waited(start: Kinds, stop: Kinds, days: int, level: str, *, where: Test | None = None, natural: bool) -> Judge:
    """Return a judge of whether `days` lie between the first `start` and the first `stop` after it."""

    def judge(trial: Trial) -> Found | None:
        begun = first(trial.case, start, where)
        rest = trial.case[trial.case.index(begun) + 1 :] if begun else ()
        taken = first(rest, stop)
        if begun is None or taken is None:
            return None
        day, passed = begun.at.astimezone(ZONE).date(), 0
        while day < taken.at.astimezone(ZONE).date():
            day += timedelta(days=1)
            passed += natural or trial.calendar.works(day)
        return Found(level, taken.at) if passed < days else None

    return judge


def told(kind: str, level: str, wrong: Test) -> Each:
    """Return a judge of each `kind`: whether what it says is wrong."""

    def judge(trial: Trial) -> Iterator[Found]:
        return (Found(level, each.at) for each in all_of(trial.case, kind) if wrong(each))

    return judge


def silent_on(*names: str) -> Test:
    """Return whether a happening says nothing under one of the names."""
    return lambda each: any(each.data.get(name) in (None, "", []) for name in names)


def all_of(case: Sequence[Happening], kinds: Kinds, where: Test | None = None) -> list[Happening]:
    """Return everything of these kinds in the case that passes."""
    return [each for each in case if _is(each, kinds, where)]


def came(trial: Trial, kinds: Kinds, then: Happening, *, strictly: bool = False) -> bool:
    """Return whether one of the kinds happened before `then`, or in its instant unless `strictly` before."""
    return any(each < then if strictly else each.at <= then.at for each in all_of(trial.case, kinds) if each != then)


def _is(each: Happening, kinds: Kinds, where: Test | None) -> bool:
    wanted = (kinds,) if isinstance(kinds, str) else kinds
    return each.type in wanted and (where is None or where(each))
