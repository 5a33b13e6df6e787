"""A card worked in two browsers on the real path: the clerk signs and appeals, two supervisors race, one revokes."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime
from zoneinfo import ZoneInfo

import httpx2
import orjson
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from mingjing.services.auth.gate import Gate
from mingjing.services.registry import Account, open_registry
from mingjing.services.stack.up import Stack

from .conftest import PATIENCE_MS, keep_screenshot

pytestmark = [pytest.mark.browser, pytest.mark.system]

WHOLE_PATH_MS = 30_000
PASSWORD = "Stone-over-water-7"  # noqa: S105  # of an installation that ends with the session
SUBJECT = "W2026-0001"
PEOPLE = {"wang": "clerk", "li": "supervisor", "wu": "supervisor"}

Enter = Callable[[str], Page]


@pytest.fixture
def enter(stack: Stack, chromium: Browser, agency: str) -> Iterator[Enter]:
    """Open the list of cards in a browser of somebody's own, signed in."""
    registry = open_registry(stack.settings)
    gate = Gate(stack.settings, registry)
    for name, role in PEOPLE.items():
        account = Account(name=name, title=name, role=role, agency=agency if role == "clerk" else None)
        gate.people.add(account, PASSWORD, gate.now_ms())
        registry.accounts.change(name, must_change=False)
    registry.database.close()
    with ExitStack() as contexts:

        def entered(name: str) -> Page:
            context = chromium.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN")
            contexts.callback(context.close)
            context.set_default_timeout(PATIENCE_MS)
            page = context.new_page()
            page.goto(f"http://{stack.settings.api_host}:{stack.settings.api_port}/console/cards")
            page.get_by_role("textbox", name="账号").fill(name)
            page.get_by_role("textbox", name="口令").fill(PASSWORD)
            page.get_by_role("button", name="登录").click()
            page.get_by_text("实时", exact=True).wait_for()
            return page

        yield entered


def draw(stack: Stack, key: str) -> None:
    """Be refused without being told the remedies: a yellow card."""
    event = {
        "specversion": "1.0",
        "id": "w-1",
        "source": "urn:test:agency",
        "type": "case.not_accepted",
        "subject": SUBJECT,
        "time": datetime.now(ZoneInfo("Asia/Shanghai")).isoformat(),
        "region": "330100000000",
        "data": {"reason": "材料不符"},
    }
    site = f"http://{stack.settings.api_host}:{stack.settings.api_port}"
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/cloudevents-batch+json"}
    answer = httpx2.post(f"{site}/v1/events", content=orjson.dumps([event]), headers=headers)
    assert answer.status_code == httpx2.codes.ACCEPTED, answer.text


def show(page: Page) -> None:
    """Open the card beside the list."""
    page.locator("tr", has_text="W2026").first.click(timeout=WHOLE_PATH_MS)
    expect(page.locator(".desk")).to_be_visible(timeout=WHOLE_PATH_MS)


def step(page: Page, title: str) -> Locator:
    return page.locator(".desk .steps").get_by_role("button", name=title)


def stands(page: Page, stage: str) -> None:
    expect(page.locator(".desk .stage")).to_have_text(stage, timeout=WHOLE_PATH_MS)


def test_a_card_is_signed_for_appealed_and_revoked_and_who_comes_second_is_told(
    stack: Stack, agency_key: str, enter: Enter
) -> None:
    draw(stack, agency_key)
    clerk, li, wu = enter("wang"), enter("li"), enter("wu")
    show(clerk)
    clerk.keyboard.press("1")
    stands(clerk, "已签收")

    step(clerk, "申诉").click()
    form = clerk.get_by_role("form", name="申诉")
    form.get_by_label("情况说明").fill("原因已告知，系统漏报")
    form.get_by_role("button", name="申诉").click()
    expect(form.locator("#fault-ground")).not_to_be_empty()
    form.get_by_label("申诉事由").select_option("data-wrong")
    form.get_by_role("button", name="申诉").click()
    stands(clerk, "已申诉")

    show(li)
    show(wu)
    for page in (li, wu):
        step(page, "核查").click()
    # Both saw the same card; the answer to the later one is the card as it now stands.
    forms = [page.get_by_role("form", name="核查").get_by_role("button", name="核查") for page in (li, wu)]
    wu.route("**/v1/cards/*", lambda route: route.abort())  # what li does is not shown to wu in time
    forms[0].click()
    stands(li, "核查中")
    wu.unroute("**/v1/cards/*")
    forms[1].click()
    expect(wu.locator(".desk .notice")).to_be_visible()
    stands(wu, "核查中")

    step(wu, "撤牌").click()
    revoking = wu.get_by_role("form", name="撤牌")
    revoking.get_by_label("理由").fill("属实")
    revoking.get_by_role("button", name="撤牌").click()
    stands(wu, "已撤牌")
    stands(clerk, "已撤牌")
    keep_screenshot(wu, "desk")
    with wu.expect_download() as saved:
        wu.locator(".papers a", has_text="PDF").last.click()
    assert saved.value.suggested_filename.endswith(".pdf")
