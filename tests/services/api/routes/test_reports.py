from collections.abc import Sequence

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from mingjing.services.api.negotiation import negotiated
from mingjing.services.api.problems import Problem


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("", "json"),
        ("*/*", "json"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "html"),
        ("text/html", "html"),
        ("application/json, text/html;q=0.9", "json"),
        ("text/html;q=0.5, */*", "json"),
        ("application/pdf", "pdf"),
        ("application/json;q=0.5, text/csv", "csv"),
        ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
        ("application/pdf;q=0, application/json;q=0.1", "json"),
        ("application/json;q=0, */*", "csv"),  # the more precise range counts
        ("*/*;q=0.5, application/pdf", "pdf"),
        ("*/*, application/pdf;q=0.2", "json"),
        ("text/*", "csv"),
        ("application/*;q=0.9, text/csv;q=0.8", "json"),
        ("Application/PDF ; Q=1.0, text/csv;q=0.999", "pdf"),
        ("text/csv;header=present;q=0.3, application/pdf;q=0.2", "csv"),
        ("application/pdf;q=2, text/csv;q=0.1", "csv"),  # two is no share
        ("text/csv, application/pdf", "csv"),
    ],
)
def test_the_form_is_the_one_the_caller_wants_most(accept: str, form: str) -> None:
    assert negotiated(accept) == form


@pytest.mark.parametrize("accept", ["image/png", "application/pdf;q=0", "*/*;q=0", "pdf"])
def test_a_form_that_we_do_not_have_is_refused(accept: str) -> None:
    with pytest.raises(Problem) as told:
        negotiated(accept)

    assert told.value.status == 406


@pytest.mark.parametrize(
    ("query", "why"),
    [("month=2026-13", "不是统计期"), ("", "缺少此项"), ("month=2026-10&item=a&post=b", "一次只能选一个")],
)
def test_a_question_that_cannot_be_answered_is_refused_with_the_reason(
    client: TestClient, query: str, why: str
) -> None:
    answer = client.get(f"/v1/reports/efficiency?{query}")

    assert answer.status_code == 422
    assert why in answer.text


def test_while_the_ledger_is_away_so_is_the_report(client: TestClient) -> None:
    answer = client.get("/v1/reports/efficiency?month=2026-10")

    assert (answer.status_code, answer.json()["type"]) == (503, "urn:mingjing:problem:ledger_unavailable")


def test_indicators_are_told_as_they_are_defined(client: TestClient) -> None:
    answer = client.get("/v1/reports/indicators")

    kept = next(each for each in answer.json()["indicators"] if each["id"] == "promise_kept")
    assert (kept["numerator"], kept["denominator"]) == ("kept_promised", "decided_promised")


def test_a_job_that_nobody_named_is_not_found(client: TestClient) -> None:
    assert client.get("/v1/reports/jobs/abc").status_code == 404


def test_nobody_reads_reports_who_has_not_signed_in(visitor: TestClient) -> None:
    assert visitor.get("/v1/reports/efficiency?month=2026-10").status_code == 401


def test_every_form_is_promised(app: FastAPI) -> None:
    promised: Sequence[str] = app.openapi()["paths"]["/v1/reports/efficiency"]["get"]["responses"]["200"]["content"]

    assert {"application/json", "text/csv", "application/pdf"} < set(promised)
