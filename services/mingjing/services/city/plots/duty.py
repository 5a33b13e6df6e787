"""What an agency owes of itself: tasks, leave, answers to supervisors, answers to people."""

from datetime import date, datetime, timedelta
from typing import Any, Final

from mingjing.services.city.draft import Draft, end_of
from mingjing.services.city.ladder import climbed

MET: Final = 0.35
"""Share of these that are meetings rather than tasks."""

GRADED: Final = 0.25
"""Share of these that are yearly assessments."""

DONE: Final = {"in time": 55, "late": 25, "never": 20}
"""How often, in a hundred, a task is done, or a document answered, when."""

LONG_OVERDUE_DAYS: Final = 30
HALF_DAY_H: Final = 4
UNCOVERED: Final = 0.2
UNPUBLISHED: Final = 0.2
BOTH_AWAY: Final = 0.25
OTHER_AWAY_DAYS: Final = 3
AWAY_AGAIN: Final = 0.4
"""Share of other leaves after which the same person is to be away again."""

BACK_EARLY: Final = 0.25
"""Share of those in which the person has come back from the first before telling of the second."""

AHEAD_DAYS: Final = (0, 0, 0, 5, 14)
"""How many days ahead a leave is told, each as often as it stands here."""

IMPOSED: Final = 0.4
FILED_DAYS: Final = 10
ANSWERED_DAYS: Final = 3
PASSED_ON: Final = 0.4


def task(draft: Draft, day: date) -> None:
    """Tell a task given on `day`, a meeting held, or an assessment."""
    dice = draft.dice
    at = draft.during(day)
    if dice.random() < GRADED:
        failed = dice.random() < MET
        if (
            draft.tell("assess.graded", at, data={"year": day.year - 1, "grade": "fail" if failed else "good"})
            and failed
        ):
            draft.count("ACT-05", (draft.agency.code,), at)
        return
    if dice.random() < MET:
        hours, speakers, citywide = dice.choice((2, 3, 4, 6)), dice.randint(1, 2), dice.random() < UNCOVERED
        told = draft.tell("task.met", at, data={"hours": hours, "speakers": speakers, "citywide": citywide})
        if told and not citywide and (hours > HALF_DAY_H or speakers > 1):
            draft.plant("ACT-06-HY", "hint", at)
        return
    due = draft.worked_day(day, 3, 25)
    draft.tell("task.assigned", at, officer=draft.chief(), data={"kind": "milestone", "due_on": due.isoformat()})
    done = _answered(draft, due, at)
    ladder = [("warning", end_of(due)), ("yellow", end_of(due + timedelta(days=LONG_OVERDUE_DAYS)))]
    if (reached := climbed(ladder, draft.seen(done))) is not None:
        draft.plant("ACT-06", *reached)
    if done is not None:
        draft.tell("task.done", done, officer=draft.clerk(), data={"result": "完成"})


def supervision(draft: Draft, day: date) -> None:
    """Tell a supervisor's document issued on `day`, or a measure imposed."""
    dice = draft.dice
    at = draft.during(day)
    if dice.random() < IMPOSED:
        draft.tell("act.imposed", at, data={"measure": "诫勉", "doc_no": draft.document("问责")})
        span = {"in time": (0, FILED_DAYS), "late": (FILED_DAYS + 1, FILED_DAYS + 8)}
        when = draft.pick(DONE)
        filed = None if when == "never" else draft.during(draft.worked_day(day, *span[when]), at)
        draft.owe("ACT-07", "hint", end_of(draft.calendar.after(day, FILED_DAYS)), filed)
        if filed is not None:
            draft.tell("act.filed", filed, data={"doc_no": draft.document("追责备案")})
        return
    due = draft.worked_day(day, 5, 20)
    data = {"type": "notice", "doc_no": draft.document("监察"), "due": due.isoformat(), "demand": "限期整改"}
    draft.tell("act.issued", at, data=data)
    replied = _answered(draft, due, at)
    ladder = [("warning", end_of(due - timedelta(days=2))), ("red", end_of(due))]
    if (reached := climbed(ladder, draft.seen(replied))) is not None:
        draft.plant("ACT-03", *reached)
    if replied is not None:
        draft.tell("act.replied", replied, data={"doc_no": draft.document("回复"), "result": "已整改"})


