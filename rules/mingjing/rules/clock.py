"""One clock of one case: how its deadline moved as facts came, stretch by stretch.

A clock starts at a fact, and its deadline stands until a fact moves it: an
extension, a pause that begins, a pause that ends (or reaches the days that were
notified, 告知天数, after which the clock resumes by itself). Between two such
instants the deadline is fixed; while a pause is open there is none. Only what
begins before the deadline, as already moved, moves it again: neither a
suspension nor an extension revives a limit that has passed.
"""

from collections.abc import Sequence

from mingjing.rules.due import Due, Taken
from mingjing.rules.events import Fact
from mingjing.rules.meter import Meter
from mingjing.rules.stretch import OPEN, Extension, Pause, Run, Stretch


def run(
    meter: Meter, start: Fact, amount: int, pauses: Sequence[Pause] = (), extensions: Sequence[Extension] = ()
) -> Run:
    """Return the course of a clock of `amount` units that started at `start`.

    Pauses and extensions may come in any order; those that begin after the
    deadline they would move are left out, and overlapping pauses are united.
    """
    if not pauses and not extensions:
        return Run(start, [Stretch(start.at, meter.due(start.at, amount, ()), amount, ())], [], [])
    course = _Course(meter, start, amount)
    changes: list[tuple[int, int, Pause | Extension]] = [
        *((max(each.begin.at, start.at), 0, each) for each in pauses if each.end is None or each.end.at > start.at),
        *((each.fact.at, 1, each) for each in extensions),
    ]
    for at, _, change in sorted(changes, key=lambda each: each[:2]):
        course.resume(at)
        if not course.runs(at):
            break
        if isinstance(change, Pause):
            course.pause(at, change)
        else:
            course.extend(max(at, start.at), change)
    course.resume(OPEN)
    return Run(start, course.stretches, course.pauses, course.extensions)


def fixed(start: Fact, due: Due) -> Run:
    """Return the course of a clock whose end the source states itself; nothing moves it.

    Such an end may lie before the first fact we know of: the limit was then past already.
    """
    return Run(start, [Stretch(min(start.at, due.past), due, 0, ())], [], [])


class _Course:
    """The state of `run` between two changes."""

    def __init__(self, meter: Meter, start: Fact, amount: int) -> None:
        self.meter = meter
        self.start = start
        self.amount = amount
        self.taken: Taken = ()
        self.stretches = [Stretch(start.at, meter.due(start.at, amount, ()), amount, ())]
        self.pauses: list[tuple[Pause, int | None]] = []
        self.extensions: list[Extension] = []
        self.paused = False
        self.resumes: int | None = None

    def runs(self, at: int) -> bool:
        """Whether the limit has not passed at `at`; it cannot pass while paused."""
        due = self.stretches[-1].due
        return self.paused or due is None or at < due.past

    def resume(self, at: int) -> None:
        """Let the clock go on if the open pause ended by `at`."""
        if self.paused and self.resumes is not None and self.resumes <= at:
            self.paused = False
            self._stand(self.resumes)

    def pause(self, at: int, pause: Pause) -> None:
        meter = self.meter
        begin = meter.position(at)
        until = meter.position(pause.end.at) if pause.end else None
        resumes = pause.end.at if pause.end else None
        if pause.cap is not None:
            first = meter.position(pause.begin.at)
            capped = meter.add(first, pause.cap) if meter.unit != "mo" else first + pause.cap
            if until is None or until > capped:
                until, resumes = capped, meter.zone.midnight(capped + 1) if meter.by_days else capped
        if resumes is not None and resumes <= at:
            return
        if self.paused and (self.resumes is None or (resumes is not None and resumes <= self.resumes)):
            self.pauses.append((pause, resumes))
            return
        if until is not None:
            begin = max(begin, self.taken[-1][1]) if self.taken else begin
            self.taken = (*self.taken, (begin, max(begin, until)))
        if not self.paused:
            self.stretches.append(Stretch(at, None, self.amount, self.taken[: -1 if until is not None else None]))
        self.paused, self.resumes = True, resumes
        self.pauses.append((pause, resumes))

    def extend(self, at: int, extension: Extension) -> None:
        self.amount += extension.amount
        self.extensions.append(extension)
        if not self.paused:
            self._stand(at)

    def _stand(self, at: int) -> None:
        due = self.meter.due(self.start.at, self.amount, self.taken)
        self.stretches.append(Stretch(at, due, self.amount, self.taken))
