"""How is an agency's feed, what is its data worth, and when will it be down?"""

from typing import Annotated

import msgspec
from fastapi import APIRouter, Depends, Path, Request, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from mingjing.rules.events import micros
from mingjing.rules.outages import MOST_WORDS, Outage
from mingjing.services.agencies import Agencies, Agency
from mingjing.services.api import openapi
from mingjing.services.api.answers import json_answer, tagged
from mingjing.services.api.caller import CallerScope, may, permits
from mingjing.services.api.feed_documents import FeedDocument, OutageEntry, OutageList, feed_document
from mingjing.services.api.feed_watch import FeedWatch
from mingjing.services.api.outage_desk import OutageDesk
from mingjing.services.api.problems import Problem
from mingjing.services.auth.caller import Caller
from mingjing.services.ledger.scope import Scope

AgencyCode = Annotated[str, Path(pattern=r"^[0-9A-Z]{18}$", description="部门的统一社会信用代码")]


class Announced(BaseModel):
    """An outage that is announced: when, and why."""

    model_config = ConfigDict(extra="forbid")
    begins: AwareDatetime = Field(description="开始，RFC 3339；至少在 10 分钟之后")
    ends: AwareDatetime = Field(description="结束，RFC 3339；至多 30 天之后")
    why: str = Field(min_length=1, max_length=MOST_WORDS, description="缘由，如系统升级")


def router(watch: FeedWatch, outages: OutageDesk, agencies: Agencies) -> APIRouter:
    """Return the routes of one agency's feed."""
    routes = APIRouter(prefix="/v1/feeds", tags=["报送"])

    def of_code(code: str, scope: Scope) -> Agency:
        known = agencies.of_code(code)
        if known is None or not permits(scope)(known.code, known.region):
            raise Problem(404, "no_agency", f"没有代码为 {code} 的部门，或不在您的范围内")
        return known

    @routes.get(
        "/{agency}",
        summary="一个部门的报送状况与数据质量",
        description=(
            "最近 30 天：最后一个事件、沉默多久、平时多久报一次、断流的牌；数据质量得分及其各部分，"
            "与 mingjing conform 同一套尺子：收办相符、时刻真实、环节有时长等，各附样例与改法。"
        ),
        response_class=Response,
        responses=openapi.cacheable(FeedDocument, "报送状况") | openapi.refused(404, 422, 503),
    )
    def one(request: Request, scope: CallerScope, agency: AgencyCode) -> Response:
        return tagged(request, msgspec.to_builtins(feed_document(watch.health(of_code(agency, scope)))))

    @routes.get(
        "/{agency}/outages",
        summary="一个部门声明的停机",
        description="登记在 agencies.yaml 的和预先声明的；期间的沉默不算断流。",
        response_class=Response,
        responses=openapi.cacheable(OutageList, "停机时段，新的在前") | openapi.refused(404, 422, 503),
    )
    def declared(request: Request, scope: CallerScope, agency: AgencyCode) -> Response:
        return tagged(request, msgspec.to_builtins(outages.of(of_code(agency, scope))))

    @routes.post(
        "/{agency}/outages",
        summary="预先声明停机",
        description=(
            "由部门的经办或程序声明自己的系统何时停机，至少提前 10 分钟，一次至多 30 天；各进程在数秒内得知，不必重启。"
            "留痕，不能更改或撤回；已经开始的不能补声明，请在牌上说明或申诉。"
        ),
        status_code=201,
        response_class=Response,
        responses=openapi.found(OutageEntry, "已声明", status=201) | openapi.refused(401, 403, 404, 409, 422, 503),
    )
    async def announce(
        request: Request,
        agency: AgencyCode,
        given: Announced,
        caller: Annotated[Caller, Depends(may("event.submit"))],
    ) -> Response:
        ours = of_code(agency, caller.scope)
        outage = Outage(agency=ours.code, begins=micros(given.begins), ends=micros(given.ends), why=given.why.strip())
        told = await outages.announce(request, caller, ours, outage)
        return json_answer(msgspec.to_builtins(told), 201)

    return routes
