"""A write that may be sent twice happens once: `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header).

Every write of a known caller is covered, without the route knowing: once the caller is
known `answer_again` gives whoever repeats a request the first answer, and the
middleware `Once` keeps the answer of a first. A route that reads its body itself, or has
answers that decide nothing yet, calls `once`.
"""

import hashlib
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated, Any, Final, NamedTuple

from fastapi import FastAPI, Header, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mingjing.services.api.answers import JSON
from mingjing.services.api.problems import Fault, Problem
from mingjing.services.auth.caller import Caller
from mingjing.services.auth.gate import Gate

KEPT_MS: Final = 24 * 3_600_000
ACCEPTED: Final = 202
REFUSED: Final = 400
NO_CONTENT: Final = 204
AT_WORK_MS: Final = 60_000
"""After this a write whose answer was never kept died with its process, and may be sent again."""

MOST_BODY: Final = 1 << 20
"""Of a body longer than this its length stands for it: it is a file, and read by its route as it comes."""

NAME: Final = "Idempotency-Key"
FORM: Final = r"^[\x21-\x7e]{1,64}$"
MEANING: Final = "写操作的唯一标识；24 小时内以同一标识重发，得到第一次的答复，不会做两遍"
UNSAFE: Final = frozenset(("POST", "PUT", "PATCH", "DELETE"))

_REPEATABLE: Final = "x-repeatable"
REPEATABLE: Final = {_REPEATABLE: True}
"""Said in OpenAPI of a write that only reads, with a reason or what is sent: each time is its own, nothing is kept."""

IdempotencyKey = Annotated[str | None, Header(alias=NAME, pattern=FORM, description=MEANING)]


class Repeated(Exception):
    """The request was answered before; `answer` is what was answered."""

    def __init__(self, answer: Response) -> None:
        super().__init__("answered before")
        self.answer = answer


class _First(NamedTuple):
    gate: Gate
    caller: Caller
    key: str


def covered(route: Any) -> bool:
    """Whether the writes of a route are covered here: it neither asks for the key itself nor is repeatable."""
    by_itself = any(each.alias == NAME for each in route.dependant.header_params)
    return not by_itself and not repeatable(route.openapi_extra or {})


def repeatable(operation: Mapping[str, Any]) -> bool:
    """Whether an operation, as OpenAPI has it, is a read with a reason."""
    return bool(operation.get(_REPEATABLE))


async def answer_again(request: Request, gate: Gate, caller: Caller) -> None:
    """Raise Repeated where this caller had an answer to this very request before; else let the answer be kept."""
    key = request.headers.get(NAME)
    if key is None or request.method not in UNSAFE or not covered(request.scope["route"]):
        return
    if re.fullmatch(FORM, key) is None:
        fault = Fault(f"/header/{NAME}", f"格式应符合 {FORM}")
        raise Problem(422, "invalid_request", "请求参数不符合要求，请按 errors 逐项改正", errors=[fault])
    length = request.headers.get("content-length", "0")
    short = length.isdecimal() and int(length) <= MOST_BODY
    first = await _begun(gate, caller, key, _digest(request, await request.body() if short else length.encode()))
    if first is not None:
        raise Repeated(first)
    request.state.first = _First(gate, caller, key)


class Once:
    """ASGI middleware that keeps the answers of first requests; see `answer_again`."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; the answer to a first one is kept before it is sent."""
        held: list[Message] = []

        async def keeping(message: Message) -> None:
            first: _First | None = scope.get("state", {}).get("first")
            if first is None:
                await send(message)
                return
            held.append(message)
            if message["type"] == "http.response.body" and not message.get("more_body", False):
                body = b"".join(each.get("body", b"") for each in held)
                await _kept(first, held[0]["status"], body)
                for each in held:
                    await send(each)

        try:
            await self._app(scope, receive, keeping)
        except BaseException:
            first = scope.get("state", {}).get("first")
            if first is not None:
                await run_in_threadpool(first.gate.registry.idempotency.give_up, first.caller.name, first.key)
            raise


def install(app: FastAPI) -> None:
    """Let `app` cover its writes."""
    app.add_middleware(Once)

    async def repeated(_: Request, exc: Repeated) -> Response:
        return exc.answer

    app.exception_handler(Repeated)(repeated)


async def once(
    request: Request,
    gate: Gate,
    caller: Caller,
    key: str | None,
    act: Callable[[], Awaitable[Response]],
    *,
    body: bytes | None = None,
    undecided: int | None = ACCEPTED,
    by_itself: bool = False,
) -> Response:
    """Return what `act` answers, or what it answered the first time this caller sent this very request.

    `body` is what was sent, where the route has read it already; an answer of the status
    `undecided` is not kept. Problem 409 while the first is at work, 422 for another
    request under a key that was used. A write that failed may be tried again under its key.

    What `act` does `by_itself` once, however often it is called, is asked again though the first
    may be at work: the process that was may be dead, and nobody waits a minute to hear of it.
    """
    if key is None:
        return await act()
    digest = _digest(request, await request.body() if body is None else body)
    first = await _begun(gate, caller, key, digest, waits=not by_itself)
    if first is not None:
        return first
    try:
        answer = await act()
    except BaseException:
        await run_in_threadpool(gate.registry.idempotency.give_up, caller.name, key)
        raise
    await _kept(_First(gate, caller, key), answer.status_code, bytes(answer.body), undecided)
    return answer


def _digest(request: Request, body: bytes) -> str:
    told = f"{request.method}\n{request.url.path}\n{request.url.query}\n".encode()
    return hashlib.sha256(told + body).hexdigest()


async def _begun(gate: Gate, caller: Caller, key: str, digest: str, *, waits: bool = True) -> Response | None:
    """Return the answer that a request was given before, None where it is the first or, unless it `waits`, has none."""
    now = gate.now_ms()
    begin = gate.registry.idempotency.begin
    first = await run_in_threadpool(begin, caller.name, key, digest, expires_ms=now + AT_WORK_MS, now_ms=now)
    if first is None:
        return None
    if first.request_hash != digest:
        fault = Fault(f"/header/{NAME}", f"{key} 已用于另一个请求；请换一个新的标识")
        raise Problem(422, "idempotency_key_reused", f"同一 {NAME} 只能用于同一请求", errors=[fault])
    if first.status is None or first.body is None:
        if not waits:
            return None
        raise Problem(409, "in_progress", "同一请求正在处理，请稍候再查询结果", headers={"Retry-After": "1"})
    body = gate.seal.open(first.body, _owner(caller, key))
    media_type = None if first.status == NO_CONTENT else JSON
    return Response(body, first.status, {"Cache-Control": "no-store"}, media_type)


async def _kept(first: _First, status: int, body: bytes, undecided: int | None = ACCEPTED) -> None:
    """Keep an answer; one that refuses or decides nothing lets the request be sent again."""
    gate, caller, key = first
    ledger = gate.registry.idempotency
    if status >= REFUSED or status == undecided:
        await run_in_threadpool(ledger.give_up, caller.name, key)
        return
    # Sealed: an answer may hold what is shown only once.
    sealed = gate.seal.close(body.decode(), _owner(caller, key))
    await run_in_threadpool(ledger.finish, caller.name, key, status, sealed, expires_ms=gate.now_ms() + KEPT_MS)


def _owner(caller: Caller, key: str) -> str:
    return f"idempotency:{caller.name}:{key}"
