"""What a place may ask beyond the law, laid over a case already told: the practices of choice, kept or not.

Everything told here is told beside the story, never in its stead, so that what
the story itself plants stays as it is. `practise` is the last to touch a case.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Final

from mingjing.services.city.draft import Draft, end_of
from mingjing.services.city.ladder import climbed
from mingjing.services.city.outage import later, works_between
from mingjing.services.city.plots.refusal import report_refusal

SECOND: Final = timedelta(seconds=1)
ONLINE: Final = frozenset({"online", "mobile"})
ANSWERS: Final = (
    *("case.pre_accepted", "case.supp_noticed", "case.accepted"),
    *("case.not_accepted", "case.returned", "case.abandoned"),
)
"""What tells whoever applied online that somebody has looked."""

LOOKED_AT: Final = 0.5
LOOKED_DAYS: Final = (0, 1, 2, 2, 3, 4, 5, 6)
CERTIFIED: Final = {"in time": 62, "at the last": 10, "a moment late": 8, "late": 10, "never": 10}
"""How often, in a hundred licences granted, the certificate is made when."""

CERTIFIED_DAYS: Final = 3
TOLD: Final = {"before": 45, "with the decision": 15, "after": 15, "never": 25}
"""How often, in a hundred cases that concern others, these are told of it when."""

ELSEWHERE: Final = {"centre": 85, "own": 10, "": 5}
"""How often, in a hundred, an application is said to be accepted where; '' where nothing is said."""

NO_WINDOW: Final = 0.1
"""Share of results handed out nobody says where."""

HURRIED: Final = frozenset({"审查", "审核", "专家评审"})
TAKEN_UP_AGAIN: Final = 0.15
"""Share of reviews begun anew shortly before they are done."""

BEFORE_S: Final = (0, 1, 59, 60, 61)
A_MINUTE: Final = timedelta(seconds=60)
ENTERED: Final = ("case.applied", "case.accepted", "case.decided", "case.delivered")
ENTERED_LATE: Final = 0.06
"""Share of cases of which something is entered about a day after it happened."""

LATE_S: Final = (86399, 86400, 86401, 90000)
A_DAY: Final = timedelta(days=1)
DISPATCH_DAYS: Final = 1


def practise(draft: Draft) -> None:
    """Tell how the practices of choice are kept in the case, and say where they are not."""
    _look_at(draft)
    report_refusal(draft)
    _tell_those_concerned(draft)
    _take_in(draft)
    _hand_out(draft)
    _certify(draft)
    _hurry(draft)
    if "joint" in draft.item.flags and (accepted := draft.when("case.accepted")) is not None:
        due = end_of(draft.calendar.after(accepted.date(), DISPATCH_DAYS))
        draft.owe("JNT-03", "warning", due, draft.when("joint.dispatched"))
    if draft.dice.random() < ENTERED_LATE and (told := draft.each(*ENTERED)):
        at, event = draft.dice.choice(told)
        entered = later(draft.agency.outages, at, timedelta(seconds=draft.dice.choice(LATE_S)))
        draft.early.setdefault(event["id"], at - entered)


def owe_entry(draft: Draft, left: Mapping[str, datetime]) -> None:
    """Say what was entered more than a day after it happened; `left` is when each event left, by its id.

    The time for which the systems were declared down is nobody's delay.
    """
    for at, event in draft.each(*ENTERED):
        if works_between(draft.agency.outages, at, left[event["id"]]) > A_DAY:
            draft.plant("INT-01", "warning", at)


def _look_at(draft: Draft) -> None:
    """Tell when somebody first looked at what was applied for online."""
    applied = next((at for at, event in draft.each("case.applied") if event["data"]["channel"] in ONLINE), None)
    if applied is None:
        return
    if draft.dice.random() < LOOKED_AT:
        at = _by(draft, applied, draft.dice.choice(LOOKED_DAYS))
        draft.tell("case.pre_accepted", at, data={"result": "passed"})
    answered = min((at for at, _ in draft.each(*ANSWERS) if at > applied), default=None)
    rungs = (("warning", 2), ("yellow", 3), ("red", 5))
    ladder = [(level, end_of(draft.calendar.after(applied.date(), days))) for level, days in rungs]
    if (reached := climbed(ladder, draft.seen(answered))) is not None:
        draft.plant("TL-10", *reached)


def _tell_those_concerned(draft: Draft) -> None:
    accepted = draft.when("case.accepted")
    decided = next((at for at, _ in draft.each("case.decided") if accepted is not None and at > accepted), None)
    if "stakeholders" not in draft.item.flags or accepted is None or decided is None:
        return
    when = draft.pick(TOLD)
    moments = {
        "before": draft.moments(accepted, decided, 1)[0],
        "with the decision": decided,
        "after": decided + SECOND,
    }
    if when in moments:
        draft.tell("stakeholder.noticed", moments[when], data={"doc_no": draft.document("利害关系人告知")})
    if when in {"after", "never"}:
        draft.plant("NTC-06", "yellow", decided, "before")


def _take_in(draft: Draft) -> None:
    """Say where the application was accepted, and hold it against the items that belong to the centre."""
    for at, event in draft.each("case.accepted"):
        where = event["data"]["channel"] = draft.pick(ELSEWHERE)
        if not where:
            del event["data"]["channel"]
        elif where != "centre" and draft.item.centre:
            draft.plant("SEQ-11", "yellow", at)


def _hand_out(draft: Draft) -> None:
    for at, event in draft.each("case.delivered"):
        if draft.dice.random() >= NO_WINDOW:
            event["data"]["window"] = str(draft.dice.randint(1, 40))
        elif draft.item.centre:
            draft.plant("DLV-03-CK", "warning", at)


def _certify(draft: Draft) -> None:
    decided = next((at for at, event in draft.each("case.decided") if event["data"]["result"] == "granted"), None)
    if decided is None:
        return
    when, due = draft.pick(CERTIFIED), end_of(draft.calendar.after(decided.date(), CERTIFIED_DAYS))
    made: datetime | None = None
    match when:
        case "in time":
            made = draft.during(draft.worked_day(decided.date(), 0, CERTIFIED_DAYS - 1), decided)
        case "at the last":
            made = due - SECOND
        case "a moment late":
            made = due
        case "late":
            made = draft.during(draft.worked_day(decided.date(), CERTIFIED_DAYS + 1, CERTIFIED_DAYS + 6))
    if made is not None:
        draft.tell("case.certified", made, data={"cert_no": draft.document("证")})
    draft.owe("TL-11", "yellow", due, made)


def _hurry(draft: Draft) -> None:
    """Tell reviews begun anew shortly before they are done, and say which took less than a minute."""
    ended = min((at for at, _ in draft.each("case.decided", "case.abandoned", "case.not_accepted")), default=draft.ends)
    done = [each for each in draft.each("step.completed") if each[1]["step"] in HURRIED and "officer" in each[1]]
    for at, event in done:
        begun = draft.when("step.started", event["step"])
        if begun is None or begun + 2 * A_MINUTE >= at or at >= ended or draft.dice.random() >= TAKEN_UP_AGAIN:
            continue
        again = at - timedelta(seconds=draft.dice.choice(BEFORE_S))
        draft.tell("step.started", again, officer=event["officer"], post=event.get("post"), step=event["step"])
    begins = [(at, event["step"]) for at, event in draft.each("step.started")]
    for at, event in done:
        if draft.item.mode == "promised" and any(
            step == event["step"] and at - A_MINUTE < begun < at for begun, step in begins
        ):
            draft.plant("INT-04", "hint", at)


def _by(draft: Draft, since: datetime, days: int) -> datetime:
    """Return a moment later than `since` on the n-th working day after it, its very last or the first after it too."""
    day: date = draft.calendar.after(since.date(), days)
    return draft.dice.choice((draft.during(day, since), max(end_of(day) - SECOND, since + SECOND), end_of(day)))
