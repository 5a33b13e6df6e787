"""Who was told of a card, and has it arrived?"""

from collections.abc import Callable
from typing import Annotated

import msgspec
from fastapi import APIRouter, Depends, Path, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from mingjing.services.api import openapi
from mingjing.services.api.answers import json_answer, tagged
from mingjing.services.api.caller import may, permits
from mingjing.services.api.problems import Problem
from mingjing.services.api.routes.parameters import Cursor, Limit
from mingjing.services.api.told import DeliveryEntry, DeliveryPage, delivery_entry
from mingjing.services.api.trail import Trail
from mingjing.services.auth.caller import Caller
from mingjing.services.ledger.paging import closed, opened
from mingjing.services.registry import Deliveries, Delivery, DeliveryFilter
from mingjing.services.registry.deliveries import OPEN, State

LIST = "deliveries"

Supervising = Annotated[Caller, Depends(may("card.act"))]
DeliveryId = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$", description="投递编号")]
CardId = Annotated[str | None, Query(min_length=1, max_length=64, description="牌的编号")]
InState = Annotated[State | None, Query(description="等待、失败待重试、已送达、已放弃、已停止")]
ChannelName = Annotated[str | None, Query(min_length=1, max_length=32, description="通道名称")]


def router(deliveries: Deliveries, trail: Trail, now_ms: Callable[[], int]) -> APIRouter:
    """Return the routes of deliveries, for who supervises; `now_ms` is when something is sent again."""
    routes = APIRouter(prefix="/v1/deliveries", tags=["通知"])

    @routes.get(
        "",
        summary="查询通知的投递",
        description="新的在前，只含查询者范围内的牌；投递从不删除。",
        response_class=Response,
        responses=openapi.cacheable(DeliveryPage, "投递，新的在前", paged=True) | openapi.refused(400, 422, 503),
    )
    def listed(
        request: Request,
        caller: Supervising,
        card: CardId = None,
        state: InState = None,
        channel: ChannelName = None,
        limit: Limit = 50,
        cursor: Cursor = None,
    ) -> Response:
        wanted, before = DeliveryFilter(card, state, channel), opened(cursor, LIST)
        found = deliveries.newest(caller.scope, wanted, limit=limit + 1, before=before)
        after = closed([(each.made_ms, each.id) for each in found], limit, LIST)
        page = DeliveryPage([delivery_entry(each) for each in found[:limit]], after)
        return tagged(request, msgspec.to_builtins(page))

    @routes.post(
        "/{delivery}/stop",
        summary="停止一次投递",
        description="不再发送，也不再重试；已经送达、放弃或停止的返回 409。",
        response_class=Response,
        responses=openapi.found(DeliveryEntry, "停止之后的投递") | openapi.refused(404, 409, 422, 503),
    )
    async def stop(request: Request, caller: Supervising, delivery: DeliveryId) -> Response:
        held = _within(caller, await run_in_threadpool(deliveries.of, delivery), delivery)
        await trail.record(
            request, caller, "delivery.stopped", delivery, agency=held.agency, region=held.region, card=held.card_id
        )
        if not await run_in_threadpool(deliveries.stop, delivery, f"由 {caller.title} 停止"):
            raise Problem(409, "delivery_over", f"投递 {delivery} 已经送达、放弃或停止")
        after = _within(caller, await run_in_threadpool(deliveries.of, delivery), delivery)
        return json_answer(msgspec.to_builtins(delivery_entry(after)), 200)

    @routes.post(
        "/{delivery}/resend",
        summary="重新发送一次投递",
        description=(
            "用于失败待重试或已放弃的：立即再发，重试次数重新计起，接收方按原来的编号去重；汇总的，整条再发。"
            "已在等待发送的原样返回，连按两次只发一次；已送达或已停止的返回 409。留痕。"
        ),
        response_class=Response,
        responses=openapi.found(DeliveryEntry, "待再次发送的投递") | openapi.refused(404, 409, 422, 503),
    )
    async def resend(request: Request, caller: Supervising, delivery: DeliveryId) -> Response:
        held = _within(caller, await run_in_threadpool(deliveries.of, delivery), delivery)
        await trail.record(
            request, caller, "delivery.resent", delivery, agency=held.agency, region=held.region, card=held.card_id
        )
        await run_in_threadpool(deliveries.again, held.batch, now_ms())
        after = _within(caller, await run_in_threadpool(deliveries.of, delivery), delivery)
        if after.state not in OPEN:
            raise Problem(409, "delivery_ended", f"投递 {delivery} 已经送达或停止，不再发送")
        return json_answer(msgspec.to_builtins(delivery_entry(after)), 200)

    return routes


def _within(caller: Caller, delivery: Delivery | None, ident: str) -> Delivery:
    if delivery is None or not permits(caller.scope)(delivery.agency, delivery.region):
        raise Problem(404, "no_delivery", f"没有编号为 {ident} 的投递，或不在您的范围内")
    return delivery
