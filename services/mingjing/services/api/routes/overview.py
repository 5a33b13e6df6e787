"""How does the whole installation stand today?"""

from collections.abc import Mapping
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec
from fastapi import APIRouter, Request, Response

from mingjing.rules.workdays import Workdays
from mingjing.services.api import openapi
from mingjing.services.api.answers import tagged
from mingjing.services.api.caller import CallerScope
from mingjing.services.api.overviews import OverviewDocument, overview_document
from mingjing.services.api.present import Present
from mingjing.services.api.routes.parameters import Agency, Days, Region
from mingjing.services.ledger.port import Ledger


def router(
    ledger: Ledger,
    present: Present,
    *,
    clock: Literal["live", "event-time"],
    zone: ZoneInfo,
    titles: Mapping[str, str],
    workdays: Workdays,
) -> APIRouter:
    """Return the route of the first page; `titles` names agencies, `workdays` the days of the trend."""
    routes = APIRouter(prefix="/v1/overview", tags=["总览"])

    @routes.get(
        "",
        summary="监察总览",
        description=(
            "“今天”按 `now` 所在的日期；按期办结率附分子与分母。牌按所示级别计，与 `/v1/cards?level=` 所列一致："
            "降级的计降后一级，撤牌、排除、免责的不计，待核实的按所发现的级别计。可只看一个部门或一个区划（含下级）。"
        ),
        response_class=Response,
        responses=openapi.cacheable(OverviewDocument, "办件、发牌、按期办结率与趋势") | openapi.refused(422, 503),
    )
    def overview(
        request: Request, scope: CallerScope, days: Days = 30, agency: Agency = None, region: Region = None
    ) -> Response:
        now = present()
        counted = ledger.overview(scope.narrowed(agency, region), days, now.date(), zone)
        document = overview_document(counted, now=now, clock=clock, titles=titles, workdays=workdays)
        return tagged(request, msgspec.to_builtins(document))

    return routes
