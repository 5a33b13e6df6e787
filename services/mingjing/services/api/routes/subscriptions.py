"""Who receives which report, and has it arrived?"""

import secrets
from typing import Annotated

import msgspec
from fastapi import APIRouter, Depends, Path, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from mingjing.services.api import openapi
from mingjing.services.api.answers import json_answer, tagged
from mingjing.services.api.caller import may, permits
from mingjing.services.api.idempotency import IdempotencyKey, once
from mingjing.services.api.problems import Fault, Problem
from mingjing.services.api.report_documents import (
    ReportDeliveryEntry,
    ReportDeliveryPage,
    SubscriptionEntry,
    SubscriptionList,
    report_delivery_entry,
    subscription_entry,
)
from mingjing.services.api.routes.parameters import Cursor, Limit
from mingjing.services.api.trail import Trail
from mingjing.services.auth.caller import Caller
from mingjing.services.auth.gate import Gate
from mingjing.services.ledger.paging import closed, opened
from mingjing.services.registry import Registry, ReportDelivery, Subscription
from mingjing.services.registry.subscriptions import Every, Report
from mingjing.services.reports.press.subscribing import SubscriptionRefused, checked

LIST = "report-deliveries"

Supervising = Annotated[Caller, Depends(may("card.act"))]
SubscriptionId = Annotated[str, Path(pattern=r"^[0-9a-f]{16}$", description="订阅编号")]
DeliveryId = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$", description="投送编号")]


class NewSubscription(BaseModel):
    """A report, how often, in which forms, of whom, and to where: a channel of the notices' plan, or a folder."""

    model_config = ConfigDict(extra="forbid")
    title: str = Field(min_length=1, max_length=80, examples=["市政府办月报"])
    report: Report = "efficiency"
    every: Every = "month"
    forms: list[str] = Field(default_factory=list, max_length=4, examples=[["pdf", "xlsx"]])
    region: str | None = Field(None, pattern=r"^[0-9]{2,12}$", description="区划代码或其前几位")
    agency: str | None = Field(None, min_length=1, max_length=64, description="部门的统一社会信用代码")
    channel: str | None = Field(None, min_length=1, max_length=32, description="通知计划中的通道")
    folder: str | None = Field(None, min_length=1, max_length=64, description="报表目录之下的一个目录名")


