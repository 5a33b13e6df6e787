"""Cases and the subjects they tell, judged together in memory, as an installation judges them over its topics."""

from mingjing.rules.engine import Engine
from mingjing.rules.events import Fact
from mingjing.rules.output import Output
from mingjing.rules.rulebook import Rulebook
from mingjing.rules.tally import Tally, subjects_of


class Together:
    """An engine of cases and an engine of their subjects under one clock."""

    def __init__(self, rulebook: Rulebook, *, now: int, ahead: int | None = None) -> None:
        self.cases = Engine(rulebook, now=now, ahead=ahead)
        self.subjects = Engine(subjects_of(rulebook), now=now)
        self._output = Output([], [])

    @property
    def now(self) -> int:
        """The clock, in microseconds."""
        return self.cases.now

    @property
    def next_wake(self) -> int | None:
        """The earliest instant at which a case or a subject may say something new, or None."""
        wakes = [wake for each in (self.cases, self.subjects) if (wake := each.next_wake) is not None]
        return min(wakes, default=None)

    def fold(self, case_key: str, fact: Fact, offset: int) -> None:
        """Take one fact into its case, and what it tells into its subjects; raises EngineFault as engines do."""
        self.cases.fold(case_key, fact, offset)
        self._pass_on()

    def advance(self, now: int) -> None:
        """Let the clock reach `now`: of the cases first, for what they draw may be told."""
        self.cases.advance(now)
        self._pass_on()
        self.subjects.advance(now)
        self._pass_on()

    def take(self) -> Output:
        """Return the cards and case facts that changed since the last call, and forget them; tallies stay inside."""
        output, self._output = self._output, Output([], [])
        _gather(output, self.cases.take(0))
        _gather(output, self.subjects.take(0))
        return output

    def _pass_on(self) -> None:
        words = _gather(self._output, self.cases.take(0))
        while words:
            for word in words:
                self.subjects.fold(word.case_key, word.fact, 0)
            words = _gather(self._output, self.subjects.take(0))


def _gather(output: Output, more: Output) -> list[Tally]:
    output.cards += more.cards
    output.shadows += more.shadows
    output.facts += more.facts
    output.faults += more.faults
    return more.tallies
