"""The shortest way in: events of one agency, posted with its key, and nothing between them and their reception.

Most of what a single event costs is a framework's: layers that pass each message on, a
request object, a response object, parameters found for a route. A request in which there is
nothing for them to find is taken here before the first of them, and refused in their words;
every other goes to the application, which takes it too, and answers it alike.
"""

import hashlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from time import perf_counter
from typing import Any, Final, NamedTuple

import msgspec
from fastapi import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from mingjing.services.agencies import Agencies, Agency
from mingjing.services.api import metrics
from mingjing.services.api.answers import JSON
from mingjing.services.api.documents import Receipt
from mingjing.services.api.gateway.bodies import MAX_BODY
from mingjing.services.api.gateway.cloudevents import CUTS
from mingjing.services.api.gateway.outbox import OutboxUnavailable
from mingjing.services.api.gateway.quota import Quotas
from mingjing.services.api.gateway.reception import Reception, unconfirmed
from mingjing.services.api.http_protocol import WHOLE
from mingjing.services.api.secure import Secured
from mingjing.services.api.throttle import Throttle
from mingjing.streams.ports import Principal
from mingjing.streams.trace import TRACEPARENT, is_trace

PATH: Final = "/v1/events"
_ACCEPTED: Final = 202
_BEARER: Final = b"bearer "
_TRACEPARENT: Final = TRACEPARENT.encode()
_FOR_THE_ROUTE: Final = frozenset((b"content-encoding", b"transfer-encoding", b"idempotency-key"))

Handlers = Mapping[Any, Callable[[Request, Any], Any]]
"""By the class of an exception, what answers it: asynchronous, as Starlette has them."""


class _Asked(NamedTuple):
    agency: Agency
    principal: Principal
    cut: Callable[[bytes], list[bytes]]
    trace: str | None


class Lane:
    """ASGI application in front of another, which answers whatever is not taken here.

    What goes wrong is answered by `handlers`, as the application would.
    """

    def __init__(
        self,
        app: ASGIApp,
        agencies: Agencies,
        quotas: Quotas,
        reception: Reception,
        throttle: Throttle,
        *,
        handlers: Handlers,
        https: bool,
    ) -> None:
        self._app = app
        self._agencies = agencies
        self._quotas = quotas
        self._reception = reception
        self._throttle = throttle
        self._handlers = handlers
        self._secured = Secured(app, https=https)
        self._headers = self._secured.completed([(b"content-type", JSON.encode())])
        self._head = b"".join(b"%b: %b\r\n" % each for each in self._headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request, or pass it on."""
        asked = self._asked(scope)
        if asked is None:
            await self._app(scope, receive, send)
            return
        begun = perf_counter()
        try:
            await self._quotas.refuse_shouting(asked.agency)
            receipt = await self._taken(asked, receive)
        except Exception as exc:  # noqa: BLE001  # answered as the application answers it
            await self._refuse(exc, begun, scope, receive, send)
            return
        if receipt is None:
            return
        metrics.answered("POST", PATH, _ACCEPTED, perf_counter() - begun)
        await self._answer(scope, send, msgspec.json.encode(receipt))

    async def _taken(self, asked: _Asked, receive: Receive) -> Receipt | None:
        """Return the receipt of what was posted; None for who went away before its end.

        Body and events are let go at once: while Kafka is waited for, others are read into the same, warm memory.
        """
        body = await _whole(receive)
        if body is None:
            return None
        raw_events = asked.cut(body)
        self._quotas.take(asked.agency, len(raw_events))
        receiving = self._reception.receive(raw_events, asked.principal, datetime.now(UTC), trace=asked.trace)
        del body, raw_events
        try:
            return await receiving
        except OutboxUnavailable as exc:
            raise unconfirmed() from exc

    async def _answer(self, scope: Scope, send: Send, body: bytes) -> None:
        """Send an answer: at once, where the server lets that be done."""
        whole = scope.get("extensions", {}).get(WHOLE)
        if whole is not None and whole(scope, _ACCEPTED, self._head, body):
            return
        length = (b"content-length", str(len(body)).encode())
        await send({"type": "http.response.start", "status": _ACCEPTED, "headers": [length, *self._headers]})
        await send({"type": "http.response.body", "body": body})

    async def _refuse(self, exc: Exception, begun: float, scope: Scope, receive: Receive, send: Send) -> None:
        handler = next(self._handlers[each] for each in type(exc).__mro__ if each in self._handlers)
        answer = await handler(Request(scope, receive), exc)
        answer.raw_headers = self._secured.completed(answer.raw_headers)
        metrics.answered("POST", PATH, answer.status_code, perf_counter() - begun)
        await answer(scope, receive, send)

    def _asked(self, scope: Scope) -> _Asked | None:
        """Return what is asked where that is plain to see; who asks is known, and not one who guessed at keys."""
        if scope["type"] != "http" or scope["path"] != PATH or scope["method"] != "POST" or scope["query_string"]:
            return None
        headers = scope["headers"]
        told: dict[bytes, bytes] = dict(headers)
        if len(told) != len(headers) or not _FOR_THE_ROUTE.isdisjoint(told):
            return None
        said, length = told.get(b"authorization", b""), told.get(b"content-length", b"")
        cut = CUTS.get(told.get(b"content-type", b""))
        if cut is None or said[: len(_BEARER)].lower() != _BEARER or not length.isdigit() or int(length) > MAX_BODY:
            return None
        principal = self._agencies.of_key(hashlib.sha256(said[len(_BEARER) :].strip()).hexdigest())
        agency = self._agencies.of_code(principal.agency) if principal is not None else None
        client = scope["client"]
        if principal is None or agency is None or client is None or self._throttle.counted_lately(client[0]):
            return None
        trace = told[_TRACEPARENT].decode("latin-1") if _TRACEPARENT in told else None
        return _Asked(agency, principal, cut, trace if is_trace(trace) else None)


async def _whole(receive: Receive) -> bytes | None:
    """Return the body; None for who went away before its end."""
    message = await receive()
    if message["type"] == "http.request" and not message.get("more_body", False):
        body: bytes = message.get("body", b"")
        return body
    body = b""
    while message["type"] == "http.request":
        body += message.get("body", b"")
        if not message.get("more_body", False):
            return body
        message = await receive()
    return None
