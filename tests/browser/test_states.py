"""What the console shows when there is nothing, not yet, not at all, or no longer."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from .conftest import City, Opener, keep_screenshot

pytestmark = pytest.mark.browser

OVERVIEW = "**/v1/overview*"


def answering(pattern: str, answer: Callable[[Route], object]) -> Callable[[Page], object]:
    return lambda page: page.route(pattern, answer)


def test_figures_not_known_yet_are_a_dash_and_never_zero(visit: Opener) -> None:
    page = visit("/", settled=False, before=answering(OVERVIEW, lambda _: None))

    figures = page.locator("[data-ledger] .big").first
    expect(figures).to_have_text(re.compile("^—"))
    expect(page.get_by_text("正在加载").first).to_be_attached()
    keep_screenshot(page, "加载-1366")


def test_a_refusal_is_told_in_the_servers_words_and_can_be_tried_again(visit: Opener) -> None:
    refusal = {"title": "暂时无法提供服务", "detail": "存储未就绪，请 5 秒后重试。", "instance": "urn:uuid:7"}
    page = visit("/", settled=False, before=answering(OVERVIEW, lambda route: route.fulfill(status=503, json=refusal)))

    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("暂时无法提供服务")
    expect(alert).to_contain_text("存储未就绪，请 5 秒后重试。")
    expect(alert).to_contain_text("urn:uuid:7")
    keep_screenshot(page, "出错-1366")
    page.unroute(OVERVIEW)
    page.get_by_role("button", name="重试").click()
    expect(page.locator("[data-ledger]")).to_be_visible()


def test_a_service_that_cannot_be_reached_is_told_so(visit: Opener) -> None:
    page = visit("/rules", settled=False, before=answering("**/v1/reference", lambda route: route.abort()))

    expect(page.get_by_role("alert")).to_contain_text("连不上服务")


def test_a_filter_that_leaves_nothing_offers_to_be_cleared(visit: Opener) -> None:
    page = visit("/cards?rule=TL-09")
    page.get_by_text("这样的条件下没有牌。").wait_for()
    keep_screenshot(page, "空-1366")
    page.locator(".rows").get_by_role("button", name="清除筛选").click()

    expect(page.locator("[data-row]").first).to_be_visible()


def test_a_case_nobody_knows_leads_back_to_the_list(visit: Opener) -> None:
    page = visit("/cases/cn/0000000000000000")

    expect(page.get_by_text("没有这个办件，或不在你的范围内")).to_be_visible()
    expect(page.get_by_role("link", name="回到办件列表")).to_be_visible()


def test_a_withdrawn_card_is_struck_through_and_says_why(visit: Opener) -> None:
    page = visit("/cards?status=withdrawn")
    row = page.locator("[data-row]").first

    expect(row).to_contain_text("迟到数据，自动撤回")
    assert "line-through" in row.locator(".item b").evaluate("(el) => getComputedStyle(el).textDecorationLine")


def test_what_is_to_be_confirmed_is_not_called_a_card(visit: Opener) -> None:
    page = visit("/cards?rule=INT-03")
    row = page.locator("[data-row]").first

    expect(row).to_contain_text("待核实")
    expect(row).not_to_contain_text("黄牌")


def test_older_cards_come_when_asked_for(visit: Opener, city: City) -> None:
    page = visit("/cards?rule=TL-04")
    rows = page.locator("[data-row]")
    expect(rows).to_have_count(50)
    page.get_by_role("button", name="更多").click()

    expect(rows).not_to_have_count(50)
    ids = rows.evaluate_all("(all) => all.map((el) => el.dataset.row)")
    assert len(ids) == len(set(ids))
    assert ids[:50] == [card["card_id"] for card in city.ask("/v1/cards?rule=TL-04&limit=50")["items"]]


def test_a_dead_letter_shows_its_original(visit: Opener) -> None:
    page = visit("/quality")
    letter = page.locator("[data-letter]").first
    letter.get_by_role("button", name="看原文").click()

    expect(letter.locator("pre")).to_contain_text('"time": "2026-10-14 11:52:03"')
