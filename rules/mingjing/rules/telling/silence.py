"""A silence told: who, since when, by when something was to be heard, and whether it was heard again."""

from collections.abc import Iterator

from mingjing.rules.telling.phrases import Pair, Told, limit_zh, moment

PERIODS = {"day": ("每日", "day"), "month": ("每月", "month")} | {
    "quarter": ("每季度", "quarter"),
    "year": ("每年", "year"),
}


def tell(told: Told) -> Iterator[Pair]:
    """Yield the rhythm, the gap, and how it ended; or the period, what was owed in it, and what came."""
    found = told.found
    if "per" in found:
        yield from _period(told)
        return
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


def _period(told: Told) -> Iterator[Pair]:
    found = told.found
    (from_zh, begin), (due_zh, due), (last_zh, last) = (moment(found[key]) for key in ("from", "due_at", "last_at"))
    whose_zh, whose = "、".join(found["key"]), ", ".join(found["key"])
    per_zh, per = PERIODS[found["per"]]
    times, owed = len(found["heard"]), found["at_least"]
    yield f"{whose_zh}：{per_zh}应有 {owed} 次。", f"{whose}: owed {owed} times a {per}."
    yield f"自 {from_zh} 至 {due_zh} 共 {times} 次。", f"From {begin} to {due} there were {times}."
    if not times:
        yield f"最近一次是 {last_zh}。", f"The last before was on {last}."
