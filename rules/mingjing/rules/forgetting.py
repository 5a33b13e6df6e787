"""What a subject may forget: the past that no window and no gap can reach any more.

The story of a case ends; that of a subject does not. An operator accepts cases
for years, an agency is heard every hour. A subject with few facts keeps them all,
so that a correction of any age still changes its cards. One with many keeps what
its rule may still need, and what may still come late; the cards drawn on what it
has forgotten stay as they were last said.
"""

from typing import Protocol, cast

from mingjing.rules.case import Case
from mingjing.rules.rulebook import Rulebook
from mingjing.rules.under_way import arrived
from mingjing.rules.view import View
from mingjing.rules.zone import DAY

MANY = 256
"""Facts that any subject keeps."""

STEP = 64
"""A subject with more looks for what it may forget at every so many facts."""

LATE = 3 * DAY
"""How long after its time, and after what its source is allowed, an event may come and still change every card.

The time for which systems were declared down is not counted."""


class Forgetful(Protocol):
    """The judge of a subject, as forgetting sees it."""

    def obsolete(self, view: View, masks: tuple[int, ...], settled: int) -> tuple[int, int]:
        """Return (kept, since): facts before the instant `kept` can no longer matter to findings from `since` on.

        `settled` is the instant before which nothing changes any more. `kept` 0 forgets nothing.
        """


def is_many(case: Case) -> bool:
    """Whether a subject has so many facts that it is time to look for what it may forget."""
    return len(case.facts) > MANY and len(case.facts) % STEP == 0


def settled_by(rulebook: Rulebook, now: int) -> int:
    """Return the instant before which nothing comes any more, whoever was slowest or longest down."""
    late = LATE + max(rulebook.delays.values(), default=0)
    return min((arrived(now, late, down) for down in rulebook.outages.values()), default=now - late)


def forget(case: Case, rulebook: Rulebook, now: int) -> None:
    """Let a subject forget what its rule can no longer need by `now`; its tags are laid out anew."""
    settled = settled_by(rulebook, now)
    for rule, masks in zip(rulebook.rules, rulebook.masks, strict=True):
        if not case.seen & masks[0]:
            continue
        judge = cast("Forgetful", rule.judge)
        kept, since = judge.obsolete(rulebook.view(case, now, rule.zone), masks, settled)
        facts = [fact for fact in case.received if fact.at >= kept]
        if kept and len(facts) < len(case.received):
            case.since = max(case.since, since)
            case.issued = {name: each for name, each in case.issued.items() if each.violated_at >= case.since}
            case.restore(facts)
            case.tags = [rulebook.tag(fact) for fact in case.facts]
