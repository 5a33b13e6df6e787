from datetime import UTC, datetime

from mingjing.services.standards.shelf import shipped_standards
from mingjing.services.standards.table11 import OBJECT, table11_row

TOLD_AT = datetime(2026, 3, 31, 16, tzinfo=UTC)
CARD = {
    "card_id": "428a26ed",
    "case_key": "11990100MB0000019L/1",
    "title": "办结时限",
    "rung": "TL-05",
    "level": "red",
    "agency": "11990100MB0000019L",
    "issued_at": "2026-03-18T00:00:00+08:00",
    "violated_at": "2026-03-17T16:00:00+00:00",
    "explain": {"sentences": ["三月六日受理", "三月十八日未决定"]},
}


def test_a_card_is_told_in_the_columns_of_the_national_standard() -> None:
    row = table11_row(
        CARD, issuer="云州市政务服务管理局", agency="云州市市场监督管理局", item_kind="licence", told_at=TOLD_AT
    )

    assert set(row) == set(shipped_standards()["gbt-39046"].objects[OBJECT].columns) - {"cd_operation"}
    assert (row["监察预警类型代码"], row["事项类型代码"], row["状态产生时间"], row["监察结果描述"]) == (
        "3",
        "01",
        "2026-03-18 00:00:00",
        "三月六日受理；三月十八日未决定",
    )


def test_an_item_of_no_listed_kind_is_other() -> None:
    row = table11_row(CARD, issuer="局", agency=None, item_kind="consultation", told_at=TOLD_AT)

    assert row["事项类型代码"] == "10"
