import pytest

from mingjing.services.standards.cells import NoValue
from mingjing.services.standards.rows import Row, Translated, translate
from mingjing.services.standards.shelf import shipped_standards

SOURCE = "urn:yunzhou:scjg"
ITEM = "11440232MB2D06811W4000117051000"
ACCEPT = {
    "project_no": "浙A012026000777",
    "task_code": ITEM,
    "region_code": "330102",
    "apply_date": "2026-03-05 16:00:00",
    "accept_date": "2026-03-06 10:00:00",
    "accept_doc_no": "受〔2026〕7号",
    "apply_type": "2",
    "cd_time": "2026-03-06 10:05:00",
}


def of(object_name: str, row: Row, standard: str = "up-pro") -> Translated:
    chosen = shipped_standards()[standard]
    return translate(chosen, chosen.objects[object_name], row, SOURCE)


def test_a_row_of_acceptance_says_that_the_case_was_applied_for_and_accepted() -> None:
    assert [(each["type"], each["time"]) for each in of("up_pro_accept", ACCEPT).events] == [
        ("case.applied", "2026-03-05T16:00:00+08:00"),
        ("case.accepted", "2026-03-06T10:00:00+08:00"),
    ]


def test_an_event_carries_what_the_columns_become() -> None:
    accepted = of("up_pro_accept", ACCEPT).events[1]

    assert (accepted["subject"], accepted["item"], accepted["region"], accepted["recordedtime"]) == (
        "浙A012026000777",
        ITEM,
        "330102000000",
        "2026-03-06T10:05:00+08:00",
    )


def test_a_code_is_told_by_its_meaning() -> None:
    assert of("up_pro_accept", ACCEPT).events[0]["data"] == {"channel": "网上"}


def test_the_agency_is_whoever_the_key_belongs_to_not_what_the_row_claims() -> None:
    assert "agency" not in of("up_pro_accept", {**ACCEPT, "org_code": "91350100M000100Y43"}).events[0]


def test_the_same_row_gives_the_same_events_again() -> None:
    assert of("up_pro_accept", ACCEPT) == of("up_pro_accept", dict(ACCEPT))


def test_a_changed_row_gives_the_same_ids_with_a_later_record() -> None:
    changed = {**ACCEPT, "accept_date": "2026-03-06 11:00:00", "cd_time": "2026-03-07 09:00:00"}

    assert [each["id"] for each in of("up_pro_accept", changed).events] == [
        each["id"] for each in of("up_pro_accept", ACCEPT).events
    ]


def test_a_deleted_row_takes_back_what_it_said() -> None:
    said = of("up_pro_accept", ACCEPT).events
    taken_back = of("up_pro_accept", {**ACCEPT, "cd_operation": "D"}).events

    assert [(each["type"], each["corrects"]) for each in taken_back] == [("event.voided", each["id"]) for each in said]


def test_steps_at_one_instant_keep_the_order_of_the_law() -> None:
    noon = "2026-03-06 12:00:00"
    accept = of("up_pro_accept", {**ACCEPT, "apply_date": noon, "accept_date": noon}).events
    decide = of("up_pro_result", {"project_no": "1", "result_type": "1", "result_date": noon}).events

    assert [each["sequence"] for each in accept + decide] == sorted(each["sequence"] for each in accept + decide)


@pytest.mark.parametrize(
    ("result", "event"),
    [("1", "case.decided"), ("2", "case.decided"), ("3", "case.abandoned"), ("4", "case.not_accepted")],
)
def test_the_result_decides_which_end_the_case_came_to(result: str, event: str) -> None:
    row = {"project_no": "1", "result_type": result, "result_date": "2026-03-10"}

    assert [each["type"] for each in of("up_pro_result", row).events] == [event]


def test_an_extension_and_a_suspension_of_guangdong_are_told_apart() -> None:
    row = {"SBLSH": "1", "TBCXKSRQ": "2026-03-10 09:00:00", "TBCXSX": "5"}

    assert [of("TBCXSQ", {**row, "TBCXZL": kind}, "guangdong").events[0]["type"] for kind in ("A", "B")] == [
        "case.extended",
        "clock.suspended",
    ]


