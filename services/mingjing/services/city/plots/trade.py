"""What an authority buys and grants in public: candidates shown, contracts in time, land by auction. Or not."""

from datetime import date, datetime, timedelta
from typing import Final

from mingjing.services.city.draft import Draft, end_of
from mingjing.services.city.ladder import climbed

SHOWN_DAYS: Final = 3
CONTRACT_DAYS: Final = 30
WARNED_DAYS: Final = 5

AWARDED_EARLY: Final = 0.2
CONTRACTS: Final = {"in time": 60, "near": 12, "late": 16, "never": 12}
"""How often, in a hundred awards, the contract comes when."""

UNREVIEWED: Final = 0.2
LAND: Final = 0.25
"""Share of these cases that grant land."""

BY_AUCTION_ALONE: Final = frozenset({"commercial", "industrial"})
UNAUCTIONED: Final = 0.5


def trade(draft: Draft, day: date) -> None:
    """Tell a purchase or a grant of land begun on `day`."""
    if draft.dice.random() < LAND:
        _grant(draft, day)
    else:
        _buy(draft, day)


def _grant(draft: Draft, day: date) -> None:
    dice = draft.dice
    usage, intended = dice.choice(("commercial", "industrial", "school")), dice.randint(1, 3)
    granted = draft.during(draft.worked_day(day, 3, 12))
    auctioned = dice.random() >= UNAUCTIONED
    if auctioned:
        draft.tell("trade.land_auctioned", draft.during(day), data={"manner": "拍卖", "doc_no": draft.document("拍卖")})
    told = draft.tell("trade.land_granted", granted, data={"usage": usage, "intended": intended})
    if told and not auctioned and (usage in BY_AUCTION_ALONE or intended > 1):
        draft.plant("EXT-03", "red", granted)


def _buy(draft: Draft, day: date) -> None:
    dice = draft.dice
    shown = draft.during(day)
    draft.tell("trade.candidates_published", shown, data={"url": "/gs"})
    early = dice.random() < AWARDED_EARLY
    wait = dice.randint(1, SHOWN_DAYS - 1) if early else dice.randint(SHOWN_DAYS, SHOWN_DAYS + 9)
    awarded = draft.during(day + timedelta(days=wait))
    told = draft.tell("trade.awarded", awarded, data={"doc_no": draft.document("中标"), "supplier": "云州建工"})
    if told and early:
        draft.plant("EXT-01", "yellow", awarded)
    if told:
        _contract(draft, awarded, draft.pick(CONTRACTS))


def _contract(draft: Draft, awarded: datetime, when: str) -> None:
    dice, day = draft.dice, awarded.date()
    due = day + timedelta(days=CONTRACT_DAYS)
    due = due if draft.calendar.works(due) else draft.calendar.after(due, 1)
    near = due - timedelta(days=WARNED_DAYS)
    signed = None
    if when != "never":
        spans = {"in time": (day + timedelta(days=2), near), "near": (near + timedelta(days=1), due)}
        first, last = spans.get(when, (due + timedelta(days=1), due + timedelta(days=20)))
        signed = draft.during(draft.worked_between(first, last))
    reached = climbed([("warning", end_of(near)), ("yellow", end_of(due))], draft.seen(signed))
    if reached is not None:
        draft.plant("EXT-02", *reached)
    if signed is None:
        return
    kind = dice.choice(("procurement", "works"))
    reviewed = dice.random() >= UNREVIEWED
    if reviewed:
        at = draft.during(draft.worked_day(day, 0, 1), awarded)
        draft.tell("trade.reviewed", min(at, signed), data={"doc_no": draft.document("审核")})
    told = draft.tell("trade.contracted", signed, data={"kind": kind, "doc_no": draft.document("合同"), "amount": 1000})
    if told and not reviewed and kind == "procurement":
        draft.plant("EXT-04", "warning", signed)