def _answered(draft: Draft, due: date, after: datetime) -> datetime | None:
    """Return when something due on `due` is done, None if it never is."""
    match draft.pick(DONE):
        case "in time":
            return draft.during(draft.worked_between(after.date(), due), after)
        case "late":
            return draft.during(draft.worked_day(due, 1, 30))
    return None


def roster(draft: Draft, day: date) -> None:
    """Tell who of a post is to be away; the other one must not be away on any of these days."""
    away = _days(draft, day, draft.dice.randint(1, 10))
    at = draft.during(day)
    first = _leave(draft, at, away, draft.clerk())
    if draft.dice.random() < BOTH_AWAY:
        again = draft.during(day + timedelta(days=draft.dice.randint(0, 12)), at)
        others = _days(draft, again.date(), OTHER_AWAY_DAYS)
        second = _leave(draft, again, others, draft.chief())
        if first and second and others[0] <= away[1] and away[0] <= others[1]:
            draft.plant("PER-02", "yellow", again)
    elif first and draft.dice.random() < AWAY_AGAIN:
        _away_again(draft, at, away)


def _away_again(draft: Draft, told: datetime, away: tuple[date, date]) -> None:
    """Tell another leave of whoever is away already: on the last day of the first, on the next, or once back."""
    officer = str(draft.each("roster.leave")[0][1]["officer"])
    began, ended = away
    since = draft.during(began, told)
    back = draft.dice.random() < BACK_EARLY
    if back:
        draft.tell("roster.returned", since, officer=officer)
    begins = ended + timedelta(days=draft.dice.randint(0, 1))
    again = draft.during(began, since)
    told_again = _leave(draft, again, (begins, begins + timedelta(days=OTHER_AWAY_DAYS)), officer)
    if told_again and not back and begins == ended:
        draft.plant("PER-01-CD", "hint", again)


def _days(draft: Draft, told: date, more: int) -> tuple[date, date]:
    """Return the first and the last day of a leave told on a day: it begins then, or is told ahead."""
    begins = told + timedelta(days=draft.dice.choice(AHEAD_DAYS))
    return begins, begins + timedelta(days=more)


def _leave(draft: Draft, at: datetime, away: tuple[date, date], officer: str) -> bool:
    begins, ends = away
    data: dict[str, Any] = {"from": begins.isoformat(), "until": ends.isoformat(), "reason": "公出"}
    uncovered, published = draft.dice.random() < UNCOVERED, draft.dice.random() >= UNPUBLISHED
    data["published"] = published
    if not uncovered:
        data["proxy"] = draft.agency.staff(0)
    told = draft.tell("roster.leave", at, officer=officer, data=data)
    if told and uncovered:
        draft.plant("PER-01", "yellow", at)
    if told and not published:
        draft.plant("PER-01-GS", "hint", at)
    return told


def consult(draft: Draft, day: date) -> None:
    """Tell a question of `day`: answered, or passed on by whoever was asked first and answered there."""
    dice = draft.dice
    asked = draft.during(day)
    draft.tell("consult.asked", asked, data={"topic": "办事指南", "asker": "李**"})
    first = _reaction(draft, asked)
    draft.owe("DSC-06-HF", "warning", end_of(draft.calendar.after(day, ANSWERED_DAYS)), first)
    if first is None:
        return
    answer = {"doc_no": draft.document("答复")}
    if dice.random() >= PASSED_ON:
        draft.tell("consult.replied", first, officer=draft.clerk(), data=answer)
        return
    if draft.tell("consult.transferred", first, officer=draft.clerk(), data={"first_officer": draft.clerk()}):
        second = _reaction(draft, first)
        draft.owe("PER-06", "warning", end_of(draft.calendar.after(first.date(), ANSWERED_DAYS)), second)
        if second is not None:
            draft.tell("consult.replied", second, officer=draft.clerk(), data=answer)


def _reaction(draft: Draft, since: datetime) -> datetime | None:
    span = {"in time": (0, ANSWERED_DAYS), "late": (ANSWERED_DAYS + 1, ANSWERED_DAYS + 6)}
    when = draft.pick(DONE)
    return None if when == "never" else draft.during(draft.worked_day(since.date(), *span[when]), since)
