"""A frozen month is judged by rules of kind `ratio` through the same engine and card as everything else."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from mingjing.rules.calendar import Calendar, Year
from mingjing.rules.card import Card
from mingjing.rules.engine import Engine
from mingjing.rules.kinds.ratio import Ratio
from mingjing.rules.pack import parse_pack
from mingjing.rules.rulebook import Rulebook
from mingjing.rules.tally import subjects_of
from mingjing.services.ledger.connection import Connection
from mingjing.services.reports import figured
from mingjing.services.reports.figured import RuleUnanswerable
from mingjing.services.reports.freezing import freeze, standing
from mingjing.services.reports.indicators import shipped
from mingjing.services.reports.period import Month
from mingjing.services.rulebook_files import load_rulebook, load_vocabularies
from mingjing.services.sink.source import Record
from mingjing.services.sink.writers import LedgerWriter

ZONE = ZoneInfo("Asia/Shanghai")
MARCH = Month(2026, 3)
CLOSED = MARCH.bounds(ZONE)[1]
RULES = """
pack: indicators
version: 1
vocabulary: report
rules:
  - {id: R-1, title: 兑现率不足, kind: ratio, indicator: promise_kept, by: agency, below: 90%, min_n: 30,
     cards: {yellow: past}}
"""

Make = Callable[..., dict[str, Any]]
Send = Callable[..., Record]


def rulebook_with(text: str) -> Rulebook:
    calendar = Calendar("cn", {year: Year(status="official") for year in (2025, 2026, 2027)})
    return Rulebook([parse_pack(text, "test.yaml", load_vocabularies())], calendar)


def decided(case: Make, number: int, agency: str, *, kept: bool, life: int = 1) -> dict[str, Any]:
    at, due = "2026-03-20T10:00:00+08:00", f"2026-03-{21 if kept else 19}T00:00:00+08:00"
    figures = {"kind": "licence", "ended_at": at, "types": {"case.accepted": 1}, "promised": {"days": 5, "due_at": due}}
    return case(f"n{number}", (number, 1, life), agency=agency, state="decided", decided_at=at, figures=figures)


def judged(connection: Connection, rulebook: Rulebook, engine: Engine) -> list[Card]:
    frozen = standing(connection, [MARCH])[MARCH.number]
    for number, tally in enumerate(
        figured.figured(connection, frozen, rulebook, shipped(), CLOSED * 1000, CLOSED * 1000)
    ):
        engine.fold(tally.case_key, tally.fact, number)
    return engine.take(1).cards


@pytest.fixture
def archive(sink: LedgerWriter, record: Send, case: Make) -> None:
    low = [decided(case, n, "A", kept=n % 2 == 0) for n in range(40)]
    high = [decided(case, n, "B", kept=True) for n in range(100, 140)]
    few = [decided(case, n, "C", kept=False) for n in range(200, 210)]
    sink.write([record("case-facts", each) for each in low + high + few])


@pytest.mark.usefixtures("archive")
def test_an_agency_below_the_threshold_gets_a_card_with_its_fraction_and_one_with_too_few_does_not(
    connection: Connection,
) -> None:
    rulebook = rulebook_with(RULES)
    freeze(connection, MARCH, shipped(), ZONE, {}, now_ms=CLOSED)

    (card,) = judged(connection, rulebook, Engine(subjects_of(rulebook), now=CLOSED * 1000))

    assert (card.rule, card.level, card.agency, card.occurrence) == ("R-1", "yellow", "A", "2026-03")
    assert (card.explain["numerator"], card.explain["denominator"]) == (20, 40)
    assert datetime.fromisoformat(card.violated_at) == datetime(2026, 4, 1, tzinfo=ZONE)


def test_an_agency_far_off_its_peers_gets_a_card_with_their_median_and_one_with_too_few_is_no_peer(
    connection: Connection, sink: LedgerWriter, record: Send, case: Make
) -> None:
    kept = {"A": (20, 40), "B": (40, 40), "C": (39, 40), "D": (38, 40), "E": (38, 40), "F": (37, 40), "G": (0, 9)}
    numbers = iter(range(1000))
    decisions = [
        decided(case, next(numbers), agency, kept=n < good)
        for agency, (good, whole) in kept.items()
        for n in range(whole)
    ]
    sink.write([record("case-facts", each) for each in decisions])
    rulebook = rulebook_with(RULES.replace("below: 90%", "outlier: {mad: 3, side: below}"))
    freeze(connection, MARCH, shipped(), ZONE, {}, now_ms=CLOSED)

    (card,) = judged(connection, rulebook, Engine(subjects_of(rulebook), now=CLOSED * 1000))

    assert (card.rule, card.agency, card.occurrence) == ("R-1", "A", "2026-03")
    assert (card.explain["numerator"], card.explain["denominator"]) == (20, 40)
    outlier = card.explain["outlier"]
    assert (outlier["peers"], outlier["median"], outlier["deviation"]) == (5, "95.00%", "2.50%")


@pytest.mark.usefixtures("archive")
def test_a_correction_of_the_month_withdraws_the_card_it_does_not_bear(
    connection: Connection, sink: LedgerWriter, record: Send, case: Make
) -> None:
    rulebook = rulebook_with(RULES)
    engine = Engine(subjects_of(rulebook), now=CLOSED * 1000)
    freeze(connection, MARCH, shipped(), ZONE, {}, now_ms=CLOSED)
    judged(connection, rulebook, engine)
    sink.write([record("case-facts", decided(case, n, "A", kept=True, life=2)) for n in range(40)])
    freeze(connection, MARCH, shipped(), ZONE, {}, now_ms=CLOSED + 1, reason="补报")

    (card,) = judged(connection, rulebook, engine)

    assert (card.agency, card.status) == ("A", "withdrawn")
    assert judged(connection, rulebook, engine) == []


def test_every_shipped_ratio_rule_asks_for_an_indicator_that_reports_have(connection: Connection) -> None:
    rulebook = load_rulebook()
    freeze(connection, MARCH, shipped(), ZONE, {}, now_ms=CLOSED)
    frozen = standing(connection, [MARCH])[MARCH.number]

    assert [rule for rule in rulebook.across if isinstance(rule.judge, Ratio)]
    assert figured.figured(connection, frozen, rulebook, shipped(), CLOSED * 1000, CLOSED * 1000) == []


def test_a_rule_that_asks_for_an_unknown_indicator_is_named(connection: Connection) -> None:
    freeze(connection, MARCH, shipped(), ZONE, {}, now_ms=CLOSED)
    frozen = standing(connection, [MARCH])[MARCH.number]
    rulebook = rulebook_with(RULES.replace("promise_kept", "wishes_kept"))

    with pytest.raises(RuleUnanswerable, match="R-1"):
        figured.figured(connection, frozen, rulebook, shipped(), CLOSED * 1000, CLOSED * 1000)
