"""How a case that has left comes back: its facts from the archive, and what was said of it.

A stub knows what was said. Where there is none, the ledger knows the cards; and what the
subjects of rules across cases were told is taken to be what those facts and cards say.
Nobody knows then in how many words that was. So whatever a case says after it has come
back is numbered by the record it came back for, and outranks all that was said before.
"""

from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from mingjing.rules.case import Case
from mingjing.rules.cases import Cases
from mingjing.rules.events import Fact
from mingjing.rules.forgetting import MANY, forget
from mingjing.rules.last_words import LastWord
from mingjing.rules.register import Register
from mingjing.rules.rulebook import Rulebook
from mingjing.rules.subject import is_subject

WORDS: Final = 1 << 20
"""More words than a case says on one fact before the next record of its log."""


def back(
    cases: Cases,
    register: Register,
    rulebook: Rulebook,
    case_key: str,
    facts: Iterable[Fact],
    said: Sequence[LastWord],
    offset: int,
    now: int,
) -> Case | None:
    """Return a case as it was when it left, for a record at `offset`; None where it has not left.

    It is still to be judged anew. Without any facts it is a new one. `said` is asked of a case that is gone.
    """
    gone = cases.departed.state(case_key) is None
    case = cases.come_back(case_key)
    if case is None:
        return None
    case.receive(facts)
    case.tags = [rulebook.tag(fact) for fact in case.facts]
    case.ground = rulebook.ground(case.facts) if case.facts else None
    if gone:
        places, rules = rulebook.places, rulebook.rules
        case.issued = {
            (each.rule, each.occurrence): each.issued(rules[places[each.rule]] if each.rule in places else None)
            for each in said
        }
        register.presume(case, now)
    if len(case.facts) > MANY and is_subject(case_key):
        forget(case, rulebook, now)
    if case.told:
        words = (offset + 1) * WORDS
        case.told = {
            name: msgspec.structs.replace(each, words=max(each.words, words)) for name, each in case.told.items()
        }
    return case
