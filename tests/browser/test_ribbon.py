"""The ribbon on the screen against the review it was drawn from."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from .conftest import City, Opener, keep_screenshot

pytestmark = pytest.mark.browser


@pytest.fixture
def drawn(visit: Opener, city: City) -> Page:
    page = visit(f"/cases/{city.case_with_pause()}")
    page.locator(".ribbon [data-date]").first.wait_for()
    return page


def reviewed(city: City) -> list[dict[str, Any]]:
    clocks = city.ask(f"/v1/cases/{city.case_with_pause()}")["review"]["clocks"]
    days: list[dict[str, Any]] = next(clock["ribbon"] for clock in clocks if clock["clock"] == "statutory")
    return days


def test_every_day_and_number_is_the_reviews(drawn: Page, city: City) -> None:
    shown = drawn.locator(".ribbon [data-date]").evaluate_all(
        "(all) => all.slice(1).map((el) => [el.dataset.date, el.dataset.n ? Number(el.dataset.n) : null])"
    )

    assert shown == [[day["date"], day["n"]] for day in reviewed(city)]


def test_the_ends_of_both_limits_are_written_on_their_lines(drawn: Page) -> None:
    ribbon = drawn.locator(".ribbon")

    expect(ribbon).to_contain_text("承诺届满 10 月 8 日 24:00 · 今天是第 5 个超期工作日")
    expect(ribbon).to_contain_text("法定届满 10 月 23 日 24:00 · 今天第 13 日 · 含今天余 8 日")


def test_the_table_below_says_of_every_day_why_it_counts_or_not(drawn: Page, city: City) -> None:
    drawn.keyboard.press("t")
    rows = drawn.locator("details tbody tr")

    expect(rows).to_have_count(len(reviewed(city)))
    expect(rows.filter(has_text="2026-10-10")).to_contain_text("调休上班")
    expect(rows.filter(has_text="2026-10-01")).to_contain_text("国庆节放假，不计入")
    keep_screenshot(drawn, "逐日-1366")


def test_on_a_phone_it_opens_at_now(visit: Opener, city: City) -> None:
    page = visit(f"/cases/{city.case_with_pause()}", (390, 844))
    ribbon, now = page.locator(".ribbon").bounding_box(), page.locator(".ribbon [data-now] rect").bounding_box()

    assert ribbon is not None
    assert now is not None
    assert ribbon["x"] <= now["x"] <= ribbon["x"] + ribbon["width"]


def test_what_will_come_if_nothing_is_done_stands_as_a_ghost(drawn: Page) -> None:
    expect(drawn.locator('.ribbon [data-flag="red"]')).to_contain_text("届时升红牌")


def test_the_events_can_be_taken_away(drawn: Page, city: City) -> None:
    with drawn.expect_download() as download:
        drawn.get_by_role("button", name="导出 CSV").click()

    text = download.value.path().read_text(encoding="utf-8-sig")
    assert len(text.splitlines()) == 1 + len(city.ask(f"/v1/cases/{city.case_with_pause()}")["events"])
