"""An HTTP request to be made, and what its answer means."""

from collections.abc import Callable, Mapping

import msgspec


class Outbound(msgspec.Struct, frozen=True):
    """A POST; `taken` reads the answer's body of a 2xx and returns why it was refused, or None."""

    url: str
    headers: Mapping[str, str]
    body: bytes
    taken: Callable[[bytes], str | None]


def any_success(_: bytes) -> None:
    """Take every 2xx for an answer of consent."""


def code_is_zero(name: str, text: str) -> Callable[[bytes], str | None]:
    """Return a reader of answers like {"errcode": 0, "errmsg": "ok"}, with the names of code and text given."""

    def read(body: bytes) -> str | None:
        try:
            answer = msgspec.json.decode(body)
        except msgspec.DecodeError:
            return f"回应不是 JSON：{body[:80]!r}"
        if not isinstance(answer, dict) or name not in answer:
            return f"回应中没有 {name}：{body[:80]!r}"
        return None if answer[name] == 0 else f"{name}={answer[name]}：{answer.get(text, '')}"

    return read
