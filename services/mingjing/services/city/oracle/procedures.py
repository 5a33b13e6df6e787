"""Special procedures, as the oracle reads the law of them. A judge a rule."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from mingjing.services.city.message import ZONE
from mingjing.services.city.oracle.diary import ONE_DAY, Stop, after, evenings, first
from mingjing.services.city.oracle.judges import WARNED_DAYS, Judge, begun, decided, waits
from mingjing.services.city.oracle.reading import Happening
from mingjing.services.city.oracle.readings import all_of, preceded
from mingjing.services.city.oracle.rounds import GIVEN_UP, SENT_AWAY, each_round, in_each_round
from mingjing.services.city.oracle.terms import Found, Trial, past_working_days, unless_ended

LONGEST_DAYS: Final = 45
"""Working days that the catalogue allows a special procedure at most."""

ENDS: Final = ("clock.resumed", "case.decided", *GIVEN_UP)
OFTEN: Final = 3


def as_notified(trial: Trial) -> Iterator[Found]:
    """SUS-03: a special procedure takes no longer than was notified; warned two working days before."""
    for opened in all_of(trial.case, "clock.suspended", lambda each: "days" in each.data):
        notified = int(opened.data["days"])
        for level, days in (("red", notified + 1), ("yellow", notified), ("warning", notified - WARNED_DAYS)):
            if at := unless_ended(trial, opened, past_working_days(trial, opened, max(0, days)), ENDS):
                yield Found(level, at)
                break


def closed(trial: Trial) -> Iterator[Found]:
    """SUS-05: nothing is decided while a special procedure is open; with its application each ends."""
    for opened in all_of(trial.case, "clock.suspended"):
        rest = after(trial.case, opened)
        over = first(rest, ("case.decided", *SENT_AWAY))
        if over is None or over.type != "case.decided":
            continue
        if not any(each.at <= over.at for each in all_of(rest, "clock.resumed")):
            yield Found("yellow", over.at)


def allowed(trial: Trial) -> Iterator[Found]:
    """SUS-01: the clock stops only for what the item allows."""
    for opened in all_of(trial.case, "clock.suspended"):
        if opened.says("kind") not in trial.item.suspensions:
            yield Found("yellow", opened.at)


def not_at_the_last_moment(trial: Trial) -> Found | None:
    """SUS-02(-SD): the clock is not stopped for the first time when one working day or less is left of the promise."""
    start = begun(trial)
    stops = all_of(trial.case, "clock.suspended")
    if start is None or not stops:
        return None
    stands = [Stop(each, first(after(trial.case, each), "clock.resumed"), each.data.get("days")) for each in stops]
    days = evenings(trial.calendar, start.at, stops[-1].at, waits(trial) + stands[:-1])
    near = [each.ends for each in days if each.charged >= trial.item.promised - 1]
    return Found("yellow", near[0]) if near else None


def not_too_often(trial: Trial) -> Found | None:
    """SUS-04: the clock of a case is not stopped three times."""
    stops = all_of(trial.case, "clock.suspended")
    return Found("warning", stops[OFTEN - 1].at) if len(stops) >= OFTEN else None


def not_too_long(trial: Trial) -> Iterator[Found]:
    """SUS-04-LJ: the clock of a case does not stand longer, all in all, than the statute allows the case itself."""
    stood = 0
    begun: Happening | None = None
    for each in all_of(trial.case, ("clock.suspended", "clock.resumed")):
        if each.type == "clock.suspended" and begun is None:
            begun = each
        elif each.type == "clock.resumed" and begun is not None:
            before, day = stood, begun.at.astimezone(ZONE).date()
            while day < each.at.astimezone(ZONE).date():
                day += ONE_DAY
                stood += trial.calendar.works(day)
            begun = None
            if before <= trial.item.statutory < stood:
                yield Found("warning", each.at)


def one_at_a_time(trial: Trial) -> Iterator[Found]:
    """SUS-06-CD: no special procedure begins while another is open."""
    still_open = 0
    for each in all_of(trial.case, ("clock.suspended", "clock.resumed")):
        still_open += 1 if each.type == "clock.suspended" else -1
        if each.type == "clock.suspended" and still_open > 1:
            yield Found("hint", each.at)


def not_longer_than_listed(trial: Trial) -> Iterator[Found]:
    """SUS-04-ZC: no special procedure takes longer than the catalogue allows its kind."""
    for opened in all_of(trial.case, "clock.suspended", lambda each: each.says("kind") in trial.item.suspensions):
        if at := unless_ended(trial, opened, past_working_days(trial, opened, LONGEST_DAYS), ENDS):
            yield Found("warning", at)


def extended_before_the_end(trial: Trial) -> Found | None:
    """TL-08-GQ, TL-08-SD: no extension is approved once the statute has passed."""
    start, extension = begun(trial), first(trial.case, "case.extended")
    if start is None or extension is None or not trial.item.licensed:
        return None
    stops = all_of(trial.case, "clock.suspended")
    stands = [Stop(each, first(after(trial.case, each), "clock.resumed"), each.data.get("days")) for each in stops]
    days = evenings(trial.calendar, start.at, extension.at, waits(trial) + stands)
    past: list[datetime] = [each.ends for each in days if each.charged >= trial.item.statutory and not each.resting]
    return Found("yellow", past[0]) if past else None


def extended_within_the_law(trial: Trial) -> Iterator[Found]:
    """TL-08-CX: ten days and the head's approval; fifteen and the government's for what several agencies decide."""
    joint = "joint" in trial.item.flags
    for each in all_of(trial.case, "case.extended"):
        ranks = (None, "government") if joint else (None, "head", "government")
        if int(each.data["days"]) > (15 if joint else 10) or each.says("approver_rank") not in ranks:
            yield Found("yellow", each.at)


PROCEDURES: Final[dict[str, Judge]] = {
    "SUS-01": allowed,
    "SUS-03": as_notified,
    "SUS-04": in_each_round(not_too_often),
    "SUS-04-LJ": in_each_round(not_too_long),
    "SUS-04-ZC": not_longer_than_listed,
    "SUS-05": closed,
    "SUS-06": preceded("clock.resumed", "clock.suspended", "hint"),
    "SUS-06-CD": in_each_round(one_at_a_time),
    "TL-08-CX": extended_within_the_law,
}

FROM_ACCEPTANCE: Final[dict[str, Judge]] = {
    "TL-04": each_round(decided, begun, GIVEN_UP),
    "SUS-02": each_round(not_at_the_last_moment, begun, GIVEN_UP),
    "TL-08-GQ": each_round(extended_before_the_end, begun, GIVEN_UP),
}
"""What counts from when the clocks of a case begin, for items whose limits begin on acceptance."""

FROM_APPLICATION: Final[dict[str, Judge]] = {
    "TL-04-SD": each_round(decided, begun, SENT_AWAY),
    "SUS-02-SD": each_round(not_at_the_last_moment, begun, SENT_AWAY),
    "TL-08-SD": each_round(extended_before_the_end, begun, SENT_AWAY),
}
"""The same for items whose law counts from the application."""
