"""A card across cases names who complained: a clerk of the agency complained of reads it everywhere without that."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import httpx
import msgspec
import orjson
import pytest
from docx import Document
from fastapi.testclient import TestClient

from mingjing.rules.card import Card
from mingjing.rules.rulebook import Rulebook
from mingjing.services.api.desk.stage_feed import StageFeed
from mingjing.services.rulebook_files import load_rulebook, shipped

from .test_actions import AGENCY, Owner

SHOP = "91330100MA2XHRP019"
SUBJECT = f"across/CMP-07/{SHOP}|违规收费"


@pytest.fixture(scope="module")
def rulebook() -> Rulebook:
    return load_rulebook([shipped("packs") / "complaints.yaml"])


@pytest.fixture
def complained_of(make_card: Callable[..., Card]) -> Card:
    """A yellow card of the agency for three complaints of one enterprise."""
    explain = {
        "kind": "frequency",
        "by": ["data.enterprise", "data.category"],
        "key": [SHOP, "违规收费"],
        "sentences": {"zh": [f"{SHOP}、违规收费：90 日内 3 次。"], "en": [f"{SHOP}: 3 times."]},
    }
    return make_card(1, case_key=SUBJECT, rule="CMP-07", title="重复投诉", item=None, item_title=None, explain=explain)


@pytest.fixture
def drawn(complained_of: Card, ledger: Any, outbox: Any, stages: StageFeed, cards: Any) -> str:
    """The card, drawn: in the ledger, on the desk and on the topic."""
    owner = Owner(ledger, outbox, stages)
    ledger.offsets = {"cards": {0: 0, 1: 0}, "card-stages": {0: 0, 1: 0}}
    cards.put(0, complained_of)
    card_id = owner.draw(complained_of)
    ledger.card_rows = [orjson.loads(msgspec.json.encode(complained_of))]
    return card_id


@pytest.fixture
def clerk(visitor: TestClient, sign_in: Any) -> TestClient:
    sign_in(visitor, "clerk", agency=AGENCY)
    return visitor


@pytest.fixture
def inspector(visitor: TestClient, sign_in: Any) -> TestClient:
    sign_in(visitor, "inspector")
    return visitor


@pytest.fixture
def listening(gateway: str, sign_in: Any) -> Callable[..., str]:
    """Return what a stream tells somebody of a role first, who resumes it where a page of cards says."""

    def heard(path: str, name: str, role: str, agency: str | None = None) -> str:
        with httpx.Client(base_url=gateway, timeout=60) as client:
            sign_in(client, role, agency=agency)
            start = client.get("/v1/cards").json()[name]
            with client.stream("GET", path, params={"from": start}) as answer:
                return next(line for line in answer.iter_lines() if line.startswith("data: {"))

    return heard


def told(letter: bytes) -> str:
    document = Document(BytesIO(letter))
    cells = (cell.text for table in document.tables for row in table.rows for cell in row.cells)
    return "\n".join([*(each.text for each in document.paragraphs), *cells])


@pytest.mark.parametrize("path", ["/v1/cards", "/v1/cards/{card}", "/v1/overview", "/v1/cards/worklist"])
def test_a_page_that_a_clerk_reads_does_not_tell_who_complained(clerk: TestClient, drawn: str, path: str) -> None:
    answer = clerk.get(path.format(card=drawn))

    assert (answer.status_code, SHOP in answer.text) == (200, False)


def test_what_the_complaints_were_about_is_told(clerk: TestClient, drawn: str) -> None:
    card = clerk.get(f"/v1/cards/{drawn}").json()

    assert (card["case_key"], card["explain"]["key"]) == ("across/CMP-07/***", ["***", "违规收费"])


@pytest.mark.parametrize(("path", "name"), [("/v1/cards/stream", "feed"), ("/v1/card-stages/stream", "stage_feed")])
def test_a_feed_does_not_tell_a_clerk_who_complained(
    listening: Callable[..., str], drawn: str, path: str, name: str
) -> None:
    heard = listening(path, name, "clerk", AGENCY)

    assert (drawn in heard, SHOP in heard) == (True, False)


@pytest.mark.parametrize(("path", "name"), [("/v1/cards/stream", "feed"), ("/v1/card-stages/stream", "stage_feed")])
def test_a_feed_tells_who_supervises(listening: Callable[..., str], drawn: str, path: str, name: str) -> None:
    heard = listening(path, name, "inspector")

    assert (drawn in heard, SHOP in heard) == (True, True)


def test_a_clerks_own_step_is_answered_without_telling(clerk: TestClient, drawn: str) -> None:
    sent = {"json": {"verb": "sign", "expected": 1, "fields": {}}, "headers": {"Idempotency-Key": "k"}}
    answer = clerk.post(f"/v1/cards/{drawn}/actions", **sent)

    assert (answer.json()["stage"], SHOP in answer.text) == ("signed", False)


def test_the_notice_that_a_clerk_fetches_does_not_tell_who_complained(clerk: TestClient, drawn: str) -> None:
    letter = told(clerk.get(f"/v1/cards/{drawn}/documents/notice.docx").content)

    assert ("违规收费" in letter, SHOP in letter) == (True, False)


def test_a_clerk_cannot_ask_for_the_cards_of_who_complained(clerk: TestClient, drawn: str) -> None:
    assert drawn
    assert clerk.get("/v1/cards", params={"case": SUBJECT}).status_code == 403


def test_who_supervises_is_told(inspector: TestClient, drawn: str) -> None:
    page = inspector.get("/v1/cards").text
    letter = told(inspector.get(f"/v1/cards/{drawn}/documents/notice.docx").content)

    assert all(SHOP in each for each in (page, letter))


def test_the_trail_is_told_of_the_card_and_not_of_who_complained(clerk: TestClient, drawn: str, outbox: Any) -> None:
    clerk.get(f"/v1/cards/{drawn}")

    assert SHOP not in orjson.dumps([each.value.decode() for each in outbox.sent]).decode()
