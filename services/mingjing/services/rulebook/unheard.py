"""What rules ask for and a log never says, or says as text: a slip of the pen, or a rule for another log.

A closed vocabulary refuses an unknown name at load; an open one cannot, and a rule that waits
for what never comes finds nothing without a word. Nor does one that asks whether a text is more than a number.
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

import orjson

from mingjing.rules.events import Fact
from mingjing.rules.expression.syntax import parse
from mingjing.rules.expression.tree import Has, Literal, Member, Name, Node, Operation
from mingjing.rules.kinds.condition import Condition
from mingjing.rules.kinds.each_round import of_a_round
from mingjing.rules.kinds.time_limit import TimeLimit
from mingjing.rules.rule import Rule
from mingjing.rules.rulebook import Rulebook
from mingjing.rules.yaml_page import nearest

ROOMS: Final = ("data", "case")
COUNTING: Final = frozenset({"<", "<=", ">", ">=", "==", "!=", "+", "-", "*", "/", "%"})
"""Signs between a field and a number written out that make no sense of a text."""


def unheard(rulebook: Rulebook, cases: Mapping[str, Sequence[Fact]]) -> Iterator[str]:
    """Yield a sentence for each event, date and field that a rule names and no event has, or only as text."""
    heard = {fact.type for facts in cases.values() for fact in facts}
    for rule in rulebook.rules:
        yield from _counted(rule, cases)
        if not rule.vocabulary.open:
            continue
        named = {name for selector in rule.judge.selectors for name in selector.types or ()}
        for name in sorted(named - heard):
            told = f"规则 {rule.id}：日志中没有事件 {name!r}；no event of the log is {name!r}"
            yield told + nearest(name, heard)
        for path in _dates(rule):
            if not any(_says(path, fact) for facts in cases.values() for fact in facts):
                yield f"规则 {rule.id}：日志中没有 {path}；no event of the log has {path}"
        for path in sorted({each for text in _asked(rule) for each in _paths(parse(text))}):
            if next(_said(path, cases), None) is None:
                yield f"规则 {rule.id}：日志中没有 {path}；no event of the log has {path}{_remedy(path, cases)}"


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


def _counted(rule: Rule, cases: Mapping[str, Sequence[Fact]]) -> Iterator[str]:
    """Yield a sentence for each field that the rule holds against a number, true or false, and the log has as text."""
    for path, with_flag in sorted({each for text in _asked(rule) for each in _measured(parse(text))}):
        said = next(_said(path, cases), None)
        if isinstance(said, str):
            told = f"规则 {rule.id}：{path} 在日志中是文字（{said!r}），"
            if with_flag:
                quoted = f"{path} == {orjson.dumps(said).decode()}"
                yield f"{told}既非真也非假，写 {quoted}；{path} is text in the log; write {quoted}"
            else:
                yield (
                    f"{told}不能与数相比，在映射里写 numbers: [列名]；"
                    f"{path} is text in the log and no number; name its column in the mapping under `numbers`"
                )


def _remedy(path: str, cases: Mapping[str, Sequence[Fact]]) -> str:
    """Return the field that was meant, if the first case has one like it, else how a mapping takes more columns."""
    room, _, name = path.partition(".")
    facts = next(iter(cases.values()), ())
    meant = nearest(name, {each for fact in facts for each in (fact.data if room == "data" else fact.case_data)})
    return meant or ("; data: '*' in the mapping takes all columns" if room == "data" else "; see `case_data`")


def _asked(rule: Rule) -> Iterator[str]:
    """Yield the text of each expression of the rule."""
    judge = of_a_round(rule.judge)
    if isinstance(judge, Condition):
        yield judge.when.text
    for selector in rule.judge.selectors:
        if selector.where is not None:
            yield selector.where


def _paths(node: Node) -> Iterator[str]:
    """Yield the fields of an event or a case that an expression reads, leaving aside those it asks `has` of."""
    if isinstance(node, Has):
        return
    if isinstance(node, Member) and isinstance(node.of, Name) and node.of.name in ROOMS:
        yield f"{node.of.name}.{node.key}"
    for part in _parts(node):
        yield from _paths(part)


def _measured(node: Node) -> Iterator[tuple[str, bool]]:
    """Yield the fields that an expression itself holds against a number, or (True) against true or false."""
    if isinstance(node, Operation) and node.sign in COUNTING:
        for one, other in ((node.left, node.right), (node.right, node.left)):
            if isinstance(one, Member) and isinstance(other, Literal) and isinstance(other.value, int | Decimal):
                yield from ((path, isinstance(other.value, bool)) for path in _paths(one))
    for part in _parts(node):
        yield from _measured(part)


def _parts(node: Node) -> Iterator[Node]:
    for name in node.__struct_fields__:
        part = getattr(node, name)
        yield from (each for each in (part if isinstance(part, tuple) else (part,)) if isinstance(each, Node))


def _said(path: str, cases: Mapping[str, Sequence[Fact]]) -> Iterator[Any]:
    """Yield what the events say under a path, wherever they say something."""
    room, _, name = path.partition(".")
    for facts in cases.values():
        for fact in facts:
            found = (fact.data if room == "data" else fact.case_data).get(name)
            if found is not None:
                yield found
