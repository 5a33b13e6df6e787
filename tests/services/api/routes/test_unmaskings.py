"""What is personal in dead letters and steps on cards: masked for all, told for a reason that is on the trail."""

import asyncio
import base64
from typing import Any

import msgspec
import orjson
import pytest
from fastapi.testclient import TestClient

from mingjing.rules.pack import Pack
from mingjing.rules.rulebook import Rulebook
from mingjing.rules.vocabulary import EventType, Vocabulary
from mingjing.rules.zone import Zone
from mingjing.services.api.caller import permits
from mingjing.services.api.desk.stage_feed import StageFeed
from mingjing.services.api.feed.wanted import Wanted
from mingjing.services.ledger.scope import Scope

AGENCY = "91330100MA00000001"
LETTER = "0f" * 16
WHY = "核实申诉人身份"
READERS = ("inspector", "supervisor", "rule_admin", "auditor")


def base64_of(said: bytes) -> str:
    return base64.b64encode(said).decode()


def letter_of(original: bytes) -> dict[str, Any]:
    return {
        "letter_id": LETTER,
        "code": "naive_time",
        "place": "$.time",
        "message": "没有时区",
        "agency": AGENCY,
        "source": "urn:yunzhou:scjg",
        "event_id": "e-1",
        "topic": "http",
        "partition": 0,
        "offset": 0,
        "received_at": "2026-03-06T02:00:00+00:00",
        "original": base64_of(original),
    }


def event(**changes: Any) -> bytes:
    data = {"applicant": "王小明", "channel": "online"}
    return orjson.dumps({"type": "case.applied", "subject": "2026-1", "time": "2026-03-06", "data": data} | changes)


def listed(client: TestClient, ledger: Any, original: bytes) -> bytes:
    """Return what the list tells of a letter that said `original`."""
    ledger.letter_rows = [letter_of(original)]
    (item,) = client.get("/v1/dead-letters").json()["items"]
    return base64.b64decode(item["original"])


@pytest.mark.parametrize("role", READERS)
def test_a_letter_names_a_person_to_nobody_unasked(visitor: TestClient, sign_in: Any, ledger: Any, role: str) -> None:
    sign_in(visitor, role)

    assert listed(visitor, ledger, event()) == event(data={"applicant": "王**", "channel": "online"})


def test_an_agencys_clerk_reads_what_the_agency_sent(visitor: TestClient, sign_in: Any, ledger: Any) -> None:
    sign_in(visitor, "clerk", agency=AGENCY)

    assert listed(visitor, ledger, event()) == event()


def test_a_clerk_of_another_agency_is_told_as_others_are(visitor: TestClient, sign_in: Any, ledger: Any) -> None:
    sign_in(visitor, "clerk", agency="91330100MA00000002")

    assert "王小明" not in listed(visitor, ledger, event()).decode()


@pytest.mark.parametrize(
    "changes",
    [
        {"type": "case.unheard-of"},
        {"type": ["case.applied"]},
        {"data": {"申请人": "王小明"}},
        {"data": {"channel": {"name": "王小明"}}},
        {"data": ["王小明"]},
        {"applicant": "王小明", "data": {}},
        {"subject": {"name": "王小明"}, "data": {}},
    ],
)
def test_what_no_vocabulary_knows_is_withheld(client: TestClient, ledger: Any, changes: dict[str, Any]) -> None:
    told = listed(client, ledger, event(**changes)).decode()

    assert ("王小明" in told, "***" in told) == (False, True)


@pytest.mark.parametrize("said", [b'{"data": {"applicant": "\xe7\x8e\x8b', '"王小明"'.encode(), b"\xff\xfe"])
def test_nothing_is_told_of_a_letter_that_is_no_event(client: TestClient, ledger: Any, said: bytes) -> None:
    assert listed(client, ledger, said) == b""


def test_who_complained_is_withheld_in_letters_from_who_may_not_know(
    visitor: TestClient, sign_in: Any, ledger: Any
) -> None:
    sign_in(visitor, "rule_admin")

    assert orjson.loads(listed(visitor, ledger, event(data={"enterprise": "9199"})))["data"] == {"enterprise": "***"}


def test_a_letter_is_read_whole_for_a_reason_that_is_on_the_trail(client: TestClient, ledger: Any, outbox: Any) -> None:
    ledger.letter_rows = [letter_of(event())]

    answer = client.post("/v1/unmaskings/letters", json={"letter": LETTER, "reason": WHY})

    assert (answer.json(), answer.headers["Cache-Control"]) == (
        {"letter": LETTER, "original": base64_of(event())},
        "no-store",
    )
    (entry,) = [orjson.loads(each.value) for each in outbox.sent]
    assert (entry["action"], entry["object"], entry["agency"], entry["detail"]["reason"]) == (
        *("letter.unmasked", LETTER, AGENCY),
        WHY,
    )


STEP = {
    "action_id": "a-1",
    "verb": "recommend",
    "actor": "li",
    "role": "supervisor",
    "at": 1,
    "round": 1,
    "stage": "upheld",
    "fields": {"measure": "admonition", "person": "王小明", "reason": "多次超期"},
    "level": None,
}


class Stage(msgspec.Struct, kw_only=True):
    """A record of `card-stages`: what the ledger has of it."""

    card_id: str
    case_key: str
    agency: str
    region: str
    stage: str
    round: int
    revision: int
    shown: str
    ver: tuple[int, int, int]
    outcome: None
    entries: list[dict[str, Any]]


