"""Who sees what: every route asks, and asks the caller's scope."""

import asyncio
import re
from collections.abc import AsyncGenerator, Callable
from typing import Any

import orjson
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from mingjing.services.api.feed.welcome import while_welcome
from mingjing.services.api.porter import Porter
from mingjing.services.auth.caller import Caller
from mingjing.services.auth.gate import Gate, caller_of
from mingjing.services.auth.signature import Issued, authorization
from mingjing.services.auth.signature import caller_of as caller_of_key
from mingjing.services.ledger.scope import Scope

AGENCY = "91330100MA00000001"
OPEN = {
    ("/healthz", "get"),
    ("/readyz", "get"),
    ("/metrics", "get"),
    ("/asyncapi.json", "get"),
    ("/v1/session", "get"),
    ("/v1/session", "post"),
    ("/v1/session", "delete"),
    ("/v1/session/code", "post"),
    ("/v1/session/password", "post"),
    ("/v1/oidc/start", "get"),
    ("/v1/oidc/callback", "get"),
}
"""What may be asked by nobody in particular: probes, and the way in."""


def sign(issued: Issued, gate: Gate, method: str, path: str, body: bytes = b"") -> dict[str, str]:
    now = gate.now_ms() // 1000
    return {"Authorization": authorization(issued.key.id, issued.secret, method, path, body, now)}


@pytest.fixture
def program(gate: Gate) -> Issued:
    return gate.signatures.issue(
        title="对账程序", role="clerk", region=None, agency=AGENCY, made_by="zhou", now_ms=gate.now_ms()
    )


def test_every_route_but_the_ways_in_asks_who_is_asking(app: FastAPI) -> None:
    asked = {
        (path, method)
        for path, methods in app.openapi()["paths"].items()
        for method, operation in methods.items()
        if "security" not in operation
    }

    assert asked - OPEN == set()


@pytest.mark.parametrize("path", ["/v1/cards", "/v1/cases", "/v1/overview", "/v1/reference", "/v1/dead-letters"])
def test_nobody_reads_without_saying_who_they_are(visitor: TestClient, path: str) -> None:
    answer = visitor.get(path)

    assert (answer.status_code, answer.headers["content-type"]) == (401, "application/problem+json")


@pytest.mark.parametrize(
    ("role", "region", "agency", "scope"),
    [
        ("supervisor", None, None, Scope(None, None)),
        ("inspector", "330106000000", None, Scope(("330106000000",), None)),
        ("clerk", None, AGENCY, Scope(None, (AGENCY,))),
    ],
)
def test_the_ledger_is_asked_within_the_callers_reach(
    visitor: TestClient, ledger: Any, sign_in: Any, role: str, region: str | None, agency: str | None, scope: Scope
) -> None:
    sign_in(visitor, role, region, agency)

    visitor.get("/v1/cards")

    assert scope in ledger.scopes


@pytest.mark.parametrize("path", ["/v1/cards", "/v1/cases", "/v1/overview", "/v1/cards/stream", "/v1/dead-letters"])
def test_who_administers_the_system_sees_no_case(visitor: TestClient, sign_in: Any, path: str) -> None:
    sign_in(visitor, "system_admin")

    answer = visitor.get(path)

    assert (answer.status_code, answer.json()["type"]) == (403, "urn:mingjing:problem:not_permitted")


def test_an_agencys_bearer_key_reads_that_agencys_cards(visitor: TestClient, ledger: Any) -> None:
    visitor.get("/v1/cards", headers={"Authorization": "Bearer key-of-the-market-bureau"})

    assert Scope(None, (AGENCY,)) in ledger.scopes


def test_a_program_is_known_by_what_it_signs(visitor: TestClient, gate: Gate, program: Issued) -> None:
    path = "/v1/cards?limit=2&case=%E5%8A%9E/1"

    assert visitor.get(path, headers=sign(program, gate, "GET", path)).status_code == 200


def test_a_signed_batch_of_events_is_taken(visitor: TestClient, gate: Gate, program: Issued, outbox: Any) -> None:
    body = orjson.dumps(
        {
            "specversion": "1.0",
            "id": "e-1",
            "source": "urn:yunzhou:scjg",
            "type": "case.accepted",
            "subject": "2026-1",
            "time": "2026-03-06T10:00:00+08:00",
        }
    )
    headers = sign(program, gate, "POST", "/v1/events", body) | {"Content-Type": "application/cloudevents+json"}

    answer = visitor.post("/v1/events", content=body, headers=headers)

    assert (answer.status_code, answer.json()["accepted"]) == (202, 1)
    assert outbox.sent[-1].value == body


