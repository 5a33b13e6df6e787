"""Personal data of a case on its page: for a reason, and for who may."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from .conftest import City, Opener
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


def test_who_may_not_unmask_is_offered_no_way_to(visit: Opener, city: City) -> None:
    state: dict[str, Any] = city.ask("/v1/session")
    state["who"]["actions"].remove("case.unmask")

    def as_another(page: Page) -> None:
        page.route("**/v1/session", lambda route: route.fulfill(json=state))

    page = visit(f"/cases/{city.case_with_pause()}", before=as_another)

    expect(page.locator("#evidence")).to_be_visible()
    expect(page.get_by_role("button", name="查看个人信息")).to_have_count(0)
