"""What a call to the hotline is owed by its grade, and whom a report must not be handed to."""

from collections.abc import Iterator
from typing import Final

from mingjing.services.city.oracle.judges import Judge
from mingjing.services.city.oracle.reading import Happening
from mingjing.services.city.oracle.readings import Test, all_of, kept, natural, working
from mingjing.services.city.oracle.terms import Found, Trial

ENDS: Final = ("cmp.closed", "cmp.not_accepted", "cmp.abandoned")


def _graded(grade: str) -> Test:
    def called(each: Happening) -> bool:
        return each.says("channel") == "hotline" and each.says("grade") == grade

    return called


def not_to_whom_it_accuses(trial: Trial) -> Iterator[Found]:
    """CMP-06: a report is not handed to whom it accuses."""
    received = trial.case[0]
    if received.says("class") == "report":
        for each in all_of(trial.case, "cmp.assigned"):
            if each.data["agency"] == received.says("respondent"):
                yield Found("red", each.at)


HOTLINE: Final[dict[str, Judge]] = {
    "CMP-04": kept("cmp.received", ENDS, working("warning", 11), working("yellow", 13), where=_graded("appeal")),
    "CMP-04-ZX": kept("cmp.received", ("cmp.replied", *ENDS), working("yellow", 3), where=_graded("consult")),
    "CMP-04-JJ": kept(
        "cmp.received",
        ("cmp.assigned", "cmp.replied", *ENDS),
        natural("yellow", 0, roll=False),
        where=_graded("urgent"),
    ),
    "CMP-06": not_to_whom_it_accuses,
}
