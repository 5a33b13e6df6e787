"""Which cards are there, and what has become of this one?"""

from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Depends, Path, Request, Response

from mingjing.rules.card_action import next_steps
from mingjing.services.api import openapi
from mingjing.services.api.answers import tagged
from mingjing.services.api.caller import CallerScope, CurrentCaller, demand
from mingjing.services.api.desk.documents import CardLife, CardPage
from mingjing.services.api.desk.known_cards import KnownCards, life_of
from mingjing.services.api.desk.papers import papers_of
from mingjing.services.api.feed.hub import Hub
from mingjing.services.api.problems import Problem
from mingjing.services.api.routes.enterprises import looked_up
from mingjing.services.api.routes.officers import followed
from mingjing.services.api.routes.parameters import (
    Agency,
    Case,
    Cursor,
    Enterprise,
    Item,
    Levels,
    Limit,
    Officer,
    Region,
    Rule,
    Stages,
    Statuses,
)
from mingjing.services.api.trail import Trail
from mingjing.services.auth.caller import Caller
from mingjing.services.confided import Keeping, kept_from
from mingjing.services.ledger.port import CardFilter, Ledger
from mingjing.streams.topics import CARD_STAGES, CARDS

CARD_ID = r"^[0-9a-f]{32}$"
CardId = Annotated[str, Path(pattern=CARD_ID, description="牌的编号")]


def router(ledger: Ledger, hub: Hub, stages: Hub, known: KnownCards, trail: Trail, confided: Keeping) -> APIRouter:
    """Return the routes of cards; a card too young for the ledger is taken from the hubs.

    What is `confided` is told to those only who may look enterprises up.
    """
    routes = APIRouter(prefix="/v1/cards", tags=["发牌"])

    async def opened(request: Request, caller: CurrentCaller, card_id: CardId) -> None:
        await trail.record(request, caller, "card.opened", card_id)

    @routes.get(
        "",
        summary="查询牌",
        description=(
            "按级别、状态、办理阶段、部门、区划、规则、事项、办件、企业、经办人查询；"
            "`feed` 是 `/v1/cards/stream`、`stage_feed` 是 `/v1/card-stages/stream` 接续本页的起点。"
        ),
        dependencies=[Depends(looked_up(trail)), Depends(followed(trail))],
        response_class=Response,
        responses=openapi.cacheable(CardPage, "最新状态的牌，新发的在前", paged=True) | openapi.refused(400, 422, 503),
    )
    def cards(
        request: Request,
        scope: CallerScope,
        caller: CurrentCaller,
        level: Levels = None,
        status: Statuses = None,
        stage: Stages = None,
        agency: Agency = None,
        region: Region = None,
        rule: Rule = None,
        item: Item = None,
        case: Case = None,
        enterprise: Enterprise = None,
        officer: Officer = None,
        limit: Limit = 50,
        cursor: Cursor = None,
    ) -> Response:
        withheld = kept_from(caller, confided)()
        if case is not None and withheld.names(case):
            demand(caller, "enterprise.read")
        wanted = CardFilter(
            levels=tuple(level or ()),
            statuses=tuple(status or ()),
            stages=tuple(stage or ()),
            agency=agency,
            region=region,
            rule=rule,
            item=item,
            case=case,
            enterprise=enterprise,
            officer=officer,
        )
        # Read before the page: what is written between the two is in both, never in neither.
        progress = ledger.progress()
        feed, stage_feed = hub.after(progress.get(CARDS, {})), stages.after(progress.get(CARD_STAGES, {}))
        page = ledger.cards(scope, wanted, limit=limit, cursor=cursor)
        return tagged(
            request,
            {
                "items": [withheld.withheld(card) for card in known.with_life(scope, page.items)],
                "next_cursor": page.next_cursor,
                "feed": feed.encode(),
                "stage_feed": stage_feed.encode(),
            },
        )

    @routes.get(
        "/{card_id}",
        summary="查询一张牌、其历次变化与办理经过",
        description=(
            "`life` 是办理经过，个人信息以 `*` 遮盖，须看时用 `/v1/unmaskings/cards`；`steps` 是您现在可办的步骤。"
            "刚发出、台账尚未写入的牌也能查到。查阅留痕。"
        ),
        dependencies=[Depends(opened)],
        response_class=Response,
        responses=openapi.cacheable(CardLife, "牌的最新状态、history、life 与 steps") | openapi.refused(404, 422, 503),
    )
    def card(request: Request, scope: CallerScope, caller: CurrentCaller, card_id: CardId) -> Response:
        history = list(map(kept_from(caller, confided)().withheld, known.history(scope, card_id)))
        if not history:
            raise Problem(404, "no_such_card", f"没有编号为 {card_id} 的牌，或不在您的监察范围内")
        stage = known.stages(scope, [card_id]).get(card_id)
        more = {
            "traceparent": known.trace(scope, history[-1]),
            "history": history,
            "life": known.standing(stage),
            "steps": _steps(history[-1], stage, caller),
            "documents": msgspec.to_builtins(papers_of(history[-1], stage["entries"])) if stage else [],
        }
        return tagged(request, history[-1] | more)

    return routes


def _steps(card: dict[str, Any], stage: dict[str, Any] | None, caller: Caller) -> list[dict[str, Any]]:
    """Return the steps open to the caller."""
    if stage is None:
        return []
    return [
        {
            **{name: getattr(step, name) for name in ("verb", "title", "english", "document")},
            "fields": [msgspec.to_builtins(each) for each in step.fields],
        }
        for step in next_steps(life_of(card, stage), caller.role, caller.name)
    ]
