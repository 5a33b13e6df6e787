"""One function a rule: the law's sentence, read over one case as it finally stands."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

from mingjing.services.city.oracle.diary import Stop, after, evenings, first
from mingjing.services.city.oracle.reading import Happening
from mingjing.services.city.oracle.rounds import GIVEN_UP, SENT_AWAY, applied, rounds
from mingjing.services.city.oracle.terms import Found, Trial, past_natural_days, past_working_days, unless_ended

Judge = Callable[[Trial], Found | Iterable[Found] | None]
Single = Callable[[Trial], Found | None]

WARNED_DAYS: Final = 2
REPORT_DAYS: Final = 20
ACCEPTED: Final = ("case.accepted", "case.deemed_accepted")
APPROVERS: Final = (None, "head", "government")
AT_ONCE: Final = ("not-needed", "not-competent")
REVIEWS: Final = ("审查", "现场核查", "专家评审", "审核")
WORK: Final = ("step.started", "step.completed", "clock.suspended", "clock.resumed", "fee.charged")
AFTERWARDS: Final = ("决定", "制证", "送达", "归档")


def within(start: str | tuple[str, ...], limit: int, ends: tuple[str, ...]) -> Single:
    """Return a judge of whether one of `ends` follows `start` within `limit` working days."""

    def judge(trial: Trial) -> Found | None:
        began = first(trial.case, start)
        passed = past_working_days(trial, began, limit) if began else None
        return _yellow(unless_ended(trial, began, passed, ends))

    return judge


def lacks(kind: str, *contents: str, level: str = "yellow", result: str | None = None) -> Single:
    """Return a judge of whether every `kind` (with this `result`) says all of `contents`."""

    def judge(trial: Trial) -> Found | None:
        for each in trial.case:
            asked = each.type == kind and (result is None or each.says("result") == result)
            if asked and any(not each.data.get(name) for name in contents):
                return Found(level, each.at)
        return None

    return judge


def told_what_is_missing(trial: Trial) -> Found | None:
    """TL-01: by the item's term after applying, accepted, refused, or told what is missing."""
    outcomes = (*ACCEPTED, "case.not_accepted", "case.supp_noticed", *GIVEN_UP)
    return within("case.applied", trial.item.notice_days, outcomes)(trial)


def turned_away_at_once(trial: Trial) -> Found | None:
    """TL-02: who needs no licence, or stands before the wrong agency, is told on the day of applying.

    Whoever applies on a day off is told on the next working day.
    """
    applied = first(trial.case, "case.applied")
    refused = first(trial.case, "case.not_accepted", lambda each: each.says("ground") in AT_ONCE)
    if applied is None or refused is None:
        return None
    passed = past_natural_days(trial, applied, 0)
    return Found("warning", passed) if refused.at >= passed else None


def begun(trial: Trial) -> Happening | None:
    """Return what the clocks of a case start from: its acceptance, or where its law says so its application."""
    if trial.item.from_application:
        return first(trial.case, ("case.applied", *ACCEPTED))
    return _taken_in(trial)


def taken(trial: Trial) -> Happening | None:
    """Return what somebody accepted a case by."""
    return first(trial.case, ACCEPTED)


def waits(trial: Trial) -> list[Stop]:
    """Return how long the clocks of a case stood before its acceptance, where they ran: something was missing."""
    if not trial.item.from_application or (trial.item.licensed and told_what_is_missing(trial)):
        return []
    accepted = first(trial.case, ACCEPTED)
    asked = [each for each in trial.case if each.type == "case.supp_noticed" and (not accepted or each < accepted)]
    return [
        Stop(each, first(after(trial.case, each), ("case.supp_received", "case.not_accepted")), None) for each in asked
    ]


def _taken_in(trial: Trial) -> Happening | None:
    """Return what accepted a case: somebody, or the law where the application for a licence was left unanswered."""
    accepted = taken(trial)
    begins = [each for each, _ in _unanswered(trial)]
    return min([*begins, accepted] if accepted is not None else begins, default=None)


def _unanswered(trial: Trial) -> list[tuple[Happening, Found]]:
    """Return the applications for a licence that were left unanswered, each with what TL-01 finds of it."""
    if not trial.item.licensed:
        return []
    parts = [(applied(part), told_what_is_missing(part)) for part in rounds(trial, applied, SENT_AWAY)]
    return [(begun, found) for begun, found in parts if begun and found]


