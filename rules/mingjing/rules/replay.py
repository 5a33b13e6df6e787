"""Replay: judge a finished log case by case, with no engine state and no clock of its own.

Every row is a fact whatever its time; the horizon bounds timers only, so a stop
that is merely missing and whose deadline ends after it is pending, not late.
"""

from collections.abc import Iterable, Iterator, Mapping
from operator import attrgetter
from typing import Any, NamedTuple

from mingjing.rules import deem
from mingjing.rules.card import Finding
from mingjing.rules.card_record import laid_to
from mingjing.rules.case import Case
from mingjing.rules.deem import NO_CHANGE
from mingjing.rules.events import Fact
from mingjing.rules.explain import sentences
from mingjing.rules.issued import Issued
from mingjing.rules.rule import Rule, Unreadable
from mingjing.rules.rulebook import Rulebook
from mingjing.rules.tally import Tallies, Tally, subjects_of
from mingjing.rules.workdays import CalendarMissing

UNJUDGED = (CalendarMissing, ValueError, OverflowError)
"""What keeps a rule from being judged on a case: a year nobody filed, a date or term nobody can read or reach."""


class Judged(NamedTuple):
    """The findings on a case in the order of the rules, and the rules that cannot be judged on it, each with why."""

    found: list[tuple[Rule, Finding]]
    refused: list[tuple[Rule, Exception]]


def judge_case(
    key: str, facts: Iterable[Fact], rulebook: Rulebook, now: int, item: Mapping[str, Any] | None = None
) -> list[tuple[Rule, Finding]]:
    """Return every finding on a case as `judged` does; raises why the first rule that cannot be judged cannot."""
    found, refused = judged(key, facts, rulebook, now, item)
    if refused:
        raise refused[0][1]
    return found


def judged(
    key: str, facts: Iterable[Fact], rulebook: Rulebook, now: int, item: Mapping[str, Any] | None = None
) -> Judged:
    """Return what every rule makes of a case by its facts and the clock `now`; `item` stands in for the catalogue's.

    A rule that cannot be judged takes nothing from the others.
    """
    rulebook = rulebook.at(now)
    return findings_on(settled(key, facts, rulebook), rulebook, now, item)


def settled(key: str, facts: Iterable[Fact], rulebook: Rulebook) -> Case:
    """Return the case that the facts make, tagged and on its ground, as yet unjudged."""
    case = Case(key)
    case.receive(sorted(facts, key=attrgetter("order")))
    case.settle()
    case.tags = [rulebook.tag(fact) for fact in case.facts]
    case.ground = rulebook.ground(case.facts)
    return case


def let_be_deemed(case: Case, rulebook: Rulebook, now: int) -> None:
    """Give a settled case the facts that the law deems to have happened by `now`; CalendarMissing as judges do."""
    if rulebook.deeming and deem.settle(case, rulebook, now, (case.facts, case.tags))[0] != NO_CHANGE:
        case.tags = [rulebook.tag(fact) for fact in case.facts]
        case.ground = rulebook.ground(case.facts)


def findings_on(case: Case, rulebook: Rulebook, now: int, item: Mapping[str, Any] | None = None) -> Judged:
    """Return what every rule makes of a settled case, which is given the facts that the law deems to have happened.

    `rulebook` is the one at `now` (`Rulebook.at`); the rest as in `judged`.
    """
    found: list[tuple[Rule, Finding]] = []
    refused: list[tuple[Rule, Exception]] = []
    if not case.facts:
        return Judged(found, refused)
    try:
        let_be_deemed(case, rulebook, now)
    except UNJUDGED as exc:  # what the law deems to have happened concerns them all
        refused = [(rule, exc) for rule in rulebook.rules]
        return Judged(found, refused)
    views = {name: rulebook.view(case, now, zone, item) for name, zone in rulebook.zones.items()}
    for rule, masks in zip(rulebook.rules, rulebook.masks, strict=True):
        view = views[rule.zone.name]
        if not rulebook.applies(rule, view):
            continue
        try:
            verdict = rule.judge.judge(rule, view, masks)
        except Unreadable as exc:
            refused.append((rule, exc))
            verdict = exc.verdict
        except UNJUDGED as exc:
            refused.append((rule, exc))
            continue
        found += [(rule.version(verdict.by.get(each.occurrence, 0)), each) for each in verdict.findings]
    return Judged(found, refused)


