"""Requests arrive in time, or are ended: whoever sends a byte now and then holds no connection and no memory for hours.

Only the body is timed here. A head that does not come to its end is dropped by the proxy: deploy/compose/gate.conf.
"""

import asyncio
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mingjing.services.api.problems import Problem

WHOLE_S: Final = 60.0
"""Seconds within which a body is to be there from its first byte to its last; the longest is a few MiB."""

FILE_WHOLE_S: Final = 3600.0
SILENT_S: Final = 60.0
"""Of a file, which may be half a GiB: the whole, and between two parts of it."""

FILES: Final = "/v1/uploads"


class Patience:
    """ASGI application around another, whose requests must arrive in time.

    Where one does not, reading its body raises Problem 408, and the connection ends with the answer.
    """

    def __init__(
        self, app: ASGIApp, *, whole_s: float = WHOLE_S, file_whole_s: float = FILE_WHOLE_S, silent_s: float = SILENT_S
    ) -> None:
        self._app = app
        self._whole_s = whole_s
        self._file_whole_s = file_whole_s
        self._silent_s = silent_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        clock = asyncio.get_running_loop().time
        is_file = scope["path"].startswith(FILES)
        ends = clock() + (self._file_whole_s if is_file else self._whole_s)
        there = False

        async def in_time() -> Message:
            nonlocal there
            if there:  # what still comes is that the client goes away
                return await receive()
            try:
                async with asyncio.timeout_at(min(ends, clock() + self._silent_s) if is_file else ends):
                    message = await receive()
            except TimeoutError as exc:
                raise _too_slow() from exc
            there = not message.get("more_body", False)
            return message

        await self._app(scope, in_time, send)


def _too_slow() -> Problem:
    times = f"{WHOLE_S:.0f} 秒；文件两段之间 {SILENT_S:.0f} 秒"
    detail = f"请求内容没有按时到齐（{times}）；请检查网络后重发，同样的事件不会重记"
    return Problem(408, "too_slow", detail, headers={"Connection": "close"})
