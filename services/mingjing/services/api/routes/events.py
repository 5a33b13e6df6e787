"""Will you take these events? The gateway for agencies without Kafka."""

import hashlib
from datetime import UTC, datetime
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Query, Request, Response, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from mingjing.services.agencies import Agencies
from mingjing.services.api import openapi
from mingjing.services.api.answers import json_answer
from mingjing.services.api.documents import Receipt
from mingjing.services.api.gateway.bodies import read_body
from mingjing.services.api.gateway.cloudevents import BATCH, STRUCTURED, events_of
from mingjing.services.api.gateway.outbox import OutboxUnavailable
from mingjing.services.api.gateway.reception import Reception
from mingjing.services.api.problems import Problem, unavailable
from mingjing.streams.ports import Principal

_bearer = HTTPBearer(auto_error=False, scheme_name="agency_key", description="部门密钥，由系统管理员发放")

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
        "application/json": {
            "schema": {"type": "object", "description": "二进制模式：属性在 ce-* 请求头，内容为 data"},
            "example": {"question": "yes"},
        },
    },
}


def router(reception: Reception, agencies: Agencies) -> APIRouter:
    """Return the gateway for the agencies that have a key."""
    routes = APIRouter(prefix="/v1/events", tags=["报送"])

    @routes.post(
        "",
        summary="报送办件事件（CloudEvents 1.0）",
        description=(
            "接受结构化、批量、二进制三种模式，内容可用 gzip 压缩；被拒的事件连同原文进入不可用报送，可改正后重报。"
            "收到 503 或未收到答复时整批重发即可：同一 source 与 id 的事件只算一次。"
        ),
        status_code=202,
        response_class=Response,
        openapi_extra={"requestBody": _BODY},
        responses=openapi.found(Receipt, "Kafka 已确认；逐个事件给出结果", _RECEIPT, status=202)
        | openapi.found(Receipt, "仅校验（validate=true），未接收", _RECEIPT)
        | openapi.refused(400, 401, 413, 415, 422, 503),
    )
    async def post_events(
        request: Request,
        credentials: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)],
        *,
        validate: Annotated[bool, Query(description="只校验不接收：逐个返回结果，不写入")] = False,
    ) -> Response:
        principal = _known(agencies, credentials)
        raw_events = events_of(request.headers, await read_body(request))
        now = datetime.now(UTC)
        if validate:
            return json_answer(msgspec.to_builtins(reception.judge(raw_events, principal, now)))
        try:
            receipt = await reception.receive(raw_events, principal, now)
        except OutboxUnavailable as exc:
            raise unavailable("消息系统（Kafka）暂时不可用，本次报送未确认，请稍后整批重发") from exc
        return json_answer(msgspec.to_builtins(receipt), 202)

    return routes


def _known(agencies: Agencies, credentials: HTTPAuthorizationCredentials | None) -> Principal:
    challenge = {"WWW-Authenticate": 'Bearer realm="mingjing"'}
    if credentials is None:
        raise Problem(401, "no_key", "请在 Authorization 请求头中以 Bearer 方式提供部门密钥", headers=challenge)
    principal = agencies.of_key(hashlib.sha256(credentials.credentials.encode()).hexdigest())
    if principal is None:
        raise Problem(401, "unknown_key", "密钥无效：可能已更换或停用，请向系统管理员核对", headers=challenge)
    return principal
