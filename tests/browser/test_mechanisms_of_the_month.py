"""制度开展情况 on the page of reports: what single mechanisms came to, apart from what agencies are compared by."""

import pytest
from playwright.sync_api import expect

from .conftest import Opener, keep_screenshot

pytestmark = pytest.mark.browser


def test_a_mechanism_is_listed_by_its_number_with_its_figure_and_what_it_is_made_of(visit: Opener) -> None:
    page = visit("/reports")
    table = page.get_by_role("group", name="制度开展情况")
    visits = table.locator("[data-mechanism=visits]")

    expect(visits).to_contain_text("55")
    expect(visits).to_contain_text("3 次")
    expect(visits.get_by_role("listitem")).to_have_text(["暗访 2", "电话暗访 1"])
    expect(table.locator("[data-mechanism=study_days]")).to_contain_text("7.5 天")
    table.scroll_into_view_if_needed()
    keep_screenshot(page, "reports-mechanisms")


def test_mechanisms_without_anything_are_named_below_and_have_no_row(visit: Opener) -> None:
    page = visit("/reports")

    expect(page.get_by_text("本期没有记录：审计公开率")).to_be_visible()
    expect(page.get_by_text("评议次数：待有：该月冻结时尚无此口径")).to_be_visible()
    expect(page.locator("[data-mechanism=audits_public], [data-mechanism=reviews]")).to_have_count(0)


def test_mechanisms_are_not_among_the_indicators_of_the_whole(visit: Opener) -> None:
    totals = visit("/reports").get_by_role("group", name="效能指标")

    expect(totals).to_contain_text("承诺兑现率")
    expect(totals).not_to_contain_text("新闻发布次数")
