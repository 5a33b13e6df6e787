"""绩效考评 on its page: who stands where, where each point comes from, who is not compared; and where reports open."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from .conftest import Opener, keep_screenshot

pytestmark = pytest.mark.browser

ASSESSMENT = "**/v1/reports/assessment*"
START = "**/v1/reports/start"
LAST = "云州市人力资源社会保障局"


def answering(pattern: str, answer: Callable[[Route], object]) -> Callable[[Page], object]:
    return lambda page: page.route(pattern, answer)


@pytest.mark.parametrize("path", ["/reports", "/reports/assessment"])
def test_reports_open_on_the_newest_frozen_month_and_say_so(visit: Opener, path: str) -> None:
    page = visit(path)

    expect(page.get_by_text("打开的是最近一个已冻结的月份 2026-09（第 2 版）。")).to_be_visible()
    page.get_by_role("button", name="看本月 2026-10").click()
    expect(page).to_have_url(re.compile("month=2026-10"))
    expect(page.get_by_text("打开的是")).to_have_count(0)


def test_an_installation_without_cases_opens_on_a_month_of_its_own(visit: Opener) -> None:
    nothing = {"month": None, "revision": None, "present": None}
    page = visit("/reports/assessment", before=answering(START, lambda route: route.fulfill(json=nothing)))

    expect(page.locator(".paper")).to_be_visible()
    expect(page.get_by_text("打开的是")).to_have_count(0)


def test_no_later_period_is_offered_than_the_one_that_has_begun(visit: Opener) -> None:
    page = visit("/reports?month=2026-10")
    later = page.get_by_role("button", name="后一期")

    later.click()
    expect(page).to_have_url(re.compile("month=2026-11"))
    expect(later).to_be_disabled()
    page.get_by_role("button", name="年", exact=True).click()
    expect(page).to_have_url(re.compile("month=2026($|&)"))
    expect(later).to_be_disabled()


def test_equal_scores_share_a_rank_and_the_last_is_marked(visit: Opener) -> None:
    page = visit("/reports/assessment")
    ranking = page.get_by_role("group", name="名次与等次")

    expect(ranking.locator("td.rank")).to_have_text(["1", "1", "3", "4"])
    expect(page.get_by_text("同分同名次")).to_be_visible()
    expect(ranking.get_by_role("row").filter(has_text=LAST)).to_contain_text("末位")
    expect(ranking.get_by_role("row").filter(has_text=LAST)).to_contain_text("连续两年不合格")
    keep_screenshot(page, "考评-名次-1366")


def test_every_point_is_told_with_its_reason_and_leads_to_the_cards_that_cost_it(visit: Opener) -> None:
    page = visit("/reports/assessment")
    page.get_by_role("button", name=LAST).click()
    lines = page.get_by_role("group", name=f"{LAST}逐项得分")

    late = lines.get_by_role("row").filter(has_text="超过公示期限")
    expect(late).to_contain_text("TL-04 发牌 12 张，每张扣 5 分")
    expect(late.get_by_role("link")).to_have_count(8)
    late.get_by_role("button", name="全部 12 张").click()
    expect(late.get_by_role("link")).to_have_count(12)
    expect(lines.get_by_role("row").filter(has_text="涉企检查登记")).to_contain_text("不计")
    expect(page.locator(".sum")).to_have_text(
        "〔基础得分 10.00（计入满分 35.00），奖惩 +3.00〕× 折合系数 2.8571 ＝ 37.14"
    )
    keep_screenshot(page, "考评-逐项-1366")

    late.get_by_role("link").first.click()
    expect(page).to_have_url(re.compile(r"/cards\?card="))


def test_who_is_not_compared_has_points_and_every_reason_and_who_had_no_business_has_neither(visit: Opener) -> None:
    page = visit("/reports/assessment")
    without = page.get_by_role("group", name="不评等次、不排名")

    expect(page.get_by_role("note")).to_contain_text("2 个部门不评等次、不排名")
    expect(without.get_by_role("row").nth(1).get_by_role("listitem")).to_have_text(
        ["数据完整率 93.20%（192/206），低于 95%", "收办不相符，差 2 件"]
    )
    expect(without.get_by_role("row").nth(2)).to_contain_text("办结 9 件，不足 30 件")
    expect(page.get_by_text("无业务单位：云州市自然资源和规划局")).to_be_visible()


def test_a_region_is_chosen_and_stays_chosen_in_the_other_report_and_in_every_form(visit: Opener) -> None:
    page = visit("/reports/assessment")
    page.get_by_label("区划").select_option("沅桥县")

    expect(page).to_have_url(re.compile("region=330122"))
    expect(page.get_by_role("heading", level=1, name=re.compile("^沅桥县 .*绩效考评"))).to_be_visible()
    assert "region=330122" in (page.get_by_role("link", name="XLSX").get_attribute("href") or "")
    assert "region=330122" in (page.get_by_role("link", name="效能").get_attribute("href") or "")


def test_a_count_that_takes_long_says_how_far_it_is_and_the_result_follows(visit: Opener) -> None:
    job = {"id": "x", "state": "running", "done": 3, "total": 36, "result": None}
    asked: list[str] = []

    def answer(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(status=202, json=job) if len(asked) == 1 else route.continue_()

    page = visit("/reports/assessment", before=answering(ASSESSMENT, answer))

    expect(page.get_by_text("正在统计，已完成 3 / 36 个月份…")).to_be_visible()
    expect(page.locator(".paper")).to_be_visible()


def test_a_refusal_is_told_and_can_be_tried_again(visit: Opener) -> None:
    refusal = {"title": "暂时无法提供服务", "detail": "存储未就绪，请 5 秒后重试。"}
    page = visit(
        "/reports/assessment", before=answering(ASSESSMENT, lambda route: route.fulfill(status=503, json=refusal))
    )

    expect(page.get_by_role("alert")).to_contain_text("存储未就绪，请 5 秒后重试。")
    page.unroute(ASSESSMENT)
    page.get_by_role("button", name="重试").click()
    expect(page.locator(".paper")).to_be_visible()


def test_a_printed_assessment_has_what_was_opened_and_no_controls(visit: Opener) -> None:
    page = visit("/reports/assessment")
    page.get_by_role("button", name="全部展开").click()
    page.emulate_media(media="print")

    expect(page.get_by_text("TL-04 发牌 12 张，每张扣 5 分")).to_be_visible()
    assert not page.get_by_role("button", name="打印").is_visible()
    assert not page.get_by_role("button", name="全部收起").is_visible()


def test_a_revision_says_why_it_was_made_and_what_it_changed(visit: Opener) -> None:
    page = visit("/reports")

    expect(page.get_by_text("更正原因：冻结之后到达的事件改变了本月数字")).to_be_visible()
    page.get_by_role("button", name="1 处变动").click()
    expect(page.get_by_role("group", name="1 处变动")).to_contain_text(re.compile("云州市卫生健康局.*办结：77 → 78"))


def test_cards_by_rule_lead_to_the_rule_and_to_the_cards_of_what_is_shown(visit: Opener) -> None:
    page = visit("/reports")
    line = page.get_by_role("group", name="黄牌与红牌").get_by_role("row").filter(has_text="TL-04")

    expect(line.get_by_role("link", name="办结时限")).to_have_attribute("href", re.compile("/rules/TL-04$"))
    line.get_by_role("link", name="看牌").click()
    expect(page).to_have_url(re.compile(r"/cards\?rule=TL-04"))


def test_a_region_leads_to_the_tier_below_it_and_any_tier_may_be_chosen(visit: Opener) -> None:
    asked: list[str] = []
    page = visit("/reports", before=lambda page: page.on("request", lambda request: asked.append(request.url)))
    tiers = page.get_by_role("group", name="按哪一级")

    expect(tiers.get_by_role("button", name="县")).to_have_attribute("aria-pressed", "true")
    page.get_by_role("group", name="区划").get_by_role("button", name="沅桥县").click()
    expect(tiers.get_by_role("button", name="镇")).to_have_attribute("aria-pressed", "true")
    tiers.get_by_role("button", name="村").click()
    expect(page).to_have_url(re.compile("region=990101.*tier="))
    expect(tiers.get_by_role("button", name="村")).to_have_attribute("aria-pressed", "true")
    assert any("tier=%E9%95%87" in url for url in asked)
