"""Which enterprises are inspected, fined and complain, and how are monitoring points answered?"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated
from zoneinfo import ZoneInfo

import msgspec
from fastapi import APIRouter, Depends, Path, Query, Request, Response

from mingjing.services.api import openapi
from mingjing.services.api.answers import tagged
from mingjing.services.api.caller import CallerScope, CurrentCaller, demand, may
from mingjing.services.api.enterprises import EnterpriseDocument, EnterpriseList, entry_of, inspecting, wanted_by
from mingjing.services.api.problems import Problem
from mingjing.services.api.routes.parameters import Cursor, Enterprise, Limit
from mingjing.services.api.trail import Trail
from mingjing.services.ledger.enterprise import CODE, EnterprisePage, Order
from mingjing.services.ledger.port import Ledger

Code = Annotated[str, Path(pattern=CODE, description="企业的统一社会信用代码")]
Sought = Annotated[
    str | None,
    Query(alias="q", min_length=1, max_length=60, description="代码的前几位，或登记在册的监测点名称中的字"),
]
Monitoring = Annotated[bool, Query(description="只看监测点：以监测点身份反映过问题的企业")]
Ordered = Annotated[Order, Query(description="次序：最近有事件、检查多、投诉多、办件多的在前")]


def looked_up(trail: Trail) -> Callable[[Request, CurrentCaller, Enterprise], Awaitable[None]]:
    """Return a dependency of lists that can be asked about one enterprise: who may, and it is on the trail."""

    async def asked(request: Request, caller: CurrentCaller, enterprise: Enterprise = None) -> None:
        if enterprise is not None:
            await trail.record(request, demand(caller, "enterprise.read"), "enterprise.opened", enterprise)

    return asked


def router(ledger: Ledger, trail: Trail, zone: ZoneInfo, points: Mapping[str, str]) -> APIRouter:
    """Return the routes of enterprises, for roles that supervise; `points` names the monitoring points."""
    routes = APIRouter(prefix="/v1/enterprises", tags=["企业与监测点"], dependencies=[Depends(may("enterprise.read"))])

    async def opened(request: Request, caller: CurrentCaller, code: Code) -> None:
        await trail.record(request, caller, "enterprise.opened", code)

    @routes.get(
        "",
        summary="查询企业与监测点",
        description="办件中出现过的企业及其检查、处罚、投诉、监测点反映的件数；只计您监察范围内的办件。"
        "`title` 是登记在册的监测点名称。",
        response_class=Response,
        responses=openapi.cacheable(EnterpriseList, "企业，按所要的次序", paged=True) | openapi.refused(400, 422, 503),
    )
    def enterprises(
        request: Request,
        scope: CallerScope,
        q: Sought = None,
        monitoring: Monitoring = False,  # noqa: FBT002  # a query parameter, always named
        order: Ordered = "recent",
        limit: Limit = 50,
        cursor: Cursor = None,
    ) -> Response:
        wanted = wanted_by(q, points, monitoring=monitoring, order=order)
        page = ledger.enterprises(scope, wanted, limit=limit, cursor=cursor) if wanted else EnterprisePage([], None)
        found = EnterpriseList([entry_of(each, points, zone) for each in page.items], page.next_cursor)
        return tagged(request, msgspec.to_builtins(found))

    @routes.get(
        "/{code}",
        summary="查阅一家企业",
        description="该企业的件数与经手部门；其办件和牌用 `/v1/cases`、`/v1/cards` 的 `enterprise` 查询。查阅留痕。",
        dependencies=[Depends(opened)],
        response_class=Response,
        responses=openapi.cacheable(EnterpriseDocument, "企业与经手部门，检查多的在前")
        | openapi.refused(404, 422, 503),
    )
    def enterprise(request: Request, scope: CallerScope, code: Code) -> Response:
        counts = ledger.enterprise(scope, code)
        if counts is None:
            raise Problem(404, "no_such_enterprise", f"没有涉及企业 {code} 的办件，或不在您的监察范围内")
        agencies = [inspecting(each, zone) for each in ledger.enterprise_agencies(scope, code)]
        return tagged(request, msgspec.to_builtins(EnterpriseDocument(entry_of(counts, points, zone), agencies)))

    return routes
