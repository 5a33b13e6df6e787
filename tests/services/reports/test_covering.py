from collections.abc import Mapping
from typing import Any, cast

import pytest

from mingjing.services.ledger.connection import Connection
from mingjing.services.log_spans import LogUnread, Place, Span
from mingjing.services.reports.covering import TOPICS, LedgerBehind, await_cover
from mingjing.services.reports.freezing import FreezeRefused
from mingjing.services.reports.period import Month

MARCH = Month(2026, 3)


class Ledger:
    """A ledger that says how far each partition is written, and where a sink writes while somebody waits."""

    def __init__(self, written: Mapping[Place, int], writes: Mapping[Place, int] | None = None) -> None:
        self._written = dict(written)
        self._writes = dict(writes or {})
        self.waited = 0.0

    def rows(self, _query: str) -> list[tuple[str, int, int]]:
        return [(*place, offset) for place, offset in self._written.items()]

    def wait(self, seconds: float) -> None:
        self.waited += seconds
        self._written |= self._writes


def cover(ledger: Ledger, log: Mapping[Place, Span]) -> None:
    def ends(topics: Any) -> Mapping[Place, Span]:
        assert tuple(topics) == TOPICS
        return log

    await_cover(cast("Connection", ledger), MARCH, ends=ends, wait=ledger.wait)


def test_a_ledger_that_has_all_that_lies_on_the_log_is_not_waited_for() -> None:
    ledger = Ledger({("case-facts", 0): 20, ("case-events", 1): 7})

    cover(ledger, {("case-facts", 0): Span(0, 20), ("case-events", 1): Span(0, 7), ("cards", 0): Span(0, 0)})

    assert ledger.waited == 0


def test_a_sink_that_is_a_moment_behind_is_given_the_time_to_come_to_where_the_log_ended() -> None:
    ledger = Ledger({("case-facts", 0): 18}, {("case-facts", 0): 25})  # and the stream goes on

    cover(ledger, {("case-facts", 0): Span(0, 20)})

    assert 0 < ledger.waited <= 1


def test_a_sink_that_stands_still_keeps_the_month_open_and_is_named_with_what_it_lacks() -> None:
    ledger = Ledger({("case-facts", 0): 8})

    with pytest.raises(LedgerBehind, match=r"2026-03 不能冻结.*case-facts 分区 0 差 12 条（日志到 20）") as refused:
        cover(ledger, {("case-facts", 0): Span(0, 20)})

    assert refused.value.records == 12
    assert "mingjing sink" in str(refused.value)
    assert ledger.waited == 30


def test_an_archive_that_never_ran_keeps_the_month_open_though_the_sink_is_whole() -> None:
    ledger = Ledger({("case-facts", 0): 20})

    with pytest.raises(LedgerBehind, match="case-events 分区 3 差 5 条"):
        cover(ledger, {("case-facts", 0): Span(0, 20), ("case-events", 3): Span(0, 5)})


def test_what_the_log_no_longer_has_is_not_waited_for() -> None:
    cover(Ledger({}), {("dead-letters", 0): Span(31, 31)})

    with pytest.raises(LedgerBehind, match="差 2 条"):
        cover(Ledger({}), {("dead-letters", 0): Span(31, 33)})


def test_of_many_partitions_that_lack_something_some_are_named_and_all_are_counted() -> None:
    with pytest.raises(LedgerBehind, match="cards 分区 5 差 1 条（日志到 1）等 9 个分区") as refused:
        cover(Ledger({}), {("cards", part): Span(0, 1) for part in range(9)})

    assert refused.value.records == 9


def test_a_log_that_does_not_say_where_it_ends_keeps_the_month_open() -> None:
    def away(_topics: Any) -> Mapping[Place, Span]:
        raise LogUnread("读不到 Kafka 日志的末端")

    with pytest.raises(FreezeRefused, match="2026-03 不能冻结：读不到 Kafka"):
        await_cover(cast("Connection", Ledger({})), MARCH, ends=away)
