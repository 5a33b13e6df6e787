"""The console on the real path: an agency speaks, and an inspector sees."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import httpx2
import orjson
import pytest
from playwright.sync_api import Browser, Page, expect

from mingjing.services.stack.up import Stack

from .conftest import PATIENCE_MS, keep_screenshot

pytestmark = [pytest.mark.browser, pytest.mark.system]

SHANGHAI = ZoneInfo("Asia/Shanghai")
FOOD_LICENCE = "11990100MB0000019L3000131003000"
SUBJECT = "B2026-0001"
SECOND_MS = 1000
WHOLE_PATH_MS = 30_000

# Every chunk of the card stream is noted as the page reads it, and every row as it comes to stand on the screen.
WATCH = """(() => {
    window.heard = {}
    window.shown = {}
    const note = (seen, id) => { seen[id] ??= performance.now() }
    const decode = TextDecoderStream
    window.TextDecoderStream = class extends decode {
        get readable() {
            return super.readable.pipeThrough(new TransformStream({ transform(text, onward) {
                for (const [, id] of text.matchAll(/"card_id":"([0-9a-f]+)"/g)) note(heard, id)
                onward.enqueue(text)
            } }))
        }
    }
    new MutationObserver(() => {
        for (const row of document.querySelectorAll('[data-card]')) note(shown, row.dataset.card)
    }).observe(document, { childList: true, subtree: true })
})()"""
ON_SCREEN = "() => Object.keys(heard).find((id) => shown[id])"


@pytest.fixture
def console(stack: Stack, chromium: Browser, inspector: tuple[str, str]) -> Iterator[Page]:
    """The overview of the real installation, following its cards, after signing in."""
    context = chromium.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN", timezone_id="UTC")
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    page.add_init_script(WATCH)
    page.goto(f"http://{stack.settings.api_host}:{stack.settings.api_port}/console/")
    name, password = inspector
    page.get_by_role("textbox", name="账号").fill(name)
    page.get_by_role("textbox", name="口令").fill(password)
    page.get_by_role("button", name="登录").click()
    page.get_by_text("实时", exact=True).wait_for()
    yield page
    context.close()


def refuse(site: str, key: str) -> None:
    """Apply, and be refused without being told the remedies."""
    now = datetime.now(SHANGHAI)
    applied = _event("b-1", "case.applied", now - timedelta(hours=1))
    refused = _event("b-2", "case.not_accepted", now, data={"reason": "材料不符"})
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/cloudevents-batch+json"}
    content = orjson.dumps([applied, refused])
    answer = httpx2.post(f"{site}/v1/events", content=content, headers=headers, timeout=WHOLE_PATH_MS / 1000)
    assert answer.status_code == httpx2.codes.ACCEPTED, answer.text


def _event(number: str, kind: str, at: datetime, **more: object) -> dict[str, object]:
    plain = {"specversion": "1.0", "id": number, "source": "urn:test:agency", "type": kind, "subject": SUBJECT}
    return {**plain, "time": at.isoformat(), "item": FOOD_LICENCE, **more}


def test_a_card_is_on_the_screen_within_a_second_of_its_delivery(
    console: Page, stack: Stack, agency: str, agency_key: str
) -> None:
    site = f"http://{stack.settings.api_host}:{stack.settings.api_port}"
    refuse(site, agency_key)

    card = console.wait_for_function(ON_SCREEN, timeout=WHOLE_PATH_MS).json_value()
    assert 0 <= console.evaluate("(id) => shown[id] - heard[id]", card) < SECOND_MS

    console.goto(f"{site}/console/cases/{agency}/{SUBJECT}")
    expect(console.locator(f'[data-case-card="{card}"]')).to_be_visible()
    console.locator(".ribbon [data-date]").first.wait_for()
    keep_screenshot(console, "真件-1366")
