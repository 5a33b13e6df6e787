"""Law is offered by one person and approved by another, of another role."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from .conftest import APP, City, Opener, keep_screenshot

pytestmark = pytest.mark.browser

AXE = APP / "node_modules/axe-core/axe.min.js"
RECORD = (
    '{"until":"2026-10-13","cases":412,"left_out":{},"levels":{"old":{"hint":0,"warning":9,"yellow":4,"red":1},'
    '"new":{"hint":0,"warning":14,"yellow":4,"red":1}},"rules":{"TL-04":{"drawn":5,"spared":0,"changed":2,"same":12}},'
    '"samples":[],"digest":"9f2c41d708ba5e31"}'
)
PROPOSAL: dict[str, Any] = {
    "id": "0" * 16,
    "title": "办结时限改为三日预警",
    "keys": ["pack/licensing-time-limits/2026.2"],
    "files": ["licensing-time-limits.yaml"],
    "in_force": "2026-11-01T00:00:00+08:00",
    "digest": "9f2c41d708ba5e31",
    "state": "open",
    "made_by": "gu",
    "made_role": "rule_admin",
    "made_at": "2026-10-14T09:00:00+08:00",
    "decided_by": None,
    "decided_role": None,
    "decided_at": None,
    "reason": None,
}
TEXTS = {"texts": {"licensing-time-limits.yaml": "pack: licensing-time-limits\n"}, "backtest": RECORD}


def as_role(page: Page, city: City, role: str, name: str) -> None:
    state = city.ask("/v1/session")
    actions = ["case.read", "rule.approve"] if role == "supervisor" else ["case.read", "rule.publish"]
    who = state["who"] | {"role": role, "name": name, "actions": actions}
    page.route(re.compile("/v1/session$"), lambda route: route.fulfill(json=state | {"who": who}))


def desk(page: Page, asked: list[tuple[str, Any]]) -> None:
    """Answer for one proposal, and note what is decided of it."""
    held = dict(PROPOSAL)

    def answer(route: Route) -> None:
        path = route.request.url.partition("/v1/rulebook/")[2]
        if route.request.method == "POST":
            asked.append((path, route.request.post_data_json if route.request.post_data else None))
            state = "published" if path.endswith("approval") else "refused"
            held.update(state=state, decided_by="li", decided_at="2026-10-14T10:00:00+08:00")
        body: dict[str, Any] = {"items": []} if path.startswith("versions") else held | TEXTS
        route.fulfill(json={"items": [held]} if path == "proposals" else body)

    page.route(re.compile("/v1/rulebook/"), answer)


def test_a_second_person_reads_what_is_proposed_and_publishes_it(visit: Opener, city: City) -> None:
    asked: list[tuple[str, Any]] = []

    def before(page: Page) -> None:
        as_role(page, city, "supervisor", "li")
        desk(page, asked)

    page = visit("/law", before=before)
    held = page.locator(f'[data-proposal="{PROPOSAL["id"]}"]')
    held.get_by_role("button", name="查阅").click()
    expect(held.locator('[data-tried="TL-04"]')).to_contain_text("5")
    keep_screenshot(page, "规则发布-1366")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("async () => (await axe.run()).violations")
    assert [each["id"] for each in found if each["impact"] in {"serious", "critical"}] == []
    held.get_by_role("button", name="批准并发布").click()

    expect(held).to_contain_text("已发布")
    assert asked == [(f"proposals/{PROPOSAL['id']}/approval", None)]


def test_who_proposed_it_may_take_it_back_and_no_more(visit: Opener, city: City) -> None:
    asked: list[tuple[str, Any]] = []

    def before(page: Page) -> None:
        as_role(page, city, "rule_admin", "gu")
        desk(page, asked)

    page = visit("/law", before=before)
    held = page.locator(f'[data-proposal="{PROPOSAL["id"]}"]')
    held.get_by_role("button", name="查阅").click()
    expect(held.get_by_role("button", name="退回")).to_be_visible()
    expect(held.get_by_role("button", name="批准并发布")).to_have_count(0)
    held.get_by_label("退回的理由").fill("起草有误")
    held.get_by_role("button", name="退回").click()

    expect(held).to_contain_text("已退回")
    assert asked == [(f"proposals/{PROPOSAL['id']}/refusal", {"reason": "起草有误"})]
