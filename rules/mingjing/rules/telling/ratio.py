"""A ratio told: numerator, denominator, threshold, and the peers it was held against."""

from collections.abc import Iterator

from mingjing.rules.telling.phrases import Pair, Told

SIDES = {"above": ("高于", "above"), "below": ("低于", "below")}
BOUNDS = SIDES | {"at_or_above": ("达到或高于", "at or above"), "at_or_below": ("达到或低于", "at or below")}


def tell(told: Told) -> Iterator[Pair]:
    """Yield the figure with its numbers, then each threshold it is past."""
    found = told.found
    whose_zh, whose = "、".join(found["key"]), ", ".join(found["key"])
    yield (
        f"{whose_zh} {found['month']}：{found['numerator']} / {found['denominator']} = {found['ratio']}。",
        f"{whose}, {found['month']}: {found['numerator']} / {found['denominator']} = {found['ratio']}.",
    )
    for bound, (zh, en) in BOUNDS.items():
        if found.get(bound) is not None:
            yield f"{zh}界限 {found[bound]}。", f"That is {en} {found[bound]}."
    if "outlier" in found:
        outlier = found["outlier"]
        zh, en = SIDES[outlier["side"]]
        peers, middle, spread = outlier["peers"], outlier["median"], outlier["deviation"]
        yield (
            f"{peers} 个同类的中位数 {middle}，绝对中位差 {spread}。",
            f"Median of {peers} peers {middle}, median absolute deviation {spread}.",
        )
        yield (
            f"{zh}中位数，相差超过 {outlier['mad']} 倍绝对中位差。",
            f"That is {en} the median by more than {outlier['mad']} deviations.",
        )
