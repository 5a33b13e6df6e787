from collections.abc import Callable
from typing import Any

import msgspec
import orjson
import pytest
from fastapi.testclient import TestClient

from mingjing.rules.card import Card
from mingjing.services.api.feed.vector import decode


def rows(*cards: Card) -> list[dict[str, Any]]:
    return [orjson.loads(msgspec.json.encode(card)) for card in cards]


def test_cards_come_newest_first_with_a_link_to_the_next_page(
    client: TestClient, ledger: Any, make_card: Callable[..., Card]
) -> None:
    ledger.card_rows = rows(*(make_card(number) for number in (1, 2, 3)))

    answer = client.get("/v1/cards?limit=2&level=yellow")

    assert [card["case_key"][-1] for card in answer.json()["items"]] == ["3", "2"]
    assert answer.json()["next_cursor"] == "2"
    assert answer.headers["link"] == '</v1/cards?limit=2&level=yellow&cursor=2>; rel="next"'


def test_the_next_page_is_the_rest_and_has_no_link(
    client: TestClient, ledger: Any, make_card: Callable[..., Card]
) -> None:
    ledger.card_rows = rows(*(make_card(number) for number in (1, 2, 3)))

    answer = client.get("/v1/cards?limit=2&cursor=2")

    assert [card["case_key"][-1] for card in answer.json()["items"]] == ["1"]
    assert "link" not in answer.headers


def test_levels_may_be_repeated(client: TestClient, ledger: Any, make_card: Callable[..., Card]) -> None:
    ledger.card_rows = rows(make_card(1), make_card(2, level="red"), make_card(3, level="warning"))

    answer = client.get("/v1/cards?level=red&level=warning")

    assert [card["level"] for card in answer.json()["items"]] == ["warning", "red"]


def test_a_page_names_the_place_where_the_stream_continues_it(client: TestClient, ledger: Any, cards: Any) -> None:
    ledger.offsets = {"cards": {0: 0}}

    feed = decode(client.get("/v1/cards").json()["feed"])

    assert feed == (cards.epoch, (0, 0))


def test_a_sink_ahead_of_the_hub_does_not_push_the_stream_past_unseen_cards(
    client: TestClient, ledger: Any, cards: Any, make_card: Callable[..., Card]
) -> None:
    cards.put(0, make_card(1))
    ledger.offsets = {"cards": {0: 900, 1: 900}}

    assert decode(client.get("/v1/cards").json()["feed"]).offsets == (1, 0)


def test_a_page_not_changed_is_not_sent_again(client: TestClient, ledger: Any, make_card: Callable[..., Card]) -> None:
    ledger.card_rows = rows(make_card())
    tag = client.get("/v1/cards").headers["etag"]

    answer = client.get("/v1/cards", headers={"If-None-Match": f'"other", {tag}'})

    assert (answer.status_code, answer.content) == (304, b"")


def test_a_page_that_changed_is_sent(client: TestClient, ledger: Any, make_card: Callable[..., Card]) -> None:
    tag = client.get("/v1/cards").headers["etag"]
    ledger.card_rows = rows(make_card())

    assert client.get("/v1/cards", headers={"If-None-Match": tag}).status_code == 200


def test_a_card_comes_with_every_state_it_has_had(
    client: TestClient, ledger: Any, make_card: Callable[..., Card]
) -> None:
    ledger.card_rows = rows(make_card(), make_card(revision=2, level="red"))

    life = client.get(f"/v1/cards/{make_card().card_id}").json()

    assert life["level"] == "red"
    assert [state["revision"] for state in life["history"]] == [1, 2]


def test_a_card_too_young_for_the_ledger_is_found_in_the_feed(
    client: TestClient, cards: Any, make_card: Callable[..., Card]
) -> None:
    cards.put(0, make_card())

    life = client.get(f"/v1/cards/{make_card().card_id}").json()

    assert (life["revision"], len(life["history"])) == (1, 1)


def test_a_state_too_young_for_the_ledger_ends_the_history(
    client: TestClient, ledger: Any, cards: Any, make_card: Callable[..., Card]
) -> None:
    ledger.card_rows = rows(make_card())
    cards.put(0, make_card(revision=2, status="cleared"))

    life = client.get(f"/v1/cards/{make_card().card_id}").json()

    assert life["status"] == "cleared"
    assert [state["revision"] for state in life["history"]] == [1, 2]


def test_a_card_that_a_deadline_drew_bears_the_trace_of_what_moved_its_clock(
    client: TestClient, ledger: Any, make_card: Callable[..., Card]
) -> None:
    ledger.card_rows = rows(make_card(1), make_card(2, traceparent="00-own"))
    ledger.traces = {each["card_id"]: "00-armed" for each in ledger.card_rows}

    asked = [client.get(f"/v1/cards/{each['card_id']}").json()["traceparent"] for each in ledger.card_rows]

    assert asked == ["00-armed", "00-own"]


def test_a_card_that_is_nowhere_is_a_problem(client: TestClient) -> None:
    answer = client.get(f"/v1/cards/{'0' * 32}")

    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == "urn:mingjing:problem:no_such_card"


@pytest.mark.parametrize(
    ("query", "pointer"),
    [("limit=201", "/query/limit"), ("limit=0", "/query/limit"), ("level=pink", "/query/level/0")],
)
def test_a_parameter_that_does_not_fit_is_pointed_at(client: TestClient, query: str, pointer: str) -> None:
    answer = client.get(f"/v1/cards?{query}")

    assert answer.status_code == 422
    assert [fault["pointer"] for fault in answer.json()["errors"]] == [pointer]


def test_a_cursor_of_no_page_is_refused(client: TestClient) -> None:
    answer = client.get("/v1/cards?cursor=elsewhere")

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/query/cursor")


def test_a_ledger_that_is_away_says_when_to_ask_again(client: TestClient, ledger: Any) -> None:
    ledger.away = True

    answer = client.get("/v1/cards")

    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert answer.json()["title"] == "暂时无法提供服务"
