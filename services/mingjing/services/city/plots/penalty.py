"""A penalty by the general procedure: 立案 → 调查 → 告知 → 听证 → 法制审核 → 决定 → 送达 → 备案."""

from datetime import date, datetime, timedelta
from typing import Any, Final

from mingjing.services.city.draft import Draft, end_of
from mingjing.services.city.ladder import climbed
from mingjing.services.city.plots.inspection import CERTIFICATES, certificate

FAULTS: Final = {
    "": 36,
    "untold": 6,
    "too soon": 7,
    "unheard": 7,
    "short notice": 6,
    "served late": 6,
    "unreviewed": 6,
    "unrecorded": 5,
    "over the band": 6,
    "off the list": 5,
    "uncertified": 4,
    "never decided": 6,
}
"""How often, in a hundred penalties, what is wrong with one."""

BANDS: Final = {
    ("SPAQ-122", "light"): (50000, 65000),
    ("SPAQ-122", "normal"): (65000, 85000),
    ("GGWS-35", "light"): (500, 5000),
    ("GGWS-35", "heavy"): (20000, 30000),
    ("XF-60", "normal"): (15000, 35000),
}
"""What may be fined on which ground and in which band, in yuan."""

HEARD: Final = 0.3
"""Share of parties with a right to a hearing who ask for one."""

CASE_DAYS: Final = 90
WARNED_DAYS: Final = 15
WINDOW_DAYS: Final = 5
"""Working days in which a party may ask for a hearing, up to the end of the last."""

NOTICE_DAYS: Final = 7
"""Working days between the notice of a hearing and the hearing."""

SERVED_DAYS: Final = 7
RECORD_DAYS: Final = 15


def penalty(draft: Draft, day: date) -> None:
    """Tell a penalty case filed on `day`."""
    fault = draft.pick(FAULTS)
    filed = draft.during(day)
    draft.tell("pun.filed", filed, officer=draft.chief(), data={"doc_no": draft.document("立案"), "cause": "举报"})
    investigated = draft.during(draft.worked_day(day, 1, 4))
    cert = certificate(draft, valid=fault != "uncertified")
    told = draft.tell("pun.investigated", investigated, officer=draft.clerk(), data={"cert_no": cert})
    if told and fault == "uncertified" and draft.agency.code in CERTIFICATES:
        draft.plant("PER-04", "red", investigated)
    ready = _notice(draft, investigated, fault)
    decided = None if fault == "never decided" else draft.during(ready, draft.now)
    _owe_decision(draft, day, decided)
    if decided is not None:
        _decide(draft, decided, fault)


def _notice(draft: Draft, after: datetime, fault: str) -> date:
    """Tell the notice and the hearing, if there is one; return the day of the decision."""
    dice, worked_day = draft.dice, draft.worked_day
    noticed = draft.during(worked_day(after.date(), 1, 5), after)
    if fault == "untold":
        return noticed.date()
    asked = fault in {"unheard", "short notice"}
    hearing = asked or fault == "too soon" or dice.random() < HEARD
    data = {"doc_no": draft.document("处罚告知"), "hearing": hearing}
    draft.tell("pun.noticed", noticed, officer=draft.clerk(), data=data)
    if not hearing:
        return worked_day(noticed.date(), 1, 8)
    if fault == "too soon":
        return worked_day(noticed.date(), 1, WINDOW_DAYS)
    if not (asked or dice.random() < HEARD):
        return worked_day(noticed.date(), WINDOW_DAYS + 1, WINDOW_DAYS + 4)
    requested = draft.during(worked_day(noticed.date(), 1, WINDOW_DAYS - 1))
    draft.tell("pun.hearing_requested", requested)
    if fault == "unheard":
        return worked_day(noticed.date(), WINDOW_DAYS + 1, WINDOW_DAYS + 4)
    return _hear(draft, requested, short=fault == "short notice")


def _hear(draft: Draft, requested: datetime, *, short: bool) -> date:
    """Tell the hearing, announced in time or in `short`; return the day of the decision."""
    announced = draft.during(draft.worked_day(requested.date(), 1, 2))
    draft.tell("pun.hearing_noticed", announced, data={"doc_no": draft.document("听证通知")})
    days = (1, NOTICE_DAYS - 1) if short else (NOTICE_DAYS, NOTICE_DAYS + 3)
    held = draft.during(draft.worked_day(announced.date(), *days))
    if draft.tell("pun.hearing_held", held, officer=draft.chief()) and short:
        draft.plant("PUN-02-TQ", "yellow", held)
    return draft.worked_day(held.date(), 4, 8)


def _owe_decision(draft: Draft, day: date, decided: datetime | None) -> None:
    due = day + timedelta(days=CASE_DAYS)
    due = due if draft.calendar.works(due) else draft.calendar.after(due, 1)
    ladder = [("warning", end_of(due - timedelta(days=WARNED_DAYS))), ("red", end_of(due))]
    if (reached := climbed(ladder, draft.seen(decided))) is not None:
        draft.plant("PUN-01", *reached)


def _decide(draft: Draft, decided: datetime, fault: str) -> None:
    """Tell the review, the decision, its service and its record."""
    dice = draft.dice
    major = fault in {"unreviewed", "unrecorded"} or dice.random() < HEARD
    if major and fault != "unreviewed":
        reviewed = decided - timedelta(minutes=dice.randint(1, 5))
        draft.tell("pun.reviewed", reviewed, officer=draft.chief(), data={"opinion": "同意"})
    (basis, band), (least, most) = dice.choice(list(BANDS.items()))
    data: dict[str, Any] = {"doc_no": draft.document("处罚"), "basis": basis, "band": band, "major": major}
    data["amount"] = dice.randint(least, most) if fault != "over the band" else most + dice.randint(1, 900)
    if fault == "off the list":
        data["basis"] = "WQD-00"
    if not draft.tell("pun.decided", decided, officer=draft.chief(), data=data):
        return
    rules = {
        "untold": ("PUN-02", "red"),
        "too soon": ("PUN-02-QX", "red"),
        "unheard": ("PUN-02-TZ", "red"),
        "unreviewed": ("PUN-05", "yellow"),
        "over the band": ("PUN-04", "yellow"),
        "off the list": ("PUN-04", "yellow"),
    }
    if fault in rules:
        draft.plant(*rules[fault], decided)
    days = (SERVED_DAYS + 1, SERVED_DAYS + 5) if fault == "served late" else (0, SERVED_DAYS)
    served = draft.during(draft.worked_day(decided.date(), *days), decided)
    draft.owe("PUN-03", "yellow", end_of(draft.calendar.after(decided.date(), SERVED_DAYS)), served)
    draft.tell("pun.served", served, data={"receipt_no": draft.document("处罚送达")})
    if major:
        recorded = None if fault == "unrecorded" else draft.during(draft.worked_day(decided.date(), 1, RECORD_DAYS))
        draft.owe("PUN-05-BA", "yellow", end_of(draft.calendar.after(decided.date(), RECORD_DAYS)), recorded)
        if recorded is not None:
            draft.tell("pun.record_filed", recorded, data={"doc_no": draft.document("备案")})
