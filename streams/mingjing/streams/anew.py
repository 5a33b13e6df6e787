"""Folding anew: what an earlier owner had folded is folded a second time.

It comes to that where the state of a partition is not there or has another form. The
log is read from where the state ends, and what is found is said again under a higher
generation: whoever heard it keeps the newer word, and equal findings are in equal words.

The clock stands still meanwhile. Then it rises from deadline to deadline, so that a
card which was drawn at its moment says so again, and not that it was drawn today.
"""

from collections.abc import Mapping

from mingjing.streams.ports import Judge
from mingjing.streams.sounding import Place

BAR = 20
"""Signs of a progress bar."""


class PastGone(RuntimeError):
    """The log does not reach back to where the state ends; judging on would be judging without the past."""


def demand_past(wanted: Mapping[Place, int], first: Mapping[Place, int]) -> None:
    """Raise PastGone if a place is to be read from an offset before the `first` that it still has."""
    for place, offset in wanted.items():
        if first[place] > offset:
            topic, partition = place
            raise PastGone(
                f"{topic}/{partition} is to be folded from offset {offset} on, but begins at {first[place]}: "
                f"the records before that have outlived the retention of {topic}; "
                "start the version that wrote the state, or take the state topic back from a copy"
            )


def never_archived(place: Place, offset: int) -> PastGone:
    """Return what is to be raised where neither the log nor the archive has a place from an offset on."""
    topic, partition = place
    return PastGone(
        f"{topic}/{partition} is to be folded from offset {offset} on, but both the log and the archive begin later: "
        "start the version that wrote the state, or take the state topic, or the ledger, back from a copy"
    )


def rise_by_deadlines(judge: Judge, now: int) -> None:
    """Let the clock of a judge rise to `now`, and every deadline on the way fire at its own instant."""
    while (wake := judge.next_wake) is not None and wake < now:
        judge.advance(max(wake, judge.now))
    judge.advance(now)
    judge.date_back({})


def progress_bar(done: int, whole: int) -> str:
    """Return how much of a positive `whole` is done, for the log."""
    share = min(done, whole) / whole
    full = int(share * BAR)
    return f"[{'#' * full}{'.' * (BAR - full)}] {share:.0%}"
