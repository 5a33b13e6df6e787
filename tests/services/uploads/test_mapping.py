import pytest

from mingjing.services.standards.shelf import shipped_standards
from mingjing.services.uploads.mapping import LEFT_OUT, MappingRefused, mapping_of, match_header, row_of
from mingjing.services.uploads.sheet import Line, SheetRefused

ACCEPT = shipped_standards()["up-pro"].objects["up_pro_accept"]


@pytest.mark.parametrize("header", ["project_no", "PROJECT_NO", "办件编号", "办件编号*"])
def test_a_header_is_a_columns_name_or_its_title(header: str) -> None:
    assert match_header((header,), ACCEPT) == ["project_no"]


def test_a_header_of_the_agencys_own_is_told_by_its_mapping() -> None:
    assert match_header(("流水号", "收件时间"), ACCEPT, {"流水号": "project_no", "收件时间": "apply_date"}) == [
        "project_no",
        "apply_date",
    ]


@pytest.mark.parametrize(
    ("header", "says"),
    [
        (("办件编号", "申请时问"), "列“申请时问”不是办件受理信息的列; did you mean '申请时间'"),
        (("办件编号", "project_no"), "办件编号有两列"),
        (("申请时间",), "缺少列“办件编号”"),
    ],
)
def test_a_header_that_does_not_fit_is_refused_by_name(header: tuple[str, ...], says: str) -> None:
    with pytest.raises(SheetRefused, match=says.replace("?", r"\?")):
        match_header(header, ACCEPT)


def test_a_title_above_the_header_is_told_where_the_header_should_be() -> None:
    with pytest.raises(SheetRefused, match="列名须在第一个工作表的第1行，上面的标题、说明请删去"):
        match_header(("三月受理台账",), ACCEPT)
    with pytest.raises(SheetRefused) as raised:
        match_header(("流水号", "受理时间"), ACCEPT)

    assert "第一个工作表" not in str(raised.value)


def test_an_agency_says_which_header_is_which_column() -> None:
    said = mapping_of(["流水号=办件编号", "收件时间 = APPLY_DATE", "备注="], ACCEPT)

    assert said == {"流水号": "project_no", "收件时间": "apply_date", "备注": LEFT_OUT}


def test_a_header_that_is_left_out_is_not_read() -> None:
    columns = match_header(("办件编号", "备注"), ACCEPT, {"备注": LEFT_OUT})

    assert row_of(Line(2, ("浙A1", "急")), columns) == {"project_no": "浙A1"}


@pytest.mark.parametrize(
    ("pairs", "says"),
    [
        (["流水号"], "应写成"),
        (["=办件编号"], "应写成"),
        (["流水号=办件编好"], "不是办件受理信息的列; did you mean '办件编号'"),
        (["流水号=办件编号", "流水号="], "说了两次"),
    ],
)
def test_what_cannot_be_said_of_headers_is_refused_by_name(pairs: list[str], says: str) -> None:
    with pytest.raises(MappingRefused, match=says.replace("?", r"\?")):
        mapping_of(pairs, ACCEPT)


def test_a_header_that_was_spoken_of_has_to_be_there() -> None:
    with pytest.raises(SheetRefused, match="没有所说的列“流水号”"):
        match_header(("办件编号",), ACCEPT, {"流水号": "accept_date"})
