import hashlib
from typing import Any

import orjson
import pytest
from fastapi.testclient import TestClient

KEYED = {"Idempotency-Key": "3f1c"}
WANG = {"name": "wang", "title": "王经办", "role": "clerk", "agency": "A", "password": "Water-over-stone-7"}


@pytest.fixture
def admin(visitor: TestClient, sign_in: Any) -> TestClient:
    """A client signed in as who administers the system."""
    sign_in(visitor, "system_admin", name="zhou")
    return visitor


def last_entry(outbox: Any) -> tuple[str, str, str]:
    entry = orjson.loads(outbox.sent[-1].value)
    return entry["actor"], entry["action"], entry["object"]


@pytest.mark.parametrize("path", ["/v1/accounts", "/v1/keys"])
def test_accounts_and_keys_are_the_administrators_alone(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 403


def test_an_account_is_added_on_the_trail_and_its_password_told_nobody(admin: TestClient, outbox: Any) -> None:
    added = admin.post("/v1/accounts", json=WANG)

    assert (added.status_code, added.json()["must_change"], added.headers["etag"]) == (201, True, '"r1"')
    assert last_entry(outbox) == ("zhou", "account.added", "wang")
    assert WANG["password"] not in added.text + outbox.sent[-1].value.decode()


def test_without_the_trail_no_account_is_added(admin: TestClient, outbox: Any) -> None:
    outbox.ready = False
    refused = admin.post("/v1/accounts", json=WANG)

    assert (refused.status_code, [each["name"] for each in admin.get("/v1/accounts").json()["items"]]) == (
        503,
        ["zhou"],
    )


def test_a_clerk_without_an_agency_is_told(admin: TestClient) -> None:
    problem = admin.post("/v1/accounts", json=WANG | {"agency": None}).json()

    assert (problem["status"], problem["errors"][0]["pointer"]) == (422, "/body/role")


def test_a_name_in_use_is_told(admin: TestClient) -> None:
    answers = [admin.post("/v1/accounts", json=WANG).status_code for _ in range(2)]

    assert answers == [201, 409]


def test_a_request_sent_again_under_its_key_is_made_once(admin: TestClient) -> None:
    answers = [admin.post("/v1/keys", json={"title": "对账", "role": "auditor"}, headers=KEYED) for _ in range(2)]

    assert answers[0].json() == answers[1].json()
    assert len(admin.get("/v1/keys").json()["items"]) == 1


def test_a_key_used_for_another_request_is_refused(admin: TestClient) -> None:
    admin.post("/v1/keys", json={"title": "对账", "role": "auditor"}, headers=KEYED)
    other = admin.post("/v1/keys", json={"title": "报表", "role": "auditor"}, headers=KEYED)

    assert (other.status_code, other.json()["type"]) == (422, "urn:mingjing:problem:idempotency_key_reused")


def test_a_request_that_failed_may_be_sent_again_under_its_key(admin: TestClient, outbox: Any) -> None:
    outbox.ready = False
    refused = admin.post("/v1/accounts", json=WANG, headers=KEYED)
    outbox.ready = True

    assert [refused.status_code, admin.post("/v1/accounts", json=WANG, headers=KEYED).status_code] == [503, 201]


@pytest.mark.parametrize(
    ("method", "path", "sent"),
    [
        ("DELETE", "/v1/keys/{key}", None),
        ("POST", "/v1/keys/{key}/rotation", {"overlap_hours": 1}),
        ("POST", "/v1/accounts/wang/password", {"password": "Stone-under-water-8"}),
        ("DELETE", "/v1/accounts/wang/sessions", None),
    ],
)
def test_any_write_sent_again_under_its_key_is_answered_again_and_done_once(
    admin: TestClient, outbox: Any, method: str, path: str, sent: dict[str, Any] | None
) -> None:
    admin.post("/v1/accounts", json=WANG)
    key = admin.post("/v1/keys", json={"title": "对账", "role": "auditor"}).json()["id"]
    before = len(outbox.sent)
    answers = [admin.request(method, path.format(key=key), json=sent, headers=KEYED) for _ in range(2)]

    assert answers[0].is_success
    assert [answers[0].status_code, answers[0].content] == [answers[1].status_code, answers[1].content]
    assert len(outbox.sent) == before + 1


def test_a_write_sent_while_the_first_is_at_work_is_told_so(admin: TestClient, gate: Any) -> None:
    key = admin.post("/v1/keys", json={"title": "对账", "role": "auditor"}).json()["id"]
    digest = hashlib.sha256(f"DELETE\n/v1/keys/{key}\n\n".encode()).hexdigest()
    now = gate.now_ms()
    gate.registry.idempotency.begin("zhou", KEYED["Idempotency-Key"], digest, expires_ms=now + 1000, now_ms=now)

    assert admin.delete(f"/v1/keys/{key}", headers=KEYED).json()["type"] == "urn:mingjing:problem:in_progress"


def test_a_key_that_is_none_is_pointed_at(admin: TestClient) -> None:
    refused = admin.delete("/v1/keys/mk_0000000000000000", headers={"Idempotency-Key": "x" * 65})

    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/header/Idempotency-Key")


def test_a_rotated_key_goes_on_for_its_overlap_and_no_longer(
    admin: TestClient, gate: Any, instant: Any, outbox: Any
) -> None:
    old = admin.post("/v1/keys", json={"title": "对账", "role": "auditor"}).json()["id"]
    new = admin.post(f"/v1/keys/{old}/rotation", json={"overlap_hours": 2}).json()
    good = []
    for hours in (0, 2):
        held = {each.id: each.good(instant() + hours * 3_600_000) for each in gate.registry.keys.all()}
        good.append((held[old], held[new["id"]]))

    assert (new["replaces"], new["role"], len(new["secret"]) > 40) == (old, "auditor", True)
    assert good == [(True, True), (False, True)]
    assert last_entry(outbox) == ("zhou", "key.rotated", old)


def test_a_revoked_key_is_not_rotated(admin: TestClient) -> None:
    key = admin.post("/v1/keys", json={"title": "对账", "role": "auditor"}).json()["id"]
    admin.delete(f"/v1/keys/{key}")

    assert admin.post(f"/v1/keys/{key}/rotation", json={}).status_code == 404


def test_an_administrator_sees_and_ends_the_sessions_of_anybody(admin: TestClient, gate: Any, outbox: Any) -> None:
    account = gate.registry.accounts.of("zhou")
    gate.tickets.give(account, "open", address="10.0.0.9", browser="Firefox", now_ms=gate.now_ms())
    seen = admin.get("/v1/accounts/zhou/sessions").json()["items"]
    ended = admin.delete("/v1/accounts/zhou/sessions")

    assert sorted((each["address"], each["here"]) for each in seen) == [("-", True), ("10.0.0.9", False)]
    assert (ended.status_code, last_entry(outbox)) == (204, ("zhou", "session.revoked", "zhou"))
    assert admin.get("/v1/accounts").status_code == 401


def test_of_two_administrators_the_second_is_told(admin: TestClient) -> None:
    admin.post("/v1/accounts", json=WANG)
    answers = [
        admin.patch("/v1/accounts/wang", json={"title": title}, headers={"If-Match": '"r1"'})
        for title in ("王一", "王二")
    ]

    assert [each.status_code for each in answers] == [200, 412]
    assert (answers[1].json()["current"]["title"], answers[1].json()["current"]["revision"]) == ("王一", 2)


def test_a_change_leaves_what_it_does_not_name(admin: TestClient) -> None:
    admin.post("/v1/accounts", json=WANG)

    changed = admin.patch("/v1/accounts/wang", json={"title": "王一"}, headers={"If-Match": '"r1"'}).json()

    assert (changed["title"], changed["agency"], changed["revision"]) == ("王一", "A", 2)


@pytest.mark.parametrize("change", [{"disabled": True}, {"role": "auditor"}])
def test_nobody_closes_or_promotes_themselves(admin: TestClient, change: dict[str, Any]) -> None:
    assert admin.patch("/v1/accounts/zhou", json=change, headers={"If-Match": '"r1"'}).status_code == 409


def test_a_reset_password_is_on_the_trail(admin: TestClient, outbox: Any) -> None:
    admin.post("/v1/accounts", json=WANG)
    answer = admin.post("/v1/accounts/wang/password", json={"password": "Stone-under-water-8"})

    assert (answer.status_code, last_entry(outbox)) == (204, ("zhou", "password.changed", "wang"))


def test_a_revoked_key_cannot_be_revoked_again(admin: TestClient) -> None:
    key = admin.post("/v1/keys", json={"title": "对账", "role": "auditor", "days": 90}).json()["id"]

    assert [admin.delete(f"/v1/keys/{key}").status_code for _ in range(2)] == [204, 404]
