"""Whether the ledger has all that lay on the log at a moment: no month is closed on less.

That figures do not change while they are counted proves nothing: whoever should
write them may have stopped. So the ends of the log are read when a month is to be
closed, and what has been written must have come to them.
"""

import time
from collections.abc import Callable, Mapping, Sequence

from mingjing.services.ledger import progress
from mingjing.services.ledger.connection import Connection
from mingjing.services.log_spans import LogUnread, Place, Span
from mingjing.services.reports.freezing import FreezeRefused
from mingjing.services.reports.period import Month
from mingjing.streams.topics import CARD_STAGES, CARDS, CASE_EVENTS, CASE_FACTS, DEAD_LETTERS

TOPICS = (CASE_FACTS, CARDS, CARD_STAGES, CASE_EVENTS, DEAD_LETTERS)
"""What the figures of a month are counted of. All but `case-events`, which the archive writes, are the sink's."""

LogEnds = Callable[[Sequence[str]], Mapping[Place, Span]]
"""Asks the log where the partitions of topics begin and end; LogUnread where it does not answer."""

LOOKS, LOOK_EVERY_S = 60, 0.5
"""Under a steady stream everybody is always a moment behind: there is half a minute to come to where the log ended."""

_NAMED = 6


class Behind(FreezeRefused):
    """Someone has `records` left of what lay on the log when the month was to be closed."""

    def __init__(self, text: str, records: int) -> None:
        super().__init__(text)
        self.records = records


class LedgerBehind(Behind):
    """The ledger lacks them."""


def await_cover(
    connection: Connection, month: Month, *, ends: LogEnds, wait: Callable[[float], None] = time.sleep
) -> None:
    """Return once the ledger has all that lies on the log now; what comes after is not waited for.

    Raises LedgerBehind, naming the partitions and what each lacks, if half a minute is not enough, and
    FreezeRefused where the log does not say where it ends. `wait` passes so many seconds.
    """
    try:
        marks = ends(TOPICS)
    except LogUnread as exc:
        raise FreezeRefused(f"{month} 不能冻结：{exc}") from exc
    for _ in range(LOOKS):
        if not _lacking(connection, marks):
            return
        wait(LOOK_EVERY_S)
    lacking = _lacking(connection, marks)
    if lacking:
        raise LedgerBehind(_said(month, marks, lacking), sum(lacking.values()))


def _lacking(connection: Connection, marks: Mapping[Place, Span]) -> dict[Place, int]:
    """Return how many records of each partition are not in the ledger, of those that lack any."""
    written = progress.read(connection)
    left = {(topic, part): span.left(written.get(topic, {}).get(part, 0)) for (topic, part), span in marks.items()}
    return {place: records for place, records in sorted(left.items()) if records}


def listed(named: Sequence[str]) -> str:
    """Return some of what is named for each partition, and of how many."""
    return "、".join(named[:_NAMED]) + (f"等 {len(named)} 个分区" if len(named) > _NAMED else "")


def _said(month: Month, marks: Mapping[Place, Span], lacking: Mapping[Place, int]) -> str:
    named = [
        f"{topic} 分区 {part} 差 {n} 条（日志到 {marks[topic, part].end}）" for (topic, part), n in lacking.items()
    ]
    return (
        f"{month} 不能冻结：台账落后于日志，{listed(named)}。请看入库（mingjing sink）"
        "与归档（mingjing archive）是否在运行、有没有报错（mingjing_sink_lag、mingjing_archive_lag），补齐之后再冻结"
    )
