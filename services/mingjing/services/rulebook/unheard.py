"""What rules on an open vocabulary ask for and a log never says: a slip of the pen, or a rule for another log.

A closed vocabulary refuses an unknown name at load; an open one cannot, and a rule that waits
for what never comes finds nothing without a word.
"""

from collections.abc import Iterator, Mapping, Sequence

from mingjing.rules.events import Fact
from mingjing.rules.kinds.time_limit import TimeLimit
from mingjing.rules.rule import Rule
from mingjing.rules.rulebook import Rulebook
from mingjing.rules.yaml_page import nearest


def unheard(rulebook: Rulebook, cases: Mapping[str, Sequence[Fact]]) -> Iterator[str]:
    """Yield a sentence for each event and each date that a rule names and no event of the cases has."""
    heard = {fact.type for facts in cases.values() for fact in facts}
    for rule in rulebook.rules:
        if not rule.vocabulary.open:
            continue
        named = {name for selector in rule.judge.selectors for name in selector.types or ()}
        for name in sorted(named - heard):
            told = f"规则 {rule.id}：日志中没有事件 {name!r}；no event of the log is {name!r}"
            yield told + nearest(name, heard)
        for path in _dates(rule):
            if not any(_says(path, fact) for facts in cases.values() for fact in facts):
                yield f"规则 {rule.id}：日志中没有 {path}；no event of the log has {path}"


def _dates(rule: Rule) -> Iterator[str]:
    """Yield the paths, other than an item's, at which a time limit finds its end or what ends it."""
    if isinstance(rule.judge, TimeLimit):
        for path in (rule.judge.limit.due, rule.judge.done):
            if path is not None and not path.startswith("item."):
                yield path


def _says(path: str, fact: Fact) -> bool:
    room, _, name = path.partition(".")
    said = fact.data if room == "data" else fact.case_data
    return name in said or name.replace(".", ":") in said or name.partition(".")[0] in said
