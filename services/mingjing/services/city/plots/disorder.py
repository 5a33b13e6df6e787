"""A licence that leaves the order of its states: refused once accepted, begun anew once decided."""

from datetime import datetime
from typing import Final

from mingjing.services.city.draft import Draft
from mingjing.services.city.plots.intake import voucher
from mingjing.services.city.plots.limits import climb
from mingjing.services.city.plots.review import review

ANEW: Final = ("case.accepted", "case.decided")
"""What is told of a case a second time, after it was decided."""


def refuse_accepted(draft: Draft, accepted: datetime) -> None:
    """Tell that a case is refused which was accepted days ago: it still has to be decided."""
    at = draft.during(draft.worked_day(accepted.date(), 1, 3))
    data = {"doc_no": draft.document("不受理"), "ground": "other", "reason": "不符合受理条件"}
    if draft.tell("case.not_accepted", at, officer=draft.clerk(), post="窗口", data=data):
        draft.plant("SEQ-10-BS", "hint", at)
    climb(draft, accepted, at if draft.item.from_application else None)


def bring_unasked(draft: Draft, accepted: datetime) -> None:
    """Tell that papers come in that nobody asked for."""
    at = draft.during(accepted.date(), accepted)
    if draft.tell("case.supp_received", at, data={"items": list(draft.item.materials[:1])}):
        draft.plant("SEQ-10-BZ", "hint", at)
    decided = draft.during(draft.worked_day(at.date(), 1, 6))
    climb(draft, accepted, decided)
    review(draft, at, decided, [])


def begin_anew(draft: Draft, accepted: datetime) -> None:
    """Tell that a decided case is accepted or decided again."""
    decided = draft.during(draft.worked_day(accepted.date(), 1, 6))
    climb(draft, accepted, decided)
    review(draft, accepted, decided, [])
    kind = draft.dice.choice(ANEW)
    at = draft.during(draft.worked_day(decided.date(), 0, 3), decided)
    data = voucher(draft, at) if kind == "case.accepted" else {"result": "granted", "doc_no": draft.document("再决")}
    if draft.tell(kind, at, officer=draft.chief(), data=data):
        draft.plant("SEQ-10-ZT", "hint", at)
