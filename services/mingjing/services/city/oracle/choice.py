"""The rules of choice, as the oracle reads the orders of the places that keep them. A judge a rule."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Final

from mingjing.services.city.message import ZONE
from mingjing.services.city.oracle.diary import after, first
from mingjing.services.city.oracle.judges import Judge
from mingjing.services.city.oracle.reading import Happening
from mingjing.services.city.oracle.readings import (
    all_of,
    kept_from_first,
    owed_before,
    preceded,
    silent_on,
    told,
    working,
)
from mingjing.services.city.oracle.rounds import SENT_AWAY, each_round
from mingjing.services.city.oracle.terms import Found, Trial, past_working_days, unless_ended
from mingjing.services.city.world import Item

REFUSALS: Final = ("case.not_accepted", "case.returned", "case.decided")
ENTERED: Final = ("case.applied", "case.accepted", "case.decided", "case.delivered")
REVIEWS: Final = ("审查", "审核", "专家评审")
ANSWERED_DAYS: Final = 5
DAY_S: Final = 24 * 3600
MINUTE_S: Final = 60
NIGHT: Final = (22, 23, 0, 1, 2, 3, 4, 5)
INSTANT: Final = timedelta(microseconds=1)


def where(holds: Callable[[Item], bool], judge: Judge) -> Judge:
    """Return a judge of the cases about items of which this holds."""
    return lambda trial: judge(trial) if holds(trial.item) else None


def answered_once_reported(trial: Trial) -> Found | None:
    """REJ-02: who is to be refused is told within five working days of the report, unless he was told before."""
    filed = first(trial.case, "reject.filed")
    if filed is None or any(each < filed for each in all_of(trial.case, REFUSALS)):
        return None
    passed = past_working_days(trial, filed, ANSWERED_DAYS)
    at = unless_ended(trial, filed, passed, (*REFUSALS, "case.accepted"))
    return Found("yellow", at) if at else None


def entered_within_a_day(trial: Trial) -> Iterator[Found]:
    """INT-01: what happened is known a day later, by a clock that stands while the agency is declared down."""
    for each in all_of(trial.case, ENTERED):
        since, passed = each.at, 0.0
        for begins, ends in trial.outages:
            if since < ends and begins < each.arrived:
                passed += max(0.0, (begins - since).total_seconds())
                since = min(ends, each.arrived)
        if passed + (each.arrived - since).total_seconds() > DAY_S:
            yield Found("warning", each.at)


def not_in_a_moment(trial: Trial) -> Iterator[Found]:
    """INT-04: nobody reviews anything in less than a minute; what begins as it ends was only told of afterwards."""
    begun = all_of(trial.case, "step.started")
    for done in all_of(trial.case, "step.completed", lambda each: each.says("step") in REVIEWS):
        took = [(done.at - each.at).total_seconds() for each in begun if each.says("step") == done.says("step")]
        if done.says("officer") and any(0 < seconds < MINUTE_S for seconds in took):
            yield Found("hint", done.at)


def not_at_night(trial: Trial) -> Iterator[Found]:
    """INT-05-YJ: nobody decides anything from ten at night to six in the morning."""
    for each in all_of(trial.case, "case.decided"):
        if each.says("officer") and each.at.astimezone(ZONE).hour in NIGHT:
            yield Found("hint", each.at)


def cleared(trial: Trial) -> Found | None:
    """TL-06-KA: goods are cleared in the hours that were promised; while they are inspected the clock stands."""
    declared = first(trial.case, "port.declared")
    if declared is None:
        return None
    left, since, held = timedelta(hours=int(declared.data["hours"])), declared.at, False
    for each in after(trial.case, declared):
        if not held and each.at - since > left:
            return Found("warning", since + left + INSTANT)
        if each.type in {"port.released", "port.cancelled"}:
            return None
        if each.type == "port.held" and not held:
            left, held = left - (each.at - since), True
        elif each.type == "port.unheld" and held:
            since, held = each.at, False
    passed = since + left + INSTANT
    return None if held or passed > trial.believed else Found("warning", passed)


def _refuses(each: Happening) -> bool:
    return each.type != "case.decided" or each.says("result") == "denied"


def _online(each: Happening) -> bool:
    return each.says("channel") in {"online", "mobile"}


def _joint(item: Item) -> bool:
    return "joint" in item.flags


def _concerns_others(item: Item) -> bool:
    return "stakeholders" in item.flags


def _of_the_centre(item: Item) -> bool:
    return item.centre


CHOSEN: Final[dict[str, Judge]] = {
    "REJ-01": preceded(REFUSALS, "reject.filed", "yellow", where=_refuses, strictly=True),
    "REJ-02": answered_once_reported,
    "NTC-06": where(_concerns_others, owed_before("case.accepted", "stakeholder.noticed", "case.decided", "yellow")),
    "SEQ-11": where(
        _of_the_centre, told("case.accepted", "yellow", lambda each: each.says("channel") not in {None, "centre"})
    ),
    "DLV-03-CK": where(_of_the_centre, told("case.delivered", "warning", silent_on("window"))),
    "JNT-03": where(_joint, kept_from_first("case.accepted", "joint.dispatched", working("warning", 1))),
    "TL-10": each_round(
        kept_from_first(
            "case.applied",
            ("case.pre_accepted", "case.supp_noticed", "case.accepted", *SENT_AWAY),
            working("warning", 2),
            working("yellow", 3),
            working("red", 5),
            where=_online,
        ),
        lambda trial: first(trial.case, "case.applied", _online),
        SENT_AWAY,
    ),
    "TL-11": kept_from_first(
        "case.decided", "case.certified", working("yellow", 3), where=lambda each: each.says("result") == "granted"
    ),
    "INT-01": entered_within_a_day,
    "INT-04": where(lambda item: item.mode == "promised", not_in_a_moment),
    "INT-05-YJ": not_at_night,
    "TL-06-KA": cleared,
}
"""The rules of choice that are judged on one case, whatever it is about."""
