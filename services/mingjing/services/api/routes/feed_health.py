"""How is an agency's feed, and what is its data worth?"""

from typing import Annotated

import msgspec
from fastapi import APIRouter, Path, Request, Response

from mingjing.services.agencies import Agencies
from mingjing.services.api import openapi
from mingjing.services.api.answers import tagged
from mingjing.services.api.caller import CallerScope, permits
from mingjing.services.api.feed_documents import FeedDocument, feed_document
from mingjing.services.api.feed_watch import FeedWatch
from mingjing.services.api.problems import Problem

AgencyCode = Annotated[str, Path(pattern=r"^[0-9A-Z]{18}$", description="部门的统一社会信用代码")]


def router(watch: FeedWatch, agencies: Agencies) -> APIRouter:
    """Return the route of one agency's feed."""
    routes = APIRouter(prefix="/v1/feeds", tags=["报送"])

    @routes.get(
        "/{agency}",
        summary="一个部门的报送状况与数据质量",
        description=(
            "最近 30 天：最后一个事件、沉默多久、断流的牌；数据质量得分及其各部分，"
            "与 mingjing conform 同一套尺子：收办相符、时刻真实、环节有时长等，各附样例与改法。"
        ),
        response_class=Response,
        responses=openapi.cacheable(FeedDocument, "报送状况") | openapi.refused(404, 422, 503),
    )
    def one(request: Request, scope: CallerScope, agency: AgencyCode) -> Response:
        known = agencies.of_code(agency)
        if known is None or not permits(scope)(known.code, known.region):
            raise Problem(404, "no_agency", f"没有代码为 {agency} 的部门，或不在您的范围内")
        return tagged(request, msgspec.to_builtins(feed_document(watch.health(known))))

    return routes
