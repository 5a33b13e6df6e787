"""People's steps on cards, with the owner of the partition played by the desk itself."""

import asyncio
from collections.abc import AsyncIterator, Callable
from io import BytesIO
from typing import Any

import msgspec
import orjson
import pytest
from docx import Document
from fastapi.testclient import TestClient
from pypdf import PdfReader

from mingjing.rules.card import Card
from mingjing.rules.desk import Desk
from mingjing.rules.desk_words import said_of
from mingjing.rules.zone import Zone
from mingjing.services.api.caller import permits
from mingjing.services.api.desk.stage_feed import StageFeed
from mingjing.services.api.feed.wanted import Wanted
from mingjing.services.api.gateway.outbox import Outgoing
from mingjing.services.ledger.scope import Scope
from mingjing.services.registry.once import Idempotency
from mingjing.streams.topics import CARD_ACTIONS, partition_of
from mingjing.streams.wire import fact_in

NOW = 1_773_300_000_000_000
AGENCY = "91330100MA00000001"


class Owner:
    """The owner of every partition: what is sent to `card-actions` is answered on `card-stages` at once."""

    def __init__(self, ledger: Any, outbox: Any, stages: StageFeed) -> None:
        self.desk = Desk(Zone("Asia/Shanghai"), now=NOW)
        self.answers = True
        self._ledger = ledger
        self._outbox = outbox
        self._stages = stages
        self._offset = 0
        outbox.send = self._send

    def draw(self, card: Card) -> str:
        self._ledger.card_rows.append(msgspec.to_builtins(card))
        fact = said_of(card, NOW)
        assert fact is not None
        self._fold(card.case_key, fact)
        return card.card_id

    def revision_of(self, card_id: str) -> int:
        revision: int = self._ledger.stage_rows[card_id]["revision"]
        return revision

    def act_behind(self, value: bytes, key: str) -> None:
        self._fold(key, fact_in(value))

    async def _send(self, records: list[Outgoing]) -> None:
        self._outbox.sent += records
        for each in records:
            if each.topic == CARD_ACTIONS and self.answers:
                self._fold((each.key or b"").decode(), fact_in(each.value))

    def _fold(self, case_key: str, fact: Any) -> None:
        self.desk.fold(case_key, fact, self._offset)
        self._offset += 1
        for stage in self.desk.take(1).stages:
            self._ledger.stage_rows[stage.card_id] = orjson.loads(msgspec.json.encode(stage))
            if self._stages.hub.position is not None:
                self._stages.log.put(0, stage)  # type: ignore[attr-defined]  # the log in memory


@pytest.fixture
def owner(ledger: Any, outbox: Any, stages: StageFeed) -> Owner:
    return Owner(ledger, outbox, stages)


@pytest.fixture
def drawn(owner: Owner, make_card: Callable[..., Card]) -> str:
    """A yellow card that nobody has signed for."""
    return owner.draw(make_card(1))


@pytest.fixture
def clerk(visitor: TestClient, sign_in: Callable[..., Any]) -> TestClient:
    sign_in(visitor, "clerk", agency=AGENCY)
    return visitor


def act(client: TestClient, card_id: str, verb: str, expected: int = 1, key: str = "k1", **fields: str) -> Any:
    body = {"verb": verb, "expected": expected, "fields": fields}
    return client.post(f"/v1/cards/{card_id}/actions", json=body, headers={"Idempotency-Key": key})


def test_a_clerk_signs_for_a_card(clerk: TestClient, drawn: str) -> None:
    answer = act(clerk, drawn, "sign")

    assert (answer.status_code, answer.json()["stage"], answer.json()["revision"]) == (200, "signed", 2)


def test_a_step_is_on_the_trail_before_it_is_on_its_way(clerk: TestClient, drawn: str, outbox: Any) -> None:
    act(clerk, drawn, "sign")

    assert [each.topic for each in outbox.sent] == ["audit", CARD_ACTIONS]


def test_a_step_travels_with_the_partition_of_its_case_and_says_who_asked(
    clerk: TestClient, drawn: str, outbox: Any, make_card: Callable[..., Card]
) -> None:
    act(clerk, drawn, "sign")
    sent, case_key = outbox.sent[-1], make_card(1).case_key

    assert (sent.key.decode(), sent.partition) == (case_key, partition_of(case_key, 8))
    assert fact_in(sent.value).data["actor"] == "clerk"


