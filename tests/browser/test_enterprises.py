"""An enterprise in the console: what was done about it, and how it was answered as a monitoring point."""

import pytest
from playwright.sync_api import expect

from .conftest import City, Opener

pytestmark = pytest.mark.browser


def test_a_monitoring_point_shows_what_was_answered_in_three_days_and_what_was_not(visit: Opener, city: City) -> None:
    page = visit(f"/enterprises/{city.monitoring_point()}")

    reflections = page.get_by_role("region", name="监测点反映与三日回复").locator("tbody tr")
    expect(reflections).to_have_count(3)
    for answer in ("待回复", "逾期回复", "已回复"):
        expect(reflections.filter(has_text=answer)).to_have_count(1)


def test_a_monitoring_point_on_the_roll_is_shown_with_code_and_name(visit: Opener, city: City) -> None:
    code = city.monitoring_point()
    page = visit("/enterprises")
    expect(page.locator(f"[data-enterprise='{code}']")).to_contain_text("澄湖区青禾食品有限公司")
    page.get_by_role("link", name=code).click()

    expect(page.get_by_role("heading", level=1)).to_have_text(code)
    expect(page.get_by_text("澄湖区青禾食品有限公司")).to_be_visible()


def test_the_timeline_says_in_a_sentence_what_it_draws(visit: Opener, city: City) -> None:
    page = visit(f"/enterprises/{city.monitoring_point()}")

    figure = page.get_by_role("img", name="检查 3 件，处罚 1 件，投诉 3 件，申请 1 件")
    expect(figure).to_be_visible()
    expect(figure.locator(".bar")).to_have_count(8)


def test_an_enterprise_leads_to_its_cases_and_cards(visit: Opener, city: City) -> None:
    code = city.monitoring_point()
    page = visit(f"/enterprises/{code}")
    page.get_by_role("link", name="全部办件").click()

    expect(page.locator("[data-case]")).to_have_count(8)
    expect(page.get_by_role("button", name=code)).to_be_visible()


def test_only_monitoring_points_are_listed_when_asked_for(visit: Opener) -> None:
    page = visit("/enterprises")
    expect(page.locator("[data-enterprise]")).to_have_count(2)
    page.get_by_role("button", name="监测点", exact=True).click()

    expect(page.locator("[data-enterprise]")).to_have_count(1)


def test_the_line_of_time_of_an_enterprise_is_a_table_too(visit: Opener, city: City) -> None:
    page = visit(f"/enterprises/{city.monitoring_point()}")
    page.get_by_role("button", name="看表格").click()

    expect(page.locator("[data-span]")).to_have_count(8)
    page.get_by_role("button", name="看图").click()
    expect(page.locator("[data-span]")).to_have_count(0)
