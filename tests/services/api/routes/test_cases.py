from collections.abc import Callable
from typing import Any

import msgspec
import orjson
import pytest
from fastapi.testclient import TestClient

from mingjing.rules.card import Card
from mingjing.services.api.feed.vector import decode
from mingjing.streams.topics import CASE_EVENTS, CASE_FACTS, partition_of

AGENCY = "91330100MA00000001"
CASE = f"{AGENCY}/2026-1"


@pytest.fixture
def case(ledger: Any) -> dict[str, Any]:
    facts = {
        "case_key": CASE,
        "subject": "2026-1",
        "item": None,
        "item_title": None,
        "agency": AGENCY,
        "region": "330106000000",
        "applied_at": None,
        "accepted_at": "2026-03-06T10:00:00+08:00",
        "decided_at": None,
        "delivered_at": None,
        "last_event_at": "2026-03-06T10:00:00+08:00",
        "last_event_type": "case.accepted",
        "state": "accepted",
        "clocks": [],
        "events": 1,
        "ver": [7, 1, 1],
    }
    ledger.case_rows = [facts]
    ledger.event_rows[CASE] = [
        {
            "specversion": "1.0",
            "id": "e-1",
            "source": "urn:yunzhou:scjg",
            "type": "case.accepted",
            "subject": "2026-1",
            "time": "2026-03-06T10:00:00+08:00",
            "ingestedtime": "2026-03-06T10:00:01+08:00",
        }
    ]
    return facts


@pytest.mark.usefixtures("case")
def test_cases_can_be_asked_for_by_state(client: TestClient) -> None:
    found = [client.get(f"/v1/cases?state={state}").json()["items"] for state in ("accepted", "decided")]

    assert [len(items) for items in found] == [1, 0]


@pytest.mark.usefixtures("case")
def test_a_case_key_keeps_its_slash_in_the_path(client: TestClient) -> None:
    assert client.get(f"/v1/cases/{CASE}").json()["case"]["case_key"] == CASE


@pytest.mark.usefixtures("case")
def test_a_case_comes_with_its_events_as_they_were_received(client: TestClient) -> None:
    events = client.get(f"/v1/cases/{CASE}").json()["events"]

    assert [event["ingestedtime"] for event in events] == ["2026-03-06T10:00:01+08:00"]


@pytest.mark.usefixtures("case")
def test_a_case_is_reviewed_from_its_events(client: TestClient) -> None:
    assert set(client.get(f"/v1/cases/{CASE}").json()["review"]) >= {"state", "clocks", "findings"}


@pytest.mark.usefixtures("case")
def test_on_an_event_time_clock_now_is_the_newest_instant_written_down(
    client: TestClient, make_card: Any, cards: Any
) -> None:
    before = client.get(f"/v1/cases/{CASE}").json()["now"]
    cards.put(0, make_card(issued_at="2026-03-20T00:00:00+08:00"))
    after = client.get(f"/v1/cases/{CASE}").json()["now"]

    assert (before, after) == ("2026-03-06T10:00:00+08:00", "2026-03-20T00:00:00+08:00")


def test_a_case_that_is_nowhere_is_a_problem(client: TestClient) -> None:
    answer = client.get("/v1/cases/cn/none")

    assert (answer.status_code, answer.json()["type"]) == (404, "urn:mingjing:problem:no_such_case")


def test_a_cases_cards_say_how_they_stand_among_people(
    client: TestClient, ledger: Any, make_case: Callable[[], str], make_card: Callable[..., Card]
) -> None:
    key = make_case()
    card = msgspec.to_builtins(make_card(9))
    ledger.card_rows = [card]
    stage = {"stage": "lowered", "round": 1, "revision": 5, "shown": "warning", "entries": [], "ver": [900, 1, 2]}
    ledger.stage_rows = {card["card_id"]: {**stage, "agency": card["agency"], "region": card["region"]}}

    assert client.get(f"/v1/cases/{key}").json()["cards"][0]["life"]["shown"] == "warning"


def test_the_clocks_of_a_case_are_those_of_its_review(client: TestClient, make_case: Callable[[], str]) -> None:
    key = make_case()
    found = client.get("/v1/case-clocks", params={"case": [key, "cn/none", key]}).json()

    assert [each["case_key"] for each in found["items"]] == [key]
    assert found["items"][0]["clocks"] == client.get(f"/v1/cases/{key}").json()["review"]["clocks"]


@pytest.mark.usefixtures("case")
def test_what_reports_count_of_a_case_is_not_told_with_it(client: TestClient, case: dict[str, Any]) -> None:
    case["figures"] = {"enterprise": "91990100MB0000031Q"}

    assert "figures" not in client.get(f"/v1/cases/{CASE}").json()["case"]
    assert "figures" not in client.get("/v1/cases").json()["items"][0]


@pytest.mark.usefixtures("case")
def test_a_case_says_where_its_feed_goes_on_and_how_far_its_events_are_archived(
    client: TestClient, ledger: Any, case_feed: Any, make_standing: Any
) -> None:
    case_feed.log.put(0, make_standing(1))
    ledger.offsets = {CASE_FACTS: {0: 1}, CASE_EVENTS: {partition_of(CASE, 8): 42}}

    told = client.get(f"/v1/cases/{CASE}").json()

    assert (decode(told["feed"]).offsets, told["archived"]) == ((1, 0), 42)


def test_following_a_case_is_on_the_trail(client: TestClient, outbox: Any, case_feed: Any) -> None:
    case_feed.hub.end()
    client.get("/v1/cases/stream", params={"case": CASE})

    (entry,) = [orjson.loads(each.value) for each in outbox.sent if each.topic == "audit"]
    assert (entry["action"], entry["object"]) == ("case.followed", CASE)


def test_a_stream_of_cases_names_them(client: TestClient) -> None:
    assert client.get("/v1/cases/stream").status_code == 422
