"""Several cards at once, questions kept, and what a card shows once people have decided on it."""

import re

import pytest
from playwright.sync_api import Page, expect

from .conftest import City, Opener, keep_screenshot

pytestmark = pytest.mark.browser

WAITING = "/cards?stage=explained,appealed,verifying"


def ticked(page: Page) -> int:
    return page.locator(".tbl tbody .tick input:checked").count()


def test_a_step_with_many_cards_tells_what_became_of_each(visit: Opener) -> None:
    page = visit(WAITING)
    page.locator("[data-row]").first.focus()
    page.keyboard.press("X")
    cards = ticked(page)
    bulk = page.get_by_role("region", name="批量办理")
    bulk.get_by_role("button", name=re.compile("^核查")).click()
    form = page.get_by_role("form", name="核查")
    form.get_by_label("核查安排").fill("本周内到现场核查")
    keep_screenshot(page, "批量-1366")
    form.get_by_role("button", name=f"核查 {cards} 张").click()

    undone = bulk.locator("[data-undone]")
    expect(bulk).to_contain_text(re.compile(rf"已办 \d+ / {cards} 张"))
    expect(undone.first).to_contain_text("刚刚已办理此牌")
    keep_screenshot(page, "批量结果-1366")
    assert 0 < undone.count() < cards


def test_cards_are_ticked_and_unticked_by_key_alone(visit: Opener) -> None:
    page = visit("/cards")
    page.locator("[data-row]").first.wait_for()
    for key in ("j", "x", "j", "x", "j", "x", "x"):
        page.keyboard.press(key)
    assert ticked(page) == 2

    page.keyboard.press("Escape")
    assert ticked(page) == 0


def test_a_step_that_says_nothing_where_it_must_is_not_sent(visit: Opener) -> None:
    page = visit("/cards?stage=lowered")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "card-actions" in request.url else None)
    page.locator("[data-row]").first.focus()
    page.keyboard.press("x")
    page.get_by_role("region", name="批量办理").get_by_role("button", name=re.compile("^销号")).click()
    page.get_by_role("form", name="销号").get_by_role("button", name="销号 1 张").click()

    expect(page.locator("#fault-conclusion")).to_have_text("请填写")
    assert asked == []


@pytest.mark.parametrize("level", ["红牌", "黄牌", "预警"])
def test_a_level_opens_as_many_cards_as_its_number_says(visit: Opener, level: str) -> None:
    page = visit("/cards")
    chip = page.get_by_role("group", name="级别").get_by_role("button", name=level)
    counted = int(chip.locator("b").inner_text())
    chip.click()

    expect(page.locator(".status")).to_contain_text(re.compile(rf"(^|\D){min(counted, 50)}\D"))
    expect(page.locator("[data-row]")).to_have_count(min(counted, 50))


def test_a_card_is_printed_without_the_list_it_came_from(visit: Opener) -> None:
    page = visit("/cards")
    page.locator("[data-row]").first.click()
    page.locator(".drawer .desc").wait_for()
    page.emulate_media(media="print")

    expect(page.locator(".drawer h2")).to_be_visible()
    expect(page.locator("[data-row]").first).to_be_hidden()
    expect(page.get_by_role("group", name="级别")).to_be_hidden()


def test_the_page_of_agencies_shows_every_agency(visit: Opener, city: City) -> None:
    agencies = city.ask("/v1/overview")["agencies"]
    page = visit("/agencies")

    expect(page.locator(".tbl tbody tr")).to_have_count(len(agencies))
    hidden = page.locator(".panel .scroll").evaluate("each => each.scrollHeight - each.clientHeight")
    assert hidden <= 1


def test_a_filter_is_kept_found_again_and_dropped(visit: Opener) -> None:
    page = visit("/cards?level=yellow&status=standing")
    saved = page.get_by_role("group", name="保存的筛选")
    saved.get_by_role("button", name="保存此筛选").click()
    saved.get_by_label("筛选名称").fill("黄牌在办")
    page.keyboard.press("Enter")
    kept = saved.get_by_role("button", name="黄牌在办", exact=True)
    expect(kept).to_have_attribute("aria-pressed", "true")

    saved.get_by_role("button", name="红牌未销").click()
    expect(page).to_have_url(re.compile("level=red"))
    kept.click()
    expect(page).to_have_url(re.compile("level=yellow"))
    saved.get_by_role("button", name="删除“黄牌在办”").click()
    expect(kept).to_have_count(0)


def test_a_lowered_card_shows_its_level_with_the_finding_beside_it(visit: Opener) -> None:
    page = visit("/cards?stage=lowered")
    marks = page.locator("[data-row] .level")
    found = marks.filter(has=page.locator("s")).first

    expect(found.locator(".lv")).to_have_text("预警")
    expect(found.locator("s")).to_have_text(re.compile("黄牌|红牌"))


def test_the_longest_waiting_appeal_comes_first_with_its_words(visit: Opener) -> None:
    page = visit("/desk")
    first = page.locator("[data-waiting]").first

    expect(page.get_by_role("button", name=re.compile("^申诉"))).to_have_attribute("aria-pressed", "true")
    expect(first).to_contain_text("数据有误")
    expect(first.locator(".when")).to_contain_text("天")


def test_the_queues_are_walked_by_key(visit: Opener) -> None:
    page = visit("/desk")
    page.locator("[data-waiting]").first.wait_for()
    page.keyboard.press("ArrowRight")

    expect(page).to_have_url(re.compile("queue=verify"))
    expect(page.get_by_role("region", name="核查中")).to_be_visible()


def test_cards_are_ticked_by_finger_on_a_telephone(visit: Opener) -> None:
    page = visit("/cards", (390, 844))
    boxes = page.locator("td.tick input")
    boxes.nth(0).check()
    boxes.nth(1).check()

    bar = page.get_by_role("region", name="批量办理")
    expect(bar).to_contain_text("已选 2 张")
    expect(bar).to_be_in_viewport()
    box = boxes.nth(0).bounding_box()
    assert box is not None
    assert min(box["width"], box["height"]) >= 20
