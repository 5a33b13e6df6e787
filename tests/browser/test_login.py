"""Coming in, being somebody, and going out."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from .conftest import APP, City, Opener, keep_screenshot

pytestmark = pytest.mark.browser

NOBODY = {
    "stage": "none",
    "who": None,
    "csrf": None,
    "ends_at": None,
    "demo": False,
    "demo_accounts": [],
    "provider": None,
}
AXE = APP / "node_modules/axe-core/axe.min.js"


class Door:
    """`/v1/session` as the page finds it: answers `state`, and does what each write does."""

    def __init__(self, city: City, state: dict[str, Any]) -> None:
        self.inside = city.ask("/v1/session")
        self.state = state
        self.asked: list[tuple[str, Any]] = []
        self.answers: list[tuple[int, dict[str, Any]]] = []

    def stand(self, page: Page) -> None:
        page.route(re.compile(r"/v1/session(/\w+)?$"), self._answer)

    def _answer(self, route: Route) -> None:
        request = route.request
        if request.method == "GET":
            route.fulfill(json=self.state)
            return
        self.asked.append((request.method, request.post_data_json if request.post_data else None))
        status, body = self.answers.pop(0) if self.answers else (200, self.inside)
        if status == 200:
            self.state = body
        route.fulfill(status=status, json=body)


@pytest.fixture
def door(city: City) -> Callable[..., Door]:
    return lambda **changes: Door(city, NOBODY | changes)


def fill(page: Page, name: str = "zhang", password: str = "Water-over-stone-7") -> None:  # noqa: S107  # nobody's
    page.get_by_role("textbox", name="账号").fill(name)
    page.get_by_role("textbox", name="口令").fill(password)
    page.get_by_role("button", name="登录").click()


def serious(page: Page) -> list[str]:
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("async () => (await axe.run()).violations")
    return [each["id"] for each in found if each["impact"] in {"serious", "critical"}]


def test_who_signs_in_comes_to_the_page_they_asked_for(visit: Opener, door: Callable[..., Door]) -> None:
    standing = door()
    page = visit("/cards?level=red", settled=False, before=standing.stand)
    fill(page)

    page.locator("[data-row]").first.wait_for()
    assert page.url.endswith("/console/cards?level=red")
    assert standing.asked == [("POST", {"name": "zhang", "password": "Water-over-stone-7"})]


def test_nothing_is_asked_of_the_api_before_somebody_is_signed_in(visit: Opener, door: Callable[..., Door]) -> None:
    asked: list[str] = []
    standing = door()

    def before(page: Page) -> None:
        standing.stand(page)
        page.on("request", lambda request: asked.append(request.url))

    visit("/", settled=False, before=before).get_by_role("textbox", name="账号").wait_for()

    assert [url for url in asked if "/v1/" in url and not url.endswith("/v1/session")] == []


def test_a_refusal_is_told_in_the_servers_words(visit: Opener, door: Callable[..., Door]) -> None:
    standing = door()
    standing.answers.append((401, {"title": "未通过身份验证", "detail": "账号或口令不正确", "status": 401}))
    page = visit("/", settled=False, before=standing.stand)
    fill(page)

    expect(page.get_by_role("alert")).to_have_text("账号或口令不正确")
    keep_screenshot(page, "登录-1366")


def test_who_owes_a_code_is_asked_for_it(visit: Opener, door: Callable[..., Door]) -> None:
    standing = door()
    standing.answers.append((200, standing.inside | {"stage": "code"}))
    page = visit("/", settled=False, before=standing.stand)
    fill(page)
    page.get_by_role("textbox", name="动态口令").fill("123456")
    page.get_by_role("button", name="确认").click()

    page.locator("[data-ledger]").wait_for()
    assert standing.asked[-1] == ("POST", {"code": "123456"})


def test_a_new_password_is_typed_twice_alike(visit: Opener, door: Callable[..., Door]) -> None:
    standing = door()
    standing.state = standing.inside | {"stage": "change"}
    page = visit("/", settled=False, before=standing.stand)
    page.get_by_label("原口令").fill("Water-over-stone-7")
    page.get_by_label("新口令").fill("Stone-under-water-8")
    page.get_by_label("再输一次").fill("Stone-under-water-9")
    page.get_by_role("button", name="确认").click()

    expect(page.get_by_role("alert")).to_have_text("两次输入不一致")
    assert standing.asked == []


def test_a_demo_says_so_on_every_page_and_names_its_accounts(visit: Opener, door: Callable[..., Door]) -> None:
    account = {"name": "zhang", "title": "张监察", "role": "inspector", "role_title": "监察员"}
    standing = door(demo=True, demo_accounts=[account])
    standing.inside |= {"demo": True}
    page = visit("/", settled=False, before=standing.stand)

    expect(page.get_by_role("note")).to_contain_text("演示模式")
    page.get_by_role("button", name="zhang 监察员").click()
    expect(page.get_by_role("textbox", name="账号")).to_have_value("zhang")
    keep_screenshot(page, "登录-演示-1366")
    fill(page)
    expect(page.locator(".shell").or_(page.get_by_role("note")).first).to_be_visible()
    expect(page.get_by_role("note")).to_contain_text("演示模式")


def test_an_identity_provider_is_offered_with_the_way_back(visit: Opener, door: Callable[..., Door]) -> None:
    page = visit("/cases", settled=False, before=door(provider="统一身份认证").stand)

    link = page.get_by_role("link", name="用统一身份认证登录")
    expect(link).to_have_attribute("href", "/v1/oidc/start?next=%2Fconsole%2Fcases")


def test_a_session_that_is_over_leads_back_to_the_door(visit: Opener, door: Callable[..., Door]) -> None:
    standing = door()
    standing.state = standing.inside
    page = visit("/", before=standing.stand)
    standing.state = NOBODY
    page.route("**/v1/cases*", lambda route: route.fulfill(status=401, json={"title": "未通过身份验证"}))
    page.get_by_role("navigation", name="主导航").first.get_by_role("link", name="办件").click()

    expect(page.get_by_role("textbox", name="口令")).to_be_visible()


def test_who_administers_the_system_is_told_why_they_see_no_case(visit: Opener, door: Callable[..., Door]) -> None:
    standing = door()
    who = standing.inside["who"] | {"role": "system_admin", "role_title": "系统管理员", "actions": ["account.manage"]}
    standing.state = standing.inside | {"who": who}
    page = visit("/cards", settled=False, before=standing.stand)

    expect(page.get_by_role("heading", name="您的角色看不到办件")).to_be_visible()
    keep_screenshot(page, "无权-1366")


def test_who_i_am_where_i_am_signed_in_and_the_way_out(visit: Opener, door: Callable[..., Door]) -> None:
    standing = door()
    standing.state = standing.inside
    page = visit("/", before=standing.stand)
    page.get_by_role("link", name="张监察").click()

    expect(page.get_by_text("全部区划与部门")).to_be_visible()
    expect(page.get_by_text("Chromium 148")).to_be_visible()
    keep_screenshot(page, "我的账号-1366")
    assert serious(page) == []
    standing.answers.append((200, NOBODY))
    page.get_by_role("button", name="退出登录").click()
    expect(page.get_by_role("textbox", name="口令")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_door_can_be_used_by_everybody(visit: Opener, door: Callable[..., Door], scheme: str) -> None:
    page = visit("/", (390, 844), scheme, settled=False, before=door(demo=True, provider="统一身份认证").stand)
    page.get_by_role("textbox", name="账号").wait_for()

    assert serious(page) == []


ADMIN = {
    "role": "system_admin",
    "role_title": "系统管理员",
    "actions": ["account.manage"],
    "name": "zhou",
    "title": "周管理",
}
AUDITOR = {"role": "auditor", "role_title": "审计员", "actions": ["case.read", "audit.read"]}
ACCOUNT = {
    "name": "wang",
    "title": "王经办",
    "role": "clerk",
    "role_title": "部门经办",
    "region": None,
    "agency": "1133010000MB2D6800",
    "local": True,
    "authenticator": False,
    "must_change": False,
    "locked_until": None,
    "disabled": False,
    "demo": False,
    "revision": 3,
    "created_at": "2026-09-01T01:00:00+00:00",
}
ENTRY = {
    "seq": 7,
    "at": "2026-09-21T02:31:00+00:00",
    "actor": "zhang",
    "role": "inspector",
    "action": "case.unmasked",
    "action_title": "查看个人信息",
    "object": "11330100/2026-9",
    "agency": "11330100",
    "region": "330106000000",
    "detail": {"address": "10.3.7.21", "reason": "核实申诉人身份"},
    "hash": "ab" * 32,
}


def test_an_account_is_closed_by_who_administers_the_system(visit: Opener, door: Callable[..., Door]) -> None:
    standing = door()
    standing.state = standing.inside | {"who": standing.inside["who"] | ADMIN}
    changes: list[tuple[Any, str | None]] = []

    def answer(route: Route) -> None:
        if route.request.method == "PATCH":
            changes.append((route.request.post_data_json, route.request.headers.get("if-match")))
        route.fulfill(json={"items": [ACCOUNT | {"disabled": bool(changes)}]})

    def before(page: Page) -> None:
        standing.stand(page)
        page.route(re.compile(r"/v1/accounts"), answer)

    page = visit("/accounts", settled=False, before=before)
    row = page.locator('[data-account="wang"]')
    expect(row).to_contain_text("正常")
    page.get_by_role("button", name="新增账号").click()
    keep_screenshot(page, "账号-1366")
    assert serious(page) == []
    row.get_by_role("button", name="停用").click()

    expect(row.locator(".st")).to_have_text("停用")
    assert changes == [({"disabled": True}, '"r3"')]


def test_who_administers_the_system_is_led_to_nothing_they_may_not_see(
    visit: Opener, door: Callable[..., Door]
) -> None:
    standing = door()
    standing.state = standing.inside | {"who": standing.inside["who"] | ADMIN}
    page = visit("/", settled=False, before=standing.stand)
    page.locator(".rail").wait_for()

    assert page.locator(".rail a span:first-of-type").all_inner_texts() == ["账号", "程序密钥", "系统状态"]


def test_an_auditor_reads_who_did_what(visit: Opener, door: Callable[..., Door]) -> None:
    standing = door()
    standing.state = standing.inside | {"who": standing.inside["who"] | AUDITOR}

    def before(page: Page) -> None:
        standing.stand(page)
        page.route(re.compile(r"/v1/audit"), lambda route: route.fulfill(json={"items": [ENTRY], "next_before": None}))

    page = visit("/audit", settled=False, before=before)
    row = page.locator('[data-seq="7"]')

    expect(row).to_contain_text("查看个人信息")
    expect(row).to_contain_text("核实申诉人身份")
    keep_screenshot(page, "留痕-1366")
    assert serious(page) == []
