"""Whether what is told can be true: who held a post that day, what was known before it happened. A judge a rule."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Final

from mingjing.services.city.message import ZONE
from mingjing.services.city.oracle.reading import Happening
from mingjing.services.city.oracle.readings import all_of
from mingjing.services.city.oracle.terms import Found, Trial

FAST_S: Final = 300
"""By how many seconds a clock may be fast."""

WEEK_S: Final = 7 * 24 * 3600
"""By how many seconds what happened may be older than the line that says so."""

DATED: Final = (
    *("case.applied", "case.supp_noticed", "case.accepted"),
    *("case.not_accepted", "case.decided", "case.delivered"),
)

LAWFUL: Final = 2
"""How many inspect a site by law."""

ALWAYS: Final = (date.min, date.max)
HELD: Final = {
    "SCJG-SP-SC": {"h-scjg-001": ALWAYS, "h-scjg-002": ALWAYS, "h-scjg-007": (date(2026, 3, 2), date(2026, 3, 6))},
    "SCJG-SP-JD": {"h-scjg-003": ALWAYS},
    "SCJG-ZX-01": {"h-scjg-021": (date(2026, 8, 3), date(2026, 8, 28))},
}
"""Who holds which registered post, from the first day to the last."""

CALLED: Final = {"SCJG-SP-SC": "食品许可审查岗", "SCJG-SP-JD": "食品许可决定岗", "SCJG-ZX-01": "食品安全专项整治临时岗"}
"""What the registered posts are called."""

REGISTERED: Final = "11990100MB0000019L"
"""The agency whose posts they are."""


def told_before_its_time(trial: Trial) -> Iterator[Found]:
    """INT-02: nothing is known more than five minutes before it happens."""
    for each in all_of(trial.case, ("case.applied", "case.accepted", "case.decided", "case.delivered")):
        if (each.at - each.arrived).total_seconds() > FAST_S:
            yield Found("yellow", each.at)


def written_when_it_happened(trial: Trial) -> Iterator[Found]:
    """INT-02-DQ: what a system says it wrote down, it wrote down within a week."""
    for each in all_of(trial.case, DATED):
        written = each.says("recordedtime")
        if written is not None and (datetime.fromisoformat(written) - each.at).total_seconds() > WEEK_S:
            yield Found("yellow", each.at)


def at_a_post_of_his_own(trial: Trial) -> Iterator[Found]:
    """PER-03: where a post of the agency has holders that day, one of them does its work."""
    for each in all_of(trial.case, ("step.completed", "case.decided")):
        holders = _holders(each) if each.says("agency") == REGISTERED else set()
        if holders and each.says("officer") not in {None, *holders}:
            yield Found("yellow", each.at)


def as_many_as_listed(trial: Trial) -> Iterator[Found]:
    """SEQ-06-RS: as many take part in a step as the catalogue wants; below two at a site is another rule's."""
    for each in all_of(trial.case, "step.completed"):
        step, crew = str(each.says("step")), len(set(each.data.get("officers", ())))
        alone = step == "现场核查" and crew < LAWFUL
        if 0 < crew < trial.item.people.get(step, 0) and not alone:
            yield Found("yellow", each.at)


def at_the_listed_post(trial: Trial) -> Iterator[Found]:
    """PER-03-GW: a step is done at the post that the catalogue names, or at one whose registered name ends so."""
    for each in all_of(trial.case, "step.completed"):
        post, listed = each.says("post"), trial.item.posts.get(str(each.says("step")))
        if post is None or listed is None or post == listed:
            continue
        if not (_holders(each) and CALLED[post].endswith(listed)):
            yield Found("warning", each.at)


def _holders(each: Happening) -> set[str]:
    day, held = each.at.astimezone(ZONE).date(), HELD.get(str(each.says("post")), {})
    return {officer for officer, (first, last) in held.items() if first <= day <= last}
