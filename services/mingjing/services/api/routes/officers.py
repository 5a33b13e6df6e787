"""What stands in the file of this officer?"""

from collections.abc import Awaitable, Callable
from typing import Annotated
from zoneinfo import ZoneInfo

import msgspec
from fastapi import APIRouter, Depends, Path, Request, Response

from mingjing.services.api import openapi
from mingjing.services.api.answers import tagged
from mingjing.services.api.caller import CallerScope, CurrentCaller, demand, may
from mingjing.services.api.desk.known_cards import KnownCards
from mingjing.services.api.officers import OfficerDocument, cases_of, document_of
from mingjing.services.api.problems import Problem
from mingjing.services.api.routes.parameters import MAX_LIMIT, OFFICER, Officer
from mingjing.services.api.trail import Trail
from mingjing.services.ledger.port import CardFilter, Ledger

CASES = 50
"""Of how many cases the steps are told: those of the newest cards."""

Code = Annotated[str, Path(pattern=OFFICER, description="经办人的代号")]


def followed(trail: Trail) -> Callable[[Request, CurrentCaller, Officer], Awaitable[None]]:
    """Return a dependency of lists that can be asked about one officer: who may, and it is on the trail."""

    async def asked(request: Request, caller: CurrentCaller, officer: Officer = None) -> None:
        if officer is not None:
            await trail.record(request, demand(caller, "officer.read"), "officer.opened", officer)

    return asked


def router(ledger: Ledger, known: KnownCards, trail: Trail, zone: ZoneInfo) -> APIRouter:
    """Return the route of the files of officers, for roles that supervise."""
    routes = APIRouter(prefix="/v1/officers", tags=["人员档案"], dependencies=[Depends(may("officer.read"))])

    async def opened(request: Request, caller: CurrentCaller, officer: Code) -> None:
        await trail.record(request, caller, "officer.opened", officer)

    @routes.get(
        "/{officer}",
        summary="查阅一名经办人的档案",
        description=(
            f"记在此人名下的牌，按年计数；告诫建议与已作的处理；在最近 {CASES} 件发牌的办件中做过什么。"
            f"只计您监察范围内最近的 {MAX_LIMIT} 张牌；牌的明细用 `/v1/cards?officer=`。"
            "系统只有代号，没有姓名。查阅留痕。"
        ),
        dependencies=[Depends(opened)],
        response_class=Response,
        responses=openapi.cacheable(OfficerDocument, "档案") | openapi.refused(404, 422, 503),
    )
    def officer_file(request: Request, scope: CallerScope, officer: Code) -> Response:
        page = ledger.cards(scope, CardFilter(officer=officer), limit=MAX_LIMIT)
        if not page.items:
            raise Problem(404, "no_such_officer", f"没有记在 {officer} 名下的牌，或不在您的监察范围内")
        cards = known.with_life(scope, page.items)
        stories = ledger.stories(scope, cases_of(cards, CASES))
        found = document_of(officer, cards, stories, zone, whole=page.next_cursor is None)
        return tagged(request, msgspec.to_builtins(found))

    return routes
