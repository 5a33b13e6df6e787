"""Which questions do I ask often?"""

from typing import Annotated

import msgspec
from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from mingjing.services.api import openapi
from mingjing.services.api.answers import tagged
from mingjing.services.api.caller import CurrentCaller
from mingjing.services.api.instants import written
from mingjing.services.api.people import FilterEntry, FilterList
from mingjing.services.api.problems import Problem
from mingjing.services.auth.gate import Gate
from mingjing.services.registry import SavedFilter

Page = Annotated[str, Query(pattern=r"^[a-z]{1,20}$", description="控制台的页面", examples=["cards"])]
Name = Annotated[str, Path(min_length=1, max_length=40, description="名称")]


class WantedFilter(BaseModel):
    """A question: what follows `?` in the address of the console's page."""

    model_config = ConfigDict(extra="forbid")
    query: str = Field(max_length=1000, examples=["level=red&status=standing"])


def router(gate: Gate) -> APIRouter:
    """Return the routes of the caller's saved filters."""
    routes = APIRouter(prefix="/v1/filters", tags=["登录"])

    @routes.get(
        "",
        summary="查询自己保存的筛选",
        description="按页面和名称排列。",
        response_class=Response,
        responses=openapi.cacheable(FilterList, "自己保存的筛选") | openapi.refused(),
    )
    def filters(request: Request, caller: CurrentCaller) -> Response:
        items = [
            FilterEntry(page=each.page, name=each.name, query=each.query, saved_at=written(each.saved_ms))
            for each in gate.registry.filters.of(caller.name)
        ]
        return tagged(request, msgspec.to_builtins(FilterList(items)))

    @routes.put(
        "/{name}",
        summary="保存一个筛选",
        description="同页同名的即替换。",
        status_code=204,
        response_class=Response,
        responses=openapi.done("已保存") | openapi.refused(422),
    )
    def save(caller: CurrentCaller, name: Name, page: Page, wanted: WantedFilter) -> Response:
        gate.registry.filters.save(
            SavedFilter(owner=caller.name, page=page, name=name, query=wanted.query, saved_ms=gate.now_ms())
        )
        return Response(status_code=204)

    @routes.delete(
        "/{name}",
        summary="删除一个筛选",
        description="只能删除自己的。",
        status_code=204,
        response_class=Response,
        responses=openapi.done("已删除") | openapi.refused(404, 422),
    )
    def drop(caller: CurrentCaller, name: Name, page: Page) -> Response:
        if not gate.registry.filters.drop(caller.name, page, name):
            raise Problem(404, "no_such_filter", f"{page} 页没有名为“{name}”的筛选")
        return Response(status_code=204)

    return routes
