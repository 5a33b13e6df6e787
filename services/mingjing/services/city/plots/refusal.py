"""A refusal reported upwards before anybody is refused, and answered soon after. Or only afterwards, or never."""

from datetime import datetime, timedelta
from typing import Final

from mingjing.services.city.draft import Draft, end_of

REFUSED: Final = ("case.not_accepted", "case.returned", "case.decided")
REPORTED: Final = {"before": 50, "days before": 20, "a second before": 5, "at once": 5, "after": 10, "never": 10}
"""How often, in a hundred refusals, they are reported when."""

WORKED_BEFORE: Final = (4, 5, 6, 8)
"""How many working days before the refusal it was reported, where it was days."""

ANSWERED_DAYS: Final = 5
FAR: Final = timedelta(days=30)
SECOND: Final = timedelta(seconds=1)
IN_VAIN: Final = 0.06
"""Share of other applications that somebody wanted to refuse, and reported."""


def report_refusal(draft: Draft) -> None:
    """Tell when the refusal of the case was reported, if it was, and say what is wrong with that."""
    told = draft.each(*REFUSED)
    refused = next((at for at, event in told if _refuses(event["type"], event["data"].get("result"))), None)
    if refused is None:
        _in_vain(draft)
        return
    when = draft.pick(REPORTED)
    filed = _filed(draft, when, refused)
    if when in {"at once", "after", "never"}:
        draft.plant("REJ-01", "yellow", refused)
    if filed is not None and _report(draft, filed):
        _owe_answer(draft, filed)


def _filed(draft: Draft, when: str, refused: datetime) -> datetime | None:
    """Return when a refusal was reported, never before the case was first told of unless that leaves no time at all."""
    dice, begun = draft.dice, min(at for at, _ in draft.told())
    match when:
        case "never":
            return None
        case "at once":
            return refused
        case "after":
            return refused + timedelta(minutes=dice.randint(1, 300))
        case "days before":
            day = draft.calendar.worked(refused.date() - FAR, refused.date() - timedelta(days=1))
            filed = draft.during(day[-dice.choice(WORKED_BEFORE)])
            if filed > begun:
                return filed
        case "before":
            return max(refused - timedelta(minutes=dice.randint(1, 90)), min(begun + SECOND, refused - SECOND))
    return refused - SECOND


def _in_vain(draft: Draft) -> None:
    """Tell that somebody wanted to refuse an application, which was accepted after all, or never answered."""
    applied, accepted = draft.when("case.applied"), draft.when("case.accepted")
    if applied is None or draft.dice.random() >= IN_VAIN:
        return
    filed = draft.moments(applied, accepted, 1)[0] if accepted is not None else draft.during(applied.date(), applied)
    if _report(draft, filed):
        _owe_answer(draft, filed)


def _report(draft: Draft, at: datetime) -> bool:
    return draft.tell("reject.filed", at, data={"leader": "副局长", "reason": "不符合条件"})


def _owe_answer(draft: Draft, filed: datetime) -> None:
    """Say whether a refusal reported was answered in time: by a refusal, a decision, or an acceptance after all.

    Where the applicant had been answered before, nothing is owed.
    """
    answers = [at for at, _ in draft.each(*REFUSED)]
    if any(at <= filed for at in answers):
        return
    ends = [*answers, *(at for at, _ in draft.each("case.accepted") if at > filed)]
    due = end_of(draft.calendar.after(filed.date(), ANSWERED_DAYS))
    draft.owe("REJ-02", "yellow", due, min(ends, default=None))


def _refuses(kind: str, result: str | None) -> bool:
    return kind != "case.decided" or result == "denied"
