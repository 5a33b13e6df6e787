"""A complaint: 收到 → 受理 → 答复 → 办结. Petitions and 企业监测点 have terms of their own."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple

from mingjing.services.city.draft import Draft, end_of
from mingjing.services.city.ladder import climbed

CHANNELS: Final = {"hotline": 50, "web": 20, "visit": 10, "letter": 5, "monitor-point": 15}
"""How often, in a hundred, a complaint comes in which way."""

CLASSES: Final = {"complaint": 78, "petition": 14, "report": 8}
"""How often, in a hundred, it is of which class."""

CLOSED: Final = {"in time": 82, "near": 5, "late": 6, "never": 4, "abandoned": 3}
"""How often, in a hundred, an accepted complaint is closed when."""

GRADES: Final = {"appeal": 60, "consult": 25, "urgent": 15}
"""How often, in a hundred, a call to the hotline is of which grade."""

NAMED: Final = 0.4
"""Share of complaints made by an enterprise under its name; a monitor point always gives its own."""

ENTERPRISES: Final = 60
"""How many enterprises complain."""

SENT_BACK: Final = 0.3
"""Share of reports that are handed to whom they accuse."""

AT_ONCE: Final = 0.7
"""Share of urgent calls assigned on their day."""

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


class End(NamedTuple):
    """When a complaint was answered, and when it came to an end; None for never."""

    replied: datetime | None
    stopped: datetime | None


OPEN: Final = End(None, None)
RESPONDENT: Final = "11990100MB00000435"
"""The agency that complaints are about."""

OTHER: Final = "11990100MB0000027F"
HOTLINE_DAYS: Final = 13
CONSULT_DAYS: Final = 3


def complaint(draft: Draft, day: date) -> None:
    """Tell a complaint received on `day`."""
    dice = draft.dice
    received = draft.during(day)
    kind, channel = draft.pick(CLASSES), draft.pick(CHANNELS)
    content = {"category": dice.choice(CATEGORIES), "complainant": dice.choice("王李张刘陈杨") + "**"}
    content |= {"channel": channel, "class": kind, "respondent": RESPONDENT}
    if channel == "hotline":
        content["grade"] = draft.pick(GRADES)
    if dice.random() < NAMED or channel == "monitor-point":
        content["enterprise"] = f"91990100MB{dice.randrange(ENTERPRISES):07d}Q"
        draft.count("CMP-07", (content["enterprise"], content["category"]), received)
    draft.tell("cmp.received", received, data=content)
    assigned = _assign(draft, received, content)
    terms = TERMS.get(kind, TERMS["complaint"])
    due = terms.accept.after(draft, day)
    late = dice.random() < ACCEPTED_LATE
    accepted = draft.during(draft.worked_day(due, 1, 4) if late else draft.worked_between(day, due), received)
    draft.owe(terms.accept_rule, "yellow", end_of(due), accepted)
    told = draft.tell(
        "cmp.accepted", accepted, officer=draft.clerk(), data={"class": kind, "doc_no": draft.document("投诉受理")}
    )
    end = _close(draft, accepted, terms, prompt=channel == "monitor-point") if told else OPEN
    _owe_hotline(draft, day, content.get("grade", ""), assigned, end)
    if channel == "monitor-point":
        draft.owe("CMP-03", "yellow", end_of(day + timedelta(days=MONITOR_POINT_DAYS)), end.replied)


def _assign(draft: Draft, received: datetime, content: Mapping[str, str]) -> datetime | None:
    """Tell to whom the complaint is handed, where it is urgent or accuses somebody; return when."""
    dice = draft.dice
    urgent, report = content.get("grade") == "urgent", content["class"] == "report"
    if not (urgent or report):
        return None
    day = received.date() if dice.random() < AT_ONCE else draft.worked_day(received.date(), 1, 2)
    at = draft.during(day, received)
    agency = RESPONDENT if report and dice.random() < SENT_BACK else OTHER
    if draft.tell("cmp.assigned", at, officer=draft.clerk(), data={"agency": agency}) and agency == RESPONDENT:
        draft.plant("CMP-06", "red", at)
    return at


def _owe_hotline(draft: Draft, day: date, grade: str, assigned: datetime | None, end: End) -> None:
    """Say what a call to the hotline of `day` was owed by its grade."""
    after = draft.calendar.after
    ends = [at for at in (end.replied, end.stopped) if at is not None]
    match grade:
        case "appeal":
            ladder = [("warning", end_of(after(day, HOTLINE_DAYS - 2))), ("yellow", end_of(after(day, HOTLINE_DAYS)))]
            if (reached := climbed(ladder, draft.seen(end.stopped))) is not None:
                draft.plant("CMP-04", *reached)
        case "consult":
            draft.owe("CMP-04-ZX", "yellow", end_of(after(day, CONSULT_DAYS)), min(ends, default=None))
        case "urgent":
            ends += [assigned] if assigned is not None else []
            draft.owe("CMP-04-JJ", "yellow", end_of(day), min(ends, default=None))


def _close(draft: Draft, accepted: datetime, terms: Terms, *, prompt: bool) -> End:
    """Tell how the complaint ended, or that it never did; return when."""
    dice, ending = draft.dice, draft.pick(CLOSED)
    stop = _stop(draft, accepted, terms, ending)
    due = terms.close.after(draft, accepted.date())
    reached = [("warning", end_of(due - timedelta(days=terms.warned)))] if terms.warned else []
    for level, at in [(terms.past, end_of(due)), *reached]:
        if at <= draft.seen(stop):
            draft.plant(terms.close_rule, level, at)
            break
    if stop is None:
        return OPEN
    if ending == "abandoned":
        draft.tell("cmp.abandoned", stop, data={"reason": "投诉人撤回"})
        return End(None, stop)
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
    return End(replied, stop)


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
