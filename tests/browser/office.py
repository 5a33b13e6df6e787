"""An office on the real path: people of several roles, each in a browser of their own, and what they do with a card."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import httpx2
import orjson
from playwright.sync_api import Browser, Locator, Page, expect

from mingjing.services.auth.gate import Gate
from mingjing.services.registry import Account, open_registry
from mingjing.services.stack.up import Stack

WHOLE_PATH_MS = 30_000
PASSWORD = "Stone-over-water-7"  # noqa: S105  # of an installation that ends with the session
NEIGHBOUR = "11330100MB7654321B"
"""An agency beside the one whose cards are worked."""
PEOPLE = {
    "wang": "clerk",
    "sun": "clerk",
    "zhao": "inspector",
    "gu": "rule_admin",
    "li": "supervisor",
    "wu": "supervisor",
}

Enter = Callable[..., Page]


def site_of(stack: Stack) -> str:
    return f"http://{stack.settings.api_host}:{stack.settings.api_port}"


def employ(stack: Stack, agency: str) -> None:
    """Give everybody an account, unless they have one."""
    registry = open_registry(stack.settings)
    gate = Gate(stack.settings, registry)
    reach = {"wang": agency, "sun": NEIGHBOUR}
    for name, role in PEOPLE.items():
        if registry.accounts.of(name) is None:
            account = Account(name=name, title=name, role=role, agency=reach.get(name))
            gate.people.add(account, PASSWORD, gate.now_ms())
            registry.accounts.change(name, must_change=False)
    registry.database.close()


def sign_in(browser: Browser, stack: Stack, name: str, path: str, patience_ms: int) -> Page:
    """Open a page of the console in a browser of somebody's own."""
    context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN")
    context.set_default_timeout(patience_ms)
    page = context.new_page()
    page.goto(f"{site_of(stack)}/console{path}")
    page.get_by_role("textbox", name="账号").fill(name)
    page.get_by_role("textbox", name="口令").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.get_by_text("实时", exact=True).wait_for()
    return page


def post(stack: Stack, key: str, *events: dict[str, Any]) -> httpx2.Response:
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/cloudevents-batch+json"}
    return httpx2.post(f"{site_of(stack)}/v1/events", content=orjson.dumps(list(events)), headers=headers)


def refusal(subject: str, **more: Any) -> dict[str, Any]:
    """An application turned down without telling the remedies: a yellow card."""
    return {
        "specversion": "1.0",
        "id": f"{subject}-1",
        "source": "urn:test:agency",
        "type": "case.not_accepted",
        "subject": subject,
        "time": datetime.now(ZoneInfo("Asia/Shanghai")).isoformat(),
        "region": "330100000000",
        "data": {"reason": "材料不符"},
        **more,
    }


def draw(stack: Stack, key: str, *subjects: str) -> None:
    answer = post(stack, key, *map(refusal, subjects))
    assert answer.status_code == httpx2.codes.ACCEPTED, answer.text


def row(page: Page, subject: str) -> Locator:
    return page.locator("[data-row]", has_text=subject)


def show(page: Page, subject: str) -> None:
    """Open the card beside the list."""
    row(page, subject).first.click(timeout=WHOLE_PATH_MS)
    expect(page.locator(".desk")).to_be_visible(timeout=WHOLE_PATH_MS)


def step(page: Page, title: str) -> Locator:
    return page.locator(".desk .steps").get_by_role("button", name=title)


def take(page: Page, title: str, **said: str) -> None:
    """Take a step, saying what its form asks for, by the titles of its fields."""
    step(page, title).click()
    form = page.get_by_role("form", name=title)
    for field, words in said.items():
        form.get_by_label(field).fill(words)
    form.get_by_role("button", name=title).click()


def stands(page: Page, stage: str) -> None:
    expect(page.locator(".desk .stage")).to_have_text(stage, timeout=WHOLE_PATH_MS)
