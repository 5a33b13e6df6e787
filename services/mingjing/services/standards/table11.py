"""GB/T 39046—2020 表11（电子监察）: cards as the national standard exchanges them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

COLUMNS = (
    "办件编号",
    "督办内容",
    "机构名称",
    "事项类型代码",
    "督办发出时间",
    "监察编号",
    "监察规则编号",
    "监察预警类型代码",
    "状态产生时间",
    "监察结果描述",
    "责任部门",
)
ITEM_KINDS = {
    "licence": "01",
    "penalty": "02",
    "coercion": "03",
    "levy": "04",
    "payment": "05",
    "inspection": "06",
    "confirmation": "07",
    "registration": "07",
    "reward": "08",
    "ruling": "09",
    "public-service": "20",
}
"""附录 A.1: a kind that is none of these is 10 其他."""
OTHER_KIND = "10"
LEVELS = {"hint": "0", "warning": "1", "yellow": "2", "red": "3"}
_ZONE = ZoneInfo("Asia/Shanghai")


def table11_row(card: Mapping[str, Any], *, issuer: str, agency: str | None, item_kind: str | None) -> dict[str, str]:
    """Return the row of one card record; `agency` is the title of the department answerable, `issuer` ours."""
    description = "；".join(card["explain"].get("sentences", ())) or card["title"]
    return dict(
        zip(
            COLUMNS,
            (
                str(card["case_key"]).partition("/")[2],
                card["title"],
                issuer,
                ITEM_KINDS.get(item_kind or "", OTHER_KIND),
                _told(card["issued_at"]),
                card["card_id"],
                card["rung"],
                LEVELS[card["level"]],
                _told(card["violated_at"]),
                description,
                agency or card["agency"] or "",
            ),
            strict=True,
        )
    )


def _told(text: str) -> str:
    return datetime.fromisoformat(text).astimezone(_ZONE).strftime("%Y-%m-%d %H:%M:%S")
