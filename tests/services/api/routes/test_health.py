from typing import Any

from fastapi.testclient import TestClient
from structlog.testing import capture_logs


def test_a_process_whose_parts_all_answer_is_ready(client: TestClient) -> None:
    assert client.get("/readyz").json() == {"status": "ok"}


def test_a_process_that_is_not_ready_names_each_part_that_is_away(client: TestClient, ledger: Any, outbox: Any) -> None:
    ledger.away, outbox.ready = True, False

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert [fault["pointer"] for fault in answer.json()["errors"]] == ["/gateway", "/clickhouse"]


def test_a_process_is_alive_whatever_is_away(client: TestClient, ledger: Any) -> None:
    ledger.away = True

    assert client.get("/healthz").status_code == 200


def test_requests_are_counted_by_route_and_not_by_path(client: TestClient) -> None:
    client.get(f"/v1/cards/{'0' * 32}")
    client.get("/nowhere/at/all")

    text = client.get("/metrics").text

    assert 'mingjing_http_requests_total{method="GET",route="/v1/cards/{card_id}",status="404"}' in text
    assert 'route="unmatched",status="404"' in text
    assert "nowhere" not in text


def test_an_unexpected_error_is_a_problem_with_a_number(client: TestClient, ledger: Any) -> None:
    ledger.case_rows = [{"last_event_at": "no instant"}]

    with capture_logs() as logs:
        answer = client.get("/v1/overview")

    assert (answer.status_code, answer.headers["content-type"]) == (500, "application/problem+json")
    assert answer.json()["instance"] == f"urn:mingjing:incident:{logs[0]['incident']}"


def test_a_path_that_is_no_route_is_a_problem(client: TestClient) -> None:
    answer = client.get("/v2")

    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


def test_a_method_that_is_not_offered_is_a_problem(client: TestClient) -> None:
    answer = client.post("/v1/cards")

    assert (answer.status_code, answer.headers["allow"]) == (405, "GET")
