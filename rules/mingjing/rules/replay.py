"""Replay: judge a finished log case by case, with no engine state and no clock of its own.

Every row is a fact whatever its time; the horizon bounds timers only, so a stop
that is merely missing and whose deadline ends after it is pending, not late.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from mingjing.rules.card import Finding
from mingjing.rules.case import Case
from mingjing.rules.events import Fact
from mingjing.rules.explain import sentences
from mingjing.rules.rule import Rule
from mingjing.rules.rulebook import Rulebook
from mingjing.rules.workdays import CalendarMissing


def judge_case(
    key: str, facts: Iterable[Fact], rulebook: Rulebook, now: int, item: Mapping[str, Any] | None = None
) -> list[tuple[Rule, Finding]]:
    """Return every finding on a case by its facts and the clock `now`, in the order of the rules.

    `item` stands in for the catalogue's. Raises CalendarMissing and ValueError as judges do.
    """
    case = Case(key)
    for fact in facts:
        case.add(fact)
    case.settle()
    case.tags = [rulebook.tag(fact) for fact in case.facts]
    if not case.facts:
        return []
    found: list[tuple[Rule, Finding]] = []
    views = {name: rulebook.view(case, now, zone, item) for name, zone in rulebook.zones.items()}
    for rule, masks in zip(rulebook.rules, rulebook.masks, strict=True):
        view = views[rule.zone.name]
        if rulebook.applies(rule, view):
            found += [(rule, finding) for finding in rule.judge.judge(rule, view, masks).findings]
    return found


def lines(key: str, facts: Iterable[Fact], rulebook: Rulebook, now: int) -> Iterator[dict[str, Any]]:
    """Yield one record for each card of the case, as `mingjing replay` writes them.

    A case that needs a calendar year nobody has filed yields one record with
    `status: parked` and the reason, one that states a date nobody can read one
    with `status: unreadable`; never a guess.
    """
    try:
        found = judge_case(key, facts, rulebook, now)
    except (CalendarMissing, ValueError) as exc:
        status = "parked" if isinstance(exc, CalendarMissing) else "unreadable"
        yield {"case": key, "rule": None, "level": None, "status": status, "reason": str(exc)}
        return
    for rule, finding in found:
        text = rule.zone.text
        yield {
            "case": key,
            "rule": rule.id,
            "rung": finding.rung,
            "occurrence": finding.occurrence,
            "level": finding.level,
            "status": finding.status,
            "issue": finding.issue,
            "violated_at": text(finding.violated_at),
            "due_at": text(finding.due_at) if finding.due_at is not None else None,
            "evidence": [{"id": each.id, "type": each.type, "at": text(each.at)} for each in finding.evidence],
            "explain": {**finding.explain, "sentences": sentences(rule, finding)},
        }
