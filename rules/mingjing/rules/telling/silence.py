"""A silence told: who, since when, by when something was to be heard, and whether it was heard again."""

from collections.abc import Iterator

from mingjing.rules.telling.phrases import Pair, Told, limit_zh, moment


def tell(told: Told) -> Iterator[Pair]:
    """Yield the rhythm, the gap, and how it ended."""
    found = told.found
    (last_zh, last), (due_zh, due) = moment(found["last_at"]), moment(found["due_at"])
    whose_zh, whose = "、".join(found["key"]), ", ".join(found["key"])
    yield (
        f"{whose_zh}：每 {limit_zh(found['rhythm'])} 应有数据。",
        f"{whose}: something is to be heard every {found['rhythm']}.",
    )
    yield (
        f"{last_zh} 之后没有数据，至 {due_zh} 已超过间隔。",
        f"Nothing after {last}; the interval was over on {due}.",
    )
    if found["excused"]:
        days = found["excused"]
        yield f"其中 {days} 日为已申报的停机，不计。", f"{days} days of declared outage are not counted."
    if found["heard_at"]:
        heard_zh, heard = moment(found["heard_at"])
        yield f"{heard_zh} 恢复。", f"Heard again on {heard}."
