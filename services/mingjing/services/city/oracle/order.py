"""The order of a licence's steps, and what may happen only once or not at all. A judge a rule."""

from collections import Counter
from collections.abc import Iterator
from typing import Final

from mingjing.services.city.oracle.judges import Judge
from mingjing.services.city.oracle.reading import Happening
from mingjing.services.city.oracle.readings import all_of, came, dated, kept_from_first, preceded, silent_on, told
from mingjing.services.city.oracle.rounds import GIVEN_UP, SENT_AWAY, each_round, in_each_round
from mingjing.services.city.oracle.terms import Found, Trial

AUDIT: Final = "审核"
SENT_BACK: Final = 3
AT_ONCE: Final = 3
WORK: Final = (
    *("case.accepted", "case.decided", "case.delivered", "case.extended"),
    *("step.started", "step.completed", "clock.suspended"),
)
ANEW: Final = ("case.applied", "case.accepted", "case.not_accepted", "case.extended", "case.decided")
ENDED: Final = ("case.not_accepted", "case.abandoned", "case.cancelled")


def every_step(trial: Trial) -> Found | None:
    """SEQ-02: no licence is granted without every mandatory step; a case that reports no step says nothing."""
    decisions = all_of(trial.case, "case.decided", lambda each: each.says("result") != "denied")
    if not decisions:
        return None
    steps = all_of(trial.case, "step.completed")
    done = {each.says("step") for each in steps if each.at <= decisions[0].at}
    missing = set(trial.item.mandatory) - done
    return Found("red", decisions[0].at) if done and missing else None


def in_their_order(trial: Trial) -> Found | None:
    """SEQ-03: no step begins before one it comes after."""
    begun: dict[str, Happening] = {}
    for each in all_of(trial.case, ("step.started", "step.completed")):
        begun.setdefault(str(each.says("step")), each)
    for name, each in begun.items():
        earlier = trial.item.steps.index(name) if name in trial.item.steps else len(trial.item.steps)
        later = [begun[step] for step in trial.item.steps[earlier + 1 :] if step in begun]
        if any(other.at < each.at for other in later):
            return Found("yellow", each.at)
    return None


def not_sent_back_for_ever(trial: Trial) -> Iterator[Found]:
    """SEQ-09: no step is sent back three times."""
    times: Counter[str | None] = Counter()
    for each in all_of(trial.case, "step.returned"):
        times[each.says("step")] += 1
        if times[each.says("step")] == SENT_BACK:
            yield Found("warning", each.at)


def one_division(trial: Trial) -> Iterator[Found]:
    """SEQ-12: one division of an agency audits."""
    audits = all_of(trial.case, "step.completed", lambda each: each.says("step") == AUDIT)
    named = [each for each in audits if each.says("division")]
    for place, each in enumerate(named):
        if any(other.says("division") != each.says("division") for other in named[:place]):
            yield Found("hint", each.at)


def not_all_at_once(trial: Trial) -> Iterator[Found]:
    """INT-03: three steps are not done in one second."""
    done: Counter[str] = Counter()
    for each in all_of(trial.case, "step.completed"):
        done[each.event["time"]] += 1
        if done[each.event["time"]] == AT_ONCE:
            yield Found("yellow", each.at)


def quiet_after_the_end(trial: Trial) -> Found | None:
    """SEQ-10-ZZ: nothing more is done in a case that was refused, withdrawn or cancelled."""
    late = [each for each in all_of(trial.case, WORK) if came(trial, ENDED, each)]
    return Found("hint", late[0].at) if late else None


def not_refused_once_accepted(trial: Trial) -> Found | None:
    """SEQ-10-BS: who was accepted is not refused at the door afterwards."""
    late = [each for each in all_of(trial.case, "case.not_accepted") if came(trial, "case.accepted", each)]
    return Found("hint", late[0].at) if late else None


def over_once_decided(trial: Trial) -> Found | None:
    """SEQ-10-ZT: what was decided is not applied for, accepted, refused, extended or decided again."""
    decisions = all_of(trial.case, "case.decided")
    anew = [each for each in all_of(trial.case, ANEW) if decisions and decisions[0] < each]
    return Found("hint", anew[0].at) if anew else None


def one_applicant(trial: Trial) -> Iterator[Found]:
    """INT-06: one case number is one application's."""
    applications = all_of(trial.case, "case.applied")
    for place, each in enumerate(applications):
        if any(other.says("enterprise") != each.says("enterprise") for other in applications[:place]):
            yield Found("hint", each.at)


def _renewal(each: Happening) -> bool:
    expires = each.says("expires_on")
    return each.data.get("renewal") is True and expires is not None


ORDER: Final[dict[str, Judge]] = {
    "SEQ-02": every_step,
    "SEQ-03": in_their_order,
    "SEQ-09": not_sent_back_for_ever,
    "SEQ-12": one_division,
    "SEQ-10-BS": in_each_round(not_refused_once_accepted, "case.applied"),
    "SEQ-10-BZ": preceded("case.supp_received", "case.supp_noticed", "hint"),
    "SEQ-10-ZT": over_once_decided,
    "SEQ-10-ZZ": in_each_round(quiet_after_the_end, "case.applied"),
    "INT-06": one_applicant,
    "DLV-03": told("case.delivered", "warning", silent_on("receipt_no")),
    "TL-12": each_round(
        kept_from_first(
            "case.applied",
            ("case.decided", "case.not_accepted", *GIVEN_UP),
            dated("warning", "expires_on", -10),
            dated("red", "expires_on"),
            where=_renewal,
        ),
        lambda trial: next(iter(all_of(trial.case, "case.applied", _renewal)), None),
        SENT_AWAY,
    ),
}
"""The rules of the order of things in a licence or a service."""

PROMISED_ORDER: Final[dict[str, Judge]] = {"INT-03": not_all_at_once}


def listed(trial: Trial) -> Found | None:
    """INT-07: no case is accepted about what the catalogue does not list."""
    accepted = all_of(trial.case, "case.accepted")
    return Found("red", accepted[0].at) if accepted and accepted[0].says("item") else None


UNLISTED: Final[dict[str, Judge]] = {"INT-07": listed}
"""What holds of cases about no item of the catalogue."""
