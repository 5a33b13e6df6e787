"""GB/T 39046—2020 表11（电子监察）: cards as the national standard exchanges them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

OBJECT = "表11"
"""What the standard calls the table; its columns are declared with those of the other tables."""
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
TAKEN_BACK = {"cd_operation": "D"}
"""What makes the row of a card say that it was told before, perhaps, and stands no more."""
LEVELS = {"hint": "0", "warning": "1", "yellow": "2", "red": "3"}
_ZONE = ZoneInfo("Asia/Shanghai")


def table11_row(
    card: Mapping[str, Any], *, issuer: str, agency: str | None, item_kind: str | None, told_at: datetime
) -> dict[str, str]:
    """Return the row of one card record; `agency` is the title of the department answerable, `issuer` ours.

    `told_at` is when the row says so: a card that has risen since it was last told is told again, later.
    """
    description = "；".join(card["explain"].get("sentences", ())) or card["title"]
    return {
        "办件编号": str(card["case_key"]).partition("/")[2],
        "督办内容": card["title"],
        "机构名称": issuer,
        "事项类型代码": ITEM_KINDS.get(item_kind or "", OTHER_KIND),
        "督办发出时间": _told(card["issued_at"]),
        "监察编号": card["card_id"],
        "监察规则编号": card["rung"],
        "监察预警类型代码": LEVELS[card["level"]],
        "状态产生时间": _told(card["violated_at"]),
        "监察结果描述": description,
        "责任部门": agency or card["agency"] or "",
        "cd_time": _in_zone(told_at),
    }


def _told(text: str) -> str:
    return _in_zone(datetime.fromisoformat(text))


def _in_zone(moment: datetime) -> str:
    return moment.astimezone(_ZONE).strftime("%Y-%m-%d %H:%M:%S")
