"""The reports page on the real path: from the whole down to one item of one agency, and over to its cards."""

import re
import time
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from mingjing.services.reports.counter import FRESH_S
from mingjing.services.stack.up import Stack

from .conftest import keep_screenshot
from .office import Enter, post

pytestmark = [pytest.mark.browser, pytest.mark.system]

SHANGHAI = ZoneInfo("Asia/Shanghai")
FOOD_LICENCE = "11990100MB0000019L3000131003000"
BUREAU = "云州市市场监督管理局"
CASES = 12
SHOWN_MS = 5_000
PATIENCE_MS = 90_000
"""How long a count, and the page made of it, may take on a machine that has other work."""


@pytest.fixture
def month(stack: Stack, agency_key: str, enter: Enter) -> str:
    """Some cases that were decided in a month past, and the month; written down once the console shows one.

    No report of the present compares itself with that month: none has counted it before.
    """
    day = datetime.now(SHANGHAI).replace(day=10, hour=9, minute=0, second=0, microsecond=0) - timedelta(days=90)
    events: list[dict[str, Any]] = []
    for number in range(CASES):
        steps = (("case.applied", 0), ("case.accepted", 1), ("case.decided", 30))
        for place, (kind, hours) in enumerate(steps):
            events.append(
                {
                    "specversion": "1.0",
                    "id": f"report-{number}-{place}",
                    "source": "urn:test:agency",
                    "type": kind,
                    "subject": f"REPORT-{number:02}",
                    "time": (day + timedelta(hours=hours)).isoformat(),
                    "item": FOOD_LICENCE,
                    "region": "330100000000",
                    "post": "许可审查岗",
                    "data": {"result": "granted", "doc_no": "1"} if kind == "case.decided" else {},
                }
            )
    answer = post(stack, agency_key, *events)
    assert answer.json()["rejected"] == 0, answer.text
    cases = enter("li", f"/cases?q=REPORT-{CASES - 1:02}")
    last = cases.get_by_role("row").filter(has_text=f"REPORT-{CASES - 1:02}")
    expect(last).to_be_visible(timeout=PATIENCE_MS)
    return f"{day:%Y-%m}"


def decided(page: Page, table: str, line: str) -> int:
    """Return how many cases a line of a table says were decided."""
    found = page.get_by_role("group", name=table).get_by_role("row").filter(has_text=line).first
    columns = found.locator("td.r")
    return int(columns.nth(1).inner_text().replace(",", ""))


def await_counted(page: Page, table: str, line: str) -> None:
    """Open the page anew until all is counted: a count made before is shown while it is fresh."""
    until = time.monotonic() + 4 * FRESH_S
    shown = page.get_by_role("group", name=table).get_by_role("row").filter(has_text=line).first
    while True:
        try:
            expect(shown).to_be_visible(timeout=SHOWN_MS)
            assert decided(page, table, line) == CASES
        except AssertionError:
            if time.monotonic() > until:
                raise
            page.reload()
        else:
            return


def test_figures_lead_from_the_whole_to_one_item_of_one_agency_and_to_its_cards(month: str, enter: Enter) -> None:
    page = enter("li", f"/reports?month={month}")
    await_counted(page, "事项", "食品经营许可")
    expect(page.get_by_role("heading", level=1, name=re.compile("效能报表"))).to_be_visible()

    ranking = page.get_by_role("group", name=re.compile("部门"))
    ranking.get_by_role("button", name=BUREAU).click()
    expect(page).to_have_url(re.compile("agency="))
    expect(page.get_by_role("heading", level=1, name=re.compile(BUREAU))).to_be_visible(timeout=PATIENCE_MS)
    page.get_by_role("group", name="事项").get_by_role("button", name=re.compile("食品经营许可")).click(
        timeout=PATIENCE_MS
    )
    expect(page).to_have_url(re.compile("item="))
    expect(page.get_by_role("button", name=re.compile("食品经营许可.*×"))).to_be_visible()
    keep_screenshot(page, "报表-下钻-1366")

    page.get_by_role("button", name=re.compile("食品经营许可.*×")).click()
    expect(page).not_to_have_url(re.compile("item="))
    page.get_by_role("group", name="范围").get_by_role("link", name="看牌").click()
    expect(page).to_have_url(re.compile(r"/cards\?agency="))
