"""Signing in at a real OpenID Connect provider, and what comes of one that errs or lies."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from tests.services.auth.openid import SECRET, OpenIdProvider, served

from mingjing.services.auth.gate import Gate
from mingjing.services.auth.provider import KEYS_AGAIN_S
from mingjing.services.registry import Account, Database, Registry
from mingjing.services.settings import read_settings
from mingjing.services.stack.addresses import free_ports

CALLBACK = "https://jiancha.example/v1/oidc/callback"


@pytest.fixture(scope="module")
def openid() -> Iterator[OpenIdProvider]:
    (port,) = free_ports(1)
    provider = OpenIdProvider(f"http://127.0.0.1:{port}", CALLBACK)
    with served(provider, port):
        yield provider


@pytest.fixture(autouse=True)
def _honest(openid: OpenIdProvider) -> None:
    openid.changes = {}
    openid.who = {"sub": "u-1", "preferred_username": "wang"}
    openid.told = dict(openid.who)


@pytest.fixture
def seconds() -> list[float]:
    """What has passed by the clock that ages the provider's keys, in parts."""
    return [1.0]


@pytest.fixture
def gate(tmp_path: Path, openid: OpenIdProvider, seconds: list[float]) -> Iterator[Gate]:
    registry = Registry(Database(f"sqlite:///{tmp_path / 'registry.sqlite'}"))
    registry.database.migrate()
    settings = read_settings(
        oidc_issuer=openid.issuer,
        oidc_client_secret=SECRET,
        public_url="https://jiancha.example",
        secret="a-secret-of-its-own",  # noqa: S106  # of an installation that ends with its test
    )
    yield Gate(settings, registry, elapsed=lambda: sum(seconds))
    registry.database.close()


@pytest.fixture
def wang(gate: Gate) -> Account:
    return gate.people.add(Account(name="wang", title="王监察", role="inspector"), None, gate.now_ms())


@pytest.fixture
def browser(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, base_url="https://jiancha.example", follow_redirects=False) as client:
        yield client


def to_the_provider(browser: TestClient, onward: str = "/console/cards") -> str:
    """Go to the provider and return the address it sends back to."""
    sent = browser.get("/v1/oidc/start", params={"next": onward}).headers["location"]
    return httpx2.get(sent, timeout=10).headers["location"]


def sign_in(browser: TestClient, onward: str = "/console/cards") -> str:
    """Go there and back, and return where that leads."""
    return browser.get(to_the_provider(browser, onward)).headers["location"]


@pytest.mark.usefixtures("wang")
def test_who_the_provider_knows_comes_in_where_they_were_going(browser: TestClient) -> None:
    assert sign_in(browser) == "/console/cards"
    assert browser.get("/v1/session").json()["who"]["name"] == "wang"


@pytest.mark.usefixtures("wang")
def test_a_name_that_is_not_in_the_token_is_asked_for(browser: TestClient, openid: OpenIdProvider) -> None:
    openid.who = {"sub": "u-1"}

    assert sign_in(browser) == "/console/cards"


@pytest.mark.usefixtures("wang")
def test_what_is_said_of_somebody_else_is_not_believed(browser: TestClient, openid: OpenIdProvider) -> None:
    openid.who, openid.told = {"sub": "u-1"}, {"sub": "u-2", "preferred_username": "wang"}

    assert sign_in(browser) == "/console/?provider=refused"


@pytest.mark.usefixtures("wang")
@pytest.mark.parametrize(
    ("issuer", "onward"), [(None, "/console/cards"), ("https://evil.example", "/console/?provider=refused")]
)
def test_a_code_that_another_provider_hands_over_is_not_taken_there(
    browser: TestClient, openid: OpenIdProvider, issuer: str | None, onward: str
) -> None:
    back = f"{to_the_provider(browser)}&iss={issuer or openid.issuer}"

    assert browser.get(back).headers["location"] == onward


@pytest.mark.usefixtures("wang")
def test_over_https_the_cookie_is_bound_to_the_host(browser: TestClient) -> None:
    sign_in(browser)

    assert "__Host-mingjing_session" in browser.cookies


