from typing import Any

import pytest
from fastapi.testclient import TestClient

from mingjing.services.ledger.scope import Scope


@pytest.fixture(autouse=True)
def _the_second_of_october(ledger: Any) -> None:
    ledger.case_rows = [{"last_event_at": "2026-10-01T16:30:00+00:00", "state": "accepted"}]


def test_today_is_the_local_day_of_now(client: TestClient) -> None:
    overview = client.get("/v1/overview?days=2").json()

    assert overview["now"] == "2026-10-02T00:30:00+08:00"
    assert [day["date"] for day in overview["trend"]] == ["2026-10-01", "2026-10-02"]


def test_each_day_of_the_trend_says_what_sort_of_day_it_is(client: TestClient) -> None:
    trend = client.get("/v1/overview?days=2").json()["trend"]

    assert [(day["kind"], day["name"]) for day in trend] == [("holiday", "国庆节"), ("work", None)]


def test_a_day_that_no_calendar_holds_is_shown_without_a_guess(client: TestClient) -> None:
    trend = client.get("/v1/overview?days=366").json()["trend"]

    assert (trend[0]["date"], trend[0]["kind"]) == ("2025-10-02", None)


def test_a_rate_comes_with_its_numerator_and_denominator(client: TestClient) -> None:
    assert client.get("/v1/overview").json()["on_time"] == {"numerator": 3, "denominator": 4}


def test_one_agency_or_region_is_counted_alone(client: TestClient, ledger: Any) -> None:
    client.get("/v1/overview?agency=91330100MA00000001&region=330100000000")

    assert ledger.scopes[-1] == Scope(("3301",), ("91330100MA00000001",))


def test_the_reference_names_agencies_items_and_versions(client: TestClient) -> None:
    reference = client.get("/v1/reference").json()

    assert reference["agencies"][0]["title"] == "云州市市场监督管理局"
    assert reference["items"][0] == {
        "code": "000131001000",
        "title": "食品经营许可",
        "agency": "91330100MA00000001",
        "promised": "5wd",
        "statutory": "20wd",
        "stage": None,
        "green": False,
        "members": [],
    }
    assert reference["versions"]["catalogue"] == "2026.1"
