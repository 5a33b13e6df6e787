"""The pages beside cards and cases: a rule, an agency, the account of a day, the system, keys and the second factor."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from .conftest import APP, City, Opener, keep_screenshot

pytestmark = pytest.mark.browser

PHONE = (390, 844)
AXE = APP / "node_modules/axe-core/axe.min.js"
ADMIN = {"role": "system_admin", "role_title": "系统管理员", "actions": ["account.manage"]}
KEY: dict[str, Any] = {
    "id": "mk_" + "0" * 16,
    "title": "对账程序",
    "role": "auditor",
    "region": None,
    "agency": None,
    "made_by": "zhou",
    "made_at": "2026-10-14T01:00:00+00:00",
    "last_used_at": None,
    "expires_at": None,
    "revoked_at": None,
}
NEXT = "mk_" + "1" * 16
URI = "otpauth://totp/%E6%98%8E%E9%95%9C:zhang?secret=JBSWY3DPEHPK3PXP&issuer=%E6%98%8E%E9%95%9C"


def serious(page: Page) -> list[str]:
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("async () => (await axe.run()).violations")
    return [each["id"] for each in found if each["impact"] in {"serious", "critical"}]


def test_a_rule_is_read_with_its_examples_as_pictures_or_tables(visit: Opener) -> None:
    page = visit("/rules")
    page.get_by_role("link", name="办结时限").click()
    example = page.locator("[data-example]").first

    expect(page.locator("pre")).to_contain_text("limit: promised")
    expect(example.get_by_role("img")).to_be_visible()
    example.get_by_role("button", name="看表格").click()
    expect(example.get_by_role("table")).to_contain_text("case.accepted")
    page.get_by_role("button", name=re.compile("^不发牌的")).click()
    expect(page.locator("[data-example]")).to_contain_text(["届满当日办结"])


def test_an_agency_shows_its_own_and_leads_to_its_queues(visit: Opener, city: City) -> None:
    agency = city.ask("/v1/cards?level=yellow&status=standing")["items"][0]["agency"]
    page = visit(f"/agencies/{agency}")
    own = city.ask(f"/v1/cards?status=standing&agency={agency}")["items"]

    expect(page.locator("[data-case-card]")).to_have_count(min(12, len(own)))
    page.get_by_role("link", name=re.compile("^待签收")).click()
    expect(page).to_have_url(re.compile(f"/cards\\?agency={agency}&stage=drawn"))


def test_the_account_of_a_day_says_what_the_archive_lacks(visit: Opener) -> None:
    page = visit("/quality")
    page.get_by_role("button", name="对账").click()
    told = page.get_by_role("status").filter(has_text="归档少 2 条")

    expect(told).to_contain_text("不一致")
    expect(told.get_by_role("row", name=re.compile("^直接写 Kafka"))).to_contain_text("—50—5—")
    expect(told).to_contain_text("没有回执")
    expect(told.get_by_role("link", name="CSV")).to_have_attribute("href", re.compile("form=csv"))
    keep_screenshot(page, "对账-1366")
    assert serious(page) == []


def test_a_feed_tells_its_rhythm_its_score_and_its_outages(visit: Opener, city: City) -> None:
    agency = city.ask("/v1/cards")["items"][0]["agency"]
    page = visit(f"/agencies/{agency}/feed")

    expect(page.get_by_text("异常安静")).to_be_visible()
    expect(page.get_by_text("此时平时约每 5 分报一次。")).to_be_visible()
    expect(page.locator("[data-part]").first).to_contain_text("时刻真实")
    expect(page.get_by_role("row", name=re.compile("机房迁移"))).to_contain_text("未到")
    keep_screenshot(page, "报送状况-1366")
    assert serious(page) == []


def test_the_same_mistake_is_put_right_in_many_letters_at_once(visit: Opener, city: City) -> None:
    sent: list[str] = []

    def answer(route: Route) -> None:
        lines = (route.request.post_data or "").splitlines()
        sent.extend(lines)
        items = [
            {"letter": str(n), "receipt": "r" * 32 if n else None, "message": "仍不可用"} for n, _ in enumerate(lines)
        ]
        route.fulfill(json={"items": items})

    def as_clerk(page: Page) -> None:
        state = city.ask("/v1/session")
        clerk = {"role": "clerk", "role_title": "部门经办", "actions": ["case.read", "event.submit"]}
        page.route(re.compile("/v1/session$"), lambda route: route.fulfill(json=state | {"who": state["who"] | clerk}))
        page.route(re.compile("/v1/dead-letters/resubmit$"), answer)

    page = visit("/quality", before=as_clerk)
    many = page.get_by_role("region", name="成批改正")
    many.get_by_label("把").fill("20")
    many.get_by_label("换成").fill("21")
    many.get_by_role("button", name=re.compile("^重报改了的")).click()

    expect(many.get_by_role("status")).to_contain_text(f"已重报 {len(sent) - 1} 件，未能重报 1 件")
    keep_screenshot(page, "成批改正-1366")
    assert serious(page) == []


def test_a_part_that_is_away_is_named(visit: Opener) -> None:
    page = visit("/status")

    expect(page.get_by_text("1 个部件不可用")).to_be_visible()
    expect(page.locator('[data-part="gateway"]')).to_contain_text("不可用")


def as_admin(page: Page, city: City) -> None:
    state = city.ask("/v1/session")
    page.route(re.compile("/v1/session$"), lambda route: route.fulfill(json=state | {"who": state["who"] | ADMIN}))


def test_a_key_is_told_once_and_closed_for_ever(visit: Opener, city: City) -> None:
    keys: list[dict[str, Any]] = []

    def answer(route: Route) -> None:
        method = route.request.method
        if route.request.url.endswith("/rotation"):
            keys.insert(0, KEY | {"id": NEXT})
            route.fulfill(status=201, json=KEY | {"id": NEXT, "secret": "fr3sh"})
        elif method == "POST":
            keys.append(KEY)
            route.fulfill(status=201, json=KEY | {"secret": "s3cret"})
        elif method == "DELETE":
            keys[:] = [KEY | {"revoked_at": "2026-10-14T02:00:00+00:00"}]
            route.fulfill(status=204)
        else:
            route.fulfill(json={"items": keys})

    def before(page: Page) -> None:
        as_admin(page, city)
        page.route(re.compile("/v1/keys"), answer)

    page = visit("/keys", settled=False, before=before)
    page.get_by_role("button", name="发放密钥").click()
    form = page.get_by_role("form", name="发放密钥")
    form.get_by_label("程序").fill("对账程序")
    form.get_by_label("角色").select_option("auditor")
    form.get_by_role("button", name="发放").click()

    expect(page.get_by_text("s3cret")).to_be_visible()
    keep_screenshot(page, "密钥-1366")
    assert serious(page) == []
    page.get_by_role("button", name="已妥善保存").click()
    expect(page.get_by_text("s3cret")).to_have_count(0)
    row = page.locator(f'[data-key="{KEY["id"]}"]')
    row.get_by_role("button", name="换发").click()
    row.get_by_role("button", name="确认换发").click()
    expect(page.get_by_text("fr3sh")).to_be_visible()
    expect(page.locator(f'[data-key="{NEXT}"]')).to_contain_text("未用过")
    row.get_by_role("button", name="停用").click()
    row.get_by_role("button", name="确认停用").click()
    expect(row).to_contain_text("已停用")


def test_the_authenticator_is_enrolled_by_a_code_that_a_camera_reads(visit: Opener) -> None:
    def before(page: Page) -> None:
        page.route(re.compile("/v1/authenticator$"), lambda route: route.fulfill(json={"uri": URI}))

    page = visit("/me", before=before)
    page.get_by_label("口令").fill("Water-over-stone-7")
    page.get_by_role("button", name="登记验证器").click()
    expect(page.get_by_role("img", name="供验证器扫描的二维码")).to_be_visible()
    expect(page.get_by_text("JBSWY3DPEHPK3PXP")).to_be_visible()
    keep_screenshot(page, "动态口令-1366")
    assert serious(page) == []


def test_all_places_are_within_reach_on_a_telephone(visit: Opener) -> None:
    page = visit("/", PHONE)
    foot = page.get_by_role("navigation", name="主导航").last
    foot.get_by_text("更多").click()
    keep_screenshot(page, "更多-390")
    foot.get_by_role("link", name="系统状态").click()

    expect(page.get_by_role("heading", name="系统状态")).to_be_visible()
    expect(foot.get_by_role("link", name="系统状态")).to_be_hidden()


def test_a_file_that_was_handed_in_is_told_in_a_few_lines_on_a_telephone(visit: Opener) -> None:
    page = visit("/uploads", PHONE)
    rows = page.locator("[data-upload]")
    rows.first.wait_for()
    heights = [box["height"] for row in rows.all() if (box := row.bounding_box())]

    assert len(heights) > 1
    assert max(heights) <= PHONE[1] / 3
    assert page.evaluate("getComputedStyle(document.querySelector('td[data-label]'), '::before').content") == '"行数"'
