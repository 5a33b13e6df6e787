"""A waiting period told: the term, its earliest end, and what came too early."""

from collections.abc import Iterator

from mingjing.rules.telling.phrases import Pair, Told, day_zh, limit_zh, moment


def tell(told: Told) -> Iterator[Pair]:
    """Yield the term, then the early stop."""
    found = told.found
    (start_zh, start), (stop_zh, stop) = moment(found["start_at"]), moment(found["stop_at"])
    yield (
        f"应至少间隔 {limit_zh(found['at_least'])}：{start_zh} 起，最早 {day_zh(found['earliest'])}。",
        f"At least {found['at_least']} must pass after {start}; earliest {found['earliest'][:10]}.",
    )
    yield f"实际于 {stop_zh} 进行，早于规定。", f"It happened on {stop}: too early."
