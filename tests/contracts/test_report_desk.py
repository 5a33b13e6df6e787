"""A report from records to its figures, on both engines."""

from collections.abc import Callable, Iterator
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest

from mingjing.services.ledger import Scope
from mingjing.services.ledger.connection import Pool
from mingjing.services.reports.cells import Wanted
from mingjing.services.reports.desk import Counting, ReportDesk
from mingjing.services.reports.document import Efficiency, Titles
from mingjing.services.reports.figure import Figure
from mingjing.services.reports.indicators import shipped
from mingjing.services.reports.period import Month, Period
from mingjing.services.settings import Settings
from mingjing.services.sink.source import Record
from mingjing.services.sink.writers import LedgerWriter

ZONE = ZoneInfo("Asia/Shanghai")
MARCH = Period.parse("2026-03")
SUMMER_MS = Month(2026, 7).bounds(ZONE)[0]
TITLES = Titles(
    "云州市",
    {"A": "甲局", "B": "乙局", "C": "丙局", "D": "丁局"},
    {},
    {"330100000000": "云州市", "330106000000": "沅桥县", "330107000000": "澄州区"},
    {"TL-04": "办结时限"},
    {"A": "330106000000", "B": "330106000000", "C": "330106000000", "D": "330107000000"},
)

Make = Callable[..., dict[str, Any]]
Send = Callable[..., Record]


@pytest.fixture
def desk(settings: Settings) -> Iterator[ReportDesk]:
    versions = {"calendar": "cn@2026"}
    desk = ReportDesk(
        Pool(settings, 2), ZONE, lambda: TITLES, lambda _: versions, covered=lambda *_: None, now_ms=lambda: SUMMER_MS
    )
    yield desk
    desk.close()


def decided(case: Make, number: int, month: str, agency: str, *, kept: bool) -> dict[str, Any]:
    at, due = f"2026-{month}-20T10:00:00+08:00", f"2026-{month}-{21 if kept else 19}T00:00:00+08:00"
    begun = f"2026-{month}-05T10:00:00+08:00"
    clock = {"unit": "wd", "days": 10, "used": 9 if kept else 11, "due_at": due}
    figures = {"kind": "licence", "ended_at": at, "types": {"case.accepted": 1}, "promised": clock, "statutory": clock}
    return case(
        f"n{number}",
        (number, 1, 1),
        agency=agency,
        state="decided",
        applied_at=begun,
        accepted_at=begun,
        decided_at=at,
        figures=figures,
    )


@pytest.fixture
def archive(sink: LedgerWriter, record: Send, case: Make) -> None:
    march = [decided(case, n, "03", "A" if n < 40 else "B", kept=n % 10 != 0) for n in range(60)]
    february = [decided(case, n, "02", "A", kept=n % 2 == 0) for n in range(100, 140)]
    sink.write([record("case-facts", each) for each in march + february])


def asked(desk: ReportDesk, scope: Scope | None = None, **wanted: str) -> Efficiency:
    return desk.efficiency(scope or Scope.everything(), MARCH, Wanted(**wanted), wait_s=60)


@pytest.mark.usefixtures("archive")
def test_a_rate_comes_with_what_it_rests_on_and_with_the_month_before(desk: ReportDesk) -> None:
    kept = next(line for line in asked(desk).indicators if line.id == "promise_kept")

    assert kept.now == Figure(90.0, 54, 60, 60)
    assert kept.previous == Figure(50.0, 20, 40, 40)
    assert kept.year_before is None


@pytest.mark.usefixtures("archive")
def test_an_agency_with_too_few_cases_or_none_keeps_its_figures_and_has_no_rank(desk: ReportDesk) -> None:
    lines = {line.key: line for line in asked(desk).agencies}

    assert (lines["A"].rank, lines["B"].rank, lines["C"].rank) == (1, None, None)
    assert lines["B"].gate is not None
    assert lines["B"].gate.reasons == ["有承诺时限的办结 20 件，不足 30 件"]
    assert lines["C"].gate is not None
    assert lines["C"].gate.idle


@pytest.mark.usefixtures("archive")
def test_who_sees_one_agency_only_sees_no_rank(desk: ReportDesk) -> None:
    (line,) = asked(desk, Scope.of_agency("A")).agencies

    assert (line.key, line.rank) == ("A", None)


@pytest.mark.usefixtures("archive")
@pytest.mark.parametrize("scope", [Scope.everything(), Scope.of_region("330106")])
def test_a_county_is_called_by_its_name_and_lists_those_at_home_there(desk: ReportDesk, scope: Scope) -> None:
    report = asked(desk, scope, region="330106")

    assert report.title == "沅桥县 2026 年 3 月效能报表"
    assert {line.key: line.rank for line in report.agencies} == {"A": 1, "B": None, "C": None}


