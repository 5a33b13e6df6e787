"""Where am I signed in?"""

from typing import Annotated

import msgspec
from fastapi import APIRouter, Path, Request, Response
from starlette.concurrency import run_in_threadpool

from mingjing.services.api import openapi
from mingjing.services.api.answers import tagged
from mingjing.services.api.caller import CurrentCaller
from mingjing.services.api.instants import written
from mingjing.services.api.people import SessionEntry, SessionList
from mingjing.services.api.porter import Porter
from mingjing.services.api.problems import Problem
from mingjing.services.api.trail import Trail
from mingjing.services.auth.gate import Gate


def router(porter: Porter, trail: Trail) -> APIRouter:
    """Return the routes of the caller's own sessions."""
    routes = APIRouter(prefix="/v1/sessions", tags=["登录"])
    gate = porter.gate

    @routes.get(
        "",
        summary="查询自己的会话",
        description="在哪些浏览器上登录着。",
        response_class=Response,
        responses=openapi.cacheable(SessionList, "自己的会话，新登录的在前") | openapi.refused(),
    )
    def sessions(request: Request, caller: CurrentCaller) -> Response:
        return tagged(request, msgspec.to_builtins(sessions_of(gate, caller.name, caller.session)))

    @routes.delete(
        "/{session}",
        summary="注销自己的一个会话",
        description="那个浏览器随即退出登录。",
        status_code=204,
        response_class=Response,
        responses=openapi.done("已注销") | openapi.refused(404, 422),
    )
    async def revoke(
        request: Request, caller: CurrentCaller, session: Annotated[str, Path(pattern=r"^[0-9a-f]{16}$")]
    ) -> Response:
        await trail.record(request, caller, "session.revoked", caller.name, session=session)
        if not await run_in_threadpool(gate.registry.sessions.end, caller.name, session):
            raise Problem(404, "no_such_session", "您没有这个会话，可能已经失效")
        return Response(status_code=204)

    return routes


def sessions_of(gate: Gate, account: str, here: str | None) -> SessionList:
    """Return where an account is signed in now; `here` is the session that asks."""
    return SessionList(
        [
            SessionEntry(
                id=each.id,
                address=each.address,
                browser=each.browser,
                began_at=written(each.began_ms),
                seen_at=written(each.seen_ms),
                here=each.id == here,
            )
            for each in gate.registry.sessions.of_account(account)
            if gate.tickets.ends_ms(each) > gate.now_ms()
        ]
    )
