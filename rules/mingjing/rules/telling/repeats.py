"""A repetition told: what, how often at most, and when."""

from collections.abc import Iterator

from mingjing.rules.telling.phrases import Pair, Told, moment


def tell(told: Told) -> Iterator[Pair]:
    """Yield the one sentence, with every time it happened."""
    found = told.found
    times = [moment(each) for each in found["at"]]
    all_zh, all_en = "、".join(zh for zh, _ in times), ", ".join(en for _, en in times)
    most, what, key = found["at_most"], found["type"], found["key"]
    yield (
        f"“{told.title(what)}”（{key}）至多 {most} 次，实际已 {len(times)} 次：{all_zh}。",
        f"{what} ({key}) at most {most} times; it happened at {all_en}.",
    )
