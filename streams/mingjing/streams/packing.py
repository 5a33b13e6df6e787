"""What the cases of a partition came to, as records for its state."""

from mingjing.streams.calls import Calls
from mingjing.streams.outlet import Outgoing
from mingjing.streams.ports import Judge
from mingjing.streams.state import Ring


def state_records(judge: Judge, ring: Ring, marks: dict[str, int], end: int, calls: Calls) -> list[Outgoing]:
    """Put what changed in the cases of `judge` since the last call into records that say the log is folded to `end`.

    A case goes whole where the ring does not have it yet, or where only a dump will do; of `calls` theirs go.
    """
    whole: dict[str, bytes | None] = {}
    changes: dict[str, bytes] = {}
    for case_key in judge.changed():
        change = judge.change(case_key) if ring.has(case_key) else None
        if change is None:
            whole[case_key] = judge.dump(case_key)
        else:
            changes[case_key] = change
    return list(ring.write(whole, judge.dump, changes=changes, end=end, now=judge.now, marks=dict(marks), calls=calls))