@pytest.mark.usefixtures("archive")
@pytest.mark.parametrize(
    ("wanted", "ident", "awaited"),
    [
        ({}, "letters", False),
        ({"region": "330106"}, "letters", True),
        ({"window": "1"}, "timely", True),
        ({"window": "1"}, "reds", False),
        ({"item": "1"}, "hints", False),
    ],
)
def test_what_is_not_counted_by_what_a_report_is_cut_to_is_no_nought(
    desk: ReportDesk, wanted: dict[str, str], ident: str, *, awaited: bool
) -> None:
    line = next(line for line in asked(desk, **wanted).indicators if line.id == ident)

    assert (line.now.value is None, bool(line.awaits)) == (awaited, awaited)


def test_a_window_is_told_the_cards_of_its_cases(
    desk: ReportDesk, sink: LedgerWriter, record: Send, case: Make, card: Make
) -> None:
    told = decided(case, 1, "03", "A", kept=True)
    told["figures"]["window"] = "12"
    drawn = card("c1", (1, 1, 1), case_key=told["case_key"], level="red", violated_at="2026-03-09T00:00:00+08:00")
    sink.write([record("case-facts", told), record("cards", drawn)])

    (window,) = asked(desk).windows

    assert (window.figures["decided"].n, window.figures["reds"].value) == (1, 1)


@pytest.mark.usefixtures("archive")
def test_a_month_is_not_compared_with_one_that_was_counted_by_another_definition(settings: Settings) -> None:
    measures = shipped().measures
    kept = msgspec.structs.replace(measures["kept_promised"], where="promised_due_ms > 0")
    before = ReportDesk(
        *(Pool(settings, 2), ZONE, lambda: TITLES, lambda _: {}),
        msgspec.structs.replace(shipped(), measures=measures | {"kept_promised": kept}),
        covered=lambda *_: None,
        now_ms=lambda: SUMMER_MS,
    )
    before.freeze(Month(2026, 2), now_ms=Month(2026, 3).bounds(ZONE)[0])
    desk = ReportDesk(
        Pool(settings, 2), ZONE, lambda: TITLES, lambda _: {}, covered=lambda *_: None, now_ms=lambda: SUMMER_MS
    )

    report = asked(desk)
    february = desk.efficiency(Scope.everything(), Period.parse("2026-02"), wait_s=60)
    before.close()
    desk.close()

    lines = {line.id: line for line in report.indicators}
    assert lines["promise_kept"].previous is None
    assert lines["decided"].previous == Figure(40.0, 40, None, 40)
    assert [point.month for point in report.trend if point.promise_kept] == ["2026-03"]
    assert february.origin.definitions == before.definitions.digest != report.origin.definitions


@pytest.mark.usefixtures("archive")
def test_a_report_that_takes_longer_than_the_caller_waits_is_counted_all_the_same(desk: ReportDesk) -> None:
    with pytest.raises(Counting) as told:
        desk.efficiency(Scope.everything(), MARCH, wait_s=0)

    assert told.value.months
    assert asked(desk).indicators
    assert desk.left(MARCH) == []


@pytest.mark.usefixtures("archive")
def test_a_frozen_month_keeps_its_figures_whatever_arrives(
    desk: ReportDesk, sink: LedgerWriter, record: Send, case: Make
) -> None:
    desk.freeze(Month(2026, 3), now_ms=MARCH.bounds(ZONE)[1])
    before = asked(desk)
    sink.write([record("case-facts", decided(case, 500, "03", "A", kept=False))])

    after = asked(desk)

    assert before.origin.frozen
    assert before.origin.revisions == {"2026-03": 1}
    assert after.indicators == before.indicators


@pytest.mark.usefixtures("archive")
def test_the_same_report_is_the_same_document(desk: ReportDesk) -> None:
    assert asked(desk) == asked(desk)


@pytest.mark.usefixtures("archive")
def test_a_frozen_month_names_the_law_it_was_frozen_with_and_an_open_one_that_of_its_time(settings: Settings) -> None:
    law = {"time-limits": "2026.1"}
    desk = ReportDesk(
        Pool(settings, 2), ZONE, lambda: TITLES, lambda _: law, covered=lambda *_: None, now_ms=lambda: SUMMER_MS
    )
    april_ms = Month(2026, 4).bounds(ZONE)[0]
    desk.freeze(Month(2026, 3), now_ms=april_ms)

    law["time-limits"] = "2026.2"
    versions = {
        text: desk.efficiency(Scope.everything(), Period.parse(text), wait_s=60).origin.versions
        for text in ("2026-03", "2026-04", "2026-Q2", "2026-H1")
    }
    desk.close()

    assert versions == {
        "2026-03": {"time-limits": "2026.1"},
        "2026-04": {"time-limits": "2026.2"},
        "2026-Q2": {"time-limits": "2026.2"},
        "2026-H1": {"time-limits": "2026.2→2026.1→2026.2"},
    }
