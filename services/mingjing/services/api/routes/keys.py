"""Which programs may come in, and with which keys?"""

from typing import Annotated

import msgspec
from fastapi import APIRouter, Depends, Path, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from mingjing.services.api import openapi
from mingjing.services.api.answers import tagged
from mingjing.services.api.caller import may
from mingjing.services.api.people import IssuedKey, KeyPage
from mingjing.services.api.routes.accounts import Admin, Agency, Region
from mingjing.services.api.routes.parameters import Cursor, Limit
from mingjing.services.api.stewards import Stewards, key_entry
from mingjing.services.auth.caller import Role
from mingjing.services.auth.gate import Gate
from mingjing.services.ledger.paging import closed, opened

LIST = "keys"
HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS

KeyId = Annotated[str, Path(pattern=r"^mk_[0-9a-f]{16}$", description="密钥编号")]


class NewKey(BaseModel):
    """A program, what it may do, and for how long."""

    model_config = ConfigDict(extra="forbid")
    title: str = Field(min_length=1, max_length=40, examples=["对账程序"])
    role: Role
    region: Region = None
    agency: Agency = None
    days: int | None = Field(None, ge=1, le=3660, description="多少天后到期；省略为不到期")


class Rotation(BaseModel):
    """How long the old key goes on beside the new one."""

    model_config = ConfigDict(extra="forbid")
    overlap_hours: int = Field(24, ge=0, le=720, description="旧密钥还有效多少小时；0 为立即失效")


def router(gate: Gate, stewards: Stewards) -> APIRouter:
    """Return the routes of programs' keys, for who administers the system."""
    routes = APIRouter(prefix="/v1/keys", tags=["账号"])

    @routes.get(
        "",
        summary="查询程序密钥",
        description="新发的在前，已停用的也在列；`last_used_at` 是最近一次使用，精确到分。",
        dependencies=[Depends(may("account.manage"))],
        response_class=Response,
        responses=openapi.cacheable(KeyPage, "密钥，不含签名用的密文", paged=True) | openapi.refused(400, 422, 503),
    )
    def keys(request: Request, limit: Limit = 50, cursor: Cursor = None) -> Response:
        found = gate.registry.keys.newest(limit + 1, opened(cursor, LIST))
        after = closed([(each.made_ms, each.id) for each in found], limit, LIST)
        return tagged(request, msgspec.to_builtins(KeyPage([key_entry(each) for each in found[:limit]], after)))

    @routes.post(
        "",
        summary="发放程序密钥",
        description="签名用的 secret 只在此答复中出现一次。部门程序用角色 clerk 并指明部门。",
        status_code=201,
        response_class=Response,
        responses=openapi.found(IssuedKey, "新密钥及其 secret", status=201) | openapi.refused(409, 422, 503),
    )
    async def issue(request: Request, caller: Admin, given: NewKey) -> Response:
        return await stewards.issue(
            request,
            caller,
            title=given.title,
            role=given.role,
            region=given.region,
            agency=given.agency,
            expires_ms=None if given.days is None else gate.now_ms() + given.days * DAY_MS,
        )

    @routes.post(
        "/{key}/rotation",
        summary="换发程序密钥",
        description="另发一个同样的密钥；旧的在 `overlap_hours` 小时内仍然有效，到时失效，程序在此期间改用新的。",
        status_code=201,
        response_class=Response,
        responses=openapi.found(IssuedKey, "新密钥及其 secret", status=201) | openapi.refused(404, 422, 503),
    )
    async def rotate(request: Request, caller: Admin, key: KeyId, given: Rotation) -> Response:
        return await stewards.rotate(request, caller, key, overlap_ms=given.overlap_hours * HOUR_MS)

    @routes.delete(
        "/{key}",
        summary="停用程序密钥",
        description="立即生效，不可恢复。",
        status_code=204,
        response_class=Response,
        responses=openapi.done("已停用") | openapi.refused(404, 422, 503),
    )
    async def revoke(request: Request, caller: Admin, key: KeyId) -> Response:
        return await stewards.revoke(request, caller, key)

    return routes
