"""Charges: told of first, from the tariff, at its rates, paid into the treasury in time. Or not."""

from datetime import date, datetime
from typing import Any, Final

from mingjing.services.city.draft import Draft, end_of
from mingjing.services.city.plots.plain import begin, finish

FAULTS: Final = {
    "": 50,
    "off the tariff": 10,
    "of another item": 6,
    "too much": 10,
    "for the hearing": 6,
    "before the notice": 10,
    "paid late": 8,
    "never paid": 6,
    "paid elsewhere": 4,
    "by another unit": 4,
}
"""How often, in a hundred charges, what is wrong with one."""

TARIFF: Final = {"BDC-01": 80, "BDC-02": 550, "BDC-03": 10, "SZY-01": 0.2, "SZY-02": 0.5}
"""What one unit may cost, in yuan."""

OF_ANOTHER: Final = "SW-01"
"""What the tariff knows and no item of these plots may charge."""

UNITS: Final = {"BDC-01": "件", "BDC-02": "件", "BDC-03": "本", "SZY-01": "立方米", "SZY-02": "立方米"}
"""What the tariff counts by."""

METERED: Final = frozenset({"SZY-01", "SZY-02"})
"""What is charged for by the cubic metre."""

PAID_DAYS: Final = 2
"""Working days within which what was charged is paid into the treasury."""

UNIT_SAID: Final = 0.3
"""Share of charges that say by which unit they are counted."""

UNHEARD: Final = 0.4
"""Share of new or raised tariffs for which there is no hearing or no notice."""

UNACCEPTED: Final = 0.15
"""Share of yearly reports that are taken without being accepted."""

ROUND: Final = 2


def fees(draft: Draft, day: date) -> None:
    """Tell a case in which something is charged between acceptance and decision."""
    accepted = begin(draft, day)
    charged = _charge(draft, draft.dice.choice(draft.item.fees), accepted, draft.pick(FAULTS))
    finish(draft, accepted, draft.worked_day(charged.date(), 0, 1), charged)


def annual(draft: Draft, day: date) -> None:
    """Tell a yearly report, in which nothing may be charged for; now and then one that nobody accepts."""
    if draft.dice.random() < UNACCEPTED:
        _report_unaccepted(draft, day)
        return
    accepted = begin(draft, day)
    since = accepted
    if draft.dice.random() < UNHEARD:
        since = _charge(draft, "BDC-03", accepted, "")
        if since < draft.ends:
            draft.plant("FEE-04", "red", since)
    decided = draft.during(day, since)
    draft.owe("TL-09", "yellow", end_of(day), decided)
    draft.tell("case.decided", decided, officer=draft.chief(), post="决定", step="决定", data={"result": "granted"})


def _report_unaccepted(draft: Draft, day: date) -> None:
    applied = draft.during(day)
    draft.tell("case.applied", applied, data={"channel": "online"})
    draft.owe("TL-01", "yellow", end_of(draft.calendar.after(day, draft.item.notice_days)), None)
    decided = draft.during(day, applied)
    draft.tell("case.decided", decided, officer=draft.chief(), post="决定", step="决定", data={"result": "granted"})
    draft.plant("SEQ-10", "hint", decided)


def tariff(draft: Draft, day: date) -> None:
    """Tell a tariff set anew, raised or lowered."""
    dice = draft.dice
    change = dice.choice(("new", "raised", "lowered"))
    data: dict[str, Any] = {"code": "SW-09", "change": change, "public": dice.random() < 1 - UNHEARD}
    data |= {"hearing_no": draft.document("听证"), "notice_no": draft.document("公示")}
    unheard = dice.random() < UNHEARD
    if unheard:
        del data[dice.choice(("hearing_no", "notice_no"))]
    at = draft.during(day)
    if draft.tell("fee.standard_set", at, data=data) and unheard and data["public"] and change != "lowered":
        draft.plant("FEE-05", "red", at)


def _charge(draft: Draft, code: str, after: datetime, fault: str) -> datetime:
    """Tell a charge later than `after` and its payment; return when it was charged."""
    dice = draft.dice
    noticed = draft.during(after.date(), after)
    charged = draft.during(after.date(), noticed)
    if fault == "before the notice":
        noticed, charged = charged, noticed
    draft.tell("fee.noticed", noticed, officer=draft.clerk(), data={"doc_no": draft.document("缴费")})
    quantity = dice.randint(100, 5000) if code in METERED else dice.randint(1, 3)
    amount = round(TARIFF[code] * quantity, ROUND)
    category = "hearing" if fault == "for the hearing" else "statutory"
    bill = draft.document("票")
    data = {"code": code, "quantity": quantity, "amount": amount, "category": category, "doc_no": bill}
    if fault == "off the tariff":
        data["code"] = "ZX-01"
    if fault == "of another item":
        data |= {"code": OF_ANOTHER, "quantity": 1, "amount": 1}
    if fault == "too much":
        data["amount"] = amount + dice.randint(1, 500)
    if fault == "by another unit":
        data["unit"] = "次"
    elif dice.random() < UNIT_SAID and data["code"] in UNITS:
        data["unit"] = UNITS[data["code"]]
    if draft.tell("fee.charged", charged, officer=draft.clerk(), data=data):
        _blame(draft, fault, charged)
    days = (PAID_DAYS + 1, PAID_DAYS + 4) if fault == "paid late" else (0, PAID_DAYS)
    paid = None if fault == "never paid" else draft.during(draft.worked_day(charged.date(), *days), charged)
    if charged < draft.ends:
        in_treasury = None if fault == "paid elsewhere" else paid
        draft.owe("FEE-06", "yellow", end_of(draft.calendar.after(charged.date(), PAID_DAYS)), in_treasury)
    if paid is not None:
        voucher = {} if fault == "paid elsewhere" else {"treasury_no": draft.document("缴库")}
        draft.tell("fee.paid", paid, data={"doc_no": bill, **voucher})
    return charged


def _blame(draft: Draft, fault: str, charged: datetime) -> None:
    rules = {
        "off the tariff": ("FEE-01", "red"),
        "of another item": ("FEE-01", "red"),
        "too much": ("FEE-02", "red"),
        "by another unit": ("FEE-02", "red"),
        "for the hearing": ("FEE-03", "red"),
        "before the notice": ("FEE-07", "yellow"),
    }
    if fault in rules:
        draft.plant(*rules[fault], charged)