@pytest.fixture
def rulebook(rulebook: Rulebook) -> Rulebook:
    """The rules of the others, and the vocabulary of steps on cards."""
    fields = {"person": {"title": "责任人", "personal": True}, "measure": {"title": "建议措施"}}
    words = Vocabulary("card", "牌的办理", {"card.recommended": EventType("追责建议", fields=fields)}, {}, {})
    pack = Pack("card", "牌的办理", "2026.1", words, Zone("Asia/Shanghai"), (), ())
    return Rulebook([*rulebook.packs, pack], rulebook.calendar, rulebook.catalogue)


@pytest.fixture
def stage(ledger: Any, make_card: Any) -> Stage:
    """A card on which somebody is recommended for being held to account."""
    card = make_card()
    stage = Stage(
        card_id=card.card_id,
        case_key=card.case_key,
        agency=AGENCY,
        region="330106000000",
        stage="upheld",
        round=1,
        revision=5,
        shown="yellow",
        ver=(900, 1, 2),
        outcome=None,
        entries=[STEP],
    )
    ledger.card_rows = [msgspec.to_builtins(card)]
    ledger.stage_rows = {card.card_id: msgspec.to_builtins(stage)}
    return stage


@pytest.mark.parametrize(("role", "agency"), [*((role, None) for role in READERS), ("clerk", AGENCY)])
def test_a_step_names_a_person_to_nobody_unasked(
    visitor: TestClient, sign_in: Any, stage: Stage, role: str, agency: str | None
) -> None:
    sign_in(visitor, role, agency=agency)

    (item,) = visitor.get("/v1/cards").json()["items"]
    one = visitor.get(f"/v1/cards/{stage.card_id}").json()

    assert [each["life"]["entries"][0]["fields"] for each in (item, one)] == [STEP["fields"] | {"person": "王**"}] * 2


def test_the_live_feed_of_steps_names_a_person_to_nobody(stages: StageFeed, stage: Stage) -> None:
    async def first() -> bytes:
        stages.log.follow()  # type: ignore[attr-defined]  # the log in memory
        listener = stages.hub.listen(Wanted(permits=permits(Scope.everything())), None)
        stages.log.put(0, stage)  # type: ignore[attr-defined]  # the log in memory
        return await anext(listener.chunks(60))

    sent = asyncio.run(first()).decode()

    assert ("王小明" in sent, '"person":"王**"' in sent) == (False, True)
    assert "王小明".encode() in (stages.hub.latest(stage.card_id) or b"")


def test_a_step_is_read_whole_for_a_reason_that_is_on_the_trail(client: TestClient, stage: Stage, outbox: Any) -> None:
    answer = client.post("/v1/unmaskings/cards", json={"card_id": stage.card_id, "reason": WHY})

    assert answer.json()["entries"] == [{"action_id": "a-1", "verb": "recommend", "fields": {"person": "王小明"}}]
    (entry,) = [orjson.loads(each.value) for each in outbox.sent]
    assert (entry["action"], entry["object"], entry["detail"]["reason"]) == ("card.unmasked", stage.card_id, WHY)
    assert "王小明" not in outbox.sent[-1].value.decode()


@pytest.fixture
def asked(ledger: Any, stage: Stage) -> dict[str, dict[str, str]]:
    """What there is to be read whole, by its route."""
    ledger.letter_rows = [letter_of(event())]
    return {"letters": {"letter": LETTER}, "cards": {"card_id": stage.card_id}}


@pytest.mark.parametrize("what", ["letters", "cards"])
def test_nothing_is_read_whole_while_the_trail_is_away(
    client: TestClient, outbox: Any, asked: dict[str, dict[str, str]], what: str
) -> None:
    outbox.ready = False

    answer = client.post(f"/v1/unmaskings/{what}", json=asked[what] | {"reason": WHY})

    assert (answer.status_code, "王小明" in answer.text, "original" in answer.text) == (503, False, False)


@pytest.mark.parametrize("what", ["letters", "cards"])
@pytest.mark.parametrize("role", ["clerk", "rule_admin", "auditor", "system_admin"])
def test_nothing_is_read_whole_by_who_may_not(
    visitor: TestClient, sign_in: Any, asked: dict[str, dict[str, str]], what: str, role: str
) -> None:
    sign_in(visitor, role, agency=AGENCY if role == "clerk" else None)

    assert visitor.post(f"/v1/unmaskings/{what}", json=asked[what] | {"reason": WHY}).status_code == 403


@pytest.mark.parametrize("what", ["letters", "cards"])
def test_nothing_is_read_whole_without_a_reason(
    client: TestClient, asked: dict[str, dict[str, str]], what: str
) -> None:
    assert client.post(f"/v1/unmaskings/{what}", json=asked[what] | {"reason": "看看"}).status_code == 422


@pytest.mark.parametrize("asked", [("letters", {"letter": "ab" * 16}), ("cards", {"card_id": "ab" * 16})])
def test_what_is_not_there_is_not_read(client: TestClient, asked: tuple[str, dict[str, str]], outbox: Any) -> None:
    what, thing = asked

    assert (client.post(f"/v1/unmaskings/{what}", json=thing | {"reason": WHY}).status_code, outbox.sent) == (404, [])