def router(gate: Gate, trail: Trail, *, folders: bool) -> APIRouter:
    """Return the routes of subscriptions and their deliveries, for who supervises; `folders`: reports may go there."""
    routes = APIRouter(prefix="/v1/reports", tags=["报表"])
    registry = gate.registry

    @routes.get(
        "/subscriptions",
        summary="查询报表订阅",
        description="只列在查询者范围内、仍有效的订阅。",
        response_class=Response,
        responses=openapi.cacheable(SubscriptionList, "订阅，先订的在前") | openapi.refused(503),
    )
    def listed(request: Request, caller: Supervising) -> Response:
        mine = [each for each in _seen(registry, caller) if each.ended_ms is None]
        return tagged(request, msgspec.to_builtins(SubscriptionList([subscription_entry(each) for each in mine])))

    @routes.post(
        "/subscriptions",
        summary="订阅报表",
        description="以后冻结的每一期，各版次至多投送一次。范围不得超出订阅者自己的范围。",
        status_code=201,
        response_class=Response,
        responses=openapi.found(SubscriptionEntry, "新订阅", status=201) | openapi.refused(403, 409, 422, 503),
    )
    async def subscribe(
        request: Request, caller: Supervising, given: NewSubscription, key: IdempotencyKey = None
    ) -> Response:
        async def act() -> Response:
            made = _made(gate, caller, given, folders=folders)
            way = f"{made.way}:{made.target}"
            await trail.record(
                *(request, caller, "subscription.added", made.id),
                agency=made.agency,
                region=made.region,
                report=made.report,
                way=way,
            )
            await run_in_threadpool(registry.subscriptions.add, made)
            return json_answer(msgspec.to_builtins(subscription_entry(made)), 201)

        return await once(request, gate, caller, key, act)

    @routes.delete(
        "/subscriptions/{subscription}",
        summary="停止订阅",
        description="未投送的不再投送；已投送的记录保留。",
        status_code=204,
        response_class=Response,
        responses=openapi.done("已停止") | openapi.refused(404, 422, 503),
    )
    async def end(request: Request, caller: Supervising, subscription: SubscriptionId) -> Response:
        held = next(
            (each for each in await run_in_threadpool(_seen, registry, caller) if each.id == subscription), None
        )
        if held is None or held.ended_ms is not None:
            raise Problem(404, "no_subscription", f"没有编号为 {subscription} 的订阅，或不在您的范围内")
        await trail.record(request, caller, "subscription.ended", subscription, agency=held.agency, region=held.region)
        await run_in_threadpool(registry.subscriptions.end, subscription, gate.now_ms())
        await run_in_threadpool(registry.report_deliveries.stop_all, subscription, f"由 {caller.title} 停止订阅")
        return Response(status_code=204)

    @routes.get(
        "/deliveries",
        summary="查询报表的投送",
        description="新的在前；投送从不删除。",
        response_class=Response,
        responses=openapi.cacheable(ReportDeliveryPage, "投送，新的在前", paged=True) | openapi.refused(400, 422, 503),
    )
    def delivered(request: Request, caller: Supervising, limit: Limit = 50, cursor: Cursor = None) -> Response:
        mine = {each.id: each for each in _seen(registry, caller)}
        found = registry.report_deliveries.newest(mine, limit=limit + 1, before=opened(cursor, LIST))
        after = closed([(each.made_ms, each.id) for each in found], limit, LIST)
        page = ReportDeliveryPage(
            [report_delivery_entry(each, mine[each.subscription]) for each in found[:limit]], after
        )
        return tagged(request, msgspec.to_builtins(page))

    @routes.post(
        "/deliveries/{delivery}/resend",
        summary="重新投送",
        description="用于结果不明、已放弃或已停止的投送；请先向对方核实没有收到。已送达或待投送的返回 409。",
        response_class=Response,
        responses=openapi.found(ReportDeliveryEntry, "待重新投送") | openapi.refused(404, 409, 422, 503),
    )
    async def resend(request: Request, caller: Supervising, delivery: DeliveryId) -> Response:
        held, subscription = await run_in_threadpool(_delivery, registry, caller, delivery)
        await trail.record(
            *(request, caller, "report.resent", delivery),
            agency=subscription.agency,
            region=subscription.region,
            period=held.period,
            revision=held.revision,
        )
        if not await run_in_threadpool(registry.report_deliveries.again, delivery, gate.now_ms()):
            raise Problem(409, "delivery_not_over", f"投送 {delivery} 已送达，或正等待投送")
        after, _ = await run_in_threadpool(_delivery, registry, caller, delivery)
        return json_answer(msgspec.to_builtins(report_delivery_entry(after, subscription)), 200)

    return routes


def _made(gate: Gate, caller: Caller, given: NewSubscription, *, folders: bool) -> Subscription:
    if not permits(caller.scope)(given.agency, given.region):
        raise Problem(403, "out_of_scope", "订阅的区划、部门超出您的范围；请写明在您范围之内的区划或部门")
    try:
        return checked(
            ident=secrets.token_hex(8),
            made_by=caller.name,
            made_ms=gate.now_ms(),
            channels=None,
            folders=folders,
            **given.model_dump(),
        )
    except SubscriptionRefused as exc:
        raise Problem(422, "invalid_request", str(exc), errors=[Fault("/body", str(exc))]) from exc


def _seen(registry: Registry, caller: Caller) -> list[Subscription]:
    permitted = permits(caller.scope)
    return [each for each in registry.subscriptions.all() if permitted(each.agency, each.region)]


def _delivery(registry: Registry, caller: Caller, ident: str) -> tuple[ReportDelivery, Subscription]:
    found = registry.report_deliveries.of(ident)
    subscription = registry.subscriptions.of(found.subscription) if found is not None else None
    if found is None or subscription is None or not permits(caller.scope)(subscription.agency, subscription.region):
        raise Problem(404, "no_delivery", f"没有编号为 {ident} 的投送，或不在您的范围内")
    return found, subscription
