"""Will you take these events? The gateway for agencies without Kafka."""

import json
from datetime import UTC, datetime
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from mingjing.services.agencies import Agencies
from mingjing.services.api import openapi
from mingjing.services.api.answers import encoded_answer
from mingjing.services.api.caller import CurrentCaller
from mingjing.services.api.documents import Receipt
from mingjing.services.api.gateway.bodies import read_body
from mingjing.services.api.gateway.cloudevents import BATCH, LINES, STRUCTURED, events_of
from mingjing.services.api.gateway.outbox import OutboxUnavailable
from mingjing.services.api.gateway.quota import Quotas
from mingjing.services.api.gateway.reception import Reception, unconfirmed
from mingjing.services.api.gateway.reporters import agency_of, trying_agency_of
from mingjing.services.api.gateway.sandbox import PER_MINUTE, Sandbox
from mingjing.services.api.idempotency import IdempotencyKey, once
from mingjing.services.auth.caller import Caller
from mingjing.services.auth.gate import Gate
from mingjing.streams.trace import TRACEPARENT, is_trace

_EVENT: dict[str, Any] = {
    "specversion": "1.0",
    "id": "e-1001",
    "source": "urn:yunzhou:scjg",
    "type": "case.accepted",
    "subject": "2026-330100-000123",
    "time": "2026-03-06T10:00:00+08:00",
    "item": "000131001000",
    "region": "330100000000",
    "officer": "0042",
    "data": {},
}
_RECEIPT = {
    "receipt": "5f1d7e0a9c3b4d2e8f60718293a4b5c6",
    "accepted": 1,
    "duplicate": 0,
    "rejected": 1,
    "results": [
        {"index": 0, "id": "e-1001", "source": "urn:yunzhou:scjg", "result": "accepted"},
        {
            "index": 1,
            "id": "e-1002",
            "source": "urn:yunzhou:scjg",
            "result": "rejected",
            "code": "naive_time",
            "place": "$.time",
            "message": "time 为 2026-03-06T10:00:00，没有时区；请写明时区，如 2026-03-06T10:00:00+08:00",
        },
    ],
}
_BODY = {
    "required": True,
    "content": {
        STRUCTURED: {"schema": {"$ref": "#/components/schemas/Event"}, "example": _EVENT},
        BATCH: {
            "schema": {"type": "array", "items": {"$ref": "#/components/schemas/Event"}, "maxItems": 1000},
            "example": [_EVENT],
        },
        LINES: {
            "schema": {"type": "string", "description": "每行一个事件（结构化 JSON），至多 1000 行"},
            "example": json.dumps(_EVENT, ensure_ascii=False) + "\n",
        },
        "application/json": {
            "schema": {"type": "object", "description": "二进制模式：属性在 ce-* 请求头，内容为 data"},
            "example": {"question": "yes"},
        },
    },
}


def router(reception: Reception, sandbox: Sandbox, agencies: Agencies, gate: Gate, quotas: Quotas) -> APIRouter:
    """Return the gateway for the programs and clerks of reporting agencies."""
    routes = APIRouter(prefix="/v1/events", tags=["报送"])

    @routes.post(
        "",
        summary="报送办件事件（CloudEvents 1.0）",
        description=(
            "接受结构化、批量、逐行（NDJSON）、二进制四种模式，可用 gzip 压缩；"
            "被拒的事件连同原文进入不可用报送，可改正后重报。"
            "收到 503 或未收到答复时整批重发即可：同一 source 与 id 的事件只算一次。"
            "用试投密钥报送时只判定、只答复（多出 cards：会有的牌），不发牌。"
            "答复中的 receipt 是回执编号，可凭以查询。超过本部门每分钟配额时整批退回 429，按 Retry-After 重发。"
        ),
        status_code=202,
        response_class=Response,
        openapi_extra={"requestBody": _BODY},
        responses=openapi.found(Receipt, "Kafka 已确认；逐个事件给出结果（试投时未入 Kafka）", _RECEIPT, status=202)
        | openapi.found(Receipt, "仅校验（validate=true），未接收", _RECEIPT)
        | openapi.refused(400, 401, 403, 409, 413, 415, 422, 429, 503),
    )
    async def post_events(
        request: Request,
        caller: CurrentCaller,
        *,
        validate: Annotated[bool, Query(description="只校验不接收：逐个返回结果，不写入")] = False,
        key: IdempotencyKey = None,
    ) -> Response:
        if caller.via == "sandbox_key":
            return await tried(request, caller, key)
        agency = agency_of(agencies, caller)
        await quotas.refuse_shouting(agency)
        body = await read_body(request)
        raw_events = events_of(request.headers, body)
        quotas.take(agency, len(raw_events))
        now = datetime.now(UTC)
        if validate:
            return encoded_answer(reception.judge(raw_events, agency.principal))

        given = request.headers.get(TRACEPARENT)
        trace = given if is_trace(given) else None

        async def act() -> Response:
            try:
                receipt = await reception.receive(raw_events, agency.principal, now, trace=trace)
            except OutboxUnavailable as exc:
                raise unconfirmed() from exc
            return encoded_answer(receipt, 202)

        return await once(request, gate, caller, key, act, body=body, undecided=None)

    async def tried(request: Request, caller: Caller, key: str | None) -> Response:
        """Take events into the agency's sandbox; the answer is that of a post, and the cards there would be."""
        agency = trying_agency_of(agencies, caller)
        body = await read_body(request)
        raw_events = events_of(request.headers, body)
        quotas.take(msgspec.structs.replace(agency, code=caller.name, quota=PER_MINUTE), len(raw_events))

        async def act() -> Response:
            now = datetime.now(UTC)
            receipt = await run_in_threadpool(sandbox.receive, raw_events, agency.principal, now)
            return encoded_answer(receipt, 202)

        return await once(request, gate, caller, key, act, body=body, undecided=None)

    return routes
