"""A condition told: the event, the values that were read, and what the rule calls it."""

from collections.abc import Iterator

from mingjing.rules.telling.phrases import Pair, Told, moment


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
    return told.field(path) if path.startswith("data.") else path
