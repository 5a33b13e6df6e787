"""Who was told of a card, as the inspector sees it."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from .conftest import APP, Opener, keep_screenshot

pytestmark = pytest.mark.browser

AXE = APP / "node_modules/axe-core/axe.min.js"
FAILED: dict[str, Any] = {
    "id": "1" * 32,
    "route": "red-at-once",
    "channel": "duty-desk",
    "purpose": "card",
    "card_id": "c" * 32,
    "case_key": "11990100MB0000019L/2026-1",
    "title": "办结时限",
    "level": "red",
    "status": "standing",
    "agency": None,
    "region": None,
    "state": "failed",
    "tries": 2,
    "failure": "HTTP 502",
    "made_at": "2026-09-21T14:13:20+00:00",
    "next_at": "2026-09-21T14:14:20+00:00",
    "sent_at": None,
}
STOPPED = FAILED | {"state": "stopped", "failure": "由 张监察 停止", "next_at": None}


def test_an_inspector_sees_what_did_not_arrive_and_stops_it(visit: Opener) -> None:
    asked: list[tuple[str, str]] = []

    def answer(route: Route) -> None:
        asked.append((route.request.method, route.request.url.partition("/v1/")[2]))
        route.fulfill(json=STOPPED if route.request.method == "POST" else {"items": [FAILED], "next_cursor": None})

    page = visit("/deliveries", settled=False, before=lambda page: page.route(re.compile(r"/v1/deliveries"), answer))
    row = page.locator(f'[data-delivery="{FAILED["id"]}"]')
    expect(row).to_contain_text("失败，待重试")
    expect(row).to_contain_text("HTTP 502")
    keep_screenshot(page, "通知-1366")
    assert serious(page) == []
    row.get_by_role("button", name="停止").click()

    expect(row).to_contain_text("由 张监察 停止")
    assert asked == [("GET", "deliveries?limit=100"), ("POST", f"deliveries/{FAILED['id']}/stop")]


def test_an_inspector_has_sent_again_what_was_given_up(visit: Opener) -> None:
    asked: list[tuple[str, str]] = []
    given_up = FAILED | {"state": "given_up", "next_at": None}

    def answer(route: Route) -> None:
        asked.append((route.request.method, route.request.url.partition("/v1/")[2]))
        again = FAILED | {"state": "waiting", "tries": 0}
        route.fulfill(json=again if route.request.method == "POST" else {"items": [given_up], "next_cursor": None})

    page = visit("/deliveries", settled=False, before=lambda page: page.route(re.compile(r"/v1/deliveries"), answer))
    row = page.locator(f'[data-delivery="{FAILED["id"]}"]')
    expect(row).to_contain_text("已放弃")
    expect(row.get_by_role("button", name="停止")).to_have_count(0)
    row.get_by_role("button", name="再发").click()

    expect(row).to_contain_text("等待")
    expect(row.get_by_role("button", name="再发")).to_have_count(0)
    assert asked[-1] == ("POST", f"deliveries/{FAILED['id']}/resend")


def serious(page: Page) -> list[str]:
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("async () => (await axe.run()).violations")
    return [each["id"] for each in found if each["impact"] in {"serious", "critical"}]
