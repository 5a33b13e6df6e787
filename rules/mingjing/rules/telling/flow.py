"""The order of an item's steps told: which came too early, or which were left out."""

from collections.abc import Iterator

from mingjing.rules.telling.phrases import Pair, Told, moment


def tell(told: Told) -> Iterator[Pair]:
    """Yield what stood out of order, or what was missing at the decision."""
    found = told.found
    zh, en = moment(found["step_at"])
    if found["fault"] == "reversed":
        hasty_zh, hasty = moment(found["hasty_at"])
        yield (
            f"环节“{found['hasty']}”（{hasty_zh}）应在环节“{found['step']}”（{zh}）之后，却在其前。",
            f"Step {found['hasty']} ({hasty}) comes after step {found['step']} ({en}), but was done before it.",
        )
    else:
        yield (
            f"{zh} {told.title(found['type'])}时，缺必经环节：{'、'.join(found['missing'])}。",
            f"At {en} ({found['type']}) these mandatory steps were missing: {', '.join(found['missing'])}.",
        )
