"""An agency says which of its columns is which, tries its file, hands it in, and gets back what cannot be used."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Locator, Page, expect

from .conftest import keep_screenshot
from .office import WHOLE_PATH_MS, Enter
from .test_console import SIDEWAYS, harm

pytestmark = [pytest.mark.browser, pytest.mark.system]

NAME = "三月台账.csv"


def ledger_of_the_agency(number: str) -> bytes:
    """Return two rows under headers of the agency's own, of which the second has no date."""
    day = datetime.now(ZoneInfo("Asia/Shanghai")) - timedelta(days=1)
    return f"流水号,受理时问,备注\n{number}-1,{day:%Y-%m-%d %H:%M},急\n{number}-2,昨天,\n".encode("gb18030")


def choose(page: Page, number: str) -> Locator:
    """Choose the file, and return what is told of its columns."""
    page.get_by_role("combobox", name="标准", exact=True).select_option("up-pro")
    page.get_by_role("combobox", name="对象", exact=True).select_option("up_pro_accept")
    content = ledger_of_the_agency(number)
    page.locator("input[type=file]").set_input_files({"name": NAME, "mimeType": "text/csv", "buffer": content})
    return page.get_by_role("group", name="文件的列与标准的列")


def column(columns: Locator, header: str) -> Locator:
    return columns.locator(f'[data-header="{header}"]')


def say(columns: Locator) -> None:
    column(columns, "流水号").get_by_role("combobox").select_option(label="办件编号 *")
    column(columns, "受理时问").get_by_role("button", name="是“受理时间”？").click()
    column(columns, "备注").get_by_role("combobox").select_option(label="不读这一列")


def test_columns_that_are_not_known_are_told_before_the_file_is_tried(enter: Enter) -> None:
    page = enter("wang", "/uploads")
    columns = choose(page, "甲")

    expect(column(columns, "流水号")).to_contain_text("待说明")
    expect(page.get_by_text("还有 3 列没有说明：流水号、受理时问、备注")).to_be_visible()
    expect(page.get_by_text("必填的列还没有：办件编号")).to_be_visible()
    expect(page.get_by_role("button", name="校验")).to_be_disabled()
    say(columns)
    expect(page.get_by_text("3 列都已清楚，可以校验")).to_be_visible()
    expect(page.get_by_role("button", name="报送", exact=True)).to_be_disabled()
    keep_screenshot(page, "报送列名-1366")
    assert harm(page) == []
    page.set_viewport_size({"width": 390, "height": 844})
    keep_screenshot(page, "报送列名-390")
    assert page.evaluate(SIDEWAYS) <= 0


def test_a_file_is_tried_then_handed_in_and_what_cannot_be_used_comes_back(enter: Enter) -> None:
    page = enter("wang", "/uploads")
    say(choose(page, "乙"))
    page.get_by_role("button", name="校验").click()
    expect(page.get_by_text("共 2 行：可接收 1 行，要退回 1 行")).to_be_visible(timeout=WHOLE_PATH_MS)
    page.get_by_role("button", name="报送可接收的行").click()
    job = page.locator("[data-upload]", has_text=NAME).first

    expect(job).to_contain_text("处理完毕", timeout=WHOLE_PATH_MS)
    expect(job).not_to_contain_text("仅校验")
    with page.expect_download() as download:
        job.get_by_role("link", name="下载退回的行").click()
    assert download.value.suggested_filename == f"{NAME}-退回.xlsx"
    keep_screenshot(page, "报送结果-1366")


def test_what_was_said_of_columns_need_not_be_said_again(enter: Enter) -> None:
    page = enter("wang", "/uploads")
    say(choose(page, "丙"))
    page.get_by_role("button", name="校验").click()
    expect(page.get_by_text("要退回 1 行")).to_be_visible(timeout=WHOLE_PATH_MS)
    page.reload()

    expect(column(choose(page, "丁"), "流水号")).to_contain_text("已说明")
    expect(page.get_by_role("button", name="校验")).to_be_enabled()
