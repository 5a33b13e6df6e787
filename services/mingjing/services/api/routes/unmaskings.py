"""What do the hidden personal fields of this case say? With a reason, and on the trail."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from mingjing.services.api import openapi
from mingjing.services.api.answers import json_answer
from mingjing.services.api.caller import may
from mingjing.services.api.documents import Unmasked
from mingjing.services.api.idempotency import REPEATABLE
from mingjing.services.api.personal import Personal
from mingjing.services.api.problems import Problem
from mingjing.services.api.trail import Trail
from mingjing.services.auth.caller import Caller
from mingjing.services.ledger.port import Ledger


class Unmasking(BaseModel):
    """A case, and why its personal fields must be read."""

    model_config = ConfigDict(extra="forbid")
    case_key: str = Field(min_length=3, max_length=200)
    reason: str = Field(min_length=6, max_length=500, description="事由，至少六个字；随操作留痕")


def router(ledger: Ledger, personal: Personal, trail: Trail) -> APIRouter:
    """Return the route of unmasking, for roles that may."""
    routes = APIRouter(prefix="/v1/unmaskings", tags=["办件"])

    @routes.post(
        "",
        summary="查看办件中的个人信息",
        description="须写明事由；谁、何时、为何看了哪一件，均留痕。",
        openapi_extra=REPEATABLE,
        response_class=Response,
        responses=openapi.found(Unmasked, "该办件各事件中的个人信息") | openapi.refused(404, 422, 503),
    )
    async def unmask(
        request: Request, given: Unmasking, caller: Annotated[Caller, Depends(may("case.unmask"))]
    ) -> Response:
        case = await run_in_threadpool(ledger.case, caller.scope, given.case_key)
        if case is None:
            raise Problem(404, "no_such_case", f"没有办件 {given.case_key}，或不在您的监察范围内")
        await trail.record(
            request,
            caller,
            "case.unmasked",
            given.case_key,
            agency=case["agency"],
            region=case["region"],
            reason=given.reason,
        )
        events = await run_in_threadpool(ledger.events, caller.scope, given.case_key)
        shown = [
            {"id": each["id"], "source": each["source"], "type": each["type"], "data": held}
            for each in events
            if (held := personal.shown(each))
        ]
        return json_answer({"case_key": given.case_key, "events": shown}, headers={"Cache-Control": "no-store"})

    return routes