@pytest.mark.usefixtures("wang")
def test_the_second_time_it_is_the_subject_that_counts(browser: TestClient, openid: OpenIdProvider) -> None:
    sign_in(browser)
    openid.who = {"sub": "u-1", "preferred_username": "married-name"}

    assert sign_in(browser) == "/console/cards"


@pytest.mark.usefixtures("wang")
def test_nobody_takes_over_an_account_that_is_bound(browser: TestClient, openid: OpenIdProvider) -> None:
    sign_in(browser)
    openid.who = {"sub": "u-2", "preferred_username": "wang"}

    assert sign_in(browser) == "/console/?provider=no_account"


def test_an_account_with_a_password_is_not_taken_over_by_name(
    browser: TestClient, gate: Gate, openid: OpenIdProvider
) -> None:
    gate.people.add(Account(name="li", title="李", role="inspector"), "Water-over-stone-7", gate.now_ms())
    openid.who = {"sub": "u-3", "preferred_username": "li"}

    assert sign_in(browser) == "/console/?provider=no_account"


def test_who_has_no_account_is_told_so(browser: TestClient) -> None:
    assert sign_in(browser) == "/console/?provider=no_account"


def test_a_closed_account_stays_closed(browser: TestClient, gate: Gate, wang: Account) -> None:
    gate.registry.accounts.change(wang.name, disabled=True)

    assert sign_in(browser) == "/console/?provider=no_account"


@pytest.mark.usefixtures("wang")
@pytest.mark.parametrize(
    "changes",
    [
        {"nonce": "another"},
        {"aud": "another"},
        {"aud": ["mingjing", "another"], "azp": "another"},
        {"iss": "https://another.example"},
        {"exp": 1},
        {"sub": None},
    ],
)
def test_a_token_that_is_not_ours_now_is_refused(
    browser: TestClient, openid: OpenIdProvider, changes: dict[str, object]
) -> None:
    openid.changes = changes

    assert sign_in(browser) == "/console/?provider=refused"


@pytest.mark.usefixtures("wang")
def test_an_answer_to_another_browser_is_refused(browser: TestClient) -> None:
    back = to_the_provider(browser)
    browser.cookies.clear()

    assert browser.get(back).headers["location"] == "/console/?provider=refused"


@pytest.mark.usefixtures("wang")
def test_an_answer_with_another_state_is_refused(browser: TestClient) -> None:
    code = parse_qs(urlsplit(to_the_provider(browser)).query)["code"][0]

    answer = browser.get("/v1/oidc/callback", params={"code": code, "state": "made-up"})

    assert answer.headers["location"] == "/console/?provider=refused"


@pytest.mark.usefixtures("wang")
def test_a_code_is_good_once(browser: TestClient) -> None:
    back = to_the_provider(browser)
    errand = dict(browser.cookies)
    browser.get(back)
    for name, value in errand.items():
        browser.cookies.set(name, value)

    assert browser.get(back).headers["location"] == "/console/?provider=refused"


@pytest.mark.usefixtures("wang")
def test_the_way_back_leads_nowhere_but_into_the_console(browser: TestClient) -> None:
    assert sign_in(browser, "https://elsewhere.example/console/") == "/console/"


@pytest.mark.usefixtures("wang")
def test_keys_the_provider_has_changed_are_fetched_again_but_not_at_once(
    browser: TestClient, seconds: list[float], openid: OpenIdProvider
) -> None:
    sign_in(browser)
    openid.rotate()
    at_once = sign_in(browser)
    seconds.append(KEYS_AGAIN_S)

    assert (at_once, sign_in(browser)) == ("/console/?provider=refused", "/console/cards")


@pytest.mark.usefixtures("wang")
def test_a_program_with_the_providers_token_is_its_account(browser: TestClient, openid: OpenIdProvider) -> None:
    answers = [
        browser.get("/v1/overview", headers={"Authorization": f"Bearer {token}"}).status_code
        for token in (openid.token(), openid.token() + "x", "a.b.c")
    ]

    assert answers == [200, 401, 401]


def test_a_provider_that_is_away_is_told_as_away(
    browser: TestClient, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert gate.provider is not None
    monkeypatch.setattr(gate.provider, "issuer", "http://127.0.0.1:1")

    assert browser.get("/v1/oidc/start").headers["location"] == "/console/?provider=away"