def lines(key: str, facts: Iterable[Fact], rulebook: Rulebook, now: int) -> Iterator[dict[str, Any]]:
    """Yield one record for each card of the case, as `mingjing replay` writes them, those in the shadow so marked.

    Rules that need a calendar year nobody has filed yield one record with
    `status: parked`, the reason and their ids as `rules`; those that read a date
    nobody can read one with `status: unreadable`. Never a guess; the other rules
    are judged all the same.
    """
    yield from replayed(key, facts, rulebook, now).lines


class Replayed(NamedTuple):
    """What a replay makes of one case: the records of its cards, and what it tells subjects of rules across cases."""

    lines: list[dict[str, Any]]
    tallies: list[Tally]


def replayed(key: str, facts: Iterable[Fact], rulebook: Rulebook, now: int) -> Replayed:
    """Return what becomes of a case; records as in `lines`."""
    facts, rulebook = list(facts), rulebook.at(now)
    case = settled(key, facts, rulebook)
    found, refused = findings_on(case, rulebook, now)
    told = [_line(key, *each) for each in found]
    return Replayed([*told, *_unjudged(key, refused)], _told(case, facts, found, rulebook, now))


def _unjudged(key: str, refused: Iterable[tuple[Rule, Exception]]) -> Iterator[dict[str, Any]]:
    """Yield a record for each reason why rules could not be judged on a case, with the ids of the rules."""
    rules: dict[tuple[str, str], list[str]] = {}
    for rule, exc in refused:
        status = "parked" if isinstance(exc, CalendarMissing) else "unreadable"
        rules.setdefault((status, str(exc)), []).append(rule.id)
    for (status, reason), ids in rules.items():
        yield {"case": key, "rule": None, "level": None, "status": status, "reason": reason, "rules": ids}


def _told(
    case: Case, facts: Iterable[Fact], found: Iterable[tuple[Rule, Finding]], rulebook: Rulebook, now: int
) -> list[Tally]:
    """Return what a settled case, all its facts as they came and the findings on it tell subjects."""
    if not rulebook.across:
        return []
    tallies = Tallies(rulebook)
    for fact in facts:
        tallies.hear(case, fact, now)
    tallies.whole(case, now)
    for rule, finding in found:
        issued = Issued(
            level=finding.level,
            status=finding.status,
            digest="",
            revision=1,
            issued_at=finding.violated_at,
            violated_at=finding.violated_at,
            laid_to=laid_to(case, finding),
            due_at=finding.due_at,
            issue=finding.issue,
        )
        tallies.card(case, rule, finding.occurrence, issued, now)
    return tallies.take()


def across(tallies: Iterable[Tally], rulebook: Rulebook, now: int) -> Iterator[dict[str, Any]]:
    """Yield the records of the cards drawn on subjects, after every case has told what it tells.

    Cards of subjects may be counted themselves, so the subjects are judged again
    until they tell nothing new. It ends, for it takes at least two cards to draw one.
    """
    book = subjects_of(rulebook)
    told = list(tallies)
    further: list[Tally] = []
    while True:
        subjects: dict[str, list[Fact]] = {}
        for tally in (*told, *further):
            subjects.setdefault(tally.case_key, []).append(tally.fact)
        judged = [replayed(key, facts, book, now) for key, facts in sorted(subjects.items())]
        again = [tally for each in judged for tally in each.tallies]
        if again == further:
            for each in judged:
                yield from each.lines
            return
        further = again


def _line(key: str, rule: Rule, finding: Finding) -> dict[str, Any]:
    text = rule.zone.text
    return {
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
        **({"shadow": True} if rule.shadow else {}),
    }
