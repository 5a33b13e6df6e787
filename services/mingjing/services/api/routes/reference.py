"""What do the codes mean: agencies, regions, items, rules, levels?"""

import msgspec
from fastapi import APIRouter, Depends, Request, Response

from mingjing.services.api import openapi
from mingjing.services.api.answers import tagged
from mingjing.services.api.caller import current_caller
from mingjing.services.api.references import Reference


def router(reference: Reference) -> APIRouter:
    """Return the route of the reference, which is fixed while the process lives."""
    routes = APIRouter(prefix="/v1/reference", tags=["对照"])
    document = msgspec.to_builtins(reference)

    @routes.get(
        "",
        summary="部门、区划、事项、规则、级别对照",
        description="规则附法律依据；版本与牌上的 versions 一致。",
        dependencies=[Depends(current_caller)],
        response_class=Response,
        responses=openapi.cacheable(Reference, "对照表与规则包、日历、事项目录的版本") | openapi.refused(),
    )
    def read(request: Request) -> Response:
        return tagged(request, document)

    return routes
