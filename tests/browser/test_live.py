"""What the console does while the world goes on: cards arrive, lines break, people pause."""

import re

import pytest
from playwright.sync_api import expect

from .conftest import City, Opener, keep_screenshot, without_streams

pytestmark = pytest.mark.browser

SECOND_MS = 1000


def test_a_card_is_on_the_overview_within_a_second(visit: Opener, city: City) -> None:
    page = visit("/")
    card = city.push_card()

    row = page.locator(f'[data-card="{card["card_id"]}"]')
    row.wait_for(timeout=SECOND_MS)
    expect(row).to_have_class(re.compile("arrive"), timeout=SECOND_MS)
    expect(row).to_contain_text(card["title"])


def test_the_wash_of_a_fresh_card_fades_from_the_big_screen(visit: Opener, city: City) -> None:
    page = visit("/wall", (1920, 1080))
    card = city.push_card()

    row = page.locator(f'[data-card="{card["card_id"]}"]')
    expect(row).to_have_class(re.compile("arrive"), timeout=SECOND_MS)
    expect(row).not_to_have_class(re.compile("arrive"), timeout=3 * SECOND_MS)
    expect(row).to_have_css("background-color", "rgba(0, 0, 0, 0)")


def test_a_card_goes_to_the_top_of_the_list_within_a_second(visit: Opener, city: City) -> None:
    page = visit("/cards")
    page.locator("[data-row]").first.wait_for()
    card = city.push_card()

    expect(page.locator("[data-row]").first).to_have_attribute("data-row", card["card_id"], timeout=SECOND_MS)


def test_a_card_that_does_not_fit_the_filter_stays_out(visit: Opener, city: City) -> None:
    page = visit("/cards?status=withdrawn")
    page.locator("[data-row]").first.wait_for()
    rows = page.locator("[data-row]").count()
    card = city.push_card()

    expect(page.locator("[data-news]")).to_contain_text(card["title"], timeout=SECOND_MS)
    assert page.locator("[data-row]").count() == rows


def test_an_arrival_is_told_to_a_screen_reader(visit: Opener, city: City) -> None:
    page = visit("/rules")
    card = city.push_card()

    expect(page.get_by_role("status").filter(has_text="新发")).to_contain_text(card["title"], timeout=SECOND_MS)


def test_nothing_moves_while_paused_and_nothing_is_lost_after(visit: Opener, city: City) -> None:
    page = visit("/cards")
    first = page.locator("[data-row]").first
    top = first.get_attribute("data-row")
    page.keyboard.press("p")
    card = city.push_card()

    page.locator(".held").get_by_text("已暂停，新到 1 张").wait_for()
    assert first.get_attribute("data-row") == top
    page.get_by_role("button", name="并入").click()
    expect(first).to_have_attribute("data-row", card["card_id"])


def test_a_broken_line_says_so_and_catches_up(visit: Opener, city: City) -> None:
    page = visit("/")
    with without_streams(page, city):
        expect(page.get_by_text(re.compile(r"已断开 15:2\d，正在重连"))).to_be_visible()
        expect(page.get_by_text(re.compile(r"数字截至 15:2\d:\d\d"))).to_be_visible()
        keep_screenshot(page, "断线-1366")
        card = city.push_card()

    page.locator(f'[data-card="{card["card_id"]}"]').wait_for()
    expect(page.get_by_text("实时", exact=True)).to_be_visible()


def test_a_case_that_goes_on_grows_on_its_page_within_a_second(visit: Opener, city: City) -> None:
    paused = city.case_with_pause()
    key = [each["case_key"] for each in city.ask("/v1/cases?state=accepted")["items"] if each["case_key"] != paused][-1]
    page = visit(f"/cases/{key}")
    rows = page.locator("#evidence tbody tr")
    before = rows.count()
    with page.expect_response("**/v1/cases/stream*"):
        page.reload()
    expect(rows).to_have_count(before)
    city.go_on(key)

    expect(rows).to_have_count(before + 1, timeout=SECOND_MS)
    expect(rows.last).to_contain_text("复核")
    expect(page.locator(".steps svg")).to_contain_text("复核")
    way = page.get_by_role("region", name="环节与实际路径")
    way.get_by_role("button", name="看表格").click()
    expect(way.get_by_role("row").last).to_contain_text("复核")
    expect(way.get_by_role("row").last).to_contain_text("正在此环节")


def test_motion_can_be_had_without(visit: Opener, city: City) -> None:
    page = visit("/", reduced_motion="reduce")
    card = city.push_card()

    row = page.locator(f'[data-card="{card["card_id"]}"]')
    row.wait_for()
    assert row.evaluate("(el) => getComputedStyle(el).animationDuration") == "0s"