def test_a_signed_body_that_was_altered_is_refused(visitor: TestClient, gate: Gate, program: Issued) -> None:
    headers = sign(program, gate, "POST", "/v1/events", b"[]")

    answer = visitor.post("/v1/events", content=b"[1]", headers=headers)

    assert (answer.status_code, answer.json()["type"]) == (401, "urn:mingjing:problem:bad_signature")


def test_who_is_of_no_agency_posts_no_events(client: TestClient) -> None:
    answer = client.post("/v1/events", json=[], headers={"Content-Type": "application/cloudevents-batch+json"})

    assert (answer.status_code, answer.json()["type"]) == (403, "urn:mingjing:problem:no_agency")


def test_guessing_at_keys_is_slowed(visitor: TestClient) -> None:
    answers = [visitor.get("/v1/cards", headers={"Authorization": f"Bearer {n}"}).status_code for n in range(62)]

    assert (answers[0], answers[-1]) == (401, 429)


@pytest.mark.parametrize("path", ["/v1/overview", "/healthz", "/nowhere", "/console/"])
def test_every_answer_tells_the_browser_to_hold_it_to_what_it_is(client: TestClient, path: str) -> None:
    headers = client.get(path).headers

    assert headers["x-content-type-options"] == "nosniff"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "unsafe-eval" not in headers["content-security-policy"]


def test_opening_a_case_is_on_the_trail(client: TestClient, outbox: Any, make_case: Callable[..., str]) -> None:
    key = make_case()
    client.get(f"/v1/cases/{key}")

    (entry,) = [orjson.loads(value) for topic, _, value, _ in outbox.sent if topic == "audit"]
    assert (entry["actor"], entry["action"], entry["object"]) == ("supervisor", "case.opened", key)


def test_looking_at_the_clocks_of_a_list_is_on_the_trail_once_with_the_question_and_the_cases(
    client: TestClient, outbox: Any, make_case: Callable[..., str]
) -> None:
    key = make_case()
    client.get("/v1/case-clocks", params={"case": [key, "cn/2"], "on": "/cards?level=red"})

    (entry,) = [orjson.loads(each.value) for each in outbox.sent if each.topic == "audit"]
    assert (entry["action"], entry["object"], entry["detail"]["cases"]) == (
        "case.counted",
        "/cards?level=red",
        [key, "cn/2"],
    )


def test_without_the_trail_no_clock_is_told(client: TestClient, outbox: Any, make_case: Callable[..., str]) -> None:
    key = make_case()
    outbox.ready = False

    assert client.get("/v1/case-clocks", params={"case": key}).status_code == 503


@pytest.mark.parametrize("typed", ["/cases?q=王小明", "/cases?q=%E7%8E%8B"])
def test_no_words_that_somebody_typed_come_onto_the_trail_with_a_list(client: TestClient, typed: str) -> None:
    assert client.get("/v1/case-clocks", params={"case": "cn/1", "on": typed}).status_code == 422


def test_what_is_searched_for_is_on_the_trail_as_a_mark_that_tells_nothing(client: TestClient, outbox: Any) -> None:
    for _ in range(2):
        client.get("/v1/cases", params={"q": "王小明"})

    first, again = [orjson.loads(each.value) for each in outbox.sent if each.topic == "audit"]
    assert first["action"] == "case.searched"
    assert re.fullmatch(r"#[0-9a-f]{32}/3", first["object"])
    assert (again["object"], "王小明" in outbox.sent[-1].value.decode()) == (first["object"], False)


def test_a_name_that_is_nobodys_is_on_the_trail_as_a_mark(visitor: TestClient, outbox: Any) -> None:
    visitor.post("/v1/session", json={"name": "my-password-typed-here", "password": "Water-over-stone-7"})

    entry = orjson.loads(outbox.sent[-1].value)
    assert (entry["action"], entry["object"][:1]) == ("session.refused", "#")
    assert "my-password-typed-here" not in outbox.sent[-1].value.decode()


def test_without_the_trail_no_case_is_opened(client: TestClient, outbox: Any, make_case: Callable[..., str]) -> None:
    key = make_case()
    outbox.ready = False

    assert client.get(f"/v1/cases/{key}").status_code == 503


