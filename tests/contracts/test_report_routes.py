"""Reports over HTTP, on both engines: forms by what the caller accepts, answers that need not be sent twice, jobs."""

import io
from collections.abc import Callable, Iterator
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from mingjing.services.api import problems
from mingjing.services.api.caller import caller_scope
from mingjing.services.api.routes import report_months, reports
from mingjing.services.ledger import Scope
from mingjing.services.ledger.connection import Pool
from mingjing.services.reports.desk import ReportDesk
from mingjing.services.reports.document import Titles
from mingjing.services.reports.period import Month
from mingjing.services.settings import Settings
from mingjing.services.sink.source import Record
from mingjing.services.sink.writers import LedgerWriter

ZONE = ZoneInfo("Asia/Shanghai")
MARCH = Month(2026, 3)
CONSOLE = "https://mj.example.test/console"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

Make = Callable[..., dict[str, Any]]
Send = Callable[..., Record]


def decided(case: Make, number: int, agency: str = "A") -> dict[str, Any]:
    at, begun = "2026-03-20T10:00:00+08:00", "2026-03-05T10:00:00+08:00"
    figures = {"kind": "licence", "ended_at": at, "types": {"case.accepted": 1}}
    dates = {"applied_at": begun, "accepted_at": begun, "decided_at": at}
    return case(f"n{number}", (number, 1, 1), agency=agency, state="decided", figures=figures, **dates)


@pytest.fixture
def desk(settings: Settings, sink: LedgerWriter, record: Send, case: Make) -> Iterator[ReportDesk]:
    sink.write([record("case-facts", decided(case, n, "AB"[n % 2])) for n in range(20)])
    desk = ReportDesk(
        Pool(settings, 2),
        ZONE,
        lambda: Titles("云州市", {"A": "甲局", "B": "乙局"}, {}, {}, {}),
        lambda _: {},
        covered=lambda *_: None,
        now_ms=None,
    )
    yield desk
    desk.close()


@pytest.fixture
def app(desk: ReportDesk) -> FastAPI:
    app = FastAPI()
    problems.install(app)
    app.include_router(reports.router(desk, None, CONSOLE))
    app.include_router(report_months.router(desk))
    app.dependency_overrides[caller_scope] = Scope.everything
    return app


@pytest.fixture
def client(app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    monkeypatch.setattr(ReportDesk.efficiency, "__kwdefaults__", {"tier": "县", "wait_s": 60.0})
    monkeypatch.setattr(ReportDesk.assessment, "__kwdefaults__", {"wait_s": 60.0})
    with TestClient(app) as client:
        yield client


@pytest.mark.parametrize("report", ["efficiency", "assessment"])
@pytest.mark.parametrize(
    ("accept", "media", "begins"),
    [
        ("application/json", "application/json", b"{"),
        (XLSX, XLSX, b"PK"),
        ("application/pdf", "application/pdf", b"%PDF"),
    ],
)
def test_a_report_comes_in_the_form_that_the_caller_accepts(
    client: TestClient, report: str, accept: str, media: str, begins: bytes
) -> None:
    answer = client.get(f"/v1/reports/{report}?month=2026-03", headers={"Accept": accept})

    assert (answer.status_code, answer.headers["content-type"], answer.headers["vary"]) == (200, media, "Accept")
    page = "/reports" if report == "efficiency" else "/reports/assessment"
    assert answer.headers["link"] == f'<{CONSOLE}{page}?month=2026-03>; rel="alternate"; type="text/html"'
    assert answer.content.startswith(begins)


def test_a_link_may_name_the_form_and_saves_under_the_name_of_the_period(client: TestClient) -> None:
    answer = client.get("/v1/reports/efficiency?month=2026-03&format=xlsx", headers={"Accept": "text/html"})

    assert answer.headers["content-disposition"] == 'attachment; filename="mingjing-efficiency-2026-03.xlsx"'
    assert openpyxl.load_workbook(io.BytesIO(answer.content))["总体"]["A1"].value == "云州市 2026 年 3 月效能报表"


@pytest.mark.parametrize(
    ("report", "query", "page"),
    [
        ("efficiency", "month=2026-03&region=9901&tier=镇", "/reports?month=2026-03&region=9901&tier=%E9%95%87"),
        ("assessment", "month=2026-Q1", "/reports/assessment?month=2026-Q1"),
    ],
)
def test_who_wants_a_page_is_sent_to_the_one_in_the_console(
    client: TestClient, report: str, query: str, page: str
) -> None:
    asked = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}

    answer = client.get(f"/v1/reports/{report}?{query}", headers=asked, follow_redirects=False)

    assert (answer.status_code, answer.headers["vary"]) == (303, "Accept")
    assert answer.headers["location"] == CONSOLE + page


