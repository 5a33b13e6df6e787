"""A joint review: sent to every member at once, each answering in its own term. Or one after the other, or never."""

from datetime import date, datetime, timedelta
from typing import Any, Final

from mingjing.services.city.draft import Draft, end_of
from mingjing.services.city.ladder import climbed
from mingjing.services.city.plots.plain import begin, finish

ANSWERS: Final = {"in time": 60, "near": 15, "late": 15, "never": 10}
"""How often, in a hundred, a member answers when."""

IN_TURN: Final = 0.15
"""Share of joint reviews that are sent to the next member only once the last has answered."""

ASKED_TWICE: Final = 0.15
"""Share of joint reviews in which two members ask for the same paper."""

LEFT_OUT: Final = 0.1
"""Share of joint reviews that the last member is never sent."""

OTHER_DAYS: Final = (*(0,) * 8, 1, -1)
"""How many days more than the catalogue gives it a member is given; each as often as it stands here."""

LASTING: Final = 4
"""Working days at most from the last answer to the decision."""


LATER: Final = (0, 0, 1, 1, 2)
"""Working days after which a joint review may be sent out, each as often as it stands here."""


def joint_later(draft: Draft, day: date) -> None:
    """Tell a case that several agencies review, sent to them on its day or on one of the next."""
    joint(draft, day, wait=draft.dice.choice(LATER))


def joint(draft: Draft, day: date, wait: int = 0) -> None:
    """Tell a case that several agencies review, sent to them so many working days after `day`."""
    accepted = begin(draft, day)
    in_turn = draft.dice.random() < IN_TURN
    at_once = draft.during(draft.calendar.after(day, wait), accepted)
    last = at_once if wait else accepted
    left_out = draft.dice.random() < LEFT_OUT
    members = draft.item.members[:-1] if left_out else draft.item.members
    for place, (member, listed) in enumerate(members):
        limit = listed + draft.dice.choice(OTHER_DAYS)
        sent = draft.during(last.date(), last) if in_turn else at_once + timedelta(seconds=place)
        answered = _ask(draft, member, limit, sent, "in time" if in_turn else draft.pick(ANSWERS))
        if in_turn and place and sent < draft.ends:
            draft.plant("JNT-05", "warning", sent)
        if limit != listed and sent < draft.ends:
            draft.plant("JNT-02-TS", "warning", sent)
        last = max(last, answered or sent)
    if draft.dice.random() < ASKED_TWICE:
        last = _ask_twice(draft, last)
    decided = finish(draft, accepted, draft.worked_day(last.date(), 0, LASTING), last)
    if left_out and decided < draft.ends:
        draft.plant("JNT-02-LF", "yellow", decided)


def _ask(draft: Draft, member: str, limit: int, sent: datetime, answer: str) -> datetime | None:
    """Tell that `member` was asked at `sent` to answer within `limit` working days; return when it answered."""
    event = draft.next_id
    told = draft.tell("joint.dispatched", sent, officer=draft.clerk(), data={"member": member, "days": limit})
    spans = {"in time": (0, max(0, limit - 2)), "near": (limit, limit), "late": (limit + 1, limit + 5)}
    answered = None
    if answer != "never":
        answered = draft.during(draft.worked_day(sent.date(), *spans[answer]), sent)
        opined: dict[str, Any] = {"member": member, "opinion": "同意"}
        draft.tell("joint.opined", answered, data=opined)
    after = draft.calendar.after
    ladder = [("warning", end_of(after(sent.date(), limit - 1))), ("yellow", end_of(after(sent.date(), limit)))]
    reached = climbed(ladder, draft.seen(answered))
    if told and reached is not None:
        draft.plant("JNT-02", *reached, event, member)
    return answered


def _ask_twice(draft: Draft, after: datetime) -> datetime:
    """Tell that two members ask for one paper; return when the second did."""
    first, second = (member for member, _ in draft.item.members[:2])
    paper = draft.dice.choice(draft.item.materials)
    asked = draft.during(after.date(), after)
    again = draft.during(after.date(), asked)
    draft.tell("joint.material_asked", asked, data={"member": first, "items": [paper, "补充说明"]})
    if draft.tell("joint.material_asked", again, data={"member": second, "items": [paper]}):
        draft.plant("JNT-06", "yellow", again)
    return again
