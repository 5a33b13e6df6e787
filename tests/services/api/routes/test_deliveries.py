from typing import Any

import orjson
import pytest
from fastapi.testclient import TestClient

from mingjing.services.auth.gate import Gate
from mingjing.services.registry import Delivery
from mingjing.services.registry.deliveries import News

AGENCY = "91330100MA00000001"
FIRST, SECOND = "1" * 32, "2" * 32
CARD = {"case_key": f"{AGENCY}/2026-1", "title": "办结时限", "level": "red", "status": "standing"}


def owed(ident: str, **changes: Any) -> Delivery:
    return Delivery(
        **{
            "id": ident,
            "batch": ident,
            "route": "duty",
            "channel": "oa",
            "purpose": "card",
            "card_id": f"c{ident[0]}",
            "agency": AGENCY,
            "region": "330106000000",
            "told": orjson.dumps(CARD).decode(),
            "next_ms": 1_790_000_000_000,
            "made_ms": 1_790_000_000_000,
            **changes,
        }
    )


@pytest.fixture
def entered(gate: Gate) -> None:
    """Two deliveries: one that failed and is to be tried again, one that was sent, of another region."""
    deliveries = gate.registry.deliveries
    deliveries.enter(News(deliveries=[owed(FIRST), owed(SECOND, region="330200000000")]), 0)
    deliveries.failed([FIRST], "HTTP 502", 1_790_000_010_000)
    deliveries.sent([SECOND], 1_790_000_001_000)


pytestmark = pytest.mark.usefixtures("entered")


def ids(client: TestClient, **asked: Any) -> list[str]:
    return [each["id"] for each in client.get("/v1/deliveries", params=asked).json()["items"]]


def test_a_delivery_says_of_which_card_how_often_and_why_not(client: TestClient) -> None:
    (told,) = client.get("/v1/deliveries", params={"state": "failed"}).json()["items"]

    assert told == {
        "id": FIRST,
        "route": "duty",
        "channel": "oa",
        "purpose": "card",
        "card_id": "c1",
        "case_key": f"{AGENCY}/2026-1",
        "title": "办结时限",
        "level": "red",
        "status": "standing",
        "agency": AGENCY,
        "region": "330106000000",
        "state": "failed",
        "tries": 1,
        "failure": "HTTP 502",
        "made_at": "2026-09-21T14:13:20+00:00",
        "next_at": "2026-09-21T14:13:30+00:00",
        "sent_at": None,
    }


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, [SECOND, FIRST]),
        ({"card": "c2"}, [SECOND]),
        ({"state": "given_up"}, []),
        ({"channel": "oa"}, [SECOND, FIRST]),
    ],
)
def test_deliveries_are_found_by_card_state_and_channel(
    client: TestClient, asked: dict[str, str], found: list[str]
) -> None:
    assert ids(client, **asked) == found


def test_pages_of_deliveries_follow_one_another(client: TestClient) -> None:
    first = client.get("/v1/deliveries", params={"limit": 1}).json()

    assert ids(client, limit=1, cursor=first["next_cursor"]) == [FIRST]


def test_an_inspector_sees_the_deliveries_of_their_region(visitor: TestClient, sign_in: Any) -> None:
    sign_in(visitor, "inspector", region="330106000000")

    assert ids(visitor) == [FIRST]


@pytest.mark.parametrize(("role", "agency"), [("clerk", AGENCY), ("auditor", None), ("system_admin", None)])
def test_who_does_not_supervise_sees_no_delivery(
    visitor: TestClient, sign_in: Any, role: str, agency: str | None
) -> None:
    sign_in(visitor, role, agency=agency)

    assert visitor.get("/v1/deliveries").status_code == 403


def test_a_delivery_that_is_stopped_says_by_whom_and_is_on_the_trail(client: TestClient, outbox: Any) -> None:
    answer = client.post(f"/v1/deliveries/{FIRST}/stop")

    assert (answer.status_code, answer.json()["state"], answer.json()["failure"]) == (
        200,
        "stopped",
        "由 supervisor 停止",
    )
    entry = orjson.loads(outbox.sent[-1].value)
    assert (entry["action"], entry["object"], entry["detail"]["card"]) == ("delivery.stopped", FIRST, "c1")


def test_what_has_arrived_cannot_be_stopped(client: TestClient) -> None:
    answer = client.post(f"/v1/deliveries/{SECOND}/stop")

    assert (answer.status_code, answer.json()["type"]) == (409, "urn:mingjing:problem:delivery_over")


def test_a_delivery_of_another_region_cannot_be_stopped(visitor: TestClient, sign_in: Any, gate: Gate) -> None:
    sign_in(visitor, "inspector", region="330200000000")

    assert visitor.post(f"/v1/deliveries/{FIRST}/stop").status_code == 404
    held = gate.registry.deliveries.of(FIRST)
    assert held is not None
    assert held.state == "failed"


def test_nothing_is_stopped_that_cannot_be_put_on_the_trail(client: TestClient, outbox: Any, gate: Gate) -> None:
    outbox.ready = False

    assert client.post(f"/v1/deliveries/{FIRST}/stop").status_code == 503
    held = gate.registry.deliveries.of(FIRST)
    assert held is not None
    assert held.state == "failed"


@pytest.mark.parametrize("given_up", [False, True])
def test_what_did_not_arrive_is_sent_again_once_however_often_it_is_asked_for(
    client: TestClient, outbox: Any, gate: Gate, *, given_up: bool
) -> None:
    if given_up:
        gate.registry.deliveries.failed([FIRST], "HTTP 502", None)

    answers = [client.post(f"/v1/deliveries/{FIRST}/resend") for _ in range(2)]

    assert [(each.status_code, each.json()["state"], each.json()["tries"]) for each in answers] == [
        (200, "waiting", 0)
    ] * 2
    assert answers[0].json() == answers[1].json()
    now = gate.now_ms()
    due = [each.id for each in gate.registry.deliveries.take("oa", now, now + 60_000)]
    assert (due, gate.registry.deliveries.take("oa", now, now + 60_000)) == ([FIRST], [])
    entry = orjson.loads(outbox.sent[-1].value)
    assert (entry["action"], entry["object"], entry["detail"]["card"]) == ("delivery.resent", FIRST, "c1")


def test_what_has_arrived_is_not_sent_again(client: TestClient) -> None:
    answer = client.post(f"/v1/deliveries/{SECOND}/resend")

    assert (answer.status_code, answer.json()["type"]) == (409, "urn:mingjing:problem:delivery_ended")


def test_what_was_stopped_is_not_sent_again(client: TestClient) -> None:
    client.post(f"/v1/deliveries/{FIRST}/stop")

    assert client.post(f"/v1/deliveries/{FIRST}/resend").status_code == 409


def test_a_delivery_of_another_region_is_not_sent_again(visitor: TestClient, sign_in: Any, gate: Gate) -> None:
    sign_in(visitor, "inspector", region="330200000000")

    assert visitor.post(f"/v1/deliveries/{FIRST}/resend").status_code == 404
    held = gate.registry.deliveries.of(FIRST)
    assert held is not None
    assert held.state == "failed"


def test_nothing_is_sent_again_that_cannot_be_put_on_the_trail(client: TestClient, outbox: Any, gate: Gate) -> None:
    outbox.ready = False

    assert client.post(f"/v1/deliveries/{FIRST}/resend").status_code == 503
    held = gate.registry.deliveries.of(FIRST)
    assert held is not None
    assert held.state == "failed"
