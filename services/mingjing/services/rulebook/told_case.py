"""One case told whole: its events, each clock day by day, and every finding in sentences."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from html import escape
from typing import Any

import msgspec

from mingjing.rules.card import LEVEL_TITLES, STATUS_TITLES, Finding
from mingjing.rules.events import Fact, first_of
from mingjing.rules.explain import sentences
from mingjing.rules.replay import judged
from mingjing.rules.review import review
from mingjing.rules.rule import Rule
from mingjing.rules.rulebook import Rulebook
from mingjing.services.rulebook.days import days_of
from mingjing.services.rulebook.timeline import Day, Mark, timeline
from mingjing.services.rulebook.week_grid import week_grid

STYLE = (
    "body{font:15px/1.7 system-ui,'Noto Sans CJK SC',sans-serif;max-width:62rem;margin:2rem auto;padding:0 1rem;"
    "color:#2b3a42}"
    "svg{width:100%;height:auto;border:1px solid #e3e8ea}h1{font-size:1.4rem}h2{font-size:1.1rem}"
    "h3{margin:2rem 0 .5rem}h4{margin:.8rem 0 0}th{white-space:nowrap}"
    "td,th{padding:.2rem .8rem .2rem 0;text-align:left;vertical-align:top}.en{color:#607d8b}"
)
"""What every page of ours that stands alone looks like."""


class Drawn(msgspec.Struct, frozen=True):
    """One row of days: what it is of, its days, the day its clock started (None without a clock), its marks."""

    title: str
    days: list[Day]
    start: date | None
    marks: list[Mark]

    def svg(self) -> str:
        """Return the row as a picture."""
        return timeline(self.title, self.days, self.marks)


class ToldCase(msgspec.Struct, frozen=True):
    """A case as it is told: `found` are its findings with their rules, `missing` is why rules could not be judged."""

    case_key: str
    at: str
    facts: list[Fact]
    rulebook: Rulebook
    found: list[tuple[Rule, Finding]]
    drawn: list[Drawn]
    missing: str | None


def told_case(case_key: str, facts: Sequence[Fact], rulebook: Rulebook, now: int, rule: str | None = None) -> ToldCase:
    """Return the case as the rules see it at `now`; `rule` names the only one that matters."""
    facts = sorted(facts, key=lambda fact: fact.order)
    reviewed = review(case_key, facts, rulebook, now)
    known = judged(case_key, facts, rulebook, now)
    found = [each for each in known.found if rule in {None, each[0].id}]
    refused = {str(exc): None for refused, exc in known.refused if rule in {None, refused.id}}
    missing = "；".join(refused) or None
    clocks = {each["rule"]: each for each in reversed(reviewed["clocks"]) if rule in {None, each["rule"]}}
    drawn = [
        _drawn(clock["title"], clock, facts, [f for f in found if f[0].id == name], rulebook)
        for name, clock in clocks.items()
    ]
    others = [each for each in found if each[0].id not in clocks]
    if others or not drawn:
        drawn.append(_drawn("次序与条件" if others else "经过", None, facts, others, rulebook))
    return ToldCase(case_key, rulebook.zone.text(now), facts, rulebook, found, drawn, missing)


def title_of(rulebook: Rulebook, event_type: str) -> str:
    """Return what an event type is called by the first vocabulary that knows it."""
    return next((each.title for pack in rulebook.packs if (each := pack.vocabulary.types.get(event_type))), event_type)


def marks_of(facts: Sequence[Fact], found: Sequence[tuple[Rule, Finding]], rulebook: Rulebook) -> list[Mark]:
    """Return every event, every level reached and every end of a finding as marks."""
    text = rulebook.zone.text
    marks = [Mark(text(fact.at), title_of(rulebook, fact.type)) for fact in facts]
    for _, finding in found:
        name = f"{LEVEL_TITLES[finding.level]} {finding.rung}"
        marks.append(Mark(text(finding.violated_at), name, finding.level))
        if finding.cleared_at is not None:
            marks.append(Mark(text(finding.cleared_at), f"{name} {STATUS_TITLES[finding.status]}", "ended"))
    return marks


def _drawn(
    title: str,
    clock: Mapping[str, Any] | None,
    facts: Sequence[Fact],
    found: Sequence[tuple[Rule, Finding]],
    rulebook: Rulebook,
) -> Drawn:
    marks = marks_of(facts, found, rulebook)
    workdays = rulebook.calendar.workdays(first_of(facts, "region"), first_of(facts, "agency"))
    days = days_of(clock["ribbon"] if clock else [], [mark.at for mark in marks], workdays)
    start = date.fromisoformat(clock["start_at"][:10]) if clock else None
    name = f"{clock['rule']} {title}" if clock else title
    return Drawn(name, days, start, marks)


def as_text(told: ToldCase) -> Iterator[str]:
    """Yield the lines of the case for a terminal."""
    yield f"办件 {told.case_key}　截至 {_written(told.at)}"
    yield ""
    for fact in told.facts:
        yield f"  {_moment(told, fact.at)}  {title_of(told.rulebook, fact.type)}"
    for row in told.drawn:
        if row.start is not None:
            yield ""
            yield row.title
            yield from week_grid(row.days, row.start)
    yield ""
    for rule, finding in told.found:
        yield _headline(told, rule, finding)
        for zh, en in zip(*sentences(rule, finding).values(), strict=True):
            yield f"    {zh}"
            yield f"    {en}"
        yield f"    依据：{'；'.join(rule.basis) or '（规则未写明）'}"
    if told.missing:
        yield f"未评判：{told.missing}"
    elif not told.found:
        yield "没有发牌。No card."


def as_page(told: ToldCase) -> str:
    """Return the case as one HTML page that needs nothing beside it."""
    rows = "".join(
        f"<tr><td>{_moment(told, fact.at)}</td><td>{escape(title_of(told.rulebook, fact.type))}</td></tr>"
        for fact in told.facts
    )
    return (
        f'<!doctype html><html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{escape(told.case_key)}</title><style>{STYLE}</style><p>截至 {_written(told.at)}</p>{as_part(told)}"
        f"<h2>经过</h2><table>{rows}</table></html>\n"
    )


def as_part(told: ToldCase) -> str:
    """Return the case's pictures and findings as a part of a page."""
    findings = "".join(_finding(told, rule, finding) for rule, finding in told.found)
    silent = (
        f"<p>未评判：{escape(told.missing)}</p>" if told.missing else "" if findings else "<p>没有发牌。No card.</p>"
    )
    pictures = "".join(row.svg() for row in told.drawn)
    return f"<section><h3>办件 {escape(told.case_key)}</h3>{pictures}{findings}{silent}</section>"


def _finding(told: ToldCase, rule: Rule, finding: Finding) -> str:
    both = sentences(rule, finding)
    basis = "；".join(rule.basis)
    return (
        f"<h4>{escape(_headline(told, rule, finding))}</h4><p>{escape(''.join(both['zh']))}</p>"
        f'<p class="en" lang="en">{escape(" ".join(both["en"]))}</p>'
        + (f"<p>依据：{escape(basis)}</p>" if basis else "")
    )


def _headline(told: ToldCase, rule: Rule, finding: Finding) -> str:
    level, status = LEVEL_TITLES[finding.level], STATUS_TITLES[finding.status]
    issue = "（待核实）" if finding.issue == "confirm" else ""
    return f"{level} {finding.rung} {rule.title}{issue}　{_moment(told, finding.violated_at)}　{status}"


def _moment(told: ToldCase, at: int) -> str:
    return _written(told.rulebook.zone.text(at))


def _written(instant: str) -> str:
    """Return an instant of ISO as people read it, in the zone it is told in."""
    return instant[:19].replace("T", " ")