def reported(trial: Trial) -> Found | None:
    """TL-07: a preliminary review is sent up within twenty working days."""
    start = _taken_in(trial)
    passed = past_working_days(trial, start, REPORT_DAYS) if start else None
    return _yellow(unless_ended(trial, start, passed, ("case.forwarded", "case.decided", *GIVEN_UP)))


def decided(trial: Trial) -> Found | None:
    """TL-04(-SD): warned two working days before the promise ends, yellow past it, red past the statute."""
    start, item = begun(trial), trial.item
    if start is None:
        return None
    rest = after(trial.case, start)
    refused = ("case.not_accepted",) if item.from_application else ()
    stop = first(rest, ("case.decided", *refused, *GIVEN_UP))
    stands = waits(trial) + _procedures(rest)
    hurried = item.promised and item.promised < WARNED_DAYS
    reached: dict[str, datetime] = {"warning": start.at} if hurried else {}
    ended = stop.at if stop else trial.believed
    for evening in evenings(trial.calendar, start.at, trial.until if stop else trial.believed, stands):
        if stop is not None and stop.at < evening.ends:
            break
        if evening.resting:
            went_on = _goes_on(stands, evening.ends)
            if item.promised and evening.charged >= item.promised - WARNED_DAYS and went_on < ended:
                reached.setdefault("warning", went_on)
            continue
        granted = sum(_granted(trial, each) for each in _extensions(rest) if each.at < evening.ends)
        if item.promised and evening.charged >= item.promised - WARNED_DAYS:
            reached.setdefault("warning", evening.ends)
        if item.promised and evening.charged >= item.promised:
            reached.setdefault("yellow", evening.ends)
        if item.statutory and evening.charged >= item.statutory + granted:
            reached.setdefault("red", evening.ends)
    silent = [] if item.from_application else _unanswered(trial)
    known = next((found.at for each, found in silent if each == start), start.at)
    return next(
        (Found(level, max(known, reached[level])) for level in ("red", "yellow", "warning") if level in reached), None
    )


def _goes_on(stands: Sequence[Stop], evening: datetime) -> datetime:
    """Return when a clock goes on that stands still from this evening on, as far as that is known."""
    ends = [each.end.at for each in stands if each.begin.at < evening and each.end and each.end.at >= evening]
    return max(ends, default=datetime.max.replace(tzinfo=evening.tzinfo))


def silent_past_the_statute(trial: Trial) -> Found | None:
    """TL-13: where silence has consequences of its own, they begin when the statute has passed."""
    found = decided(trial)
    return found if found and found[0] == "red" else None


def extended_properly(trial: Trial) -> Found | None:
    """TL-08: an extension is approved, reasoned, told in writing, and the only one."""
    return lacks("case.extended", "approver", "reason", "doc_no")(trial)


def reviewed_once_accepted(trial: Trial) -> Found | None:
    """SEQ-01: no review begins before acceptance."""
    began = first(trial.case, "step.started", lambda each: each.says("step") != "受理")
    return _yellow(began.at) if began and not _done_by(trial, ACCEPTED, began) else None


def quiet_after_decision(trial: Trial) -> Found | None:
    """SEQ-04: after the decision nothing but what follows from it."""
    decision = first(trial.case, "case.decided")
    rest = after(trial.case, decision) if decision else ()
    late = first(rest, WORK, lambda each: each.says("step") not in AFTERWARDS)
    return _yellow(late.at) if late else None


def inspected_by_two(trial: Trial) -> Found | None:
    """SEQ-06: a site inspection takes two officers."""
    visits = [each for each in trial.case if each.type == "step.completed" and each.says("step") == "现场核查"]
    alone = first(visits, "step.completed", lambda each: len(set(each.data.get("officers", ()))) == 1)
    return _yellow(alone.at) if alone else None


def told_once(trial: Trial) -> Iterator[Found]:
    """NTC-01: until acceptance nothing is asked for that the first notice did not name."""
    notices = [each for each in trial.case if each.type == "case.supp_noticed"]
    for each in notices[1:]:
        new = set(each.data["items"]) - set(notices[0].data["items"])
        if new and not _done_by(trial, ACCEPTED, each):
            yield Found("yellow", each.at)


