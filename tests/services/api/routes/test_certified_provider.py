"""Signing in at a certified OpenID Connect provider that is not ours: oidc-provider, with its own pages and consent."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from mingjing.services.auth.gate import Gate
from mingjing.services.registry import Account, Database, Registry
from mingjing.services.settings import read_settings
from mingjing.services.stack.addresses import free_ports

pytestmark = pytest.mark.system

HERE = Path(__file__).parent / "certified"
SITE = "https://jiancha.example"
CALLBACK = f"{SITE}/v1/oidc/callback"
MOST_STEPS = 12


@pytest.fixture(scope="module")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the provider, ready."""
    if shutil.which("npm") is None:
        pytest.fail("oidc-provider needs node and npm, which the console is built with")
    folder = tmp_path_factory.mktemp("openid")
    for name in ("package.json", "provider.mjs"):
        shutil.copy(HERE / name, folder / name)
    subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--silent"], cwd=folder, check=True, timeout=240)
    (port,) = free_ports(1)
    address = f"http://127.0.0.1:{port}"
    command = ["node", "provider.mjs", address, CALLBACK, str(port)]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == "ready\n"
        yield address
        running.terminate()


@pytest.fixture
def gate(tmp_path: Path, issuer: str) -> Iterator[Gate]:
    registry = Registry(Database(f"sqlite:///{tmp_path / 'registry.sqlite'}"))
    registry.database.migrate()
    settings = read_settings(
        oidc_issuer=issuer,
        oidc_client_secret="client-secret",  # noqa: S106  # of a provider that ends with its test
        public_url=SITE,
        secret="a-secret-of-its-own",  # noqa: S106  # of an installation that ends with its test
    )
    yield Gate(settings, registry)
    registry.database.close()


@pytest.fixture
def browser(app: FastAPI, gate: Gate) -> Iterator[TestClient]:
    gate.people.add(Account(name="wang", title="王监察", role="inspector"), None, gate.now_ms())
    with TestClient(app, base_url=SITE, follow_redirects=False) as client:
        yield client


def sent_back(sent: str, name: str) -> str:
    """Go where we are sent, sign in there as `name`, consent, and return the address that leads back to us."""
    with httpx2.Client(timeout=20) as client:
        answer = client.get(sent)
        for _ in range(MOST_STEPS):
            if answer.is_redirect:
                onward = str(answer.url.join(answer.headers["location"]))
                if onward.startswith(CALLBACK):
                    return onward
                answer = client.get(onward)
            else:
                asked = {"prompt": "login", "login": name, "password": "any"}
                form = asked if 'name="login"' in answer.text else {"prompt": "consent"}
                answer = client.post(answer.url, data=form)
    raise AssertionError(f"the provider leads nowhere: {answer.status_code} {answer.text[:200]}")


def sign_in(browser: TestClient, name: str) -> str:
    return browser.get(sent_back(browser.get("/v1/oidc/start").headers["location"], name)).headers["location"]


def test_who_a_certified_provider_knows_comes_in(browser: TestClient, gate: Gate) -> None:
    sign_in(browser, "wang")

    assert browser.get("/v1/session").json()["who"]["name"] == "wang"
    assert gate.registry.accounts.of_subject(gate.provider.issuer, "wang") is not None  # type: ignore[union-attr]  # set


def test_who_has_no_account_here_is_sent_away(browser: TestClient) -> None:
    assert sign_in(browser, "mallory").endswith("provider=no_account")


def test_a_code_is_good_once(browser: TestClient) -> None:
    back = sent_back(browser.get("/v1/oidc/start").headers["location"], "wang")
    errand = dict(browser.cookies)
    browser.get(back)
    for name, value in errand.items():
        browser.cookies.set(name, value)

    assert "provider=" in browser.get(back).headers["location"]
