"""A write that may be sent twice happens once: `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header)."""

import hashlib
from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Header, Request, Response
from starlette.concurrency import run_in_threadpool

from mingjing.services.api.answers import JSON
from mingjing.services.api.problems import Fault, Problem
from mingjing.services.auth.caller import Caller
from mingjing.services.auth.gate import Gate

KEPT_MS = 24 * 3_600_000
ACCEPTED = 202
AT_WORK_MS = 60_000
"""After this a write whose answer was never kept died with its process, and may be sent again."""

IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        pattern=r"^[\x21-\x7e]{1,64}$",
        description="写操作的唯一标识；24 小时内以同一标识重发，得到第一次的答复，不会做两遍",
    ),
]


async def once(
    request: Request,
    gate: Gate,
    caller: Caller,
    key: str | None,
    act: Callable[[], Awaitable[Response]],
    *,
    body: bytes | None = None,
    undecided: int | None = ACCEPTED,
) -> Response:
    """Return what `act` answers, or what it answered the first time this caller sent this very request.

    `body` is what was sent, where the route has read it already; an answer of the status
    `undecided` is not kept. Problem 409 while the first is at work, 422 for another
    request under a key that was used. A write that failed may be tried again under its key.
    """
    if key is None:
        return await act()
    ledger = gate.registry.idempotency
    told = f"{request.method}\n{request.url.path}\n{request.url.query}\n".encode()
    told += await request.body() if body is None else body
    digest = hashlib.sha256(told).hexdigest()
    now = gate.now_ms()
    first = await run_in_threadpool(ledger.begin, caller.name, key, digest, expires_ms=now + AT_WORK_MS, now_ms=now)
    if first is None:
        try:
            answer = await act()
        except BaseException:
            await run_in_threadpool(ledger.give_up, caller.name, key)
            raise
        if answer.status_code == undecided:  # nothing is decided yet
            await run_in_threadpool(ledger.give_up, caller.name, key)
            return answer
        # Sealed: an answer may hold what is shown only once.
        sealed = gate.seal.close(bytes(answer.body).decode(), _owner(caller, key))
        await run_in_threadpool(ledger.finish, caller.name, key, answer.status_code, sealed, expires_ms=now + KEPT_MS)
        return answer
    if first.request_hash != digest:
        fault = Fault("/header/Idempotency-Key", "已用于另一个请求")
        raise Problem(422, "idempotency_key_reused", "同一 Idempotency-Key 只能用于同一请求", errors=[fault])
    if first.status is None or first.body is None:
        raise Problem(409, "in_progress", "同一请求正在处理，请稍候再查询结果", headers={"Retry-After": "1"})
    return Response(gate.seal.open(first.body, _owner(caller, key)), first.status, {"Cache-Control": "no-store"}, JSON)


def _owner(caller: Caller, key: str) -> str:
    return f"idempotency:{caller.name}:{key}"
