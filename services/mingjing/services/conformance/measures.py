"""What a feed is measured by: each measure counts what it looked at and what held, and explains what did not.

The measures are those by which data have gone wrong elsewhere: receipts of cases that
were never accepted, steps all stamped with one second, whole months entered afterwards.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import msgspec

from mingjing.rules.events import Event
from mingjing.services.conformance.coded import coded
from mingjing.services.conformance.feed import Feed, first_time, of_type

LATE = timedelta(hours=24)
"""上报周期 (徐州等地): later than this after it happened is 事后补录."""
SAME_SECOND = 3
"""Steps of one case in one second from which nobody worked."""
SAMPLES = 5

ENDED = ("case.decided", "case.delivered")
STEPS = ("step.started", "step.completed")
ATTRIBUTES = ("item", "region", "officer")
FOUND = "act.found"
"""What another system of supervision found on a case that it does not handle itself, told when it next exports."""
ORDERED = (
    ("case.applied", "case.accepted", "申请", "受理"),
    ("case.accepted", "case.decided", "受理", "办结"),
    ("case.decided", "case.delivered", "办结", "送达"),
    ("clock.suspended", "clock.resumed", "特别程序开始", "特别程序结束"),
    ("case.supp_noticed", "case.supp_received", "补正告知", "补正材料收到"),
)

Finding = tuple[bool, str]
"""Whether one thing looked at held, and if not, what is wrong with it."""


class Measure(msgspec.Struct, frozen=True, kw_only=True):
    """A measure: its weight in the score, what it asks, and how to mend what fails it."""

    name: str
    title: str
    weight: int
    asks: str
    remedy: str
    look: Callable[[Feed], Iterator[Finding]]


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """What a measure found; `share` is None where there was nothing to look at."""

    name: str
    title: str
    weight: int
    asks: str
    remedy: str
    held: int
    looked_at: int
    samples: tuple[str, ...]

    @property
    def share(self) -> float | None:
        """The share that held, 0 to 1."""
        return self.held / self.looked_at if self.looked_at else None


def measured(measure: Measure, feed: Feed) -> Measured:
    """Return what the measure finds in the feed, with the first few failures."""
    held = looked_at = 0
    samples: list[str] = []
    for holds, sentence in measure.look(feed):
        looked_at += 1
        held += holds
        if not holds and len(samples) < SAMPLES:
            samples.append(sentence)
    return Measured(
        name=measure.name,
        title=measure.title,
        weight=measure.weight,
        asks=measure.asks,
        remedy=measure.remedy,
        held=held,
        looked_at=looked_at,
        samples=tuple(samples),
    )


def _usable(feed: Feed) -> Iterator[Finding]:
    for each in feed.refused:
        yield False, f"{each.place}：{each.message}"
    for _ in range(feed.events - len(feed.refused)):
        yield True, ""


def _consistent(feed: Feed) -> Iterator[Finding]:
    for each in feed.contradicted:
        yield False, f"事件 {each} 以不同内容报送了两次以上，recordedtime 相同或未填，分不清孰先孰后"
    for _ in range(sum(map(len, feed.cases.values()))):
        yield True, ""


def _attributed(feed: Feed) -> Iterator[Finding]:
    for subject, events in feed.cases.items():
        if all(each.type == FOUND for each in events):
            continue
        for name in ATTRIBUTES:
            found = any(getattr(each, name) for each in events)
            yield found, f"办件 {subject} 的所有事件都没有 {name}"


def _begun(feed: Feed) -> Iterator[Finding]:
    for subject, events in feed.cases.items():
        if first_time(events, *ENDED) is None:
            continue
        begun = first_time(events, "case.accepted", "case.deemed_accepted") is not None
        yield begun, f"办件 {subject} 已办结，却从未报送受理"


def _timely(feed: Feed) -> Iterator[Finding]:
    for subject, events in feed.cases.items():
        for each in events:
            recorded = feed.first_recorded.get((each.source, each.id))
            if recorded is not None and each.type != FOUND:
                late = recorded - each.time
                yield late <= LATE, f"办件 {subject} 的 {each.type} 在发生 {_hours(late)} 小时后才录入"


def _recorded(feed: Feed) -> Iterator[Finding]:
    for subject, events in feed.cases.items():
        for each in events:
            yield each.recordedtime is not None, f"办件 {subject} 的 {each.type} 没有 recordedtime，看不出何时录入"


def _worked(feed: Feed) -> Iterator[Finding]:
    for subject, events in feed.cases.items():
        seconds = Counter(each.time.replace(microsecond=0) for each in of_type(events, *STEPS, "case.accepted", *ENDED))
        if sum(seconds.values()) < SAME_SECOND:
            continue
        moment, count = seconds.most_common(1)[0]
        yield count < SAME_SECOND, f"办件 {subject} 有 {count} 个环节同在 {_told(moment)}"


def _lasting(feed: Feed) -> Iterator[Finding]:
    for subject, events in feed.cases.items():
        begun: dict[str | None, Event] = {}
        for each in sorted(of_type(events, *STEPS), key=lambda step: (step.time, step.type != "step.started")):
            if each.type == "step.started":
                begun[each.step] = each
            elif (start := begun.pop(each.step, None)) is not None:
                yield each.time > start.time, f"办件 {subject} 的环节 {each.step} 结束时间等于开始时间"


def _in_order(feed: Feed) -> Iterator[Finding]:
    for subject, events in feed.cases.items():
        for before, after, earlier, later in ORDERED:
            first, second = first_time(events, before), first_time(events, after)
            if second is not None:
                missing = first is None and before == "clock.suspended"
                wrong = missing or (first is not None and second < first)
                yield not wrong, f"办件 {subject} 的{later}（{_told(second)}）早于{earlier}"


MEASURES: tuple[Measure, ...] = (
    Measure(
        name="usable",
        title="格式合规",
        weight=25,
        asks="每条事件都能使用",
        remedy="按每条的说明改正后重发；可先用 ?validate=true 试报",
        look=_usable,
    ),
    Measure(
        name="begun",
        title="收办相符",
        weight=15,
        asks="办结的办件都报送过受理",
        remedy="补报受理事件；办结远多于受理，多为体外办理或迁移遗漏",
        look=_begun,
    ),
    Measure(
        name="attributed",
        title="要素齐全",
        weight=10,
        asks="每个办件都有事项、区划、经办人",
        remedy="在事件上填写 item、region、officer",
        look=_attributed,
    ),
    Measure(
        name="coded",
        title="编码合规",
        weight=5,
        asks="事项已列入目录，或31位（业务办理项33位）且信用代码校验位对；区划12位；全国统一的办件编号合规",
        remedy="核对事项实施编码与统一社会信用代码；自编的事项代码，请监察机关列入事项目录；区划6位的补六个0",
        look=coded,
    ),
    Measure(
        name="timely",
        title="及时录入",
        weight=10,
        asks="发生后24小时内录入",
        remedy="在业务系统中随办随录；垂管系统请约定 delay_s",
        look=_timely,
    ),
    Measure(
        name="recorded",
        title="录入可查",
        weight=5,
        asks="每条事件都有 recordedtime",
        remedy="把业务系统的写入时间填入 recordedtime",
        look=_recorded,
    ),
    Measure(
        name="worked",
        title="时刻真实",
        weight=15,
        asks="一个办件的环节不会都在同一秒",
        remedy="取各环节实际完成的时间；勿用办结时间补造环节",
        look=_worked,
    ),
    Measure(
        name="lasting",
        title="环节有时长",
        weight=5,
        asks="环节的结束晚于开始",
        remedy="没有结束时间时不报 step.completed，勿以开始时间代填",
        look=_lasting,
    ),
    Measure(
        name="ordered",
        title="先后有序",
        weight=5,
        asks="受理不早于申请，办结不早于受理，送达不早于办结",
        remedy="核对时区与字段映射",
        look=_in_order,
    ),
    Measure(
        name="consistent",
        title="编号唯一",
        weight=5,
        asks="同一编号的事件内容相同",
        remedy="更正请发新编号并以 corrects 指明所更正的事件，或以原编号重发并填写更晚的 recordedtime",
        look=_consistent,
    ),
)


def _hours(late: timedelta) -> int:
    return int(late.total_seconds() // 3600)


def _told(moment: datetime) -> str:
    return moment.isoformat(sep=" ", timespec="seconds")
