"""A door of its own for the plainest requests: events, posted without query and Idempotency-Key.

Finding the route among two hundred, and FastAPI's reading of parameters, cost more than
everything the gateway does for an event; such a request leaves them nothing to find or read.
"""

from collections.abc import Callable, Mapping
from typing import Any

from fastapi import Request
from fastapi.routing import APIRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from mingjing.services.api.caller import porter_of

_KEY = b"idempotency-key"

Handlers = Mapping[Any, Callable[[Request, Any], Any]]
"""By the class of an exception, what answers it: asynchronous, as Starlette has them."""


class Door:
    """ASGI middleware: plain posts to `route` go straight to its endpoint, everything else on to the application.

    What the endpoint raises is answered by `handlers`, as the application would.
    """

    def __init__(self, app: ASGIApp, *, route: APIRoute, handlers: Handlers) -> None:
        self._app = app
        self._route = route
        self._handlers = handlers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request, or pass it on."""
        if not self._is_plain(scope):
            await self._app(scope, receive, send)
            return
        scope["route"] = self._route  # by which requests are counted
        request = Request(scope, receive)
        try:
            answer: ASGIApp = await self._route.endpoint(request, await porter_of(request).caller(request))
        except Exception as exc:
            handler = next((self._handlers[each] for each in type(exc).__mro__ if each in self._handlers), None)
            if handler is None or handler is self._handlers.get(Exception):
                raise
            answer = await handler(request, exc)
        await answer(scope, receive, send)

    def _is_plain(self, scope: Scope) -> bool:
        return (
            scope["type"] == "http"
            and scope["path"] == self._route.path
            and scope["method"] == "POST"
            and not scope["query_string"]
            and all(name != _KEY for name, _ in scope["headers"])
        )
