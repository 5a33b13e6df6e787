"""How sending goes wrong: late, twice, out of order, held up by an outage, wrong at first and corrected.

None of it changes what is true of a case once everything has arrived, so the
planted findings stay as they are. What it does change is what a supervisor that
trusts arrival would say on the way.
"""

import random
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from mingjing.services.city.message import Message, encode, stamp
from mingjing.services.city.outage import back
from mingjing.services.city.world import Agency

Event = dict[str, Any]

PROMPT_S: Final = (1, 600)
LATE_S: Final = (3600, 20 * 3600)
VERY_LATE_S: Final = (26 * 3600, 5 * 86400)

LATE: Final = 0.03
"""Share of events that reach us hours after they happened."""

VERY_LATE: Final = 0.01
"""Share of events entered more than a day afterwards (补录)."""

TWICE: Final = 0.02
"""Share of events sent a second time, byte for byte."""

OVERTAKEN: Final = 0.03
"""Share of events sent only after the event that follows them."""

MISTAKEN: Final = 0.01
"""Share of events first sent with a wrong time and corrected later."""

SPURIOUS: Final = 0.01
"""Share of cases in which an event that never happened is sent and taken back."""


class Sent(NamedTuple):
    """What left an agency, in order of leaving, the ids of events by the id each was corrected under.

    `mistaken` has what was sent with a wrong time or never happened, and that time. `left` is when each event, by
    its id, first left as it is true.
    """

    messages: list[Message]
    corrected: Mapping[str, str]
    mistaken: list[tuple[datetime, Event]]
    left: Mapping[str, datetime]


def send(
    dice: random.Random,
    told: list[tuple[datetime, Event]],
    agency: Agency,
    ends: datetime,
    early: Mapping[str, timedelta],
) -> Sent:
    """Return the events `told`, each with when it happened, as they leave `agency`; nothing does while it is down.

    Everything has left by `ends`, and nothing leaves before it happened but what a
    fast clock makes `early`, by the id of the event: that is sent once and as it is, later where it is less than
    nought by which it is early.
    """
    sent: list[Message] = []
    corrected: dict[str, str] = {}
    mistaken: list[tuple[datetime, Event]] = []
    left: dict[str, datetime] = {}

    def open_at(at: datetime) -> datetime:
        return min(_open_at(dice, agency, at), ends)

    def leave(event: Event, at: datetime) -> None:
        sent.append(Message(open_at(at), agency.code, encode(event), event["subject"]))

    for place, (at, event) in enumerate(told):
        if event["id"] in early:
            left[event["id"]] = open_at(at - early[event["id"]])
            leave(event, left[event["id"]])
            continue
        leaving = open_at(_leaving(dice, at, told[place + 1][0] if place + 1 < len(told) else None))
        true = event | {"recordedtime": stamp(leaving)}
        if dice.random() < MISTAKEN:
            before = at - _seconds(dice, (3600, 3 * 86400))
            leave(true | {"time": stamp(before)}, leaving)
            mistaken.append((before, event))
            leaving = open_at(leaving + _seconds(dice, LATE_S))
            true = true | {
                "id": f"{event['id']}-c",
                "corrects": event["id"],
                "recordedtime": stamp(leaving),
            }
            corrected[event["id"]] = true["id"]
        left[event["id"]] = leaving
        leave(true, leaving)
        if dice.random() < TWICE:
            leave(true, leaving + _seconds(dice, LATE_S))
    if told and dice.random() < SPURIOUS:
        mistaken += _take_back(dice, told[-1], leave, ends)
    sent.sort(key=lambda message: message.at)
    return Sent(sent, corrected, mistaken, left)


def _leaving(dice: random.Random, at: datetime, following: datetime | None) -> datetime:
    """Return when an event is sent that happened `at`: soon, late, or only after the `following` one happened."""
    leaving = at + _seconds(dice, PROMPT_S)
    roll = dice.random()
    if roll < VERY_LATE:
        return at + _seconds(dice, VERY_LATE_S)
    if roll < VERY_LATE + LATE:
        return at + _seconds(dice, LATE_S)
    if roll < VERY_LATE + LATE + OVERTAKEN and following is not None:
        return following + _seconds(dice, PROMPT_S)
    return leaving


def _open_at(dice: random.Random, agency: Agency, at: datetime) -> datetime:
    """Return when what should leave at `at` leaves: soon after the systems work again, where they are down."""
    works = back(agency.outages, at)
    return at if works == at else works + _seconds(dice, PROMPT_S)


def _take_back(
    dice: random.Random, told: tuple[datetime, Event], leave: Callable[[Event, datetime], None], ends: datetime
) -> list[tuple[datetime, Event]]:
    """Send a step that never took place after the last event told, then void it; return it, if there was time."""
    at, last = told
    happened = at + _seconds(dice, (60, 7200))
    if happened >= ends:
        return []
    ghost = {key: value for key, value in last.items() if key not in {"data", "post", "step"}}
    ghost |= {
        "id": f"{last['subject']}-x",
        "type": "cmp.assigned" if last["type"].startswith("cmp.") else "step.started",
        "time": stamp(happened),
    }
    leave(ghost, happened + _seconds(dice, PROMPT_S))
    voided = happened + _seconds(dice, LATE_S)
    void = {key: value for key, value in ghost.items() if key != "officer"}
    void |= {"id": f"{last['subject']}-v", "type": "event.voided", "corrects": ghost["id"]}
    leave(void, voided)
    return [(happened, ghost)]


def _seconds(dice: random.Random, span: tuple[int, int]) -> timedelta:
    return timedelta(seconds=dice.randint(*span))