def test_who_wants_a_page_of_a_month_to_come_is_told_why_not(client: TestClient) -> None:
    answer = client.get("/v1/reports/efficiency?month=2099-01", headers={"Accept": "text/html"}, follow_redirects=False)

    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")


def test_an_assessment_has_no_form_without_its_reasons(client: TestClient) -> None:
    assert client.get("/v1/reports/assessment?month=2026-03", headers={"Accept": "text/csv"}).status_code == 406


def test_a_notice_is_a_pdf_and_nothing_else(client: TestClient) -> None:
    asked = {
        accept: client.get("/v1/reports/notice?month=2026-03", headers={"Accept": accept}).status_code
        for accept in ("application/pdf", "text/html,*/*;q=0.8", "application/json")
    }

    assert asked == {"application/pdf": 200, "text/html,*/*;q=0.8": 200, "application/json": 406}


@pytest.mark.parametrize(
    ("scope", "query"),
    [
        (Scope.of_region("330107"), "efficiency?month=2026-03&region=330106"),
        (Scope.of_region("330107"), "assessment?month=2026-03&region=330106000000"),
        (Scope.of_region("330107"), "notice?month=2026-03&region=330106"),
        (Scope.of_agency("A"), "efficiency?month=2026-03&agency=B"),
    ],
)
def test_who_may_see_nothing_of_it_is_refused_and_not_shown_noughts(
    app: FastAPI, client: TestClient, scope: Scope, query: str
) -> None:
    app.dependency_overrides[caller_scope] = lambda: scope

    answer = client.get(f"/v1/reports/{query}")

    assert (answer.status_code, answer.json()["type"]) == (403, "urn:mingjing:problem:not_permitted")


@pytest.mark.parametrize("query", ["efficiency?month=2026-03", "assessment?month=2026-03", "notice?month=2026-03"])
def test_an_answer_the_caller_has_is_not_sent_again(client: TestClient, query: str) -> None:
    first = client.get(f"/v1/reports/{query}")
    again = client.get(f"/v1/reports/{query}", headers={"If-None-Match": first.headers["etag"]})

    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")


def test_new_facts_are_another_answer(
    client: TestClient, desk: ReportDesk, sink: LedgerWriter, record: Send, case: Make
) -> None:
    desk.freeze(MARCH, now_ms=MARCH.bounds(ZONE)[1])
    first = client.get("/v1/reports/efficiency?month=2026-03")
    sink.write([record("case-facts", decided(case, 100))])
    desk.freeze(MARCH, now_ms=MARCH.bounds(ZONE)[1] + 1)

    second = client.get("/v1/reports/efficiency?month=2026-03", headers={"If-None-Match": first.headers["etag"]})

    assert second.status_code == 200
    assert [each.json()["origin"]["revisions"] for each in (first, second)] == [{"2026-03": 1}, {"2026-03": 2}]


@pytest.mark.parametrize("report", ["efficiency", "assessment"])
def test_a_long_count_is_a_job_that_says_how_far_it_is_and_where_the_report_will_be(
    app: FastAPI, monkeypatch: pytest.MonkeyPatch, report: str
) -> None:
    monkeypatch.setattr(ReportDesk.efficiency, "__kwdefaults__", {"tier": "县", "wait_s": 0.0})
    monkeypatch.setattr(ReportDesk.assessment, "__kwdefaults__", {"wait_s": 0.0})
    with TestClient(app) as client:
        told = client.get(f"/v1/reports/{report}?month=2026-03&format=pdf")
        place = told.headers["location"]
        while (job := client.get(place).json())["state"] == "running":
            assert 0 <= job["done"] < job["total"]
        result = client.get(job["result"])

    assert (told.status_code, told.headers["retry-after"]) == (202, "2")
    assert job["done"] == job["total"]
    assert job["result"] == f"/v1/reports/{report}?month=2026-03&format=pdf"
    assert (result.status_code, result.headers["content-type"]) == (200, "application/pdf")


