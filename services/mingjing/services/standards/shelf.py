"""The exchange standards that are shipped."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from mingjing.services.standards.standard import Standard, read_standard


@cache
def shipped_standards() -> Mapping[str, Standard]:
    """Return every standard by its name."""
    room = files("mingjing.services.standards")
    pages = sorted(
        (each.name, each.read_text(encoding="utf-8")) for each in room.iterdir() if each.name.endswith(".yaml")
    )
    return {each.name: each for each in (read_standard(text, name) for name, text in pages)}
