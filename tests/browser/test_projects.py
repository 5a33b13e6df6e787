"""The board of projects: by stage, by the green channel, and joint reviews with a clock for every member."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from mingjing.services.stack.up import Stack

from .conftest import Opener, keep_screenshot
from .office import WHOLE_PATH_MS, Enter, post

pytestmark = pytest.mark.browser

JOINT = "工程建设项目并联审批"


def columns(page: Page) -> list[str]:
    return page.locator("[data-column] h2").all_text_contents()


def test_projects_stand_in_the_columns_of_their_stages(visit: Opener) -> None:
    page = visit("/projects")

    expect(page.locator("[data-column='works'] [data-project]")).to_contain_text(JOINT)
    assert columns(page) == ["立项用地规划", "工程建设许可", "施工许可"]


def test_every_member_has_its_clock_and_who_is_late_comes_first(visit: Opener) -> None:
    members = visit("/projects").locator("[data-project]", has_text=JOINT).locator("[data-member]")

    expect(members).to_have_count(4)
    expect(members.nth(0)).to_contain_text("云州市生态环境局")
    expect(members.nth(0)).to_have_attribute("data-state", "past")
    expect(members.nth(1).get_by_role("img")).to_be_visible()
    expect(members.filter(has_text="自然资源和规划局")).to_contain_text("已反馈")
    expect(members.filter(has_text="水务局")).to_contain_text("尚未分发")


def test_only_the_green_channel_is_shown_when_asked_for(visit: Opener) -> None:
    page = visit("/projects")
    page.get_by_role("button", name="绿色通道", exact=True).click()

    expect(page.locator("[data-project]").first).to_contain_text("绿色通道")
    assert columns(page) == ["施工许可"]


def test_a_project_leads_to_its_case(visit: Opener) -> None:
    page = visit("/projects?kind=joint")
    page.get_by_role("link", name=JOINT).click()

    expect(page.get_by_role("heading", name="时限带")).to_be_visible()
    expect(page.locator("[data-clock='limit']", has_text="云州市生态环境局")).to_be_visible()


def test_a_printed_board_is_the_board_alone(visit: Opener) -> None:
    page = visit("/projects")
    page.emulate_media(media="print")
    keep_screenshot(page, "项目-印")

    expect(page.get_by_role("group", name="看哪些项目")).to_be_hidden()
    expect(page.locator("[data-member]").first).to_be_visible()


ITEM = "11990100MB0000035A3000117003000"
"""工程建设项目并联审批, as the catalogue has it: three members."""
ASKED = "11990100MB00000435"


def told(kind: str, at: datetime, **data: Any) -> dict[str, Any]:
    event = {
        "specversion": "1.0",
        "id": f"p-{kind}",
        "source": "urn:test:agency",
        "type": kind,
        "subject": "P2026-0001",
    }
    return {**event, "time": at.isoformat(), "item": ITEM, "region": "330100000000", "data": data}


@pytest.mark.system
def test_a_joint_review_that_an_agency_reports_stands_on_the_board_with_its_members(
    enter: Enter, stack: Stack, agency_key: str
) -> None:
    page = enter("zhao", "/projects?kind=joint")
    now = datetime.now(ZoneInfo("Asia/Shanghai"))
    events = (
        told("case.applied", now - timedelta(hours=3)),
        told("case.accepted", now - timedelta(hours=2), doc_no="受1", doc_date=f"{now:%Y-%m-%d}", seal="专用章"),
        told("joint.dispatched", now - timedelta(hours=1), member=ASKED, days=10),
    )
    assert post(stack, agency_key, *events).is_success
    project = page.locator("[data-column='works'] [data-project]", has_text="P2026-0001")
    deadline = page.evaluate("Date.now()") + WHOLE_PATH_MS
    while project.count() == 0 and page.evaluate("Date.now()") < deadline:
        page.reload()
        page.locator("[data-column], .panel").first.wait_for()

    expect(project.locator("[data-member]")).to_have_count(3, timeout=WHOLE_PATH_MS)
    expect(project.locator(f"[data-member='{ASKED}']")).to_have_attribute("data-state", "running")
    expect(project.locator("[data-state='unasked']")).to_have_count(2)
    keep_screenshot(page, "项目-真-1366")
