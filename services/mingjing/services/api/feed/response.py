"""The HTTP side of a stream."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from mingjing.services.api.feed.wire import Wire
from mingjing.services.api.http_protocol import CHUNK

_HEADERS = {
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",  # nginx would hold messages back until a buffer is full
}


class FeedResponse(StreamingResponse):
    """Sends a stream's bytes as they come and closes the stream with the connection, however that ends.

    The `wire` is laid to the connection, so that the stream may write to it while it yields nothing.
    """

    def __init__(self, chunks: AsyncGenerator[bytes, None], wire: Wire) -> None:
        super().__init__(chunks, headers=_HEADERS, media_type="text/event-stream")
        self._chunks = chunks
        self._wire = wire

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send until the stream or the connection ends."""
        self._wire.lay(scope.get("extensions", {}).get(CHUNK))
        async with aclosing(self._chunks):
            await super().__call__(scope, receive, send)
