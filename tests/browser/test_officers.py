"""The file of an officer: reached from a card, by who supervises, and nobody else."""

import re
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from mingjing.services.stack.up import Stack

from .conftest import City, Opener, keep_screenshot
from .office import WHOLE_PATH_MS, Enter, post, refusal, show

pytestmark = pytest.mark.browser


@pytest.fixture
def card(city: City) -> dict[str, Any]:
    """A yellow card that is laid to somebody."""
    yellows: list[dict[str, Any]] = city.ask("/v1/cards?level=yellow&status=standing")["items"]
    return next(each for each in yellows if each["officer"])


def test_a_card_leads_to_the_file_of_whom_it_is_laid_to(visit: Opener, card: dict[str, Any]) -> None:
    page = visit(f"/cards?card={card['card_id']}")
    page.get_by_role("complementary", name="牌的详情").get_by_role("link", name=card["officer"][:6]).click()

    expect(page.get_by_role("heading", level=1)).to_have_text("人员档案")
    expect(page.locator(f"[data-case-card='{card['card_id']}']")).to_be_visible()
    expect(page.locator("[data-year='2026']")).to_be_visible()
    expect(page.locator("[data-step]").first).to_be_visible()
    keep_screenshot(page, "人员档案-1366")


def test_who_may_not_look_officers_up_is_led_nowhere(visit: Opener, city: City, card: dict[str, Any]) -> None:
    def as_clerk(page: Page) -> None:
        state = city.ask("/v1/session")
        clerk = {"role": "clerk", "role_title": "部门经办", "actions": ["case.read", "card.reply"]}
        page.route(re.compile("/v1/session$"), lambda route: route.fulfill(json=state | {"who": state["who"] | clerk}))

    drawer = visit(f"/cards?card={card['card_id']}", before=as_clerk).get_by_role("complementary", name="牌的详情")

    expect(drawer.get_by_title(card["officer"])).to_be_visible()
    expect(drawer.get_by_role("link", name=card["officer"][:6])).to_have_count(0)


@pytest.mark.system
def test_a_card_that_an_agency_drew_leads_to_its_officers_file(enter: Enter, stack: Stack, agency_key: str) -> None:
    page = enter("zhao")
    number = f"F2026-{uuid4().hex[:8]}"
    assert post(stack, agency_key, refusal(number, officer=number)).is_success
    show(page, number)
    page.locator(".drawer a[href*='/officers/']").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("人员档案")
    deadline = page.evaluate("Date.now()") + WHOLE_PATH_MS
    while page.locator("[data-step]").count() == 0 and page.evaluate("Date.now()") < deadline:
        page.reload()  # the card may be heard of before its event is in the archive
        page.locator("[data-case-card]").first.wait_for()

    expect(page.locator("[data-case-card]")).to_have_count(1)
    expect(page.locator("[data-step]")).to_have_count(1)
    keep_screenshot(page, "人员档案-真-1366")
