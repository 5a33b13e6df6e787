"""By when a card is to be answered: as the rules on the handling of cards say, and nobody else."""

from collections.abc import Mapping
from typing import Any

from mingjing.rules.case import Case
from mingjing.rules.case_facts import clocks_of
from mingjing.rules.desk_words import sub_case
from mingjing.rules.events import Fact
from mingjing.rules.rulebook import Rulebook
from mingjing.rules.workflow import DRAWN_EVENT
from mingjing.rules.workflow_steps import BY_VERB

ANSWER = BY_VERB["explain"].event
"""The event that answers a card; a clock that it stops is a deadline for answering."""


def answer_due(rulebook: Rulebook, card: Mapping[str, Any], drawn_at: int) -> int | None:
    """Return the last instant at which an answer to a card is in time, None where no rule asks for one.

    `card` is a record of the topic `cards`, drawn without being in doubt at `drawn_at`;
    both instants are microseconds since the epoch. Of several deadlines the first counts.
    """
    case = Case(sub_case(card["case_key"], card["card_id"]))
    drawn = Fact(
        id=card["card_id"],
        source=case.key,
        type=DRAWN_EVENT,
        at=drawn_at,
        stamp=drawn_at,
        agency=card["agency"],
        region=card["region"],
        data={"rule": card["rule"], "level": card["level"], "issue": "auto"},
    )
    book = rulebook.at(drawn_at)
    case.receive([drawn])
    case.tags = [book.tag(drawn)]
    case.ground = book.ground(case.facts)
    dues = [
        stretch.due.past - 1
        for each in clocks_of(case, book, drawn_at)
        if any(one.types is not None and ANSWER in one.types for one in each.rule.judge.selectors[1:])
        and (stretch := each.course.run.at(drawn_at)).due is not None
    ]
    return min(dues, default=None)
