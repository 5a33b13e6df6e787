"""Counts and times every request, by the route it met."""

from time import perf_counter

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mingjing.services.api import metrics

_UNMATCHED = "unmatched"
"""One label for all paths that are no route: a scanner must not make metrics."""


class Observed:
    """ASGI middleware; a stream is timed to its first byte, not to its end."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and count its answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = perf_counter()

        async def counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                route = getattr(scope.get("route"), "path", _UNMATCHED)
                metrics.answered(scope["method"], route, message["status"], perf_counter() - begun)
            await send(message)

        await self._app(scope, receive, counted)
