"""A complaint: 收到 → 受理 → 答复 → 办结. Petitions and 企业监测点 have terms of their own."""

from datetime import date, datetime, timedelta
from typing import Final, NamedTuple

from mingjing.services.city.draft import Draft, end_of

CHANNELS: Final = {"hotline": 50, "web": 20, "visit": 10, "letter": 5, "monitor-point": 15}
"""How often, in a hundred, a complaint comes in which way."""

CLASSES: Final = {"complaint": 85, "petition": 15}
"""How often, in a hundred, it is of which class."""

CLOSED: Final = {"in time": 82, "near": 5, "late": 6, "never": 4, "abandoned": 3}
"""How often, in a hundred, an accepted complaint is closed when."""

ACCEPTED_LATE: Final = 0.05
"""Share of complaints accepted after the term."""

UNANSWERED: Final = 0.05
"""Share of complaints closed without a word to whoever complained."""

ANSWERED_AT_ONCE: Final = 0.8
"""Share of complaints from monitor points answered within their three days."""

MONITOR_POINT_DAYS: Final = 3
CATEGORIES: Final = ("服务态度", "推诿扯皮", "办事拖延", "违规收费")


class Term(NamedTuple):
    """A term in working days, or (`natural`) in calendar days that end on a day offices are open."""

    days: int
    natural: bool

    def after(self, draft: Draft, day: date) -> date:
        """Return the last day of the term that begins on `day`."""
        if not self.natural:
            return draft.calendar.after(day, self.days)
        last = day + timedelta(days=self.days)
        return last if draft.calendar.works(last) else draft.calendar.after(last, 1)


class Terms(NamedTuple):
    """What one class of complaints is owed, and the rules that say so."""

    accept: Term
    accept_rule: str
    close: Term
    close_rule: str
    past: str
    warned: int


TERMS: Final = {
    "complaint": Terms(Term(5, natural=False), "CMP-01", Term(10, natural=False), "CMP-02", "yellow", 0),
    "petition": Terms(Term(15, natural=True), "CMP-01-XF", Term(60, natural=True), "CMP-02-XF", "red", 10),
}


def complaint(draft: Draft, day: date) -> None:
    """Tell a complaint received on `day`."""
    dice = draft.dice
    received = draft.during(day)
    kind, channel = draft.pick(CLASSES), draft.pick(CHANNELS)
    content = {"category": dice.choice(CATEGORIES), "complainant": dice.choice("王李张刘陈杨") + "**"}
    draft.tell("cmp.received", received, data={"channel": channel, "class": kind} | content)
    terms = TERMS[kind]
    due = terms.accept.after(draft, day)
    late = dice.random() < ACCEPTED_LATE
    accepted = draft.during(draft.worked_day(due, 1, 4) if late else draft.worked_between(day, due), received)
    draft.owe(terms.accept_rule, "yellow", end_of(due), accepted)
    told = draft.tell(
        "cmp.accepted", accepted, officer=draft.clerk(), data={"class": kind, "doc_no": draft.document("投诉受理")}
    )
    replied = _close(draft, accepted, terms, prompt=channel == "monitor-point") if told else None
    if channel == "monitor-point":
        draft.owe("CMP-03", "yellow", end_of(day + timedelta(days=MONITOR_POINT_DAYS)), replied)


def _close(draft: Draft, accepted: datetime, terms: Terms, *, prompt: bool) -> datetime | None:
    """Tell how the complaint ended, or that it never did; return when it was answered, if it was."""
    dice, ending = draft.dice, draft.pick(CLOSED)
    stop = _stop(draft, accepted, terms, ending)
    due = terms.close.after(draft, accepted.date())
    reached = [("warning", end_of(due - timedelta(days=terms.warned)))] if terms.warned else []
    for level, at in [(terms.past, end_of(due)), *reached]:
        if at <= draft.seen(stop):
            draft.plant(terms.close_rule, level, at)
            break
    if stop is None:
        return None
    if ending == "abandoned":
        draft.tell("cmp.abandoned", stop, data={"reason": "投诉人撤回"})
        return None
    replied = None
    if dice.random() >= UNANSWERED:
        soon = draft.during(accepted.date(), accepted) if prompt and dice.random() < ANSWERED_AT_ONCE else stop
        replied = draft.moments(accepted, min(soon, stop), 1)[0]
        answer = {"doc_no": draft.document("答复"), "channel": "电话"}
        draft.tell("cmp.replied", replied, officer=draft.clerk(), data=answer)
    result = dice.choice(("属实", "部分属实", "不属实"))
    closed = draft.tell("cmp.closed", stop, officer=draft.chief(), data={"result": result})
    if closed and replied is None:
        draft.plant("CMP-05", "yellow", stop)
    return replied


def _stop(draft: Draft, accepted: datetime, terms: Terms, ending: str) -> datetime | None:
    due = terms.close.after(draft, accepted.date())
    near = due - timedelta(days=terms.warned)
    match ending:
        case "never":
            return None
        case "late":
            day = draft.worked_day(due, 1, 8)
        case "near":
            day = draft.worked_between(near, due)
        case _:
            day = draft.worked_between(accepted.date(), near)
    return draft.during(day, accepted)
