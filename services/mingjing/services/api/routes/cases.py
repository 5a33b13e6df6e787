"""Which cases are there, and how is every day of this one counted?"""

from collections.abc import Callable
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Depends, Path, Request, Response

from mingjing.rules.events import Event, Fact, fact_of, micros
from mingjing.services.api import openapi
from mingjing.services.api.answers import tagged
from mingjing.services.api.caller import CallerScope, CurrentCaller
from mingjing.services.api.desk.known_cards import KnownCards
from mingjing.services.api.documents import CaseFacts, CasePage, CaseReview
from mingjing.services.api.feed.hub import Hub
from mingjing.services.api.personal import Personal
from mingjing.services.api.present import Present
from mingjing.services.api.problems import Problem
from mingjing.services.api.routes.enterprises import looked_up
from mingjing.services.api.routes.parameters import (
    MAX_LIMIT,
    Agency,
    Cursor,
    Enterprise,
    Items,
    Limit,
    Region,
    States,
    Text,
)
from mingjing.services.api.trail import Trail
from mingjing.services.ledger.port import CardFilter, CaseFilter, Ledger
from mingjing.streams.topics import CASE_EVENTS, CASE_FACTS, partition_of

Review = Callable[[str, list[Fact], int], dict[str, Any]]
"""Lays out a case for reading: (case key, its facts in legal order, now in microseconds)."""

CaseKey = Annotated[str, Path(min_length=3, max_length=200, description="办件键：命名空间/办件编号")]


def router(
    ledger: Ledger,
    known: KnownCards,
    review: Review,
    present: Present,
    personal: Personal,
    trail: Trail,
    hub: Hub,
    *,
    partitions: int,
) -> APIRouter:
    """Return the routes of cases, reviewed at the instant `present` gives; `hub` is that of the cases.

    What reports count of a case stays with the reports: it names who was complained of. Nobody sees `personal`
    fields here, the supervised none that were confided, and whoever opens or searches for a case is on the trail.
    """
    routes = APIRouter(prefix="/v1/cases", tags=["办件"])

    async def searched(request: Request, caller: CurrentCaller, q: Text = None) -> None:
        if q is not None:
            await trail.record(request, caller, "case.searched", trail.marked(q))

    async def opened(request: Request, caller: CurrentCaller, case_key: CaseKey) -> None:
        await trail.record(request, caller, "case.opened", case_key)

    @routes.get(
        "",
        summary="查询办件",
        description="按状态、事项、部门、区划、企业和文字查询；文字检索留痕，留痕中只记文字的密钥散列和长度；按企业查询也留痕。",
        dependencies=[Depends(searched), Depends(looked_up(trail))],
        response_class=Response,
        responses=openapi.cacheable(CasePage, "办件现状，最近有事件的在前", paged=True)
        | openapi.refused(400, 422, 503),
    )
    def cases(
        request: Request,
        scope: CallerScope,
        state: States = None,
        item: Items = None,
        agency: Agency = None,
        region: Region = None,
        enterprise: Enterprise = None,
        q: Text = None,
        limit: Limit = 50,
        cursor: Cursor = None,
    ) -> Response:
        wanted = CaseFilter(
            states=tuple(state or ()),
            items=tuple(item or ()),
            agency=agency,
            region=region,
            enterprise=enterprise,
            text=q,
        )
        page = ledger.cases(scope, wanted, limit=limit, cursor=cursor)
        return tagged(request, {"items": list(map(_told, page.items)), "next_cursor": page.next_cursor})

    @routes.get(
        "/{case_key:path}",
        summary="查阅一个办件：事件、发牌与逐日计时",
        description=(
            "事件按法律时间排列；`now` 是计时所到的时刻。查阅留痕；个人信息以 `*` 遮盖，须看时用 `/v1/unmaskings`；"
            "投诉的企业不告知部门。"
        ),
        dependencies=[Depends(opened)],
        response_class=Response,
        responses=openapi.cacheable(CaseReview, "办件全貌；review 逐日说明每个时限如何计算")
        | openapi.refused(404, 422, 503),
    )
    def case(request: Request, caller: CurrentCaller, scope: CallerScope, case_key: CaseKey) -> Response:
        # Read before the case: what is written between the two is in both, never in neither.
        progress = ledger.progress()
        facts = ledger.case(scope, case_key)
        if facts is None:
            raise Problem(404, "no_such_case", f"没有办件 {case_key}，或不在您的监察范围内")
        events = ledger.events(scope, case_key)
        cards = ledger.cards(scope, CardFilter(case=case_key), limit=MAX_LIMIT)
        now = present()
        return tagged(
            request,
            {
                "case": _told(facts),
                "events": [personal.masked(event, caller) for event in events],
                "cards": known.with_life(scope, cards.items),
                "review": review(case_key, [fact_of(msgspec.convert(event, Event)) for event in events], micros(now)),
                "now": now.isoformat(),
                "feed": hub.after(progress.get(CASE_FACTS, {})).encode(),
                "archived": progress.get(CASE_EVENTS, {}).get(partition_of(case_key, partitions), 0),
            },
        )

    return routes


def _told(facts: dict[str, Any]) -> dict[str, Any]:
    return {name: facts[name] for name in CaseFacts.__struct_fields__ if name in facts}
