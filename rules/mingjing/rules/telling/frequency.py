"""A frequency told: whose, how many, within which window; each event it rests on stands in the explanation."""

from collections.abc import Iterator

from mingjing.rules.telling.phrases import Pair, Told, limit_zh, moment

PERIODS = {"day": ("同一日", "one day"), "month": ("同一月", "one month"), "quarter": ("同一季度", "one quarter")} | {
    "year": ("同一年", "one year")
}


def tell(told: Told) -> Iterator[Pair]:
    """Yield whose events were counted, how many they are, and what had to come before them."""
    found = told.found
    window_zh, window = PERIODS.get(found["window"], (f"{limit_zh(found['window'])}内", found["window"]))
    (from_zh, begin), (to_zh, end) = moment(found["from"]), moment(found["to"])
    whose_zh = f"{'、'.join(found['key'])}：" if found["key"] else ""
    whose = f"{', '.join(found['key'])}: " if found["key"] else ""
    kinds = sorted({each["type"] for each in found["events"]})
    what_zh, what = "、".join(map(told.title, kinds)), ", ".join(kinds)
    counted_zh, counted = ("个不同的值", "different values of") if "distinct" in found else ("次", "times")
    yield (
        f"{whose_zh}{window_zh}“{what_zh}”{found['n']} {counted_zh}，达到 {found['at_least']}。",
        f"{whose}{found['n']} {counted} {what} within {window}; {found['at_least']} is the number reached.",
    )
    yield f"自 {from_zh} 至 {to_zh}。", f"From {begin} to {end}."
    if "distinct" in found:
        yield f"分别为：{'、'.join(found['values'])}。", f"They are: {', '.join(found['values'])}."
    if "after" in found:
        led_zh, led = moment(found["after"]["at"])
        yield (
            f"此前 {led_zh} 曾“{told.title(found['after']['type'])}”。",
            f"Before that, {found['after']['type']} on {led}.",
        )
