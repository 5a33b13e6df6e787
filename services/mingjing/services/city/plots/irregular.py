"""A licence whose steps go wrong: left out, reversed, sent back, all at one instant; or whose clock stops at will."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Final

from mingjing.services.city.draft import Draft, end_of
from mingjing.services.city.plots.disorder import begin_anew, bring_unasked, refuse_accepted
from mingjing.services.city.plots.limits import Course, climb
from mingjing.services.city.plots.plain import begin
from mingjing.services.city.plots.review import complete, owe_step, post_of, review
from mingjing.services.city.plots.suspension import (
    OFTEN,
    forget,
    suspend_late,
    suspend_long,
    suspend_often,
    suspend_within,
)

STEPS_AT_ONCE: Final = 3
AUDIT: Final = "审核"
SENT_BACK: Final = 3


def irregular(draft: Draft, day: date) -> None:
    """Tell a case accepted as it should be in which one thing goes wrong."""
    accepted = begin(draft, day)
    draft.dice.choice(list(FAULTS.values()))(draft, accepted)


def _skip(draft: Draft, accepted: datetime) -> None:
    left_out = draft.dice.choice(draft.item.steps)
    decided = _decided(draft, accepted)
    review(draft, accepted, decided, [], [step for step in draft.item.steps if step != left_out])
    if draft.said("case.decided", "result") == "granted":
        draft.plant("SEQ-02", "red", decided)


def _reverse(draft: Draft, accepted: datetime) -> None:
    first, second, *rest = draft.item.steps
    review(draft, accepted, _decided(draft, accepted), [], [second, first, *rest])
    begun = draft.when("step.started", first)
    if begun is not None:
        draft.plant("SEQ-03", "yellow", begun)


def _send_back(draft: Draft, accepted: datetime) -> None:
    decided = _decided(draft, accepted)
    times = draft.dice.randint(SENT_BACK - 1, SENT_BACK + 1)
    step = draft.item.steps[0]
    for number, at in enumerate(draft.moments(accepted, decided, times), 1):
        told = draft.tell("step.returned", at, officer=draft.clerk(), step=step, data={"reason": "材料不清"})
        if told and number == SENT_BACK:
            draft.plant("SEQ-09", "warning", at)
    review(draft, accepted, decided, [])


def _audit_twice(draft: Draft, accepted: datetime) -> None:
    decided = _decided(draft, accepted)
    first, second = draft.moments(accepted, decided, 2)
    if AUDIT not in draft.item.steps:
        draft.tell("step.completed", first, officer=draft.clerk(), step=AUDIT, data={"division": "许可科"})
        if draft.tell("step.completed", second, officer=draft.clerk(), step=AUDIT, data={"division": "法规科"}):
            draft.plant("SEQ-12", "hint", second)
    review(draft, accepted, decided, [])


def _at_one_instant(draft: Draft, accepted: datetime) -> None:
    decided = _decided(draft, accepted)
    steps = draft.item.steps[:STEPS_AT_ONCE]
    *starts, at = draft.moments(accepted, decided, len(steps) + 1)
    officer = draft.clerk()
    for step, started in zip(steps, starts, strict=True):
        draft.tell("step.started", started, officer=officer, post=post_of(draft, step), step=step)
        complete(draft, step, at, officer)
        owe_step(draft, step, at, [])
    review(draft, at, decided, [], ())
    if len(steps) == STEPS_AT_ONCE and at < draft.ends:
        draft.plant("INT-03", "yellow", at)


def _end_unbegun(draft: Draft, accepted: datetime) -> None:
    decided = _decided(draft, accepted)
    (at,) = draft.moments(accepted, decided, 1)
    if draft.tell("clock.resumed", at, officer=draft.clerk(), data={"result": "已完成"}):
        draft.plant("SUS-06", "hint", at)
    review(draft, accepted, decided, [])


def _slow_intermediary(draft: Draft, accepted: datetime) -> None:
    days = draft.dice.randint(2, 5)
    engaged = draft.during(accepted.date(), accepted)
    who = {"intermediary": "91990100MD0000001Q"}
    draft.tell("intermediary.engaged", engaged, data=who | {"service": "环境检测", "days": days})
    done = draft.during(draft.worked_day(engaged.date(), 1, days + 3))
    draft.owe("TL-06-ZJ", "warning", end_of(draft.calendar.after(engaged.date(), days)), done)
    draft.tell("intermediary.delivered", done, data=who | {"doc_no": draft.document("成果")})
    decided = draft.during(draft.worked_day(done.date(), 0, 2), done)
    climb(draft, accepted, decided)
    review(draft, accepted, decided, [])


def _after_the_end(draft: Draft, accepted: datetime) -> None:
    day = draft.worked_day(accepted.date(), 1, 3)
    abandoned = draft.during(day)
    draft.tell("case.abandoned", abandoned, data={"reason": "申请人撤回"})
    at = draft.during(day, abandoned)
    if draft.tell("step.started", at, officer=draft.clerk(), step=draft.item.steps[0]):
        draft.plant("SEQ-10-ZZ", "hint", at)
    owe_step(draft, draft.item.steps[0], None, [])


def _late_pause(draft: Draft, accepted: datetime) -> None:
    first_day = draft.during(accepted.date(), accepted)
    standstills, ends = suspend_late(draft, accepted)
    _finish(draft, accepted, first_day, Course(standstills, 0, left_open=False), ends)


def _many_pauses(draft: Draft, accepted: datetime) -> None:
    first_day = draft.during(accepted.date(), accepted)
    standstills, ends = suspend_often(draft, accepted, draft.dice.randint(OFTEN - 1, OFTEN + 1))
    _finish(draft, accepted, first_day, Course(standstills, 0, left_open=False), ends)


def _long_pauses(draft: Draft, accepted: datetime) -> None:
    first_day = draft.during(accepted.date(), accepted)
    standstills, ends = suspend_long(draft, accepted, draft.item.statutory + draft.dice.randint(0, 1))
    _finish(draft, accepted, first_day, Course(standstills, 0, left_open=False), ends)


def _pause_within(draft: Draft, accepted: datetime) -> None:
    first_day = draft.during(accepted.date(), accepted)
    standstills, ends = suspend_within(draft, accepted)
    _finish(draft, accepted, first_day, Course(standstills, 0, left_open=False), ends)


def _finish(draft: Draft, accepted: datetime, by: datetime, course: Course, after: datetime) -> None:
    """Tell the decision after the last special procedure; the steps were done before the first."""
    decided = draft.during(draft.worked_day(after.date(), 0, 1), after)
    climb(draft, accepted, decided, course)
    review(draft, accepted, decided, course.standstills, by=by)


def _decided(draft: Draft, accepted: datetime) -> datetime:
    decided = draft.during(draft.worked_day(accepted.date(), 1, 6))
    climb(draft, accepted, decided)
    return decided


FAULTS: Final[Mapping[str, Callable[[Draft, datetime], None]]] = {
    "a step left out": _skip,
    "steps reversed": _reverse,
    "sent back": _send_back,
    "two divisions": _audit_twice,
    "one instant": _at_one_instant,
    "after the end": _after_the_end,
    "an end without a beginning": _end_unbegun,
    "a slow intermediary": _slow_intermediary,
    "a late pause": _late_pause,
    "many pauses": _many_pauses,
    "a pause within a pause": _pause_within,
    "long pauses": _long_pauses,
    "refused after acceptance": refuse_accepted,
    "papers nobody asked for": bring_unasked,
    "begun anew": begin_anew,
    "a forgotten pause": forget,
}
"""What goes wrong, each as often as the others."""
