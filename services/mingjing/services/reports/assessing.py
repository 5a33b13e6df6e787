"""Assessing the agencies of a period by a formula: from cells and cards to points with their reasons."""

from collections.abc import Collection, Mapping
from decimal import Decimal
from zoneinfo import ZoneInfo

import msgspec

from mingjing.rules.assessment import Assessed, Formula, Subject, assess
from mingjing.services.ledger.connection import Connection
from mingjing.services.ledger.scope import Scope
from mingjing.services.ledger.where import Where
from mingjing.services.reports import cells
from mingjing.services.reports.cells import Sums, Wanted
from mingjing.services.reports.document import Origin
from mingjing.services.reports.figure import figure
from mingjing.services.reports.gate import gate
from mingjing.services.reports.indicators import Definitions
from mingjing.services.reports.period import Period
from mingjing.services.reports.sources import AS_SHOWN

_CARDS = """
SELECT agency, rule, card_id FROM {shown}
WHERE {where} AND status != 'withdrawn' AND level IN ('yellow', 'red') AND rule IN %(rules)s
ORDER BY agency, rule, violated_ms, card_id
"""


_DRAWN = "cards_by_rule"
"""The measure that counts cards by rule and level. Points are taken by it, as it was counted: a card that is revoked
after the month was frozen changes no score before another revision does."""


class FormulaUnanswerable(Exception):
    """The formula reads an indicator that reports do not have; the text names it."""


class Counted(msgspec.Struct, frozen=True):
    """What a period is read from: the build of each month, and the definitions as far as it was counted by them."""

    builds: Mapping[int, int]
    definitions: Definitions


class Result(msgspec.Struct, frozen=True):
    """One agency's result with its name; see `mingjing.rules.assessment.Assessed`."""

    title: str
    assessed: Assessed


class AssessmentDocument(msgspec.Struct, kw_only=True, frozen=True):
    """绩效考评: every agency by rank, each point with its reason and the cards that cost it.

    With `region` only what they did there counts.
    """

    period: str
    title: str
    region: str | None = None
    formula: str
    version: str
    basis: list[str]
    full: Decimal
    origin: Origin
    results: list[Result]


def assessed(
    connection: Connection,
    scope: Scope,
    formula: Formula,
    zone: ZoneInfo,
    period: Period,
    counted: Counted,
    before: Counted | None,
    known: Collection[str] = (),
) -> list[Assessed]:
    """Return the results of `period`; `before` is what the year earlier was counted as, for failing twice.

    Of agencies that are `known` and had nothing to count the result says that they had none (无业务单位).
    Raises FormulaUnanswerable.
    """
    failed: set[str] = set()
    if before is not None:
        earlier = assess(formula, _subjects(connection, scope, formula, zone, period.year_before, before))
        failing = {grade.title for grade in formula.grades if grade.fails}
        failed = {each.agency for each in earlier if each.grade in failing}
    subjects = _subjects(connection, scope, formula, zone, period, counted)
    idle = sorted(set(known) - {each.agency for each in subjects})
    subjects += [_subject(agency, {}, {}, formula, counted.definitions) for agency in idle]
    return assess(formula, [msgspec.structs.replace(each, failed_before=each.agency in failed) for each in subjects])


def _subjects(
    connection: Connection, scope: Scope, formula: Formula, zone: ZoneInfo, period: Period, counted: Counted
) -> list[Subject]:
    definitions = counted.definitions
    strange = sorted(ident for ident in formula.indicators if not _is_ratio(definitions, ident))
    if strange:
        raise FormulaUnanswerable(f"考评办法 {formula.name} 所读的指标 {'、'.join(strange)} 不是报表中的率")
    sums = cells.totals(connection, scope, Wanted(), counted.builds, definitions, by=("agency",))
    cards = _cards(connection, scope, formula, zone, period)
    return [
        _subject(agency, each, cards.get(agency, {}), formula, definitions)
        for (agency,), each in sums.items()
        if agency
    ]


def _subject(
    agency: str, sums: Sums, cards: Mapping[str, list[str]], formula: Formula, definitions: Definitions
) -> Subject:
    shares = {}
    for each in definitions.indicators:
        if each.id in formula.indicators and not each.awaits:
            made = figure(each, sums)
            shares[each.id] = (made.numerator or 0, made.denominator or 0)
    drawn: dict[str, int] = {}
    for bucket, count in sums.get(_DRAWN, {}).items():
        rule = bucket.rpartition("/")[0]
        drawn[rule] = drawn.get(rule, 0) + count
    decided = sum(sums.get("decided", {}).values())
    passed = gate(sums)
    return Subject(agency, decided, shares, drawn, cards, held_back=tuple(passed.faults), idle=passed.idle)


def _cards(
    connection: Connection, scope: Scope, formula: Formula, zone: ZoneInfo, period: Period
) -> dict[str, dict[str, list[str]]]:
    if not formula.rules:
        return {}
    begin, end = period.bounds(zone)
    where = Where(scope)
    rows = connection.rows(
        _CARDS.format(shown=AS_SHOWN.format(begin=begin, end=end), where=where.sql),
        {**where.params, "rules": tuple(sorted(formula.rules))},
    )
    found: dict[str, dict[str, list[str]]] = {}
    for agency, rule, card in rows:
        found.setdefault(agency, {}).setdefault(rule, []).append(card)
    return found


def _is_ratio(definitions: Definitions, ident: str) -> bool:
    indicator = definitions.indicator(ident)
    return indicator is not None and indicator.form == "ratio"
