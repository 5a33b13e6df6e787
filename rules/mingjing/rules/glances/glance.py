"""A glance: what a fact that came in order makes of a rule that has said nothing yet, often without judging it.

Most facts only start a clock, stop one in time, or do not matter. For these the
verdict follows from which selectors have matched so far, and from where the
limit of a start on such a day ends, which is worked out once a day and not once
a case. Whatever else happens is `UNSURE`: the rule is then judged as a whole.

A glance may say less than the judge of its rule, never anything else
(tests/rules/test_glance.py holds them equal). It is asked only while the rule
has found nothing in the case, nothing of it is parked, the facts before are
settled, and item, region, agency and, for what reads them, the attributes of
the case are what they were.
"""

from typing import Any, Final, Protocol

import msgspec

from mingjing.rules.case import Case
from mingjing.rules.events import Fact

UNSURE: Final = -1
"""Only the judge can say."""

NEVER: Final = 0
"""Nothing is found, and no later clock changes that."""


class Glance(Protocol):
    """`before` is the mask of the facts before, `tag` that of the fact, `wake` the instant waited for (0 = none).

    The fact is the last of the case already.
    """

    def __call__(self, before: int, tag: int, fact: Fact, wake: int, now: int, case: Case) -> int:
        """Return the instant to wait for with nothing found, NEVER, or UNSURE."""


def states_only(judge: Any, *known: str) -> bool:
    """Return whether a judge leaves every term but the `known` ones at its default; the others are not read here."""
    return all(
        field.name in known or getattr(judge, field.name) == field.default for field in msgspec.structs.fields(judge)
    )
