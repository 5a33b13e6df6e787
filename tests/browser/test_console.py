"""Every page of the console: whole on every screen, readable by everyone, quick, and within its policy."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from .conftest import APP, CONSOLE, City, Opener, Scheme, keep_screenshot

pytestmark = pytest.mark.browser

PAGES: dict[str, Callable[[City], str]] = {
    "总览": lambda _: "/",
    "红黄牌": lambda _: "/cards",
    "详情": lambda city: f"/cards?card={city.card_with_pause()['card_id']}",
    "申诉督办": lambda _: "/desk",
    "办件": lambda _: "/cases",
    "一件": lambda city: f"/cases/{city.case_with_pause()}",
    "项目": lambda _: "/projects",
    "报表": lambda _: "/reports",
    "考评": lambda _: "/reports/assessment",
    "部门": lambda _: "/agencies",
    "一部门": lambda city: f"/agencies/{city.card_with_pause()['agency']}",
    "报送状况": lambda city: f"/agencies/{city.card_with_pause()['agency']}/feed",
    "企业": lambda _: "/enterprises",
    "监测点": lambda _: "/enterprises?monitoring=true",
    "一企业": lambda city: f"/enterprises/{city.monitoring_point()}",
    "经办人": lambda city: f"/officers/{city.card_with_pause()['officer']}",
    "规则": lambda _: "/rules",
    "一规则": lambda _: "/rules/TL-04",
    "规则发布": lambda _: "/law",
    "数据质量": lambda _: "/quality",
    "系统状态": lambda _: "/status",
    "报送": lambda _: "/uploads",
    "通知": lambda _: "/deliveries",
    "账号": lambda _: "/accounts",
    "程序密钥": lambda _: "/keys",
    "留痕": lambda _: "/audit",
    "我的账号": lambda _: "/me",
    "迷路": lambda _: "/nowhere",
}
"""Every page on the screens of a desk and of a telephone: where it is in the city."""
BIG_SCREEN = "/wall"
DESK, PHONE, WALL = (1366, 768), (390, 844), (1920, 1080)
LARGEST_BYTES = 1_200_000

SIDEWAYS = "document.documentElement.scrollWidth - innerWidth"
DOWNWARDS = "document.documentElement.scrollHeight - innerHeight"
# What the router that was built goes by, not what its source says.
ROUTER = "document.getElementById('console').__vue_app__.config.globalProperties.$router"
ROUTES = f"{ROUTER}.getRoutes().map(({{path}}) => path)"
ROUTES_OF = f"(paths) => paths.map((path) => {ROUTER}.resolve(path).matched.at(-1).path)"
HARM = """async () => (await axe.run(document, {resultTypes: ['violations']})).violations
    .filter(({impact}) => impact === 'serious' || impact === 'critical')
    .map(({id, nodes}) => [id, nodes.slice(0, 3).map(({html}) => html.slice(0, 160))])"""


def harm(page: Page) -> Any:
    page.evaluate((APP / "node_modules/axe-core/axe.min.js").read_text())
    return page.evaluate(HARM)


def test_no_route_of_the_console_is_left_out_of_these_tests(visit: Opener, city: City) -> None:
    visited = [BIG_SCREEN, *(path(city) for path in PAGES.values())]
    page = visit("/")

    assert set(page.evaluate(ROUTES)) == set(page.evaluate(ROUTES_OF, visited))


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("name", PAGES)
def test_no_page_is_wider_than_its_screen(visit: Opener, city: City, name: str, size: tuple[int, int]) -> None:
    page = visit(PAGES[name](city), size)

    keep_screenshot(page, f"{name}-{size[0]}")
    assert page.evaluate(SIDEWAYS) <= 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_serious(visit: Opener, city: City, name: str, scheme: Scheme) -> None:
    assert harm(visit(PAGES[name](city), scheme=scheme)) == []


def test_axe_finds_nothing_serious_on_the_big_screen(visit: Opener) -> None:
    assert harm(visit(BIG_SCREEN, WALL)) == []


def test_axe_finds_nothing_serious_in_the_table_of_keys(visit: Opener) -> None:
    page = visit("/")
    page.keyboard.press("?")
    page.get_by_role("dialog", name="全部按键").wait_for()

    assert harm(page) == []


def test_the_overview_needs_no_scrolling_on_a_desk(visit: Opener) -> None:
    assert visit("/").evaluate(DOWNWARDS) <= 0


def test_the_big_screen_fills_its_screen_and_no_more(visit: Opener) -> None:
    page = visit(BIG_SCREEN, WALL)

    keep_screenshot(page, "大屏-1920")
    assert (page.evaluate(SIDEWAYS), page.evaluate(DOWNWARDS)) == (0, 0)


def test_no_letter_on_the_big_screen_is_smaller_than_16_pixels(visit: Opener) -> None:
    smallest = """() => Math.min(...[...document.querySelectorAll('.wall *')]
        .filter((el) => el.getClientRects().length && [...el.childNodes].some((n) => n.nodeType === 3 && n.data.trim()))
        .map((el) => parseFloat(getComputedStyle(el).fontSize)))"""

    assert visit(BIG_SCREEN, WALL).evaluate(smallest) >= 16


def test_times_are_beijings_whatever_zone_the_browser_is_in(visit: Opener, city: City) -> None:
    page = visit(f"/cases/{city.case_with_pause()}")

    expect(page.locator(".facts")).to_contain_text("2026-09-15 10:24")


def test_another_language_is_one_press_away_and_stays(visit: Opener) -> None:
    page = visit("/cards")
    page.get_by_role("button", name="English").click()
    page.get_by_role("heading", name="Cards").wait_for()
    page.reload()

    page.get_by_role("heading", name="Cards").wait_for()
    assert page.locator("html").get_attribute("lang") == "en"


def test_a_printed_case_has_no_frame(visit: Opener, city: City) -> None:
    page = visit(f"/cases/{city.case_with_pause()}")
    page.emulate_media(media="print")

    assert not page.get_by_role("navigation").first.is_visible()
    assert not page.get_by_role("button", name="打印").is_visible()
    assert page.get_by_role("heading", name="证据事件").is_visible()


def test_the_bundle_stays_small() -> None:
    assert sum(file.stat().st_size for file in (CONSOLE / "dist").rglob("*") if file.is_file()) <= LARGEST_BYTES


def test_the_lock_file_names_no_registry() -> None:
    assert "resolved" not in Path(APP / "package-lock.json").read_text()
