"""Which cards are there, and what has become of this one?"""

from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Path, Request, Response

from mingjing.services.api import openapi
from mingjing.services.api.answers import tagged
from mingjing.services.api.caller import CallerScope, permits
from mingjing.services.api.documents import CardLife, CardPage
from mingjing.services.api.feed.hub import Hub
from mingjing.services.api.feed.kafka_cards import TOPIC
from mingjing.services.api.problems import Problem
from mingjing.services.api.routes.parameters import Agency, Case, Cursor, Item, Levels, Limit, Region, Rule, Statuses
from mingjing.services.ledger.port import CardFilter, Ledger
from mingjing.services.ledger.scope import Scope

CardId = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$", description="牌的编号")]


def router(ledger: Ledger, hub: Hub) -> APIRouter:
    """Return the routes of cards; a card too young for the ledger is taken from the hub."""
    routes = APIRouter(prefix="/v1/cards", tags=["发牌"])

    @routes.get(
        "",
        summary="查询牌",
        description="按级别、状态、部门、区划、规则、事项、办件查询；`feed` 是 `/v1/cards/stream` 接续本页的起点。",
        response_class=Response,
        responses=openapi.cacheable(CardPage, "最新状态的牌，新发的在前", paged=True) | openapi.refused(400, 422, 503),
    )
    def cards(
        request: Request,
        scope: CallerScope,
        level: Levels = None,
        status: Statuses = None,
        agency: Agency = None,
        region: Region = None,
        rule: Rule = None,
        item: Item = None,
        case: Case = None,
        limit: Limit = 50,
        cursor: Cursor = None,
    ) -> Response:
        wanted = CardFilter(
            levels=tuple(level or ()),
            statuses=tuple(status or ()),
            agency=agency,
            region=region,
            rule=rule,
            item=item,
            case=case,
        )
        # Read before the page: what is written between the two is in both, never in neither.
        feed = hub.after(ledger.progress().get(TOPIC, {}))
        page = ledger.cards(scope, wanted, limit=limit, cursor=cursor)
        return tagged(
            request,
            {"items": page.items, "next_cursor": page.next_cursor, "feed": feed.encode()},
        )

    @routes.get(
        "/{card_id}",
        summary="查询一张牌及其历次变化",
        description="刚发出、台账尚未写入的牌也能查到。",
        response_class=Response,
        responses=openapi.cacheable(CardLife, "牌的最新状态与 history") | openapi.refused(404, 422, 503),
    )
    def card(request: Request, scope: CallerScope, card_id: CardId) -> Response:
        history = ledger.history(scope, card_id)
        young = _young(scope, card_id)
        if young is not None and (not history or young["ver"] > history[-1]["ver"]):
            history = [*history, young]
        if not history:
            raise Problem(404, "no_such_card", f"没有编号为 {card_id} 的牌，或不在您的监察范围内")
        return tagged(request, {**history[-1], "history": history})

    def _young(scope: Scope, card_id: str) -> dict[str, Any] | None:
        packed = hub.latest(card_id)
        if packed is None:
            return None
        found: dict[str, Any] = orjson.loads(packed)
        return found if permits(scope)(found["agency"], found["region"]) else None

    return routes
