"""JSON as it comes from elsewhere: read whole, or refused with the reason."""

from typing import Any

import msgspec

MAX_NESTING = 64
"""Objects and arrays one inside the other; a record of an exchange standard has fewer than ten."""


class JsonRefused(ValueError):
    """The text is no JSON that can be kept; it says what is wrong."""


def read_json(raw: bytes) -> Any:
    """Return what is written; integers are exact whatever their length. Raises JsonRefused."""
    try:
        content = msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError) as exc:
        raise JsonRefused(f"不是合法的 UTF-8 JSON（{exc}）") from exc
    except RecursionError as exc:
        raise JsonRefused(_TOO_DEEP) from exc
    level = [content]
    for _ in range(MAX_NESTING + 1):
        level = [inner for each in level for inner in _inside(each) if isinstance(inner, dict | list)]
        if not level:
            return content
    raise JsonRefused(_TOO_DEEP)


_TOO_DEEP = f"JSON 嵌套超过 {MAX_NESTING} 层；请一行一个对象，列名对应值"


def _inside(value: Any) -> Any:
    return value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