def test_an_ending_that_repeats_its_beginning_is_a_step_of_no_time() -> None:
    row = {"办件编号": "1", "环节名称": "审查", "开始时间": "2026-03-06 10:00", "结束时间": "2026-03-06 10:00"}

    assert [each["type"] for each in of("表7", row, "gbt-39046").events] == ["step.started", "step.completed"]


@pytest.mark.parametrize(
    ("change", "column", "says"),
    [
        ({"project_no": " "}, "project_no", "办件编号不能为空"),
        ({"accept_date": "昨天"}, "accept_date", "时间 '昨天' 无法识别"),
        ({"colour": "red"}, "colour", "没有列 colour"),
        ({"apply_date": None, "accept_date": None}, "apply_date", "此行没有任何时间"),
        ({"accept_date": "9999-12-31"}, "accept_date", "受理时间为 9999-12-31；只接受 1970 年至 2099 年，没有的请留空"),
        ({"apply_date": "1900-01-01"}, "apply_date", "申请时间为 1900-01-01；只接受"),
        ({"cd_time": "0001-01-01 00:00:00"}, "cd_time", "数据时间为 0001-01-01 00:00:00；只接受"),
        ({"project_no": "浙A\u200b1"}, "project_no", "办件编号为 '浙A\\u200b1'，含看不见的字符 U+200B"),
        ({"accept_date": "#N/A"}, "accept_date", "#N/A 是表格公式的错误值"),
        ({"applyer_name": " #REF! "}, "applyer_name", "#REF! 是表格公式的错误值"),
        ({"applyer_name": NoValue("=A1&B1")}, "applyer_name", "'=A1&B1' 是公式，文件里没有它的值"),
    ],
)
def test_a_row_that_cannot_be_used_says_which_cell_and_why(change: Row, column: str, says: str) -> None:
    translated = of("up_pro_accept", {**ACCEPT, **change})
    remark = next(each for each in translated.remarks if each.refused)

    assert (remark.column, says in remark.message, translated.events) == (column, True, [])


SPECIAL = {"project_no": "浙A1", "special_type": "听证", "special_time": "2026-03-06 10:00"}


@pytest.mark.parametrize(
    ("days", "says"),
    [
        (10**20, "超过 64 位整数"),
        ("1e300", "超过 64 位整数"),
        ("inf", "不是整数"),
        ("nan", "不是整数"),
        ("9" * 5000, "不是整数"),
        ("十", "不是整数"),
    ],
    ids=["21 digits", "an exponent", "infinity", "no number", "5000 digits", "a word"],
)
def test_a_number_that_no_integer_column_holds_costs_its_row(days: object, says: str) -> None:
    (remark,) = of("up_pro_special_procedure", {**SPECIAL, "special_days": days}).remarks

    assert (remark.column, says in remark.message, len(remark.message) < 120) == ("special_days", True, True)


@pytest.mark.parametrize(("written", "days"), [("9007199254740993", 2**53 + 1), ("10.0", 10), (10.0, 10), (" 7 ", 7)])
def test_an_integer_is_read_exactly(written: object, days: int) -> None:
    (event, *_) = of("up_pro_special_procedure", {**SPECIAL, "special_days": written}).events

    assert event["data"]["days"] == days


@pytest.mark.parametrize("amount", ["nan", "inf", "1e999"])
def test_a_number_without_end_costs_its_row(amount: str) -> None:
    remarks = of("BJ", {"SFJE": amount}, "guangdong").remarks

    assert any(each.column == "SFJE" and "不是数字" in each.message for each in remarks)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"task_code": ITEM[:-1]}, "此处30位"),
        ({"task_handle_item": ITEM}, "业务办理项编码应为33位，此处31位"),
        ({"apply_type": "7"}, "申请方式的代码应为 1 窗口"),
        ({"region_code": "3301"}, "应为6位或12位"),
    ],
)
def test_a_doubtful_code_is_remarked_on_and_the_case_is_taken_all_the_same(change: Row, says: str) -> None:
    translated = of("up_pro_accept", {**ACCEPT, **change})

    assert len(translated.events) == 2
    assert [says in each.message for each in translated.remarks] == [True]
