"""What is special in a licence: charges, joint review, hearings, ratings. A judge a rule."""

from collections.abc import Iterator
from typing import Final

from mingjing.services.city.oracle.diary import first
from mingjing.services.city.oracle.judges import REVIEWS, Judge
from mingjing.services.city.oracle.reading import Happening
from mingjing.services.city.oracle.readings import (
    all_of,
    came,
    kept,
    owed_before,
    preceded,
    silent_on,
    told,
    waited,
    working,
)
from mingjing.services.city.oracle.rounds import GIVEN_UP, SENT_AWAY, in_each_round
from mingjing.services.city.oracle.terms import Found, Trial, past_working_days, unless_ended

RATES: Final = {"BDC-01": 80, "BDC-02": 550, "BDC-03": 10, "SZY-01": 0.2, "SZY-02": 0.5, "SW-01": 1.4}
"""The tariff in force: yuan a unit."""

UNITS: Final = (
    dict.fromkeys(("BDC-01", "BDC-02"), "件")
    | dict.fromkeys(("SZY-01", "SZY-02", "SW-01"), "立方米")
    | {"BDC-03": "本"}
)
"""What the tariff counts by."""

FREE: Final = ("hearing", "form", "publicity")
BAD: Final = 2
PAID_DAYS: Final = 2


def _dear(each: Happening) -> bool:
    code = str(each.says("code"))
    if code not in RATES:
        return False
    dear: bool = each.data["amount"] > RATES[code] * each.data.get("quantity", 1)
    return dear or each.says("unit") not in {None, UNITS[code]}


def _unheard(each: Happening) -> bool:
    public = each.data.get("public") is True and each.says("change") in {"new", "raised"}
    return public and silent_on("hearing_no", "notice_no")(each)


def paid(trial: Trial) -> Iterator[Found]:
    """FEE-06: what was charged is in the treasury two working days later, bill by bill, and its voucher says so."""
    elsewhere = silent_on("treasury_no")
    for charge in all_of(trial.case, "fee.charged"):
        bill = charge.says("doc_no")
        own = [
            each
            for each in trial.case
            if each.type != "fee.paid" or (each.says("doc_no") == bill and not elsewhere(each))
        ]
        passed = past_working_days(trial, charge, PAID_DAYS)
        if at := unless_ended(trial._replace(case=own), charge, passed, "fee.paid"):
            yield Found("yellow", at)


def on_the_list(trial: Trial) -> Iterator[Found]:
    """FEE-01: nothing is charged that the tariff does not know, or the item's own list where it has one."""
    for charge in all_of(trial.case, "fee.charged"):
        code = charge.says("code")
        if code not in RATES or (trial.item.fees and code not in trial.item.fees):
            yield Found("red", charge.at)


def every_member_asked(trial: Trial) -> Found | None:
    """JNT-02-LF: whoever asks a member asks every member of the catalogue before deciding."""
    decision = first(trial.case, "case.decided")
    asked = {each.says("member") for each in all_of(trial.case, "joint.dispatched") if decision and each < decision}
    left_out = {member for member, _ in trial.item.members} - asked
    return Found("yellow", decision.at) if decision and asked and left_out else None


def given_the_listed_days(trial: Trial) -> Iterator[Found]:
    """JNT-02-TS: a member is given the days that the catalogue gives it."""
    listed = dict(trial.item.members)
    for sent in all_of(trial.case, "joint.dispatched"):
        member = str(sent.says("member"))
        if member in listed and int(sent.data["days"]) != listed[member]:
            yield Found("warning", sent.at)


def told_of_charges(trial: Trial) -> Iterator[Found]:
    """FEE-07: nothing is charged that was not told of before."""
    for charge in all_of(trial.case, "fee.charged"):
        if not came(trial, "fee.noticed", charge):
            yield Found("yellow", charge.at)


def nothing_on_the_side(trial: Trial) -> Iterator[Found]:
    """FEE-04: with a yearly report nothing is charged for; the tariff knows no fee for it."""
    return (Found("red", each.at) for each in all_of(trial.case, "fee.charged"))


def intermediary_delivers(trial: Trial) -> Iterator[Found]:
    """TL-06-ZJ: an intermediary delivers in the working days agreed on, unless the case was given up by then."""
    for engaged in all_of(trial.case, "intermediary.engaged"):
        passed = past_working_days(trial, engaged, int(engaged.data["days"]))
        if at := unless_ended(trial, engaged, passed, ("intermediary.delivered", *GIVEN_UP)):
            yield Found("warning", at)


