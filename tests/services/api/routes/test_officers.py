"""The file of an officer: whose cards they are, what was proposed of them, and what they did; for who supervises."""

from collections.abc import Callable
from typing import Any

import msgspec
import orjson
import pytest
from fastapi.testclient import TestClient

from mingjing.rules.card import Card
from mingjing.services.audit.entry import TOPIC

AGENCY = "91330100MA00000001"
CHEN, WU = "c" * 32, "e" * 32


def life(card: Card, shown: str | None, *entries: dict[str, Any]) -> dict[str, Any]:
    standing = {"stage": "drawn", "round": 1, "revision": 1, "shown": shown, "entries": list(entries)}
    return standing | {"card_id": card.card_id, "case_key": card.case_key, "ver": [1, 1, 1], "outcome": None}


@pytest.fixture(autouse=True)
def office(ledger: Any, make_card: Callable[..., Card]) -> None:
    """Four cards of Chen, of which one was revoked and one proposes to admonish; a card of Wu."""
    cards = [
        make_card(1, officer=CHEN, post="审查岗", violated_at="2025-12-31T23:59:00+08:00"),
        make_card(2, officer=CHEN, post="审查岗", level="red"),
        make_card(3, officer=CHEN, post="受理岗"),
        make_card(4, officer=CHEN, rule="ACT-02", case_key=f"across/ACT-02/{AGENCY}|{CHEN}", level="red"),
        make_card(5, officer=WU),
    ]
    ledger.card_rows = [orjson.loads(msgspec.json.encode(each)) for each in cards]
    measure = {"verb": "account", "round": 1, "fields": {"measure": "admonish"}}
    ledger.stage_rows = {
        cards[2].card_id: life(cards[2], None),
        cards[3].card_id: life(cards[3], "red", measure),
    }
    event = {"specversion": "1.0", "source": "urn:yunzhou:scjg", "subject": "2026-1", "type": "step.started"}
    ledger.event_rows = {
        cards[0].case_key: [
            event | {"id": "e1", "time": "2026-03-06T10:00:00+08:00", "officer": CHEN, "step": "审查"},
            event | {"id": "e2", "time": "2026-03-07T10:00:00+08:00", "officer": WU},
            event | {"id": "e3", "time": "2026-03-08T10:00:00+08:00", "officer": CHEN},
        ]
    }


@pytest.fixture
def file(client: TestClient) -> dict[str, Any]:
    told: dict[str, Any] = client.get(f"/v1/officers/{CHEN}").json()
    return told


def test_cards_are_counted_by_year_at_the_level_they_show(file: dict[str, Any]) -> None:
    assert file["years"] == [
        {"year": 2026, "warning": 0, "yellow": 0, "red": 1},
        {"year": 2025, "warning": 0, "yellow": 1, "red": 0},
    ]


def test_a_proposal_to_admonish_is_told_apart_from_what_was_decided_of_it(file: dict[str, Any]) -> None:
    assert (file["cards"], file["whole"], file["proposed"], file["admonished"]) == (4, True, 1, 1)


def test_what_the_officer_did_is_told_newest_first_and_nothing_that_others_did(file: dict[str, Any]) -> None:
    assert [(each["at"][:10], each["step"]) for each in file["steps"]] == [("2026-03-08", None), ("2026-03-06", "审查")]


def test_where_the_officer_works_is_told(file: dict[str, Any]) -> None:
    assert (file["agencies"], set(file["posts"])) == ([AGENCY], {"审查岗", "受理岗"})


def test_the_cards_of_an_officer_are_listed(client: TestClient) -> None:
    found = client.get("/v1/cards", params={"officer": WU}).json()["items"]

    assert [each["officer"] for each in found] == [WU]


@pytest.mark.parametrize("path", [f"/v1/officers/{CHEN}", f"/v1/cards?officer={CHEN}"])
def test_who_looks_an_officer_up_is_on_the_trail(client: TestClient, outbox: Any, path: str) -> None:
    client.get(path)
    told = [orjson.loads(each.value) for each in outbox.sent if each.topic == TOPIC]

    assert ("officer.opened", CHEN) in {(each["action"], each["object"]) for each in told}


@pytest.mark.parametrize("path", [f"/v1/officers/{CHEN}", f"/v1/cards?officer={CHEN}"])
@pytest.mark.parametrize("role", ["clerk", "rule_admin", "system_admin"])
def test_an_officers_colleagues_and_who_writes_rules_have_no_file_of_them(
    visitor: TestClient, sign_in: Any, role: str, path: str
) -> None:
    sign_in(visitor, role, agency=AGENCY if role == "clerk" else None)

    assert visitor.get(path).status_code == 403


def test_an_officer_with_no_cards_in_reach_has_no_file(client: TestClient) -> None:
    answer = client.get(f"/v1/officers/{'0' * 32}")

    assert (answer.status_code, answer.json()["type"]) == (404, "urn:mingjing:problem:no_such_officer")
