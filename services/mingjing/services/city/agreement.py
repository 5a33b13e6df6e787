"""Whether two tellings of the truth are the same, and where they are not."""

from collections import Counter, defaultdict
from collections.abc import Iterable

import msgspec

from mingjing.services.city.message import Planted


class RuleScore(msgspec.Struct, frozen=True):
    """How one rule's findings compare: equal in both, told only by one or only by the other."""

    rule: str
    planted: int
    found: int
    missed: list[Planted]
    invented: list[Planted]

    @property
    def exact(self) -> bool:
        """Whether recall and precision are both 1."""
        return not self.missed and not self.invented


def agree(planted: Iterable[Planted], found: Iterable[Planted]) -> list[RuleScore]:
    """Return a score for every rule that either side names, by rule id.

    Findings are compared as multisets: a finding told twice is told once too often.
    """
    truth, claim = Counter(planted), Counter(found)
    rules = sorted({each.rule for each in truth | claim})
    missed, invented = truth - claim, claim - truth
    return [
        RuleScore(
            rule,
            sum(count for each, count in truth.items() if each.rule == rule),
            sum(count for each, count in claim.items() if each.rule == rule),
            sorted(each for each in missed.elements() if each.rule == rule),
            sorted(each for each in invented.elements() if each.rule == rule),
        )
        for rule in rules
    ]


def merged(scores: Iterable[RuleScore]) -> list[RuleScore]:
    """Return one score a rule, by rule id, for scores of different cases."""
    by_rule: defaultdict[str, list[RuleScore]] = defaultdict(list)
    for score in scores:
        by_rule[score.rule].append(score)
    return [
        RuleScore(
            rule,
            sum(each.planted for each in group),
            sum(each.found for each in group),
            [finding for each in group for finding in each.missed],
            [finding for each in group for finding in each.invented],
        )
        for rule, group in sorted(by_rule.items())
    ]
