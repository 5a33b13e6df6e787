"""The built console in Chromium, before a fictitious city that answers as the API does."""

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote
from urllib.request import Request, urlopen

import orjson
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

from mingjing.services.stack.up import Stack

from .office import Enter, employ, sign_in

ROOT = Path(__file__).parents[2]
CONSOLE = ROOT / "services/mingjing/services/console"
APP = CONSOLE / "app"
ARTEFACTS = ROOT / "artefacts" / "console"

CHROMIUM = "/usr/bin/chromium"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


POLICY = "Content Security Policy"

# The stream is open, and nothing on the page is still awaited.
SETTLED = """() => document.querySelector('h1') && !document.querySelector('.bones')
    && (document.querySelector('.live:not(.hollow)') || document.querySelector('.wall [data-card]'))"""

PATIENCE_MS = 10_000


class City:
    """The server of the console under test; what happens in its city is told through it."""

    def __init__(self, origin: str) -> None:
        self.origin = origin

    def ask(self, path: str) -> Any:
        """Return what the API answers."""
        with urlopen(self.origin + path, timeout=10) as answer:  # noqa: S310  # the origin is ours
            return orjson.loads(answer.read())

    def _tell(self, path: str) -> Any:
        with urlopen(Request(self.origin + path, method="POST"), timeout=10) as answer:  # noqa: S310  # the origin is ours
            return orjson.loads(answer.read())

    def push_card(self) -> dict[str, Any]:
        """Issue the city's next card and return it."""
        card: dict[str, Any] = self._tell("/mock/push")
        return card

    def go_on(self, key: str) -> None:
        """Have one more step begin in a case; its event is archived a moment later."""
        self._tell(f"/mock/advance?case={quote(key, safe='')}")

    def cut_streams(self) -> None:
        """Drop every open card stream, as a failing network would."""
        self._tell("/mock/cut")

    def case_with_pause(self) -> str:
        """Return the key of the case whose clock was stopped and then ran past its promise."""
        key: str = self.ask("/v1/cases?q=202609150037")["items"][0]["case_key"]
        return key

    def card_with_pause(self) -> dict[str, Any]:
        """Return the card that the rule of time limits drew on that case."""
        cards: list[dict[str, Any]] = self.ask(f"/v1/cards?case={quote(self.case_with_pause())}")["items"]
        return next(card for card in cards if card["rule"] == "TL-04")

    def monitoring_point(self) -> str:
        """Return the code of the enterprise that hangs out the plate."""
        code: str = self.ask("/v1/enterprises?monitoring=true")["items"][0]["enterprise"]
        return code


@pytest.fixture(scope="session")
def city() -> Iterator[City]:
    """Serve `dist` with the policy the API serves it under."""
    if not (CONSOLE / "dist/index.html").is_file() or not (APP / "node_modules").is_dir():
        pytest.fail(f"the console is not built: cd {APP.relative_to(ROOT)} && npm ci && npm run build")
    vite = APP / "node_modules/vite/bin/vite.js"
    command = ["node", str(vite), "preview", "--host", "127.0.0.1", "--port", "0"]
    plain = {**os.environ, "NO_COLOR": "1", "FORCE_COLOR": "0"}  # colours would stand between the port's digits
    with subprocess.Popen(command, cwd=APP, env=plain, stdout=subprocess.PIPE, text=True) as server:
        try:
            yield City(_origin(server))
        finally:
            server.terminate()


def _origin(server: subprocess.Popen[str]) -> str:
    """Return where the server says it listens."""
    assert server.stdout is not None
    for line in server.stdout:
        _, found, rest = line.partition("http://127.0.0.1:")
        if found:
            return found + "".join(letter for letter in rest.split("/")[0] if letter.isdigit())
    pytest.fail("the console's server ended before it listened")


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
    yield browser
    browser.close()


Scheme = Literal["light", "dark"]
Opener = Callable[..., Page]


@pytest.fixture
def visit(chromium: Browser, city: City) -> Iterator[Opener]:
    """Open a path of the console and wait until it has what it shows.

    The browser is set to UTC: every time on the screen must be Beijing's all the same.
    What the page complains of, a breach of the content policy included, fails the test.
    """
    opened: list[BrowserContext] = []
    complaints: list[str] = []

    def open_page(
        path: str,
        size: tuple[int, int] = (1366, 768),
        scheme: Scheme = "light",
        *,
        settled: bool = True,
        reduced_motion: Literal["reduce", "no-preference"] = "no-preference",
        before: Callable[[Page], object] | None = None,
    ) -> Page:
        context = chromium.new_context(
            viewport={"width": size[0], "height": size[1]},
            locale="zh-CN",
            timezone_id="UTC",
            color_scheme=scheme,
            reduced_motion=reduced_motion,
        )
        opened.append(context)
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if POLICY in said.text else None)
        if before:
            before(page)
        page.goto(f"{city.origin}/console{path}")
        if settled:
            page.wait_for_function(SETTLED)
        return page

    yield open_page
    for context in opened:
        context.close()
    assert complaints == []


@pytest.fixture
def enter(stack: Stack, chromium: Browser, agency: str) -> Iterator[Enter]:
    """Open a page of the real console, the list of cards unless another is named, as somebody of the office."""
    employ(stack, agency)
    opened: list[Page] = []

    def entered(name: str, path: str = "/cards") -> Page:
        opened.append(sign_in(chromium, stack, name, path, PATIENCE_MS))
        return opened[-1]

    yield entered
    for page in opened:
        page.context.close()


@contextmanager
def without_streams(page: Page, city: City) -> Iterator[None]:
    """Keep the page's card stream broken for the time of the block."""
    page.route("**/v1/cards/stream*", lambda route: route.abort())
    city.cut_streams()
    yield
    page.unroute("**/v1/cards/stream*")


def keep_screenshot(page: Page, name: str) -> None:
    """Leave what the page looks like under artefacts/, for people to look at."""
    ARTEFACTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=ARTEFACTS / f"{name}.png")
