"""Is the process alive, can it do its work, and what does it count?"""

from collections.abc import Callable

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from mingjing.services.api import openapi
from mingjing.services.api.answers import json_answer
from mingjing.services.api.problems import Fault, Problem
from mingjing.services.ledger.errors import LedgerError
from mingjing.services.ledger.port import Ledger

_METRICS: openapi.Responses = {
    200: {"description": "Prometheus 文本格式", "content": {"text/plain": {"schema": {"type": "string"}}}}
}


def _status(meaning: str) -> openapi.Responses:
    content = {"application/json": {"schema": {"type": "object"}, "example": {"status": "ok"}}}
    return {200: {"description": meaning, "content": content}}


def router(ledger: Ledger, parts: dict[str, Callable[[], bool]]) -> APIRouter:
    """Return the probes; `parts` are what, beside the ledger, must be ready, each named as people know it."""
    routes = APIRouter(tags=["运行"])

    @routes.get(
        "/healthz",
        summary="进程是否存活",
        description="不检查依赖：依赖故障时重启本进程无济于事。",
        response_class=Response,
        responses=_status("存活") | openapi.refused(),
    )
    async def healthz() -> Response:
        return json_answer({"status": "ok"})

    @routes.get(
        "/readyz",
        summary="能否提供全部服务",
        description="未就绪时逐项说明；部分故障时其余功能照常。",
        response_class=Response,
        responses=_status("就绪") | openapi.refused(503),
    )
    def readyz() -> Response:
        faults = [Fault(f"/{name}", "未连接") for name, ready in parts.items() if not ready()]
        try:
            ledger.ready()
        except LedgerError as exc:
            faults.append(Fault("/clickhouse", str(exc)))
        if faults:
            raise Problem(503, "not_ready", "部分依赖不可用", errors=faults, headers={"Retry-After": "5"})
        return json_answer({"status": "ok"})

    @routes.get("/metrics", summary="运行指标", response_class=Response, responses=_METRICS | openapi.refused())
    def metrics() -> Response:
        return Response(generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    return routes