def nothing_off_the_list(trial: Trial) -> Iterator[Found]:
    """NTC-09: no paper is asked for that the item does not list, where it lists any."""
    for each in trial.case:
        asked = each.data["items"] if each.type == "case.supp_noticed" else ()
        if trial.item.materials and set(asked) - set(trial.item.materials):
            yield Found("yellow", each.at)


def asked_in_time(trial: Trial) -> Found | None:
    """SUS-08: what is missing is asked for before acceptance."""
    asked = first(trial.case, "case.supp_noticed")
    return _yellow(asked.at) if asked and _done_by(trial, ACCEPTED, asked) else None


def decided_before_delivered(trial: Trial) -> Found | None:
    """DLV-02: nothing is handed out before it was decided."""
    handed = first(trial.case, "case.delivered")
    return Found("red", handed.at) if handed and not _done_by(trial, "case.decided", handed) else None


def four_eyes(trial: Trial) -> Found | None:
    """PER-05: who reviewed a case does not approve it."""
    reviewers = {
        each.says("officer") for each in trial.case if each.type == "step.completed" and each.says("step") in REVIEWS
    }
    decision = first(trial.case, "case.decided", lambda each: each.says("officer") in reviewers)
    return Found("warning", decision.at) if decision else None


def complaint_accepted(trial: Trial) -> Found | None:
    """CMP-01: a complaint is accepted within five working days, CMP-01-XF: a petition within fifteen days."""
    received = trial.case[0]
    petition = received.says("class") == "petition"
    passed = past_natural_days(trial, received, 15) if petition else past_working_days(trial, received, 5)
    return _yellow(unless_ended(trial, received, passed, ("cmp.accepted", "cmp.not_accepted", "cmp.abandoned")))


def complaint_closed(trial: Trial) -> Found | None:
    """CMP-02: a complaint is closed within ten working days of acceptance."""
    return within("cmp.accepted", 10, ("cmp.closed", "cmp.abandoned"))(trial)


def petition_closed(trial: Trial) -> Found | None:
    """CMP-02-XF: a petition is closed within sixty days; warned ten days before."""
    accepted = first(trial.case, "cmp.accepted")
    if accepted is None:
        return None
    passed = past_natural_days(trial, accepted, 60)
    for level, at in (("red", passed), ("warning", passed - timedelta(days=10))):
        if unless_ended(trial, accepted, at, ("cmp.closed", "cmp.abandoned")):
            return Found(level, at)
    return None


def monitor_point_answered(trial: Trial) -> Found | None:
    """CMP-03: an enterprise of a monitor point is answered within three days, working or not."""
    received = first(trial.case, "cmp.received", lambda each: each.says("channel") == "monitor-point")
    passed = past_natural_days(trial, received, 3, roll=False) if received else None
    return _yellow(unless_ended(trial, received, passed, "cmp.replied"))


def complaint_answered(trial: Trial) -> Found | None:
    """CMP-05: no complaint is closed without an answer."""
    closed = first(trial.case, "cmp.closed")
    return _yellow(closed.at) if closed and not _done_by(trial, "cmp.replied", closed) else None


def _yellow(at: datetime | None) -> Found | None:
    return Found("yellow", at) if at else None


def _done_by(trial: Trial, kinds: str | tuple[str, ...], then: Happening) -> bool:
    done = first(trial.case, kinds)
    return done is not None and done.at <= then.at


def _procedures(case: Sequence[Happening]) -> list[Stop]:
    begins = [each for each in case if each.type == "clock.suspended"]
    return [Stop(each, first(after(case, each), "clock.resumed"), each.data.get("days")) for each in begins]


def _extensions(case: Sequence[Happening]) -> list[Happening]:
    """Return the first extension approved by whom the law names, or by somebody whose rank is not told."""
    return [each for each in case if each.type == "case.extended" and each.says("approver_rank") in APPROVERS][:1]


def _granted(trial: Trial, extension: Happening) -> int:
    """Return the days an extension adds: no more than the law allows."""
    return min(int(extension.data["days"]), trial.item.extension)