def test_personal_fields_of_a_case_are_hidden(client: TestClient, make_case: Callable[..., str]) -> None:
    (event,) = client.get(f"/v1/cases/{make_case()}").json()["events"]

    assert event["data"] == {"applicant": "王**", "channel": "online", "enterprise": "91990100MB0000031Q"}


def test_who_complained_is_hidden_from_the_agency(
    visitor: TestClient, sign_in: Any, make_case: Callable[..., str]
) -> None:
    sign_in(visitor, "clerk", agency=AGENCY)

    (event,) = visitor.get(f"/v1/cases/{make_case()}").json()["events"]

    assert event["data"]["enterprise"] == "***"


def test_personal_fields_are_shown_for_a_reason_that_is_on_the_trail(
    client: TestClient, outbox: Any, make_case: Callable[..., str]
) -> None:
    asked = {"case_key": make_case(), "reason": "核实申诉人身份"}

    answer = client.post("/v1/unmaskings", json=asked)

    assert [each["data"] for each in answer.json()["events"]] == [{"applicant": "王小明"}]
    entry = orjson.loads(outbox.sent[-1].value)
    assert (entry["action"], entry["detail"]["reason"]) == ("case.unmasked", "核实申诉人身份")
    assert "王小明" not in outbox.sent[-1].value.decode()


def test_without_a_reason_nothing_is_shown(client: TestClient, make_case: Callable[..., str]) -> None:
    assert client.post("/v1/unmaskings", json={"case_key": make_case(), "reason": "看看"}).status_code == 422


def test_a_clerk_is_shown_no_personal_field(visitor: TestClient, sign_in: Any, make_case: Callable[..., str]) -> None:
    sign_in(visitor, "clerk", agency=AGENCY)

    asked = {"case_key": make_case(), "reason": "核实申诉人身份"}

    assert visitor.post("/v1/unmaskings", json=asked).status_code == 403


def test_the_trail_is_an_auditors_to_read(client: TestClient, visitor: TestClient, sign_in: Any) -> None:
    assert client.get("/v1/audit").status_code == 403
    sign_in(visitor, "auditor")
    assert visitor.get("/v1/audit").json() == {"items": [], "next_before": None}


def test_a_saved_filter_is_its_owners_own(visitor: TestClient, sign_in: Any) -> None:
    sign_in(visitor, "inspector")
    visitor.put("/v1/filters/本周红牌?page=cards", json={"query": "level=red"})
    mine = [each["name"] for each in visitor.get("/v1/filters").json()["items"]]
    sign_in(visitor, "supervisor")

    assert (mine, visitor.get("/v1/filters").json()["items"]) == (["本周红牌"], [])


async def still(app: FastAPI, caller: Caller) -> bool:
    porter: Porter = app.state.porter
    return await porter.still(caller)


async def _bytes() -> AsyncGenerator[bytes, None]:
    for each in (b"1", b"2", b"3"):
        yield each


@pytest.mark.parametrize(("welcome", "shown"), [(True, [b"1", b"2", b"3"]), (False, [b"1"])])
def test_a_stream_ends_soon_after_its_reader_is_welcome_no_longer(*, welcome: bool, shown: list[bytes]) -> None:
    seconds = iter((0.0, 1.0, 31.0, 31.0, 32.0, 32.0))

    async def asked() -> bool:
        return welcome

    async def seen() -> list[bytes]:
        return [each async for each in while_welcome(_bytes(), asked, clock=lambda: next(seconds))]

    assert asyncio.run(seen()) == shown


def test_a_stream_opened_with_a_key_ends_with_the_key(app: FastAPI, gate: Gate, program: Issued) -> None:
    caller = caller_of_key(program.key)
    before = asyncio.run(still(app, caller))
    gate.registry.keys.revoke(program.key.id, gate.now_ms())

    assert (before, asyncio.run(still(app, caller))) == (True, False)


def test_a_stream_opened_in_a_session_ends_with_it(app: FastAPI, gate: Gate, visitor: TestClient, sign_in: Any) -> None:
    account = sign_in(visitor, "inspector")
    (session,) = gate.registry.sessions.of_account(account.name)
    caller = caller_of(account, session)
    before = asyncio.run(still(app, caller))
    gate.registry.sessions.end_all(account.name)

    assert (before, asyncio.run(still(app, caller))) == (True, False)