def members_answer(trial: Trial) -> Iterator[Found]:
    """JNT-02: each member answers in its days, unless the case was given up; warned one working day before."""
    for sent in all_of(trial.case, "joint.dispatched"):
        member, days = sent.says("member"), int(sent.data["days"])
        own = [each for each in trial.case if each.type != "joint.opined" or each.says("member") == member]
        for level, limit in (("yellow", days), ("warning", days - 1)):
            passed = past_working_days(trial, sent, limit)
            if at := unless_ended(trial._replace(case=own), sent, passed, ("joint.opined", *GIVEN_UP)):
                yield Found(level, at, sent, member)
                break


def side_by_side(trial: Trial) -> Iterator[Found]:
    """JNT-05: the next member does not wait for the answer of the last."""
    for number, sent in enumerate(all_of(trial.case, "joint.dispatched")):
        answers = [each for each in all_of(trial.case, "joint.opined") if each < sent]
        if number and len(answers) == number:
            yield Found("warning", sent.at)


def papers_once(trial: Trial) -> Iterator[Found]:
    """JNT-06: no paper is asked for by two members."""
    asked: dict[str, str] = {}
    for each in all_of(trial.case, "joint.material_asked"):
        member = str(each.says("member"))
        if any(asked.get(paper, member) != member for paper in each.data["items"]):
            yield Found("yellow", each.at)
        asked |= dict.fromkeys(each.data["items"], member)


def announced(trial: Trial) -> Iterator[Found]:
    """NTC-07-WT: no hearing that was not announced."""
    for held in all_of(trial.case, "hearing.held"):
        if not came(trial, "hearing.noticed", held, strictly=True):
            yield Found("yellow", held.at)


def chaired_by_another(trial: Trial) -> Found | None:
    """SEQ-07: who reviews does not chair."""
    reviews = all_of(trial.case, "step.completed", lambda each: each.says("step") in REVIEWS[:2] + REVIEWS[3:])
    pairs = [
        max(review.at, held.at)
        for held in all_of(trial.case, "hearing.held")
        for review in reviews
        if held.says("officer") == review.says("officer")
    ]
    return Found("yellow", min(pairs)) if pairs else None


SPECIAL: Final[dict[str, Judge]] = {
    "FEE-01": on_the_list,
    "FEE-02": told("fee.charged", "red", _dear),
    "FEE-03": told("fee.charged", "red", lambda each: each.says("category") in FREE),
    "FEE-05": told("fee.standard_set", "red", _unheard),
    "FEE-06": paid,
    "FEE-07": told_of_charges,
    "TL-06-ZJ": intermediary_delivers,
    "JNT-02": members_answer,
    "JNT-06": in_each_round(papers_once),
    "NTC-07": waited("hearing.noticed", "hearing.held", 7, "yellow", natural=False),
    "NTC-07-WT": announced,
    "NTC-08": kept("hearing.requested", ("hearing.held", *SENT_AWAY), working("red", 20)),
    "SEQ-05": owed_before("hearing.requested", "hearing.held", "case.decided", "red", anew=True, unless=SENT_AWAY),
    "SEQ-05-FD": owed_before(
        "case.applied", "hearing.held", "case.decided", "red", where=lambda each: each.data.get("hearing") is True
    ),
    "SEQ-07": chaired_by_another,
    "SAT-01": kept(
        "eval.rated",
        "eval.rectified",
        working("warning", 13),
        working("yellow", 15),
        where=lambda each: each.data["score"] <= BAD,
    ),
    "SAT-01-HF": kept(
        "eval.rated",
        ("eval.contacted", "eval.rectified"),
        working("yellow", 1),
        where=lambda each: each.data["score"] <= BAD,
    ),
    "SEQ-10": preceded("case.decided", ("case.accepted", "case.deemed_accepted"), "hint"),
}
"""The rules of licences and services beyond their limits and notices."""

JOINT: Final[dict[str, Judge]] = {
    "JNT-02-LF": every_member_asked,
    "JNT-02-TS": given_the_listed_days,
    "JNT-05": in_each_round(side_by_side),
}
ANNUAL: Final[dict[str, Judge]] = {"FEE-04": nothing_on_the_side}
