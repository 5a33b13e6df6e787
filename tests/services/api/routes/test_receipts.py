from typing import Any

import orjson
import pytest
from fastapi.testclient import TestClient

from mingjing.services.ledger.port import ArchivedDay
from mingjing.services.ledger.scope import Scope

from .conftest import EVENT

AGENCY = "91330100MA00000001"
AUTH = {"Authorization": "Bearer key-of-the-market-bureau"}


@pytest.fixture
def posted(client: TestClient) -> str:
    """The id of a receipt for one good event and one that is none."""
    body = orjson.dumps([EVENT, 1])
    headers = AUTH | {"Content-Type": "application/cloudevents-batch+json"}
    return str(client.post("/v1/events", content=body, headers=headers).json()["receipt"])


def test_a_receipt_can_be_asked_for_later_and_says_what_was_refused(client: TestClient, posted: str) -> None:
    told = client.get(f"/v1/receipts/{posted}", headers=AUTH).json()

    assert [told[name] for name in ("agency", "way", "events", "accepted", "rejected")] == [AGENCY, "http", 2, 1, 1]
    assert [each["code"] for each in told["detail"]["results"]] == ["not_cloudevent"]


def test_a_receipt_of_another_region_is_not_there(client: TestClient, sign_in: Any, posted: str) -> None:
    sign_in(client, "inspector", region="3302")

    assert client.get(f"/v1/receipts/{posted}").status_code == 404


def test_a_trial_leaves_no_receipt(client: TestClient) -> None:
    headers = AUTH | {"Content-Type": "application/cloudevents+json"}
    tried = client.post("/v1/events?validate=true", content=orjson.dumps(EVENT), headers=headers).json()

    assert client.get(f"/v1/receipts/{tried['receipt']}").status_code == 404


def test_the_account_of_a_day_is_asked_for_within_the_agency(client: TestClient, ledger: Any) -> None:
    told = client.get("/v1/reconciliation", params={"agency": AGENCY, "day": "2026-03-06"})

    assert (told.status_code, told.json()["agrees"]) == (200, None)
    assert ledger.scopes[-1] == Scope.of_agency(AGENCY)


def test_the_account_is_given_as_a_table(client: TestClient, ledger: Any) -> None:
    ledger.day = ArchivedDay(
        events=2, distinct=2, late=0, hash="0" * 16, distinct_hash="0" * 16, letters={"bad_json": 1}
    )
    told = client.get("/v1/reconciliation", params={"agency": AGENCY, "day": "2026-03-06", "form": "csv"})

    assert told.headers["content-type"] == "text/csv; charset=utf-8"
    assert "死信 bad_json,1\r\n" in told.content.decode("utf-8-sig")


def test_the_account_of_an_agency_elsewhere_is_not_given(client: TestClient, sign_in: Any) -> None:
    sign_in(client, "inspector", region="3302")

    assert client.get("/v1/reconciliation", params={"agency": AGENCY, "day": "2026-03-06"}).status_code == 404


def test_a_receipt_keeps_what_was_remarked_of_an_event_that_was_taken(client: TestClient) -> None:
    headers = AUTH | {"Content-Type": "application/cloudevents+json"}
    answer = client.post("/v1/events", content=orjson.dumps(EVENT | {"type": "case.aplied"}), headers=headers).json()

    told = client.get(f"/v1/receipts/{answer['receipt']}", headers=AUTH).json()

    assert (told["accepted"], told["rejected"]) == (1, 0)
    assert told["detail"]["results"] == answer["results"]
    assert answer["results"][0]["place"] == "$.type"
