"""A report from records to its figures, on both engines."""

from collections.abc import Callable, Iterator
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from mingjing.services.ledger import Scope
from mingjing.services.ledger.connection import Pool
from mingjing.services.reports.cells import Wanted
from mingjing.services.reports.desk import Counting, ReportDesk
from mingjing.services.reports.document import Efficiency, Titles
from mingjing.services.reports.figure import Figure
from mingjing.services.reports.period import Month, Period
from mingjing.services.settings import Settings
from mingjing.services.sink.source import Record
from mingjing.services.sink.writers import LedgerWriter

ZONE = ZoneInfo("Asia/Shanghai")
MARCH = Period.parse("2026-03")
TITLES = Titles(
    "云州市", {"A": "甲局", "B": "乙局", "C": "丙局"}, {}, {"330106000000": "沅桥县"}, {"TL-04": "办结时限"}
)

Make = Callable[..., dict[str, Any]]
Send = Callable[..., Record]


@pytest.fixture
def desk(settings: Settings) -> Iterator[ReportDesk]:
    desk = ReportDesk(Pool(settings, 2), ZONE, lambda: TITLES, lambda _: {"calendar": "cn@2026"})
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
    desk = ReportDesk(Pool(settings, 2), ZONE, lambda: TITLES, lambda _: law)
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
