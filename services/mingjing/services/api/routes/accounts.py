"""Whose accounts are there, and what are they for?"""

from typing import Annotated

import msgspec
from fastapi import APIRouter, Depends, Header, Path, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from mingjing.services.api import openapi
from mingjing.services.api.answers import tagged
from mingjing.services.api.caller import may
from mingjing.services.api.people import AccountEntry, AccountPage, SessionList
from mingjing.services.api.problems import Problem
from mingjing.services.api.routes.parameters import Cursor, Limit
from mingjing.services.api.routes.session import Password
from mingjing.services.api.routes.sessions import sessions_of
from mingjing.services.api.stewards import Stewards, account_entry
from mingjing.services.auth.caller import NAME, Caller, Role
from mingjing.services.auth.gate import Gate
from mingjing.services.ledger.paging import closed, opened

LIST = "accounts"

Name = Annotated[str, Path(pattern=NAME, description="账号名")]
IfMatch = Annotated[
    str, Header(alias="If-Match", pattern=r'^"r[0-9]{1,9}"$', description="所改的是哪一修订：读到的 ETag")
]
Admin = Annotated[Caller, Depends(may("account.manage"))]
Region = Annotated[str | None, Field(max_length=12)]
Agency = Annotated[str | None, Field(max_length=18)]


class NewAccount(BaseModel):
    """A person's account; without `password` they sign in at the identity provider."""

    model_config = ConfigDict(extra="forbid")
    name: str = Field(pattern=NAME, examples=["wang"])
    title: str = Field(min_length=1, max_length=40, examples=["王监察"])
    role: Role
    region: Region = None
    agency: Agency = None
    password: Password | None = None


class ChangedAccount(BaseModel):
    """What of an account becomes what; the fields left out stay."""

    model_config = ConfigDict(extra="forbid")
    title: str | None = Field(None, min_length=1, max_length=40)
    role: Role | None = None
    region: Region = None
    agency: Agency = None
    disabled: bool | None = None


class FreshPassword(BaseModel):
    """A password its owner must change at once."""

    model_config = ConfigDict(extra="forbid")
    password: Password


def router(gate: Gate, stewards: Stewards) -> APIRouter:
    """Return the routes of accounts, for who administers the system."""
    routes = APIRouter(prefix="/v1/accounts", tags=["账号"])

    @routes.get(
        "",
        summary="查询账号",
        description="按账号名排列；修改时以 `revision` 写 If-Match。",
        dependencies=[Depends(may("account.manage"))],
        response_class=Response,
        responses=openapi.cacheable(AccountPage, "账号，按账号名", paged=True) | openapi.refused(400, 422, 503),
    )
    def accounts(request: Request, limit: Limit = 50, cursor: Cursor = None) -> Response:
        _, after = opened(cursor, LIST) or (0, None)
        found = gate.registry.accounts.by_name(limit + 1, after)
        entries = [account_entry(each, gate.now_ms()) for each in found[:limit]]
        # In order of name: no instant is part of the key.
        page = AccountPage(entries, closed([(0, each.name) for each in found], limit, LIST))
        return tagged(request, msgspec.to_builtins(page))

    @routes.post(
        "",
        summary="新增账号",
        description="首次登录须更换口令；不给口令的，只能经统一身份认证登录。",
        status_code=201,
        response_class=Response,
        responses=openapi.found(AccountEntry, "新账号", status=201) | openapi.refused(409, 422, 503),
    )
    async def add(request: Request, caller: Admin, given: NewAccount) -> Response:
        return await stewards.add(request, caller, given.model_dump())

    @routes.patch(
        "/{name}",
        summary="修改账号",
        description="改角色、范围或停用；立即生效，停用时其会话一并失效。",
        response_class=Response,
        responses=openapi.found(AccountEntry, "修改后的账号") | openapi.refused(404, 409, 412, 422, 503),
    )
    async def change(request: Request, caller: Admin, name: Name, given: ChangedAccount, revision: IfMatch) -> Response:
        values = given.model_dump(exclude_unset=True)
        return await stewards.change(request, caller, name, int(revision.strip('"r')), values)

    @routes.post(
        "/{name}/password",
        summary="重设口令",
        description="解锁；其会话一并失效，下次登录须更换。",
        status_code=204,
        response_class=Response,
        responses=openapi.done("已重设") | openapi.refused(404, 422, 503),
    )
    async def password(request: Request, caller: Admin, name: Name, given: FreshPassword) -> Response:
        return await stewards.reset(request, caller, name, given.password)

    @routes.get(
        "/{name}/sessions",
        summary="查询某账号的会话",
        description="在哪些浏览器上登录着。",
        dependencies=[Depends(may("account.manage"))],
        response_class=Response,
        responses=openapi.cacheable(SessionList, "该账号的会话，新登录的在前") | openapi.refused(404, 422),
    )
    def sessions(request: Request, caller: Admin, name: Name) -> Response:
        if gate.registry.accounts.of(name) is None:
            raise Problem(404, "no_such_account", f"没有名为 {name} 的账号")
        return tagged(request, msgspec.to_builtins(sessions_of(gate, name, caller.session)))

    @routes.delete(
        "/{name}/sessions",
        summary="注销某账号的全部会话",
        description="各浏览器随即退出登录；已打开的实时流半分钟内断开。",
        status_code=204,
        response_class=Response,
        responses=openapi.done("已注销") | openapi.refused(404, 422, 503),
    )
    async def end_sessions(request: Request, caller: Admin, name: Name) -> Response:
        return await stewards.end_sessions(request, caller, name)

    @routes.delete(
        "/{name}/authenticator",
        summary="停用某账号的动态口令",
        description="验证器遗失时用；本人登录后可重新登记。",
        status_code=204,
        response_class=Response,
        responses=openapi.done("已停用") | openapi.refused(404, 422, 503),
    )
    async def authenticator(request: Request, caller: Admin, name: Name) -> Response:
        return await stewards.forget_authenticator(request, caller, name)

    return routes
