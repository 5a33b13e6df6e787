"""How do I use a second factor?"""

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict
from starlette.concurrency import run_in_threadpool

from mingjing.services.api import openapi
from mingjing.services.api.answers import json_answer
from mingjing.services.api.caller import CurrentCaller
from mingjing.services.api.people import Enrolment
from mingjing.services.api.porter import Porter
from mingjing.services.api.problems import Problem
from mingjing.services.api.routes.session import OneTimeCode, Password
from mingjing.services.api.throttle import SIGN_IN_NAME
from mingjing.services.api.trail import Trail
from mingjing.services.auth.caller import Caller
from mingjing.services.auth.passwords import matches
from mingjing.services.registry import Account


class Confirmation(BaseModel):
    """The caller's password, once more."""

    model_config = ConfigDict(extra="forbid")
    password: Password


def router(porter: Porter, trail: Trail) -> APIRouter:
    """Return the routes of the caller's authenticator."""
    routes = APIRouter(prefix="/v1/authenticator", tags=["登录"])
    gate = porter.gate

    @routes.post(
        "",
        summary="登记动态口令",
        description="返回验证器扫描的 otpauth 地址；以一个动态口令确认后才生效。须再输一次口令。",
        response_class=Response,
        responses=openapi.found(Enrolment, "otpauth 地址，只显示这一次") | openapi.refused(409, 422),
    )
    async def enrol(request: Request, caller: CurrentCaller, given: Confirmation) -> Response:
        account = await _confirmed(porter, caller, given)
        if account.totp_confirmed:
            raise Problem(409, "enrolled", "已启用动态口令；更换验证器请先停用")
        await trail.record(request, caller, "authenticator.enrolled", caller.name)
        uri = await run_in_threadpool(gate.codes.enrol, account)
        return json_answer({"uri": uri}, headers={"Cache-Control": "no-store"})

    @routes.post(
        "/confirm",
        summary="以动态口令启用验证器",
        description="此后每次登录都要输入动态口令。",
        status_code=204,
        response_class=Response,
        responses=openapi.done("已启用") | openapi.refused(409, 422),
    )
    async def confirm(request: Request, caller: CurrentCaller, given: OneTimeCode) -> Response:
        porter.throttle.pass_or_refuse(SIGN_IN_NAME, "name", caller.name)
        account = await _local(porter, caller)
        if account.totp_sealed is None or account.totp_confirmed:
            raise Problem(409, "not_enrolled", "没有待启用的验证器，请先登记")
        await trail.record(request, caller, "authenticator.confirmed", caller.name)
        if not await run_in_threadpool(gate.codes.confirm, account, given.code, gate.now_ms()):
            raise Problem(422, "code_refused", "动态口令不正确，请核对手机时间后输入新的一个")
        return Response(status_code=204)

    @routes.post(
        "/remove",
        summary="停用动态口令",
        description="须再输一次口令。",
        status_code=204,
        response_class=Response,
        responses=openapi.done("已停用") | openapi.refused(409, 422),
    )
    async def remove(request: Request, caller: CurrentCaller, given: Confirmation) -> Response:
        account = await _confirmed(porter, caller, given)
        await trail.record(request, caller, "authenticator.removed", caller.name)
        await run_in_threadpool(gate.codes.remove, account)
        return Response(status_code=204)

    return routes


async def _local(porter: Porter, caller: Caller) -> Account:
    """Return the caller's account; Problem 409 for who has no password here."""
    account = await run_in_threadpool(porter.gate.registry.accounts.of, caller.name)
    if account is None or account.password_hash is None:
        raise Problem(409, "no_local_account", "动态口令只用于本地账号；统一身份认证的二次验证在其自身设置")
    return account


async def _confirmed(porter: Porter, caller: Caller, given: Confirmation) -> Account:
    """Return the caller's account once they have shown again that they know its password; Problem 422 if not."""
    porter.throttle.pass_or_refuse(SIGN_IN_NAME, "name", caller.name)
    account = await _local(porter, caller)
    if not await run_in_threadpool(matches, account.password_hash, given.password):
        raise Problem(422, "wrong_password", "口令不正确")
    return account
