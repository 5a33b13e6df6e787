"""Every page of the console: whole on every screen, readable by everyone, quick, and within its policy."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from .conftest import APP, CONSOLE, City, Opener, Scheme, keep_screenshot

pytestmark = pytest.mark.browser

PAGES = (
    *("总览", "红黄牌", "详情", "申诉督办", "办件", "一件", "部门", "一部门", "规则", "一规则"),
    *("我的账号", "报送状况"),
    *("企业", "监测点", "一企业", "项目", "经办人", "规则发布", "数据质量", "系统状态", "迷路", "报表", "考评"),
)
DESK, PHONE, WALL = (1366, 768), (390, 844), (1920, 1080)
LARGEST_BYTES = 1_200_000

SIDEWAYS = "document.documentElement.scrollWidth - innerWidth"
DOWNWARDS = "document.documentElement.scrollHeight - innerHeight"
HARM = """async () => (await axe.run(document, {resultTypes: ['violations']})).violations
    .filter(({impact}) => impact === 'serious' || impact === 'critical')
    .map(({id, nodes}) => [id, nodes.slice(0, 3).map(({html}) => html.slice(0, 160))])"""


def path_of(name: str, city: City) -> str:
    case = city.case_with_pause()
    card = next(each for each in city.ask(f"/v1/cards?case={case}")["items"] if each["rule"] == "TL-04")
    return {
        "总览": "/",
        "我的账号": "/me",
        "报送状况": f"/agencies/{city.ask('/v1/reference')['agencies'][0]['code']}/feed",
        "红黄牌": "/cards",
        "详情": f"/cards?card={card['card_id']}",
        "办件": "/cases",
        "一件": f"/cases/{case}",
        "申诉督办": "/desk",
        "部门": "/agencies",
        "一部门": f"/agencies/{card['agency']}",
        "企业": "/enterprises",
        "监测点": "/enterprises?monitoring=true",
        "一企业": f"/enterprises/{city.monitoring_point()}",
        "项目": "/projects",
        "经办人": f"/officers/{card['officer']}",
        "规则": "/rules",
        "一规则": "/rules/TL-04",
        "规则发布": "/law",
        "数据质量": "/quality",
        "系统状态": "/status",
        "迷路": "/nowhere",
        "报表": "/reports",
        "考评": "/reports/assessment",
    }[name]


def harm(page: Page) -> Any:
    page.evaluate((APP / "node_modules/axe-core/axe.min.js").read_text())
    return page.evaluate(HARM)


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("name", PAGES)
def test_no_page_is_wider_than_its_screen(visit: Opener, city: City, name: str, size: tuple[int, int]) -> None:
    page = visit(path_of(name, city), size)

    keep_screenshot(page, f"{name}-{size[0]}")
    assert page.evaluate(SIDEWAYS) <= 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_serious(visit: Opener, city: City, name: str, scheme: Scheme) -> None:
    assert harm(visit(path_of(name, city), scheme=scheme)) == []


def test_axe_finds_nothing_serious_on_the_big_screen(visit: Opener) -> None:
    assert harm(visit("/wall", WALL)) == []


def test_axe_finds_nothing_serious_in_the_table_of_keys(visit: Opener) -> None:
    page = visit("/")
    page.keyboard.press("?")
    page.get_by_role("dialog", name="全部按键").wait_for()

    assert harm(page) == []


def test_the_overview_needs_no_scrolling_on_a_desk(visit: Opener) -> None:
    assert visit("/").evaluate(DOWNWARDS) <= 0


def test_the_big_screen_fills_its_screen_and_no_more(visit: Opener) -> None:
    page = visit("/wall", WALL)

    keep_screenshot(page, "大屏-1920")
    assert (page.evaluate(SIDEWAYS), page.evaluate(DOWNWARDS)) == (0, 0)


def test_no_letter_on_the_big_screen_is_smaller_than_16_pixels(visit: Opener) -> None:
    smallest = """() => Math.min(...[...document.querySelectorAll('.wall *')]
        .filter((el) => el.getClientRects().length && [...el.childNodes].some((n) => n.nodeType === 3 && n.data.trim()))
        .map((el) => parseFloat(getComputedStyle(el).fontSize)))"""

    assert visit("/wall", WALL).evaluate(smallest) >= 16


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
