"""Which cases stopped a clock again where a rule counts only the first time that it stands still.

A pause that a rule writes in place begins with a selector, and a selector means the first match unless it says
otherwise. Whoever meant each is told so, before an agency is carded for days that the law gives back.
"""

from collections.abc import Iterator, Mapping, Sequence

from mingjing.rules.events import Fact
from mingjing.rules.kinds.notification import Notification
from mingjing.rules.kinds.time_limit import TimeLimit
from mingjing.rules.rule import Rule
from mingjing.rules.rulebook import Rulebook
from mingjing.rules.selector import ANY, Condition
from mingjing.rules.vocabulary import PauseRule


def left_standing(rulebook: Rulebook, cases: Mapping[str, Sequence[Fact]]) -> Iterator[str]:
    """Yield a sentence for each pause counted once that some of the cases begin more than once."""
    for rule in rulebook.rules:
        for pause in _once(rule):
            condition = Condition(pause.begin_where, rule.zone) if pause.begin_where else None
            again = sum(_begun(pause, condition, facts) > 1 for facts in cases.values())
            if again:
                named = "、".join(sorted(pause.begin))
                yield (
                    f"规则 {rule.id}：{again} 件不止一次停表（{named}），只扣第一次；每次都扣，写 "
                    f"begin: {{event: {named}, which: each}}；{again} cases begin a pause more than once, "
                    "only the first counts; write which: each where each should"
                )


def _once(rule: Rule) -> list[PauseRule]:
    judge = rule.judge.within if isinstance(rule.judge, Notification) else rule.judge
    return [each for each in judge.limit.pauses if each.which == "first"] if isinstance(judge, TimeLimit) else []


def _begun(pause: PauseRule, condition: Condition | None, facts: Sequence[Fact]) -> int:
    return sum(
        (fact.type in pause.begin or ANY in pause.begin) and (condition is None or condition.holds(fact))
        for fact in facts
    )
