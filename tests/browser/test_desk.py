"""Cards worked in several browsers on the real path, from their drawing to their end."""

import re

import pytest
from playwright.sync_api import expect

from mingjing.services.stack.up import Stack

from .conftest import keep_screenshot
from .office import NEIGHBOUR, WHOLE_PATH_MS, Enter, draw, post, refusal, row, show, site_of, stands, step, take

pytestmark = [pytest.mark.browser, pytest.mark.system]

SUBJECT = "W2026-0001"


def test_a_card_is_signed_for_appealed_and_revoked_and_who_comes_second_is_told(
    stack: Stack, agency_key: str, enter: Enter
) -> None:
    draw(stack, agency_key, SUBJECT)
    clerk, li, wu = enter("wang"), enter("li"), enter("wu")
    show(clerk, SUBJECT)
    clerk.keyboard.press("1")
    stands(clerk, "已签收")

    step(clerk, "申诉").click()
    form = clerk.get_by_role("form", name="申诉")
    form.get_by_label("情况说明").fill("原因已告知，系统漏报")
    form.get_by_role("button", name="申诉").click()
    expect(form.locator("#fault-ground")).not_to_be_empty()
    form.get_by_label("申诉事由").select_option("data-wrong")
    form.get_by_role("button", name="申诉").click()
    stands(clerk, "已申诉")

    show(li, SUBJECT)
    show(wu, SUBJECT)
    for page in (li, wu):
        step(page, "核查").click()
    # Both saw the same card; the answer to the later one is the card as it now stands.
    forms = [page.get_by_role("form", name="核查").get_by_role("button", name="核查") for page in (li, wu)]
    wu.route("**/v1/cards/*", lambda route: route.abort())  # what li does is not shown to wu in time
    forms[0].click()
    stands(li, "核查中")
    wu.unroute("**/v1/cards/*")
    forms[1].click()
    expect(wu.locator(".desk .notice")).to_be_visible()
    stands(wu, "核查中")

    step(wu, "撤牌").click()
    revoking = wu.get_by_role("form", name="撤牌")
    revoking.get_by_label("理由").fill("属实")
    revoking.get_by_role("button", name="撤牌").click()
    stands(wu, "已撤牌")
    stands(clerk, "已撤牌")
    keep_screenshot(wu, "desk")
    with wu.expect_download() as saved:
        wu.locator(".papers a", has_text="PDF").last.click()
    assert saved.value.suggested_filename.endswith(".pdf")


def test_a_card_is_explained_upheld_supervised_put_right_and_closed(
    stack: Stack, agency_key: str, enter: Enter
) -> None:
    subject = "W2026-0002"
    draw(stack, agency_key, subject)
    clerk, inspector = enter("wang"), enter("zhao")
    show(clerk, subject)
    show(inspector, subject)
    step(clerk, "签收").click()
    stands(clerk, "已签收")
    take(clerk, "说明", 情况说明="窗口漏填救济途径，已补发告知书")
    stands(inspector, "已说明")

    take(inspector, "核查", 核查安排="调阅案卷")
    stands(inspector, "核查中")
    take(inspector, "维持", 理由="补发晚于法定期限")
    stands(inspector, "已维持")
    take(inspector, "督办", 整改期限="2099-12-31", 整改要求="完善告知模板")
    stands(clerk, "督办中")
    take(clerk, "整改反馈", 情况说明="模板已更换")
    stands(inspector, "已反馈整改")
    take(inspector, "销号", 销号意见="整改到位")
    stands(clerk, "已销号")
    keep_screenshot(inspector, "销号-1366")
    expect(inspector.locator(".desk .line li")).to_have_count(8)


def test_several_cards_are_signed_for_at_once(stack: Stack, agency_key: str, enter: Enter) -> None:
    subjects = ("W2026-0003", "W2026-0004")
    draw(stack, agency_key, *subjects)
    clerk = enter("wang")
    for subject in subjects:
        expect(row(clerk, subject).locator(".state")).to_contain_text("已发牌", timeout=WHOLE_PATH_MS)
        row(clerk, subject).get_by_role("checkbox").check()
    bulk = clerk.get_by_role("region", name="批量办理")
    bulk.get_by_role("button", name="签收 2").click()
    clerk.get_by_role("form", name="签收").get_by_role("button", name="签收 2 张").click()

    expect(bulk).to_contain_text("已办 2 / 2 张")
    for subject in subjects:
        expect(row(clerk, subject).locator(".state")).to_contain_text("已签收", timeout=WHOLE_PATH_MS)


def test_a_clerk_sees_nothing_of_another_agency(stack: Stack, agency: str, agency_key: str, enter: Enter) -> None:
    subject = "W2026-0005"
    draw(stack, agency_key, subject)
    inspector = enter("zhao")
    show(inspector, subject)
    card = re.search("card=([0-9a-f]{32})", inspector.url)
    assert card is not None

    neighbour = enter("sun")
    expect(neighbour.get_by_text("还没有发过牌。")).to_be_visible()
    neighbour.goto(f"{site_of(stack)}/console/cards?card={card[1]}")
    expect(neighbour.get_by_role("alert")).to_contain_text("不在您的监察范围内")
    neighbour.goto(f"{site_of(stack)}/console/cases/{agency}/{subject}")
    expect(neighbour.get_by_role("link", name="回到办件列表")).to_be_visible()
    told = neighbour.request.get(f"{site_of(stack)}/v1/overview?agency={agency}").json()
    assert (told["open"], told["agencies"], told["standing"]["yellow"]) == (0, [], 0)
    assert neighbour.request.get(f"{site_of(stack)}/v1/overview?agency={NEIGHBOUR}").ok


def test_what_was_returned_is_mended_and_handed_in_again(stack: Stack, agency_key: str, enter: Enter) -> None:
    subject = "W2026-0006"
    bad = refusal(subject) | {"time": "2026-11-20 10:00:00"}
    post(stack, agency_key, bad)
    clerk = enter("wang", "/quality")
    letter = clerk.locator("[data-letter]", has_text="时间没有时区").first
    for _ in range(30):
        if letter.count():
            break
        clerk.wait_for_timeout(500)
        clerk.reload()
        clerk.get_by_text("实时", exact=True).wait_for()
    letter.get_by_role("button", name="看原文").click()
    box = letter.get_by_label("改正后的事件（JSON）")
    box.fill(box.input_value().replace("2026-11-20 10:00:00", "2026-11-20T10:00:00+08:00"))
    letter.get_by_role("button", name="重报").click()

    expect(letter).to_contain_text("已重报，回执")
    keep_screenshot(clerk, "重报-1366")


def test_a_change_of_a_rule_is_tried_on_what_has_been(stack: Stack, agency_key: str, enter: Enter) -> None:
    subject = "W2026-0007"
    draw(stack, agency_key, subject)
    inspector = enter("zhao")
    show(inspector, subject)
    admin = enter("gu", "/rules/NTC-03")
    text = admin.get_by_label("这一条的新文字")
    text.fill(text.input_value().replace("yellow: broken", "red: broken"))
    admin.get_by_role("button", name="回测", exact=True).click()

    tried = admin.locator('[data-tried="NTC-03"] td')
    expect(tried.nth(3)).not_to_have_text("—", timeout=2 * WHOLE_PATH_MS)
    expect(admin.get_by_role("link", name="下载改后的规则包")).to_be_visible()
    keep_screenshot(admin, "回测-1366")
