"""The whole of an inspector's round without a mouse."""

import re

import pytest
from playwright.sync_api import Page, expect

from .conftest import City, Opener

pytestmark = pytest.mark.browser


def row_in_focus(page: Page) -> str | None:
    found: str | None = page.evaluate("document.activeElement.dataset.row ?? null")
    return found


def test_from_the_overview_to_a_card_to_its_case_by_keys_alone(visit: Opener) -> None:
    page = visit("/")
    page.keyboard.press("g")
    page.keyboard.press("w")
    page.locator("[data-row]").first.wait_for()
    for key in ("j", "j", "j", "k"):
        page.keyboard.press(key)
    second = row_in_focus(page)
    assert second == page.locator("[data-row]").nth(1).get_attribute("data-row")

    page.keyboard.press("Enter")
    drawer = page.get_by_role("complementary", name="牌的详情")
    expect(drawer.get_by_role("heading").first).to_be_visible()
    page.keyboard.press("j")
    third = row_in_focus(page)
    assert third != second
    expect(page).to_have_url(re.compile(f"card={third}"))

    page.keyboard.press("Escape")
    expect(drawer).to_have_count(0)
    assert row_in_focus(page) == third

    page.keyboard.press("Enter")
    drawer.get_by_role("link", name="打开办件，逐日核对").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="时限带")).to_be_visible()
    assert page.evaluate("document.activeElement.id") == "main"


def test_escape_closes_the_drawer_also_from_within_it(visit: Opener) -> None:
    page = visit("/cards")
    row = page.locator("[data-row]").first
    row.click()
    page.get_by_role("button", name="关闭详情（Esc）").focus()
    page.keyboard.press("Escape")

    expect(page.get_by_role("complementary", name="牌的详情")).to_have_count(0)
    assert row_in_focus(page) == row.get_attribute("data-row")


def test_keys_do_nothing_while_something_is_typed(visit: Opener) -> None:
    page = visit("/cases")
    page.keyboard.press("/")
    page.keyboard.type("gwp取水")
    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile(r"/cases\?q=gwp"))
    expect(page.get_by_text("没有找到这样的办件。")).to_be_visible()


def test_single_keys_can_be_turned_off(visit: Opener) -> None:
    page = visit("/")
    page.keyboard.press("?")
    page.get_by_role("switch", name="启用单键").press("Space")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("p")

    expect(page.get_by_role("button", name="暂停刷新")).to_be_visible()


def test_the_ribbon_is_walked_day_by_day_and_says_each(visit: Opener, city: City) -> None:
    page = visit(f"/cases/{city.case_with_pause()}")
    page.get_by_role("group", name=re.compile("时限带，可左右滚动")).focus()
    day = page.locator("#ribbon-day")
    page.keyboard.press("ArrowRight")
    expect(day).to_have_text("2026-10-14 周三：第 13 日")
    page.keyboard.press("ArrowLeft")

    expect(day).to_have_text("2026-10-13 周二：第 12 日")


def test_the_first_tab_leads_past_the_frame(visit: Opener) -> None:
    page = visit("/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    assert page.evaluate("document.activeElement.id") == "main"
