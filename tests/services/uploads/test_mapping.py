import pytest

from mingjing.services.standards.shelf import shipped_standards
from mingjing.services.uploads.mapping import match_header
from mingjing.services.uploads.sheet import SheetRefused

ACCEPT = shipped_standards()["up-pro"].objects["up_pro_accept"]


@pytest.mark.parametrize("header", ["project_no", "PROJECT_NO", "办件编号", "办件编号*"])
def test_a_header_is_a_columns_name_or_its_title(header: str) -> None:
    assert match_header((header,), ACCEPT) == ["project_no"]


def test_a_header_of_the_agencys_own_is_told_by_its_mapping() -> None:
    assert match_header(("流水号", "收件时间"), ACCEPT, {"流水号": "办件编号", "收件时间": "apply_date"}) == [
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
