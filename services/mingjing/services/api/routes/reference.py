"""What do the codes mean: agencies, regions, items, rules, levels?"""

from collections.abc import Callable

import msgspec
from fastapi import APIRouter, Depends, Request, Response

from mingjing.services.api import openapi
from mingjing.services.api.answers import tagged
from mingjing.services.api.caller import current_caller
from mingjing.services.api.references import Reference


def router(reference: Callable[[], Reference]) -> APIRouter:
    """Return the route of the reference; it is asked anew each time, for the law may have become another."""
    routes = APIRouter(prefix="/v1/reference", tags=["对照"])

    @routes.get(
        "",
        summary="部门、区划、事项、规则、级别对照",
        description="规则附法律依据；versions 是现在施行的各版本，施行过的规则与事项仍在列。",
        dependencies=[Depends(current_caller)],
        response_class=Response,
        responses=openapi.cacheable(Reference, "对照表与规则包、日历、事项目录的版本") | openapi.refused(),
    )
    def read(request: Request) -> Response:
        return tagged(request, msgspec.to_builtins(reference()))

    return routes
