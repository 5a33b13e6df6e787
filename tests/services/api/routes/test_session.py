from typing import Any
from urllib.parse import parse_qs, urlsplit

import orjson
import pyotp
import pytest
from fastapi.testclient import TestClient

from mingjing.services.api.porter import COOKIE, CSRF
from mingjing.services.auth.gate import Gate
from mingjing.services.registry import Account

PASSWORD = "Water-over-stone-7"  # noqa: S105  # of an account that ends with its test
NEXT = "Stone-under-water-8"


@pytest.fixture
def li(gate: Gate) -> Account:
    gate.people.add(Account(name="li", title="李监察", role="inspector", region="33"), PASSWORD, gate.now_ms())
    return gate.registry.accounts.change("li", must_change=False)


def enter(client: TestClient, name: str = "li", password: str = PASSWORD) -> Any:
    answer = client.post("/v1/session", json={"name": name, "password": password})
    if answer.status_code == 200:
        client.headers[CSRF] = answer.json()["csrf"]
    return answer


def trail(outbox: Any) -> list[tuple[str, str]]:
    entries = [orjson.loads(value) for topic, _, value, _ in outbox.sent if topic == "audit"]
    return [(each["actor"], each["action"]) for each in entries]


def test_nobody_is_signed_in_at_first(visitor: TestClient) -> None:
    assert visitor.get("/v1/session").json()["stage"] == "none"


@pytest.mark.usefixtures("li")
def test_who_signs_in_is_told_who_they_are_and_what_they_may(visitor: TestClient) -> None:
    state = enter(visitor).json()

    assert (state["stage"], state["who"]["role_title"], state["who"]["region"]) == ("open", "监察员", "33")
    assert "card.act" in state["who"]["actions"]


@pytest.mark.usefixtures("li")
def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites(visitor: TestClient) -> None:
    cookie = enter(visitor).headers["set-cookie"].lower()

    assert [each in cookie for each in ("httponly", "samesite=lax", "path=/")] == [True, True, True]


@pytest.mark.usefixtures("li")
def test_a_wrong_password_is_told_as_an_unknown_name_is(visitor: TestClient) -> None:
    answers = [enter(visitor, name, "Wrong-over-stone-7") for name in ("li", "nobody")]

    assert [each.status_code for each in answers] == [401, 401]
    assert answers[0].json() == answers[1].json()


@pytest.mark.usefixtures("li")
def test_coming_and_going_and_being_refused_are_on_the_trail(visitor: TestClient, outbox: Any) -> None:
    enter(visitor, password="Wrong-over-stone-7")  # noqa: S106  # wrong on purpose
    enter(visitor)
    visitor.delete("/v1/session")

    assert trail(outbox) == [("li", "session.refused"), ("li", "session.opened"), ("li", "session.closed")]


@pytest.mark.usefixtures("li")
def test_without_the_trail_nobody_comes_in(visitor: TestClient, outbox: Any) -> None:
    outbox.ready = False

    assert enter(visitor).status_code == 503
    assert visitor.get("/v1/session").json()["stage"] == "none"


@pytest.mark.usefixtures("li")
def test_who_has_signed_out_is_out(visitor: TestClient) -> None:
    enter(visitor)
    token = visitor.cookies[COOKIE]
    visitor.delete("/v1/session")
    visitor.cookies.set(COOKIE, token)

    assert visitor.get("/v1/overview").status_code == 401


@pytest.mark.usefixtures("li")
def test_a_write_without_the_sessions_token_is_refused(visitor: TestClient) -> None:
    enter(visitor)
    del visitor.headers[CSRF]

    answer = visitor.delete("/v1/session")

    assert (answer.status_code, answer.json()["type"]) == (403, "urn:mingjing:problem:no_csrf_token")


@pytest.mark.usefixtures("li")
def test_a_sign_in_sent_by_another_sites_page_is_refused(visitor: TestClient) -> None:
    visitor.headers["Sec-Fetch-Site"] = "cross-site"

    assert enter(visitor).status_code == 403


def test_guessing_at_one_name_is_slowed(visitor: TestClient) -> None:
    answers = [enter(visitor, "li", "Wrong-over-stone-7") for _ in range(11)]

    assert answers[-1].status_code == 429
    assert 0 < int(answers[-1].headers["retry-after"]) <= 60


def test_who_owes_a_new_password_may_do_nothing_else(visitor: TestClient, li: Account, gate: Gate) -> None:
    gate.registry.accounts.change(li.name, must_change=True)

    assert enter(visitor).json()["stage"] == "change"
    assert visitor.get("/v1/overview").json()["type"] == "urn:mingjing:problem:change_due"


def test_a_new_password_opens_what_was_owed_under_another_cookie(visitor: TestClient, li: Account, gate: Gate) -> None:
    gate.registry.accounts.change(li.name, must_change=True)
    enter(visitor)
    before = visitor.cookies[COOKIE]

    state = visitor.post("/v1/session/password", json={"old": PASSWORD, "new": NEXT}).json()

    assert (state["stage"], visitor.get("/v1/overview").status_code) == ("open", 200)
    assert visitor.cookies[COOKIE] != before


@pytest.mark.usefixtures("li")
def test_an_unfit_new_password_is_told_where_and_why(visitor: TestClient) -> None:
    enter(visitor)

    problem = visitor.post("/v1/session/password", json={"old": PASSWORD, "new": "short"}).json()

    assert (problem["status"], problem["errors"][0]["pointer"]) == (422, "/body/new")


@pytest.mark.usefixtures("li")
def test_a_confirmed_authenticator_is_asked_for_at_the_next_sign_in(visitor: TestClient, gate: Gate) -> None:
    enter(visitor)
    uri = visitor.post("/v1/authenticator", json={"password": PASSWORD}).json()["uri"]
    authenticator = pyotp.TOTP(parse_qs(urlsplit(uri).query)["secret"][0])
    now = gate.now_ms() // 1000
    confirmed = visitor.post("/v1/authenticator/confirm", json={"code": authenticator.at(now - 30)})
    visitor.delete("/v1/session")

    assert (confirmed.status_code, enter(visitor).json()["stage"]) == (204, "code")
    assert visitor.get("/v1/overview").json()["type"] == "urn:mingjing:problem:code_due"
    assert visitor.post("/v1/session/code", json={"code": authenticator.at(now)}).json()["stage"] == "open"


@pytest.mark.usefixtures("li")
def test_an_authenticator_is_given_for_the_password_alone(visitor: TestClient) -> None:
    enter(visitor)

    assert visitor.post("/v1/authenticator", json={"password": "Wrong-over-stone-7"}).status_code == 422


@pytest.mark.usefixtures("li")
def test_another_browsers_session_can_be_ended(visitor: TestClient) -> None:
    enter(visitor)
    there = visitor.cookies[COOKIE]
    visitor.cookies.clear()
    enter(visitor)
    (other,) = [each["id"] for each in visitor.get("/v1/sessions").json()["items"] if not each["here"]]

    assert visitor.delete(f"/v1/sessions/{other}").status_code == 204
    visitor.cookies.clear()
    visitor.cookies.set(COOKIE, there)
    assert visitor.get("/v1/overview").status_code == 401


def test_demo_accounts_are_told_where_this_is_a_demo(visitor: TestClient, li: Account, gate: Gate) -> None:
    gate.registry.accounts.change(li.name, demo=True)

    state = visitor.get("/v1/session").json()

    assert (state["demo"], [each["name"] for each in state["demo_accounts"]]) == (True, ["li"])
