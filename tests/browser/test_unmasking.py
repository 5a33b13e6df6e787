"""Personal data of a case, of a card and of a dead letter: for a reason, and for who may."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from .conftest import City, Opener, keep_screenshot
from .test_console import harm

pytestmark = pytest.mark.browser


def test_masked_data_is_shown_for_a_reason_and_leaves_the_screen_again(visit: Opener, city: City) -> None:
    page = visit(f"/cases/{city.case_with_pause()}")
    page.get_by_role("button", name="查看个人信息").click()
    submit = page.get_by_role("button", name="留痕并查看")
    expect(submit).to_be_disabled()
    page.get_by_role("textbox", name="事由").fill("核对申诉人身份")
    with page.expect_request("**/v1/unmaskings") as asked:
        submit.click()

    assert asked.value.post_data_json == {"case_key": city.case_with_pause(), "reason": "核对申诉人身份"}
    expect(page.locator("[data-unmasked]")).to_contain_text("王小明")
    assert harm(page) == []
    page.get_by_role("button", name="隐去").click()
    expect(page.get_by_text("王小明")).to_have_count(0)


def test_who_is_held_to_account_on_a_card_is_shown_for_a_reason(visit: Opener, city: City) -> None:
    card = next(each for each in city.ask("/v1/cards?stage=supervised")["items"])["card_id"]
    page = visit(f"/cards?card={card}")
    drawer = page.get_by_role("complementary", name="牌的详情")
    expect(drawer).to_contain_text("王**")
    drawer.get_by_role("button", name="查看个人信息").click()
    drawer.get_by_role("textbox", name="事由").fill("核对责任人的身份")
    with page.expect_request("**/v1/unmaskings/cards") as asked:
        drawer.get_by_role("button", name="留痕并查看").click()

    assert asked.value.post_data_json == {"card_id": card, "reason": "核对责任人的身份"}
    expect(drawer.locator("[data-unmasked]")).to_contain_text("王建国")
    keep_screenshot(page, "牌的个人信息-1366")
    assert harm(page) == []
    drawer.get_by_role("button", name="隐去").click()
    expect(drawer.get_by_text("王建国")).to_have_count(0)


def test_a_letter_that_could_not_be_masked_is_shown_whole_for_a_reason(visit: Opener) -> None:
    page = visit("/quality")
    letter = page.locator('[data-letter^="3c0ffee"]')
    letter.get_by_role("button", name="看原文").click()
    expect(letter).to_contain_text("不在此显示")
    letter.get_by_role("button", name="查看全文").click()
    letter.get_by_role("textbox", name="事由").fill("查明为何读不出来")
    with page.expect_request("**/v1/unmaskings/letters") as asked:
        letter.get_by_role("button", name="留痕并查看").click()

    assert asked.value.post_data_json == {"letter": "3c0ffee0" * 4, "reason": "查明为何读不出来"}
    expect(letter.locator("pre")).to_contain_text("20261014-000417")
    letter.scroll_into_view_if_needed()
    keep_screenshot(page, "信件全文-1366")
    assert harm(page) == []
    letter.get_by_role("button", name="隐去").click()
    expect(letter.locator("pre")).to_have_count(0)


def test_who_may_not_unmask_is_offered_no_way_to(visit: Opener, city: City) -> None:
    state: dict[str, Any] = city.ask("/v1/session")
    state["who"]["actions"].remove("case.unmask")

    def as_another(page: Page) -> None:
        page.route("**/v1/session", lambda route: route.fulfill(json=state))

    page = visit(f"/cases/{city.case_with_pause()}", before=as_another)

    expect(page.locator("#evidence")).to_be_visible()
    expect(page.get_by_role("button", name="查看个人信息")).to_have_count(0)
    page.goto(f"{city.origin}/console/cards?card={city.card_with_pause()['card_id']}")
    expect(page.get_by_role("complementary", name="牌的详情").locator(".desk")).to_be_visible()
    expect(page.get_by_role("button", name="查看个人信息")).to_have_count(0)
