"""An assessment from records to points, on both engines."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from mingjing.rules.assessment_text import parse_assessment
from mingjing.services.ledger import Scope
from mingjing.services.ledger.connection import Pool
from mingjing.services.reports.assessing import AssessmentDocument, FormulaUnanswerable
from mingjing.services.reports.desk import ReportDesk
from mingjing.services.reports.document import Titles
from mingjing.services.reports.formulas import formula
from mingjing.services.reports.indicators import shipped
from mingjing.services.reports.period import Period
from mingjing.services.rulebook_files import load_rulebook
from mingjing.services.settings import Settings
from mingjing.services.sink.source import Record
from mingjing.services.sink.writers import LedgerWriter

ZONE = ZoneInfo("Asia/Shanghai")
MARCH = Period.parse("2026-03")

Make = Callable[..., dict[str, Any]]
Send = Callable[..., Record]


@pytest.fixture
def desk(settings: Settings) -> Iterator[ReportDesk]:
    desk = ReportDesk(
        Pool(settings, 2),
        ZONE,
        lambda: Titles(
            "云州市",
            {"A": "甲局", "D": "丁局"},
            {},
            {"330100000000": "云州市", "330106000000": "沅桥县", "330107000000": "澄州区"},
            {},
            {"A": "330106000000", "D": "330107000000"},
        ),
        lambda _: {},
        covered=lambda *_: None,
        now_ms=None,
    )
    yield desk
    desk.close()


@pytest.fixture
def archive(sink: LedgerWriter, record: Send, case: Make, card: Make) -> None:
    sent = []
    for agency, complete in (("A", True), ("B", True), ("C", False)):
        for n in range(40):
            at, begun = "2026-03-20T10:00:00+08:00", "2026-03-05T10:00:00+08:00"
            clock = {"unit": "wd", "days": 20, "used": 9, "due_at": "2026-03-25T00:00:00+08:00"}
            figures = {"kind": "licence" if complete or n > 9 else "", "ended_at": at, "types": {"case.accepted": 1}}
            figures |= {"promised": clock | {"days": 12}, "statutory": clock}
            dates = {"applied_at": begun, "accepted_at": begun, "decided_at": at}
            sent.append(case(f"{agency}{n}", (n, 1, 1), agency=agency, state="decided", figures=figures, **dates))
    sink.write([record("case-facts", each) for each in sent])
    drawn = [
        card("c1", agency="B", rule="TL-04", violated_at="2026-03-12T00:00:00+08:00"),
        card("c2", agency="B", rule="TL-04", violated_at="2026-03-13T00:00:00+08:00", status="withdrawn"),
        card("c3", agency="B", rule="TL-04", violated_at="2026-04-12T00:00:00+08:00"),
    ]
    sink.write([record("cards", each) for each in drawn])


def assessed(desk: ReportDesk, scope: Scope | None = None) -> AssessmentDocument:
    return desk.assessment(scope or Scope.everything(), MARCH, formula("huizhou"), wait_s=60)


@pytest.mark.usefixtures("archive")
def test_a_card_costs_its_points_and_is_named_where_it_does(desk: ReportDesk) -> None:
    results = {each.assessed.agency: each.assessed for each in assessed(desk).results}
    late = {agency: next(line for line in results[agency].lines if line.line == "late") for agency in "AB"}

    assert (late["A"].points, late["A"].cards) == (10, ())
    assert (late["B"].points, late["B"].cards) == (5, ("c1",))
    assert (results["A"].rank, results["B"].rank, results["B"].last) == (1, 2, True)


@pytest.mark.usefixtures("archive")
@pytest.mark.parametrize(
    ("stage_", "shown", "points"), [("revoked", None, 10), ("lowered", "warning", 10), ("upheld", "yellow", 5)]
)
def test_a_card_costs_what_it_still_shows(
    desk: ReportDesk, sink: LedgerWriter, record: Send, stage: Make, stage_: str, shown: str | None, points: int
) -> None:
    sink.write([record("card-stages", stage("c1", stage=stage_, shown=shown, agency="B"))])

    results = {each.assessed.agency: each.assessed for each in assessed(desk).results}

    assert next(line for line in results["B"].lines if line.line == "late").points == points


@pytest.mark.usefixtures("archive")
def test_an_agency_without_business_is_named_and_neither_graded_nor_last(desk: ReportDesk) -> None:
    idle = next(each for each in assessed(desk).results if each.assessed.agency == "D")

    assert (idle.title, idle.assessed.grade, idle.assessed.rank, idle.assessed.last) == ("丁局", None, None, False)
    assert (idle.assessed.held_back, idle.assessed.lines, idle.assessed.score) == (("本期没有业务",), [], 0)


@pytest.mark.usefixtures("archive")
def test_a_card_revoked_after_the_month_was_frozen_costs_its_points_until_another_revision(
    desk: ReportDesk, sink: LedgerWriter, record: Send, stage: Make
) -> None:
    def late() -> tuple[Any, str, dict[str, int]]:
        made = assessed(desk)
        found = next(each.assessed for each in made.results if each.assessed.agency == "B")
        line = next(each for each in found.lines if each.line == "late")
        return line.points, line.why, made.origin.revisions

    over = MARCH.bounds(ZONE)[1]
    desk.freeze(MARCH.first, now_ms=over)
    sink.write([record("card-stages", stage("c1", stage="revoked", shown=None, agency="B"))])
    assert late() == (5, "TL-04、TL-04-SD 发牌 1 张，每张扣 5 分；统计之后有变动，现为 0 张", {"2026-03": 1})

    desk.freeze(MARCH.first, now_ms=over + 1)
    assert late() == (10, "TL-04、TL-04-SD 没有发牌", {"2026-03": 2})


def test_who_fails_two_years_in_a_row_is_said_so_and_of_the_year_before_nothing_is_guessed(
    desk: ReportDesk, sink: LedgerWriter, record: Send, case: Make
) -> None:
    sent = []
    for year, failing in ((2025, "AB"), (2026, "A")):
        for agency in "AB":
            for n in range(40):
                at, begun = f"{year}-03-20T10:00:00+08:00", f"{year}-03-05T10:00:00+08:00"
                late = agency in failing
                clock = {
                    "unit": "wd",
                    "days": 12,
                    "used": 14,
                    "due_at": f"{year}-03-{19 if late else 25}T00:00:00+08:00",
                }
                figures = {"kind": "licence", "ended_at": at, "types": {"case.accepted": 1}, "promised": clock}
                figures |= {"score": 1 if late else 5}
                dates = {"applied_at": begun, "accepted_at": begun, "decided_at": at}
                number = f"{year}{agency}{n}"
                sent.append(case(number, (n, 1, 1), agency=agency, state="decided", figures=figures, **dates))
    sink.write([record("case-facts", each) for each in sent])
    only_promises = Path(__file__).with_name("promises.yaml")

    def results(year: int) -> dict[str, tuple[str | None, bool]]:
        made = desk.assessment(Scope.everything(), Period.parse(str(year)), formula(path=only_promises), wait_s=900)
        known = {each.assessed.agency: each.assessed for each in made.results}
        return {agency: (known[agency].grade, known[agency].failed_twice) for agency in "AB"}

    assert results(2025) == {"A": ("不合格", False), "B": ("不合格", False)}
    assert results(2026) == {"A": ("不合格", True), "B": ("优秀", False)}


@pytest.mark.usefixtures("archive")
def test_bad_data_has_no_rank_and_says_why(desk: ReportDesk) -> None:
    bad = next(each.assessed for each in assessed(desk).results if each.assessed.agency == "C")

    assert (bad.grade, bad.rank) == (None, None)
    assert bad.held_back == ("数据完整率 75.00%（30 / 40），低于 95%",)


@pytest.mark.usefixtures("archive")
def test_who_sees_one_agency_only_sees_its_points_and_no_rank(desk: ReportDesk) -> None:
    (result,) = assessed(desk, Scope.of_agency("B")).results

    assert (result.assessed.rank, result.assessed.last) == (None, False)
    assert result.assessed.score > 0


@pytest.mark.usefixtures("archive")
def test_a_region_is_assessed_by_what_was_done_there_and_with_those_at_home_there(
    desk: ReportDesk, sink: LedgerWriter, record: Send, case: Make
) -> None:
    at, begun = "2026-03-20T10:00:00+08:00", "2026-03-05T10:00:00+08:00"
    clock = {"unit": "wd", "days": 12, "used": 9, "due_at": "2026-03-19T00:00:00+08:00"}  # all late
    figures = {"kind": "licence", "ended_at": at, "types": {"case.accepted": 1}, "promised": clock, "statutory": clock}
    told = {"applied_at": begun, "accepted_at": begun, "decided_at": at, "state": "decided", "figures": figures}
    late = [case(f"late{n}", (n, 1, 1), agency="A", region="330107000000", **told) for n in range(40)]
    sink.write([record("case-facts", each) for each in late])

    def of(region: str | None) -> tuple[str, dict[str, Any]]:
        made = desk.assessment(Scope.everything(), MARCH, formula("huizhou"), region=region, wait_s=60)
        lines = {
            each.assessed.agency: next((line.why for line in each.assessed.lines if line.line == "limit"), None)
            for each in made.results
        }
        return made.title, lines

    title, lines = of("330107")
    assert (title, set(lines)) == ("澄州区 2026 年 3 月绩效考评", {"A", "D"})
    assert lines["A"] == "0.00%（0/40），90% 得零分，100% 得满分"
    title, lines = of("330106000000")
    assert (title, set(lines)) == ("沅桥县 2026 年 3 月绩效考评", {"A", "B", "C"})
    assert lines["A"] == "100.00%（40/40），90% 得零分，100% 得满分"
    assert of(None)[1]["A"] == "50.00%（40/80），90% 得零分，100% 得满分"


def test_a_formula_that_reads_what_reports_do_not_have_is_named(desk: ReportDesk) -> None:
    text = Path(__file__).parents[2].joinpath("rules", "assessments", "huizhou.yaml").read_text("utf-8")
    strange = parse_assessment(text.replace("of: satisfied", "of: smiles"), "huizhou.yaml")

    with pytest.raises(FormulaUnanswerable, match="smiles"):
        desk.assessment(Scope.everything(), MARCH, strange, wait_s=60)


def test_the_shipped_formula_reads_what_there_is() -> None:
    read = formula("huizhou")

    assert all(shipped().indicator(ident) for ident in read.indicators)
    assert read.rules <= {rule.id for rule in load_rulebook().rules}
