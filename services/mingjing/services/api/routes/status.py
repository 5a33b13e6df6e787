"""How does the installation stand?"""

import msgspec
from fastapi import APIRouter, Depends, Response

from mingjing.services.api import openapi
from mingjing.services.api.answers import json_answer
from mingjing.services.api.caller import current_caller
from mingjing.services.api.status import StatusDesk, StatusDocument


def router(desk: StatusDesk) -> APIRouter:
    """Return the route of the state of the system, open to everybody who is known."""
    routes = APIRouter(prefix="/v1", tags=["运行"], dependencies=[Depends(current_caller)])

    @routes.get(
        "/status",
        summary="系统状态：各部件、消息流与台账的落差、规则版本",
        description="部件不可用时照样答复，并说明原因；`behind` 是流中尚未写入台账的条数。",
        response_class=Response,
        responses=openapi.found(StatusDocument, "此刻的状态") | openapi.refused(),
    )
    def status() -> Response:
        return json_answer(msgspec.to_builtins(desk.told()), headers={"Cache-Control": "no-store"})

    return routes
