"""Which judges sit over which cases."""

from collections.abc import Iterator
from typing import Final

from mingjing.services.city.oracle import judges
from mingjing.services.city.oracle.census import SENTENCES
from mingjing.services.city.oracle.choice import CHOSEN
from mingjing.services.city.oracle.honesty import (
    as_many_as_listed,
    at_a_post_of_his_own,
    at_the_listed_post,
    told_before_its_time,
    written_when_it_happened,
)
from mingjing.services.city.oracle.hotline import HOTLINE
from mingjing.services.city.oracle.judges import Judge, lacks, within
from mingjing.services.city.oracle.offices import OFFICES
from mingjing.services.city.oracle.order import ORDER, PROMISED_ORDER, UNLISTED
from mingjing.services.city.oracle.procedures import FROM_ACCEPTANCE, FROM_APPLICATION, PROCEDURES
from mingjing.services.city.oracle.rounds import GIVEN_UP, SENT_AWAY, applied, each_round, in_each_round
from mingjing.services.city.oracle.silence import OF_CHOICE, OWED
from mingjing.services.city.oracle.special import ANNUAL, JOINT, SPECIAL
from mingjing.services.city.oracle.steps import step_within
from mingjing.services.city.oracle.terms import Trial

APPROVAL: Final[dict[str, Judge]] = {
    "TL-01": each_round(judges.told_what_is_missing, applied, SENT_AWAY),
    "TL-02": each_round(judges.turned_away_at_once, applied, SENT_AWAY),
    "TL-08": in_each_round(judges.extended_properly),
    "DLV-02": judges.decided_before_delivered,
    "SEQ-01": judges.reviewed_once_accepted,
    "SEQ-04": judges.quiet_after_decision,
    "SEQ-06": judges.inspected_by_two,
    "NTC-01": in_each_round(judges.told_once),
    "NTC-09": judges.nothing_off_the_list,
    "NTC-03": lacks("case.not_accepted", "doc_no", "reason"),
    "NTC-04": lacks("case.decided", "reason", "remedy", level="red", result="denied"),
    "NTC-05": lacks("clock.suspended", "doc_no", "days"),
    "SUS-08": in_each_round(judges.asked_in_time),
    "INT-02": told_before_its_time,
    "INT-02-DQ": written_when_it_happened,
    "PER-03": at_a_post_of_his_own,
    "PER-03-GW": at_the_listed_post,
    "SEQ-06-RS": as_many_as_listed,
    **ORDER,
    **PROCEDURES,
}

LICENCE: Final[dict[str, Judge]] = {
    "DLV-01": within("case.decided", 10, ("case.delivered",)),
    "NTC-02": lacks("case.accepted", "doc_no", "doc_date", "seal"),
}

PRELIMINARY: Final[dict[str, Judge]] = {"TL-07": each_round(judges.reported, judges.begun, GIVEN_UP)}

SILENT: Final = each_round(judges.silent_past_the_statute, judges.begun, GIVEN_UP)
TACIT: Final[dict[str, dict[str, Judge]]] = {"statutory": {"TL-13": SILENT}, "pilot": {"TL-13-SD": SILENT}}

PROMISED: Final[dict[str, Judge]] = {"PER-05": in_each_round(judges.four_eyes), **PROMISED_ORDER}
ON_THE_SPOT: Final[dict[str, Judge]] = {
    "TL-09": each_round(within(judges.ACCEPTED, 0, ("case.decided", *GIVEN_UP)), judges.taken, GIVEN_UP),
}
COMPLAINT: Final[dict[str, Judge]] = {
    "CMP-01": judges.complaint_accepted,
    "CMP-02": judges.complaint_closed,
    "CMP-03": judges.monitor_point_answered,
    "CMP-05": judges.complaint_answered,
    **HOTLINE,
}
PETITION: Final[dict[str, Judge]] = {
    "CMP-01-XF": judges.complaint_accepted,
    "CMP-02-XF": judges.petition_closed,
    "CMP-03": judges.monitor_point_answered,
    "CMP-05": judges.complaint_answered,
    **HOTLINE,
}


def sitting(trial: Trial, *, of_choice: bool = False) -> Iterator[tuple[str, Judge]]:
    """Yield the rules that apply to the case, each with its judge; those `of_choice` too where they are kept."""
    if of_choice:
        yield from CHOSEN.items()
    if trial.item.kind == "complaint":
        yield from (PETITION if trial.case[0].says("class") == "petition" else COMPLAINT).items()
        return
    yield from SPECIAL.items()
    if not trial.item.code:
        yield from (OFFICES | UNLISTED).items()
        return
    yield from APPROVAL.items()
    yield from (FROM_APPLICATION if trial.item.from_application else FROM_ACCEPTANCE).items()
    if trial.item.kind == "annual":
        yield from ANNUAL.items()
    if trial.item.licensed:
        yield from LICENCE.items()
    yield from TACIT.get(trial.item.tacit, {}).items()
    if "preliminary" in trial.item.flags:
        yield from PRELIMINARY.items()
    if "joint" in trial.item.flags:
        yield from JOINT.items()
    yield from (("TL-06", step_within(step, days)) for step, days in trial.item.step_days.items())
    yield from (ON_THE_SPOT if trial.item.mode == "on-the-spot" else PROMISED).items()


def every_rule(*, of_choice: bool = False) -> set[str]:
    """Return every rule that the oracle judges, in cases and across them."""
    benches = (
        *(APPROVAL, LICENCE, PRELIMINARY, PROMISED, ON_THE_SPOT, COMPLAINT, PETITION),
        *(FROM_ACCEPTANCE, FROM_APPLICATION, SPECIAL, OFFICES, UNLISTED, JOINT, ANNUAL, *TACIT.values()),
    )
    wont, chosen = (OF_CHOICE, CHOSEN) if of_choice else ({}, {})
    return {"TL-06", *SENTENCES, *OWED, *wont, *chosen, *(rule for bench in benches for rule in bench)}
