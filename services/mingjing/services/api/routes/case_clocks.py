"""How is every day of these cases counted?"""

from typing import Annotated

import msgspec
from fastapi import APIRouter, Depends, Query, Request, Response

from mingjing.rules.events import Event, fact_of, micros
from mingjing.services.api import openapi
from mingjing.services.api.answers import tagged
from mingjing.services.api.caller import CallerScope, CurrentCaller
from mingjing.services.api.documents import CaseClocks
from mingjing.services.api.present import Present
from mingjing.services.api.routes.cases import Review
from mingjing.services.api.routes.parameters import CaseKeys
from mingjing.services.api.trail import Trail
from mingjing.services.ledger.port import Ledger

Listed = Annotated[
    str,
    Query(
        alias="on",
        pattern=r"^[A-Za-z0-9/?&=_.,:+-]{0,400}$",
        description="办件列在何处：页面与查询条件（只有代码，没有文字），记入留痕",
    ),
]


def router(ledger: Ledger, review: Review, present: Present, trail: Trail) -> APIRouter:
    """Return the route of the clocks of several cases, which stands on the trail once for all of them."""
    routes = APIRouter(prefix="/v1/case-clocks", tags=["办件"])

    async def counted(request: Request, caller: CurrentCaller, case: CaseKeys, listed: Listed = "") -> None:
        await trail.record(request, caller, "case.counted", listed, cases=sorted(set(case)))

    @routes.get(
        "",
        summary="查询几个办件的逐日计时",
        description="供列表画出每件的时限；一次一条留痕，写明列在何处、是哪些办件。不在您监察范围内的略去。",
        dependencies=[Depends(counted)],
        response_class=Response,
        responses=openapi.cacheable(CaseClocks, "各办件的计时，同 `/v1/cases/{case_key}` 的 review.clocks")
        | openapi.refused(422, 503),
    )
    def clocks(request: Request, scope: CallerScope, case: CaseKeys) -> Response:
        now = present()
        found = ledger.stories(scope, list(dict.fromkeys(case)))
        items = []
        for case_key, story in found.items():
            facts = [fact_of(msgspec.convert(each, Event)) for each in story]
            items.append({"case_key": case_key, "clocks": review(case_key, facts, micros(now))["clocks"]})
        return tagged(request, {"items": items, "now": now.isoformat()})

    return routes
