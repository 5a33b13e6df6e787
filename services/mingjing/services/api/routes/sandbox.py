"""What would have happened? An agency's sandbox, by its sandbox key."""

from datetime import UTC, datetime
from typing import Annotated

import msgspec
from fastapi import APIRouter, Query, Request, Response
from pydantic import AwareDatetime
from starlette.concurrency import run_in_threadpool

from mingjing.services.agencies import Agencies
from mingjing.services.api import openapi
from mingjing.services.api.answers import json_answer
from mingjing.services.api.caller import CurrentCaller
from mingjing.services.api.gateway.bodies import read_body
from mingjing.services.api.gateway.reporters import trying_agency_of
from mingjing.services.api.gateway.sandbox import Sandbox
from mingjing.services.api.gateway.sandbox_file import try_file
from mingjing.services.api.routes.upload_parameters import (
    FILE,
    Columns,
    ObjectName,
    Source,
    StandardName,
    form_of,
    said_of,
    source_of,
)
from mingjing.services.api.sandbox_documents import TriedFile, WouldBeCards

_CARDS = {
    "until": "2026-04-01T00:00:00+00:00",
    "cases": 1,
    "events": 1,
    "cards": [{"case": "11330100MB1234567A/X1", "rule": "TL-04", "level": "red", "status": "standing"}],
}


def router(sandbox: Sandbox, agencies: Agencies) -> APIRouter:
    """Return the routes of sandboxes; events come to them by `POST /v1/events` with a sandbox key."""
    routes = APIRouter(prefix="/v1/sandbox", tags=["报送"])

    @routes.get(
        "/cards",
        summary="试投区里的办件会有哪些牌",
        description=(
            "以试投密钥（`mingjing agency sandbox`）报送的事件只在试投区：按现行规则判定并答复，"
            "不发牌、不计数、不进报表。`until` 是假定的当前时刻，可以在将来，用来看缺了后续会怎样。"
        ),
        response_class=Response,
        responses=openapi.found(WouldBeCards, "到 until 为止的判定，与 mingjing replay 同形", _CARDS)
        | openapi.refused(400, 401, 403, 422),
    )
    async def cards(
        caller: CurrentCaller,
        until: Annotated[AwareDatetime | None, Query(description="假定的当前时刻，RFC 3339；缺省为现在")] = None,
        case: Annotated[str | None, Query(description="只看一个办件，写办件编号")] = None,
    ) -> Response:
        agency = trying_agency_of(agencies, caller)
        told = await run_in_threadpool(sandbox.cards, agency.code, until or datetime.now(UTC), case)
        return json_answer(msgspec.to_builtins(told))

    @routes.post(
        "/file",
        summary="试投一个文件（CSV、XLSX）",
        description=(
            "同正式报送文件一样按标准读取、逐行核对，退回的行附在答复中（errors，base64 的电子表格）；"
            "能用的行只进试投区。至多 2 MiB。"
        ),
        response_class=Response,
        openapi_extra={"requestBody": FILE},
        responses=openapi.found(TriedFile, "逐行的结果，与试投区的办件会有的牌")
        | openapi.refused(401, 403, 409, 413, 422),
    )
    async def file(
        request: Request,
        caller: CurrentCaller,
        standard: StandardName,
        name: ObjectName,
        source: Source = None,
        columns: Columns = None,
    ) -> Response:
        agency = trying_agency_of(agencies, caller)
        form, sender = form_of(standard, name, 422), source_of(agency, source)
        said = said_of(form[1], columns)
        content = await read_body(request)
        now = datetime.now(UTC)
        told = await run_in_threadpool(try_file, content, form, sender, sandbox, agency.principal, now, said)
        return json_answer(msgspec.to_builtins(told))

    @routes.delete(
        "",
        summary="清空试投区",
        status_code=204,
        response_class=Response,
        responses=openapi.done("已清空") | openapi.refused(401, 403),
    )
    async def clear(caller: CurrentCaller) -> Response:
        agency = trying_agency_of(agencies, caller)
        await run_in_threadpool(sandbox.clear, agency.code)
        return Response(status_code=204)

    return routes
