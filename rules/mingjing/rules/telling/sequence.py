"""A sequence told: what stood before the step, or what did not."""

from collections.abc import Callable, Iterator

from mingjing.rules.telling.phrases import Pair, Told, moment


def tell(told: Told) -> Iterator[Pair]:
    """Yield what had ended before the step, then what was missing before it."""
    found, title = told.found, told.title
    step_zh, step = moment(found["step_at"])
    if found["after"]:
        ended_zh, ended = moment(found["after"]["at"])
        yield (
            f"{ended_zh} 已{title(found['after']['type'])}，{step_zh} 又发生“{title(found['step'])}”。",
            f"{found['step']} at {step} follows {found['after']['type']} at {ended}.",
        )
    if found["missing"]:
        yield (
            f"{step_zh} 发生“{title(found['step'])}”，此前没有“{_either(found['missing'], title, '或', '、')}”。",
            f"{found['step']} at {step} without earlier {_either(found['missing'], str, ' or ', ', ')}.",
        )


def _either(choices: list[list[str]], title: Callable[[str], str], either: str, and_also: str) -> str:
    return and_also.join(either.join(map(title, each)) for each in choices)
