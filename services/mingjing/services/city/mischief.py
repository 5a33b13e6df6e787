"""How sending goes wrong: late, twice, out of order, wrong at first and corrected.

None of it changes what is true of a case once everything has arrived, so the
planted findings stay as they are. What it does change is what a supervisor that
trusts arrival would say on the way.
"""

import random
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from mingjing.services.city.message import Message, encode, stamp

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
    agency: str,
    ends: datetime,
    early: Mapping[str, timedelta],
) -> Sent:
    """Return the events `told`, each with when it happened, as they leave `agency`.

    Everything has left by `ends`, and nothing leaves before it happened but what a
    fast clock makes `early`, by the id of the event: that is sent once and as it is, later where it is less than
    nought by which it is early.
    """
    sent: list[Message] = []
    corrected: dict[str, str] = {}
    mistaken: list[tuple[datetime, Event]] = []
    left: dict[str, datetime] = {}

    def leave(event: Event, at: datetime) -> None:
        sent.append(Message(min(at, ends), agency, encode(event), event["subject"]))

    for place, (at, event) in enumerate(told):
        if event["id"] in early:
            left[event["id"]] = min(at - early[event["id"]], ends)
            leave(event, left[event["id"]])
            continue
        leaving = at + _seconds(dice, PROMPT_S)
        roll = dice.random()
        if roll < VERY_LATE:
            leaving = at + _seconds(dice, VERY_LATE_S)
        elif roll < VERY_LATE + LATE:
            leaving = at + _seconds(dice, LATE_S)
        elif roll < VERY_LATE + LATE + OVERTAKEN and place + 1 < len(told):
            leaving = told[place + 1][0] + _seconds(dice, PROMPT_S)
        true = event | {"recordedtime": stamp(min(leaving, ends))}
        if dice.random() < MISTAKEN:
            before = at - _seconds(dice, (3600, 3 * 86400))
            leave(true | {"time": stamp(before)}, leaving)
            mistaken.append((before, event))
            leaving += _seconds(dice, LATE_S)
            true = true | {
                "id": f"{event['id']}-c",
                "corrects": event["id"],
                "recordedtime": stamp(min(leaving, ends)),
            }
            corrected[event["id"]] = true["id"]
        left[event["id"]] = min(leaving, ends)
        leave(true, leaving)
        if dice.random() < TWICE:
            leave(true, leaving + _seconds(dice, LATE_S))
    if told and dice.random() < SPURIOUS:
        mistaken += _take_back(dice, told[-1], leave, ends)
    sent.sort(key=lambda message: message.at)
    return Sent(sent, corrected, mistaken, left)


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
