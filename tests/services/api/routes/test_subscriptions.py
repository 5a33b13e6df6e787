from typing import Any

import pytest
from fastapi.testclient import TestClient

from mingjing.services.auth.gate import Gate
from mingjing.services.registry import ReportDelivery

MONTHLY = {"title": "市政府办月报", "report": "efficiency", "every": "month", "channel": "office"}


def subscribed(client: TestClient, **changes: Any) -> dict[str, Any]:
    answer = client.post("/v1/reports/subscriptions", json=MONTHLY | changes)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def owed(gate: Gate, subscription: str, ident: str = "1" * 32) -> ReportDelivery:
    made = ReportDelivery(
        id=ident, subscription=subscription, period="2026-10", revision="1", next_ms=1000, made_ms=1000
    )
    gate.registry.report_deliveries.enter([made], "")
    return made


def test_a_subscription_is_listed_until_it_is_ended(client: TestClient) -> None:
    made = subscribed(client)

    assert made["forms"] == ["xlsx", "pdf"]
    assert client.get("/v1/reports/subscriptions").json()["items"] == [made]
    assert client.delete(f"/v1/reports/subscriptions/{made['id']}").status_code == 204
    assert client.get("/v1/reports/subscriptions").json()["items"] == []
    assert client.delete(f"/v1/reports/subscriptions/{made['id']}").status_code == 404


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"channel": None}, "须择一"),
        ({"folder": "leaders"}, "须择一"),
        ({"channel": None, "folder": "leaders"}, "没有设置 MINGJING_REPORT_FOLDER"),
        ({"report": "notice", "forms": ["xlsx"]}, "通报代拟稿没有 xlsx 形式；可选 pdf"),
        ({"every": "week"}, "every"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_could_never_be_sent_is_refused_with_the_reason(
    client: TestClient, changes: dict[str, Any], why: str
) -> None:
    answer = client.post("/v1/reports/subscriptions", json=MONTHLY | changes)

    assert answer.status_code == 422
    assert why in answer.text


def test_a_delivery_says_what_became_of_it(client: TestClient, gate: Gate) -> None:
    made = subscribed(client)
    owed(gate, made["id"])
    gate.registry.report_deliveries.take(1000, 2000)
    gate.registry.report_deliveries.unknown("1" * 32, "投送中断")

    (told,) = client.get("/v1/reports/deliveries").json()["items"]

    assert (told["title"], told["period"], told["state"], told["failure"]) == (
        "市政府办月报",
        "2026-10",
        "unknown",
        "投送中断",
    )


def test_only_what_is_over_is_sent_again(client: TestClient, gate: Gate) -> None:
    made = subscribed(client)
    owed(gate, made["id"])

    waiting = client.post(f"/v1/reports/deliveries/{'1' * 32}/resend")
    gate.registry.report_deliveries.take(1000, 2000)
    gate.registry.report_deliveries.unknown("1" * 32, "投送中断")
    again = client.post(f"/v1/reports/deliveries/{'1' * 32}/resend")

    assert (waiting.status_code, again.status_code, again.json()["state"]) == (409, 200, "waiting")
    assert client.post(f"/v1/reports/deliveries/{'2' * 32}/resend").status_code == 404


def test_nobody_subscribes_who_has_not_signed_in(visitor: TestClient) -> None:
    assert visitor.post("/v1/reports/subscriptions", json=MONTHLY).status_code == 401
    assert visitor.get("/v1/reports/deliveries").status_code == 401
