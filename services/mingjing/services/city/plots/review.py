"""From 受理 to 决定: the steps of a licence, who takes them, and what follows the decision."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from mingjing.services.city.draft import Draft, end_of
from mingjing.services.city.ladder import Standstill, given_back
from mingjing.services.city.plots.rating import rate
from mingjing.services.city.shares import POST_TITLES

DENIED: Final = 0.06
"""Share of decisions that refuse the licence."""

NO_REMEDY: Final = 0.2
"""Share of refusals that do not say where to turn."""

ONE_PERSON: Final = 0.04
"""Share of cases reviewed and approved by the same officer."""

INSPECTED_ALONE: Final = 0.05
"""Share of site inspections made by a single officer."""

LIVELY_AFTER: Final = 0.03
"""Share of decided cases in which work goes on after the decision."""

DELIVERED_LATE: Final = 0.05
"""Share of decisions delivered too late."""

NEVER_DELIVERED: Final = 0.02
"""Share of decisions that nobody delivers."""

NO_RECEIPT: Final = 0.04
"""Share of deliveries for which nobody signs."""

DELIVERED_BEFORE: Final = 0.01
"""Share of cases whose result is handed out before anybody decided."""

DELIVERY_DAYS: Final = 10
SITE: Final = "现场核查"
LAWFUL: Final = 2
"""How many take part in a site inspection by law, whatever the catalogue says."""

ELSEWHERE: Final = 0.02
"""Share of steps done at a post where the catalogue does not want them done."""

WINDOW: Final = "窗口岗"
EXPERTS: Final = range(90, 95)
"""Numbers of those who take part beside whoever handles the case and a chief."""


def review(
    draft: Draft,
    accepted: datetime,
    decided: datetime,
    standstills: Sequence[Standstill],
    taken: Sequence[str] | None = None,
    by: datetime | None = None,
) -> None:
    """Tell the steps between acceptance and decision, the decision, and its delivery.

    The steps are those of the item in their order, or those `taken`; they are done `by` then, or by the decision.
    """
    dice = draft.dice
    steps = draft.item.steps if taken is None else taken
    moments = draft.moments(accepted, by or decided, 2 * len(steps) + 1)
    officer = draft.clerk()
    for step, started, completed in zip(steps, moments[::2], moments[1::2], strict=False):
        draft.tell("step.started", started, officer=officer, post=post_of(draft, step), step=step)
        complete(draft, step, completed, officer)
        owe_step(draft, step, completed, standstills)
    alone = bool(steps) and dice.random() < ONE_PERSON
    before = dice.random() < DELIVERED_BEFORE
    if before and draft.tell("case.delivered", moments[-1], officer=officer, data=_receipt(draft)):
        draft.plant("DLV-02", "red", moments[-1])
    if not _decide(draft, decided, officer if alone else draft.chief()):
        return
    if alone:
        draft.plant("PER-05", "warning", decided)
    if dice.random() < LIVELY_AFTER:
        late = decided + timedelta(minutes=dice.randint(30, 300))
        if draft.tell("step.completed", late, officer=draft.clerk(), step="审核", data={"opinion": "补充审核意见"}):
            draft.plant("SEQ-04", "yellow", late)
    if before:
        _owe_delivery(draft, decided, None)
    else:
        deliver(draft, decided)


def deliver(draft: Draft, decided: datetime) -> None:
    """Tell the delivery of what was decided: in time, late, or never."""
    roll = draft.dice.random()
    late = roll < DELIVERED_LATE + NEVER_DELIVERED
    span = (DELIVERY_DAYS + 1, DELIVERY_DAYS + 8) if late else (0, DELIVERY_DAYS)
    delivered = draft.during(draft.worked_day(decided.date(), *span), decided)
    never = roll < NEVER_DELIVERED
    _owe_delivery(draft, decided, None if never else delivered)
    if not never:
        receipt = _receipt(draft) if draft.dice.random() >= NO_RECEIPT else {"recipient": "本人"}
        told = draft.tell("case.delivered", delivered, officer=draft.clerk(), data=receipt)
        if told and "receipt_no" not in receipt:
            draft.plant("DLV-03", "warning", delivered)
        rate(draft, delivered)


def owe_stuck(draft: Draft, ended: datetime | None, standstills: Sequence[Standstill]) -> None:
    """Say whether the steps begun and never finished took longer than they may before the case `ended`, if it did."""
    for step in draft.item.steps:
        if draft.when("step.completed", step) is None:
            owe_step(draft, step, ended, standstills)


def owe_step(draft: Draft, step: str, completed: datetime | None, standstills: Sequence[Standstill]) -> None:
    """Say whether a step took longer than it may, from when it was first begun until it was `completed`, if it was."""
    begun, limit = draft.when("step.started", step), draft.item.step_days.get(step)
    if begun is not None and limit is not None:
        last = draft.calendar.after(begun.date(), limit)
        suspended = draft.when("clock.suspended")
        if suspended is not None and suspended < end_of(last):
            free = [day for day in given_back(draft.calendar, standstills) if day > begun.date()]
            last = draft.calendar.after(last, len(free))
        draft.owe("TL-06", "warning", end_of(last), completed, f"key|{step}")


def complete(draft: Draft, step: str, at: datetime, officer: str) -> bool:
    """Tell that a step is done; return whether the log still holds it."""
    data: dict[str, Any] = {"opinion": "符合条件"}
    alone = draft.dice.random() < INSPECTED_ALONE
    wanted = draft.item.people.get(step, LAWFUL if step == SITE else 0)
    crew = wanted - 1 if alone else wanted
    if wanted:
        data["officers"] = [officer, draft.chief(), *map(draft.agency.staff, EXPERTS)][:crew]
    elsewhere = draft.dice.random() < ELSEWHERE and step not in draft.posts
    post = WINDOW if elsewhere else post_of(draft, step)
    told = draft.tell("step.completed", at, officer=officer, post=post, step=step, data=data)
    if told and alone and wanted:
        short = ("SEQ-06", "yellow") if step == SITE and crew < LAWFUL else ("SEQ-06-RS", "yellow")
        draft.plant(*short, at)
    listed = draft.item.posts.get(step, post)
    if told and post != listed and not POST_TITLES.get(post, "").endswith(listed):
        draft.plant("PER-03-GW", "warning", at)
    return told


def post_of(draft: Draft, step: str) -> str:
    """Return the post at which a step of the case is done: the registered one, the catalogue's, or one called alike."""
    return draft.posts.get(step, draft.item.posts.get(step, step))


def _decide(draft: Draft, at: datetime, officer: str) -> bool:
    """Tell the decision; return whether the log still holds it."""
    data = {"result": "granted", "doc_no": draft.document("准予"), "cert_no": draft.document("证")}
    silent = False
    if draft.dice.random() < DENIED:
        data = {"result": "denied", "doc_no": draft.document("不予"), "reason": "不符合法定条件"}
        silent = draft.dice.random() < NO_REMEDY
        if not silent:
            data["remedy"] = "可以申请行政复议或者提起行政诉讼"
    told = draft.tell("case.decided", at, officer=officer, post="决定", step="决定", data=data)
    if told and silent:
        draft.plant("NTC-04", "red", at)
    return told


def _receipt(draft: Draft) -> dict[str, str]:
    return {"receipt_no": draft.document("送达")}


def _owe_delivery(draft: Draft, decided: datetime, delivered: datetime | None) -> None:
    if draft.item.licensed:
        draft.owe("DLV-01", "yellow", end_of(draft.calendar.after(decided.date(), DELIVERY_DAYS)), delivered)