def test_who_comes_second_is_told_how_the_card_now_stands(clerk: TestClient, drawn: str) -> None:
    act(clerk, drawn, "sign")
    answer = act(clerk, drawn, "sign", key="k2")

    assert answer.status_code == 409
    assert answer.json()["current"] == {"stage": "signed", "revision": 2}


def test_the_same_request_sent_again_is_done_once(clerk: TestClient, drawn: str, owner: Owner) -> None:
    first, second = act(clerk, drawn, "sign"), act(clerk, drawn, "sign")

    assert (first.status_code, second.status_code, first.json()) == (200, 200, second.json())
    assert owner.revision_of(drawn) == 2


def test_a_step_that_its_process_died_at_is_answered_at_once_when_it_is_sent_again(
    clerk: TestClient, drawn: str, owner: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as dying:
        dying.setattr(Idempotency, "finish", lambda *_, **__: None)
        first = act(clerk, drawn, "sign")
    second = act(clerk, drawn, "sign")

    assert (first.status_code, second.status_code, first.json()) == (200, 200, second.json())
    assert owner.revision_of(drawn) == 2


def test_a_missing_field_is_pointed_at(clerk: TestClient, drawn: str) -> None:
    act(clerk, drawn, "sign")
    answer = act(clerk, drawn, "appeal", 2, "k2", text="办结时间录错")

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/body/fields/ground")


def test_a_step_of_others_is_refused_with_who_may(client: TestClient, drawn: str) -> None:
    answer = act(client, drawn, "sign")

    assert (answer.status_code, answer.json()["detail"]) == (403, "签收须由部门经办人办理")


def test_a_card_that_is_nowhere_cannot_be_worked(clerk: TestClient, drawn: str) -> None:
    assert act(clerk, "0" * 32, "sign").status_code == 404
    assert drawn


def test_without_an_idempotency_key_nothing_is_done(clerk: TestClient, drawn: str, outbox: Any) -> None:
    answer = clerk.post(f"/v1/cards/{drawn}/actions", json={"verb": "sign", "expected": 1})

    assert (answer.status_code, outbox.sent) == (422, [])


def test_who_may_see_no_case_may_work_no_card(visitor: TestClient, sign_in: Callable[..., Any], drawn: str) -> None:
    sign_in(visitor, "system_admin")

    assert act(visitor, drawn, "sign").status_code == 403


def test_an_answer_that_takes_too_long_is_found_where_the_request_was_told(
    clerk: TestClient, drawn: str, owner: Owner, outbox: Any
) -> None:
    owner.answers = False
    waiting = act(clerk, drawn, "sign")
    place = waiting.headers["location"]
    before = clerk.get(place)
    sent = outbox.sent[-1]
    owner.act_behind(sent.value, sent.key.decode())
    after = clerk.get(place)

    assert (waiting.status_code, before.status_code) == (202, 202)
    assert (after.status_code, after.json()["state"], after.json()["stage"]) == (200, "accepted", "signed")


def test_a_card_carries_its_life_and_the_steps_open_to_who_asks(clerk: TestClient, drawn: str) -> None:
    act(clerk, drawn, "sign")
    card = clerk.get(f"/v1/cards/{drawn}").json()

    assert [each["verb"] for each in card["life"]["entries"]] == ["draw", "sign"]
    assert [each["verb"] for each in card["steps"]] == ["explain", "appeal"]
    assert card["steps"][1]["fields"][0]["choices"]["data-wrong"] == "数据有误"


def test_a_list_of_cards_says_how_each_stands(client: TestClient, drawn: str) -> None:
    page = client.get("/v1/cards").json()

    assert [(each["card_id"], each["life"]["stage"], each["life"]["shown"]) for each in page["items"]] == [
        (drawn, "drawn", "yellow")
    ]


def test_many_cards_are_signed_for_each_with_a_result(
    clerk: TestClient, drawn: str, owner: Owner, make_card: Callable[..., Card]
) -> None:
    other = owner.draw(make_card(2))
    wanted = [{"card_id": each, "verb": "sign", "expected": 1} for each in (drawn, other, "0" * 32)]
    answer = clerk.post("/v1/card-actions", json={"actions": wanted}, headers={"Idempotency-Key": "k1"})

    assert [(each["state"], each["code"]) for each in answer.json()["results"]] == [
        ("accepted", None),
        ("accepted", None),
        ("refused", "no_such_card"),
    ]


def test_one_card_twice_in_a_request_is_refused(clerk: TestClient, drawn: str) -> None:
    wanted = [{"card_id": drawn, "verb": "sign", "expected": 1}] * 2
    answer = clerk.post("/v1/card-actions", json={"actions": wanted}, headers={"Idempotency-Key": "k1"})

    assert answer.status_code == 422


def test_the_worklist_counts_cards_and_says_whose_turn_it_is(clerk: TestClient, drawn: str) -> None:
    told = clerk.get("/v1/cards/worklist").json()

    assert (told["stages"], told["mine"]) == ({"drawn": 1}, ["drawn", "signed", "supervised"])
    assert drawn


def test_the_worklist_offers_what_may_be_said_of_many_cards(clerk: TestClient) -> None:
    shared = clerk.get("/v1/cards/worklist").json()["shared"]

    assert [(each["verb"], each["from_stages"], each["fields"]) for each in shared] == [("sign", ["drawn"], [])]


def test_the_worklist_of_an_agency_is_never_more_than_the_callers(clerk: TestClient, drawn: str, ledger: Any) -> None:
    clerk.get("/v1/cards/worklist?agency=99990000MB00000009")

    assert ledger.scopes[-1].agencies == ()
    assert drawn


def test_the_trail_away_nothing_is_done(clerk: TestClient, drawn: str, owner: Owner, outbox: Any) -> None:
    del outbox.send
    outbox.ready = False
    answer = act(clerk, drawn, "sign")

    assert (answer.status_code, outbox.sent) == (503, [])
    assert owner.answers


def test_what_people_do_reaches_those_who_listen(clerk: TestClient, drawn: str, stages: StageFeed) -> None:
    wanted = Wanted(permits=permits(Scope.everything()), agency=AGENCY)
    listener = stages.hub.listen(wanted, None)
    act(clerk, drawn, "sign")
    stages.hub.end()

    frames = b"".join(asyncio.run(_all(listener.chunks(1.0))))
    assert b"event: stage\n" in frames
    assert b'"stage":"signed"' in frames


async def _all(chunks: AsyncIterator[bytes]) -> list[bytes]:
    return [chunk async for chunk in chunks]


def test_a_card_that_was_drawn_comes_with_its_notice_always_under_one_number(clerk: TestClient, drawn: str) -> None:
    offered = clerk.get(f"/v1/cards/{drawn}").json()["documents"]
    first, again = (clerk.get(f"/v1/cards/{drawn}/documents/notice.pdf") for _ in range(2))
    text = PdfReader(BytesIO(first.content)).pages[0].extract_text()

    assert [each["kind"] for each in offered] == ["notice"]
    assert (first.status_code, first.headers["content-type"]) == (200, "application/pdf")
    assert "〔2026〕1号" in text
    assert first.content == again.content


def test_every_round_has_a_notice_under_a_number_of_its_own(clerk: TestClient, drawn: str, ledger: Any) -> None:
    (first,) = ledger.stage_rows[drawn]["entries"]
    again = f"{drawn}@2"
    ledger.stage_rows[drawn]["entries"].append({**first, "action_id": again, "round": 2})
    offered = clerk.get(f"/v1/cards/{drawn}").json()["documents"]
    letters = [clerk.get(f"/v1/cards/{drawn}/documents/notice.pdf?step={each['step']}").content for each in offered]
    numbers = [PdfReader(BytesIO(each)).pages[0].extract_text().partition("〔2026〕")[2][:2] for each in letters]

    assert ([each["step"] for each in offered], numbers) == ([first["action_id"], again], ["1号", "2号"])


def test_a_document_is_had_to_be_edited(clerk: TestClient, drawn: str) -> None:
    answer = clerk.get(f"/v1/cards/{drawn}/documents/notice.docx")

    assert any("云州市市场监督管理局" in each.text for each in Document(BytesIO(answer.content)).paragraphs)


def test_there_is_no_decision_before_anybody_decided(clerk: TestClient, drawn: str) -> None:
    answer = clerk.get(f"/v1/cards/{drawn}/documents/decision.pdf")

    assert (answer.status_code, answer.json()["type"]) == (404, "urn:mingjing:problem:no_such_document")


def test_fetching_a_document_is_on_the_trail(clerk: TestClient, drawn: str, outbox: Any) -> None:
    clerk.get(f"/v1/cards/{drawn}/documents/notice.docx")

    assert orjson.loads(outbox.sent[-1].value)["action"] == "card.document"
