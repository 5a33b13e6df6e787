"""Whether the workers have judged all that had come in at a moment: no month is closed on a part of it.

A worker that stopped writes nothing, and the ledger has all of nothing: what it should
have judged lies on the log before it. So it is asked at every place where workers read, in
the order in which an event passes them, how far they have come, and whether anyone is there:
where nobody is, deadlines that pass without an event are not judged either.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from mingjing.services.log_spans import LogUnread, Place, Span
from mingjing.services.reports.covering import LOOK_EVERY_S, LOOKS, Behind, LogEnds, listed
from mingjing.services.reports.freezing import FreezeRefused
from mingjing.services.reports.period import Month
from mingjing.streams.topics import CARD_ACTIONS, CASE_EVENTS, TALLIES

ON_THE_WAY = (CASE_EVENTS, TALLIES, CARD_ACTIONS) * 2
"""What workers read after what the agencies send; what they have finished of one, they have written into the next.

Twice, for a desk tells the case what was done about its card, and that is judged as anything else is.
"""


class Workers(Protocol):
    """The group of workers, as the broker sees it; LogUnread where that does not answer."""

    def left(self, marks: Mapping[Place, Span]) -> Mapping[Place, int]:
        """Return how many records of each span they have not finished, of those partitions that have any."""
        ...

    def held(self) -> set[Place]:
        """Return the partitions that one of them has."""
        ...


class WorkersBehind(Behind):
    """The workers have `records` left of what had come in when the month was to be closed, or are not there."""


def await_judged(
    month: Month,
    ingest: Sequence[str],
    *,
    ends: LogEnds,
    workers: Workers,
    wait: Callable[[float], None] = time.sleep,
) -> None:
    """Return once what lies on the topics `ingest` now has been judged, and workers hold every partition.

    Raises WorkersBehind, naming the partitions, if half a minute is not enough, and FreezeRefused where
    the log does not answer. `wait` passes so many seconds.
    """
    try:
        _await(
            month,
            [topics for topics in (tuple(ingest), *((each,) for each in ON_THE_WAY)) if topics],
            ends,
            workers,
            wait,
        )
    except LogUnread as exc:
        raise FreezeRefused(f"{month} 不能冻结：{exc}") from exc


def _await(
    month: Month,
    stages: Sequence[tuple[str, ...]],
    ends: LogEnds,
    workers: Workers,
    wait: Callable[[float], None],
) -> None:
    looks = LOOKS
    for topics in stages:
        marks = ends(topics)
        while (left := workers.left(marks)) or (alone := sorted(marks.keys() - workers.held())):
            if looks == 0:
                raise _behind(month, marks, left) if left else _absent(month, alone)
            looks -= 1
            wait(LOOK_EVERY_S)


def _behind(month: Month, marks: Mapping[Place, Span], left: Mapping[Place, int]) -> WorkersBehind:
    named = [f"{topic} 分区 {part} 差 {n} 条（日志到 {marks[topic, part].end}）" for (topic, part), n in left.items()]
    return WorkersBehind(
        f"{month} 不能冻结：还有事件没有评判，{listed(named)}。请看监察进程（mingjing worker）"
        "是否在运行、有没有报错（mingjing_lag_records），评判完毕之后再冻结",
        sum(left.values()),
    )


def _absent(month: Month, alone: Sequence[Place]) -> WorkersBehind:
    named = [f"{topic} 分区 {part}" for topic, part in alone]
    return WorkersBehind(
        f"{month} 不能冻结：没有监察进程在看 {listed(named)}，到期而没有事件的也就没有评判。"
        "请启动监察进程（mingjing worker）并等它就绪（/readyz）；新增的部门见它的日志有无“缺少主题”",
        0,
    )
