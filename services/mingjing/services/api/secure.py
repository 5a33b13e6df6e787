"""The headers every answer carries, so that a browser holds it to what it is."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

Headers = list[tuple[bytes, bytes]]
"""Names in lower case, and values, as ASGI has them."""

_ALWAYS = {
    # Answers are data: opened by themselves they load and run nothing. The console has a policy of its own.
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cache-Control": "no-store",
}
_HTTPS = {"Strict-Transport-Security": "max-age=31536000; includeSubDomains"}


class Secured:
    """ASGI middleware; what a route has set itself stands."""

    def __init__(self, app: ASGIApp, *, https: bool) -> None:
        self._app = app
        told = _ALWAYS | (_HTTPS if https else {})
        self._headers = [(name.lower().encode(), value.encode()) for name, value in told.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and add what its answer lacks."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = self.completed(list(message.get("headers", ())))
            await send(message)

        await self._app(scope, receive, with_headers if scope["type"] == "http" else send)

    def completed(self, given: Headers) -> Headers:
        """Return the headers of an answer with those that it lacks."""
        names = {name.lower() for name, _ in given}
        return given + [each for each in self._headers if each[0] not in names]
