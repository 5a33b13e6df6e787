"""A condition told: the event, the values that were read, and what the rule calls it."""

from collections.abc import Iterator

from mingjing.rules.telling.phrases import Pair, Told, moment

ENVELOPE = {
    "id": "事件编号",
    "source": "来源",
    "type": "事件",
    "item": "事项",
    "agency": "部门",
    "region": "区划",
    "officer": "经办人",
    "post": "岗位",
    "step": "环节",
    "sequence": "序号",
    "time": "时刻",
    "recordedtime": "记录时刻",
    "date": "日期",
    "weekday": "星期",
    "hour": "钟点",
    "lag_s": "迟报秒数",
    "net_lag_s": "扣除申报停机的迟报秒数",
    "ahead_s": "早报秒数",
}
"""What the members of an event's envelope are called where a card speaks of them."""


def tell(told: Told) -> Iterator[Pair]:
    """Yield the event, what was read of it, and the rule it broke."""
    found = told.found
    zh, en = moment(found["at"])
    yield f"{zh}“{told.title(found['event'])}”。", f"{found['event']} at {en}."
    if found["read"]:
        told_zh = "，".join(f"{_name(told, path)}为 {value}" for path, value in found["read"].items())
        yield f"当时记载：{told_zh}。", f"Recorded: {', '.join(f'{path} = {v}' for path, v in found['read'].items())}."
    if found["tables"]:
        yield f"对照：{'、'.join(found['tables'])}。", f"Looked up in {', '.join(found['tables'])}."
    yield f"认定：{told.rule.title}。", f"Found by: {found['when']}"


def _name(told: Told, path: str) -> str:
    room, _, name = path.partition(".")
    if room == "event":
        return ENVELOPE.get(name, path)
    return told.field(path) if room == "data" else path
