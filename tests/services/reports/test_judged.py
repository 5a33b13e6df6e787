from collections.abc import Callable, Collection, Mapping, Sequence

import pytest

from mingjing.services.log_spans import LogUnread, Place, Span
from mingjing.services.reports.freezing import FreezeRefused
from mingjing.services.reports.judged import WorkersBehind, await_judged
from mingjing.services.reports.period import Month

MARCH = Month(2026, 3)
INGEST = ("ingest.A", "ingest.B")


class Log:
    """A log with one partition a topic, and a group of workers that reads it."""

    def __init__(self, ends: Mapping[str, int], finished: Mapping[str, int]) -> None:
        self.ends = {"ingest.A": 0, "ingest.B": 0, "case-events": 0, "tallies": 0, "card-actions": 0, **ends}
        self.finished = dict(finished)
        self.empty_handed: Collection[str] = ()
        self.passes: Callable[[], None] = lambda: None
        self.waited = 0.0

    def spans(self, topics: Sequence[str]) -> Mapping[Place, Span]:
        return {(topic, 0): Span(0, self.ends[topic]) for topic in topics}

    def left(self, marks: Mapping[Place, Span]) -> dict[Place, int]:
        left = {place: span.left(self.finished.get(place[0], 0)) for place, span in marks.items()}
        return {place: records for place, records in left.items() if records}

    def held(self) -> set[Place]:
        return {(topic, 0) for topic in self.ends if topic not in self.empty_handed}

    def wait(self, seconds: float) -> None:
        self.waited += seconds
        self.passes()

    def judged(self) -> None:
        await_judged(MARCH, INGEST, ends=self.spans, workers=self, wait=self.wait)


def test_workers_that_have_judged_all_that_came_in_are_not_waited_for() -> None:
    log = Log({"ingest.A": 5, "case-events": 9}, {"ingest.A": 5, "case-events": 9})

    log.judged()

    assert log.waited == 0


def test_events_that_nobody_has_judged_keep_the_month_open_and_are_named_with_the_remedy() -> None:
    log = Log({"case-events": 9}, {"case-events": 2})

    with pytest.raises(
        WorkersBehind, match=r"2026-03 不能冻结：还有事件没有评判，case-events 分区 0 差 7 条"
    ) as refused:
        log.judged()

    assert refused.value.records == 7
    assert "mingjing worker" in str(refused.value)
    assert log.waited == 30


@pytest.mark.parametrize("topic", [*INGEST, "tallies", "card-actions"])
def test_what_waits_before_or_behind_the_cases_keeps_the_month_open_too(topic: str) -> None:
    with pytest.raises(WorkersBehind, match=f"{topic} 分区 0 差 3 条"):
        Log({topic: 3}, {}).judged()


def test_what_an_event_becomes_on_its_way_is_waited_for_although_it_was_not_on_the_log_at_first() -> None:
    log = Log({"ingest.B": 1}, {})

    def take_in() -> None:
        log.finished |= {"ingest.B": 1, "case-events": log.ends["case-events"]}
        if not log.ends["tallies"]:
            log.ends |= {"case-events": 1, "tallies": 1}
        elif log.finished["case-events"]:
            log.finished |= {"tallies": 1}

    log.passes = take_in
    log.judged()

    assert log.finished == {"ingest.B": 1, "case-events": 1, "tallies": 1}


def test_what_a_desk_tells_a_case_of_its_card_is_judged_before_the_month_is_closed() -> None:
    log = Log({"card-actions": 1}, {})

    def tell() -> None:
        if not log.finished:
            log.ends["case-events"] = 1
            log.finished = {"card-actions": 1}
        else:
            log.finished["case-events"] = 1

    log.passes = tell
    log.judged()

    assert log.finished == {"card-actions": 1, "case-events": 1}


def test_what_comes_in_meanwhile_is_not_waited_for() -> None:
    log = Log({"ingest.A": 4}, {"ingest.A": 3})

    def stream() -> None:
        log.finished["ingest.A"] += 1
        log.ends["ingest.A"] += 2

    log.passes = stream
    log.judged()

    assert log.waited == 0.5


def test_partitions_that_no_worker_has_keep_the_month_open_though_nothing_waits_on_them() -> None:
    log = Log({}, {})
    log.empty_handed = ("case-events", "tallies")

    with pytest.raises(WorkersBehind, match="没有监察进程在看 case-events 分区 0，") as refused:
        log.judged()

    assert refused.value.records == 0
    assert log.waited == 30


def test_workers_that_share_out_their_partitions_anew_are_given_the_time_to_take_them() -> None:
    log = Log({}, {})
    log.empty_handed = tuple(log.ends)

    def assign() -> None:
        log.empty_handed = ()

    log.passes = assign
    log.judged()

    assert log.waited == 0.5


def test_a_group_that_the_broker_does_not_tell_of_keeps_the_month_open() -> None:
    class Away(Log):
        def held(self) -> set[Place]:
            raise LogUnread("Kafka 没有答出消费组 mingjing-supervise 的进度")

    with pytest.raises(FreezeRefused, match="2026-03 不能冻结：Kafka 没有答出消费组"):
        Away({}, {}).judged()
