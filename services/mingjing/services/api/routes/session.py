"""Who am I, and how do I come in and go out?"""

from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from mingjing.services.api import openapi
from mingjing.services.api.people import SessionState
from mingjing.services.api.sign_in import Entrance
from mingjing.services.auth.passwords import LONGEST

Password = Annotated[str, Field(min_length=1, max_length=LONGEST)]


class SignIn(BaseModel):
    """A name and its password."""

    model_config = ConfigDict(extra="forbid")
    name: str = Field(min_length=1, max_length=64, examples=["li"])
    password: Password


class OneTimeCode(BaseModel):
    """What an authenticator shows."""

    model_config = ConfigDict(extra="forbid")
    code: str = Field(pattern=r"^[0-9]{6}$", examples=["123456"])


class NewPassword(BaseModel):
    """The present password and the next."""

    model_config = ConfigDict(extra="forbid")
    old: Password
    new: Password


def router(entrance: Entrance) -> APIRouter:
    """Return the routes of signing in and out."""
    routes = APIRouter(prefix="/v1/session", tags=["登录"])
    states = openapi.found(SessionState, "浏览器现在的登录状态")

    @routes.get(
        "",
        summary="查询登录状态",
        description="未登录时 stage 为 none；code、change 表示还须输入动态口令、更换口令。写操作须带 csrf。",
        response_class=Response,
        responses=states | openapi.refused(503),
    )
    async def state(request: Request) -> Response:
        return await entrance.state(request)

    @routes.post(
        "",
        summary="以账号口令登录",
        description="连续输错会锁定账号。登录成功后会话在 Cookie 中。",
        response_class=Response,
        responses=states | openapi.refused(401, 403, 422, 429, 503),
    )
    async def sign_in(request: Request, given: SignIn) -> Response:
        return await entrance.by_password(request, given.name, given.password)

    @routes.post(
        "/code",
        summary="输入动态口令",
        description="账号启用动态口令后，口令正确还须此步。",
        response_class=Response,
        responses=states | openapi.refused(401, 403, 409, 422, 429, 503),
    )
    async def code(request: Request, given: OneTimeCode) -> Response:
        return await entrance.by_code(request, given.code)

    @routes.post(
        "/password",
        summary="更换口令",
        description="换后其他会话一律失效。",
        response_class=Response,
        responses=states | openapi.refused(401, 403, 409, 422, 429, 503),
    )
    async def password(request: Request, given: NewPassword) -> Response:
        return await entrance.change_password(request, given.old, given.new)

    @routes.delete(
        "",
        summary="退出登录",
        description="会话随即失效。未登录时什么也不做。",
        status_code=204,
        response_class=Response,
        responses=openapi.done("已退出") | openapi.refused(403, 503),
    )
    async def sign_out(request: Request) -> Response:
        return await entrance.leave(request)

    return routes