def test_every_revision_can_be_read_with_what_it_changed(
    client: TestClient, desk: ReportDesk, sink: LedgerWriter, record: Send, case: Make
) -> None:
    desk.freeze(MARCH, now_ms=MARCH.bounds(ZONE)[1])
    sink.write([record("case-facts", decided(case, 100))])
    desk.freeze(MARCH, now_ms=MARCH.bounds(ZONE)[1] + 1, reason="甲局补报")

    listed = client.get("/v1/reports/months?year=2026").json()["items"]
    second = client.get("/v1/reports/months/2026-03/2").json()

    assert [(each["revision"], each["reason"]) for each in listed] == [(1, ""), (2, "甲局补报")]
    changed = next(each for each in second["changes"] if each["measure"] == "decided")
    assert (changed["agency"], changed["before"], changed["after"]) == ("A", 10, 11)
    told = client.get("/v1/reports/months/2026-03/2/changes").json()
    assert (told["reason"], told["total"]) == ("甲局补报", len(second["changes"]))
    assert next(each for each in told["items"] if each["measure"] == "decided")["title"] == "办结"
    assert client.get("/v1/reports/months/2026-03/3").status_code == 404


def test_reports_open_on_the_newest_frozen_month_and_before_any_is_on_the_newest_that_is_over(
    client: TestClient, desk: ReportDesk, sink: LedgerWriter, record: Send, case: Make
) -> None:
    def start() -> dict[str, Any]:
        told: dict[str, Any] = client.get("/v1/reports/start").json()
        return told

    assert start() == {"month": "2026-03", "revision": None, "present": "2026-03", "latest": "2026-03"}
    later = {"applied_at": "2026-05-05T10:00:00+08:00", "last_event_at": "2026-05-06T10:00:00+08:00"}
    sink.write([record("case-facts", case("n99", (99, 1, 1), **later))])
    assert start() == {"month": "2026-04", "revision": None, "present": "2026-05", "latest": "2026-05"}
    desk.freeze(MARCH, now_ms=MARCH.bounds(ZONE)[1])
    assert start() == {"month": "2026-03", "revision": 1, "present": "2026-05", "latest": "2026-05"}


@pytest.mark.parametrize("report", ["efficiency", "assessment", "notice"])
@pytest.mark.parametrize(
    ("period", "latest"),
    [("2026-04", "2026-03"), ("2099-01", "2026-03"), ("2026-Q2", "2026-Q1"), ("2026-H2", "2026-H1"), ("2027", "2026")],
)
def test_a_period_that_has_not_begun_is_refused_with_the_latest_that_can_be_asked_for(
    client: TestClient, report: str, period: str, latest: str
) -> None:
    answer = client.get(f"/v1/reports/{report}?month={period}")

    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    (fault,) = answer.json()["errors"]
    assert fault["pointer"] == "/query/month"
    assert fault["detail"] == (
        f"统计期 {period} 尚未开始，没有数可报：现在是 2026-03（Asia/Shanghai），最晚可取 {latest}；"
        f"请改取 {latest} 或更早的统计期"
    )


def test_no_revision_is_looked_for_in_a_year_that_has_not_begun(client: TestClient) -> None:
    answer = client.get("/v1/reports/months?year=2027")

    assert (answer.status_code, answer.json()["errors"]) == (
        422,
        [{"pointer": "/query/year", "detail": "year=2027 尚未开始：现在是 2026-03，最晚可取 2026"}],
    )


def test_a_card_that_was_drawn_after_the_newest_event_tells_the_month_too(
    desk: ReportDesk, sink: LedgerWriter, record: Send, card: Make
) -> None:
    before = desk.present()
    sink.write([record("cards", card("c1", (1, 1, 1), issued_at="2026-04-01T00:00:00+08:00"))])

    assert (before, desk.present()) == (MARCH, Month(2026, 4))
