"""How the installation stands, as its people see it."""

from collections.abc import Callable
from typing import Any

from fastapi.testclient import TestClient

from mingjing.rules.card import Card
from mingjing.streams.topics import CARDS


def test_a_part_that_is_away_is_named_and_the_rest_still_told(client: TestClient, ledger: Any, outbox: Any) -> None:
    ledger.away, outbox.ready = True, False
    told = client.get("/v1/status").json()

    assert [each["name"] for each in told["parts"] if not each["ready"]] == ["clickhouse", "gateway"]
    assert told["feeds"][0]["behind"] is None


def test_what_the_ledger_has_not_written_yet_is_counted(
    client: TestClient, ledger: Any, cards: Any, make_card: Callable[..., Card]
) -> None:
    for number in (1, 2, 3):
        client.portal.call(cards.put, 0, make_card(number))  # type: ignore[union-attr]  # entered
    ledger.offsets = {CARDS: {0: 1}}
    feed = client.get("/v1/status").json()["feeds"][0]

    assert (feed["topic"], feed["end"], feed["behind"]) == ("cards", 3, 2)


def test_who_administers_the_system_sees_how_it_stands(visitor: TestClient, sign_in: Any) -> None:
    sign_in(visitor, "system_admin")

    assert visitor.get("/v1/status").json()["rules"] == 0


def test_nobody_else_sees_it(visitor: TestClient) -> None:
    assert visitor.get("/v1/status").status_code == 401


def test_the_law_is_named_as_workers_name_it(client: TestClient, rulebook: Any) -> None:
    told = client.get("/v1/status").json()

    assert told["rulebook"] == rulebook.fingerprint
    assert told["versions"]["catalogue"] == "2026.1"
