"""Who did what?"""

from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Depends, Query, Request, Response

from mingjing.services.api import openapi
from mingjing.services.api.answers import tagged
from mingjing.services.api.caller import may
from mingjing.services.api.instants import written
from mingjing.services.api.people import TrailPage
from mingjing.services.api.routes.parameters import Limit
from mingjing.services.api.trail import Trail
from mingjing.services.audit.book import Book, LinkFilter
from mingjing.services.audit.chain import Link
from mingjing.services.audit.entry import ACTION_TITLES
from mingjing.services.auth.caller import Caller

Text = Annotated[str | None, Query(min_length=1, max_length=200)]
Before = Annotated[int | None, Query(ge=1, le=2**63 - 1, description="只要编号小于此的，即上一页的 next_before")]


def router(book: Book, trail: Trail) -> APIRouter:
    """Return the route of the trail, for auditors; reading it is on it too."""
    routes = APIRouter(prefix="/v1/audit", tags=["留痕"])

    async def read(request: Request, caller: Annotated[Caller, Depends(may("audit.read"))]) -> None:
        await trail.record(request, caller, "trail.read", request.url.query)

    @routes.get(
        "",
        summary="查询留痕",
        description="新的在前；按操作人、动作、对象查询。编号与散列可用 `mingjing audit verify` 核验。",
        dependencies=[Depends(read)],
        response_class=Response,
        responses=openapi.cacheable(TrailPage, "留痕，新的在前") | openapi.refused(422, 503),
    )
    def audit(
        request: Request,
        actor: Text = None,
        action: Text = None,
        thing: Annotated[Text, Query(alias="object")] = None,
        limit: Limit = 50,
        before: Before = None,
    ) -> Response:
        links = book.newest(LinkFilter(actor, action, thing), limit=limit, before=before)
        next_before = links[-1].seq if len(links) == limit else None
        return tagged(request, {"items": [_told(each) for each in links], "next_before": next_before})

    return routes


def _told(link: Link) -> dict[str, Any]:
    return {
        "seq": link.seq,
        "at": written(link.at_ms),
        "actor": link.actor,
        "role": link.role,
        "action": link.action,
        "action_title": ACTION_TITLES.get(link.action, link.action),
        "object": link.object,
        "agency": link.agency,
        "region": link.region,
        "detail": orjson.loads(link.body)["detail"],
        "hash": link.hash,
    }
