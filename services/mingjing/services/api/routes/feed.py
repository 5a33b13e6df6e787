"""What is new? Cards as they are drawn, what people do with them, and how cases go on, over server-sent events."""

import asyncio
from functools import partial
from typing import Annotated, NamedTuple

from fastapi import APIRouter, Depends, Header, Query, Request, Response

from mingjing.services.api import openapi
from mingjing.services.api.caller import CallerScope, CurrentCaller, permits, porter_of
from mingjing.services.api.feed.hub import Hub
from mingjing.services.api.feed.response import FeedResponse
from mingjing.services.api.feed.stream import CardLog, stream
from mingjing.services.api.feed.vector import LONGEST_TEXT, Vector, VectorRefused, decode
from mingjing.services.api.feed.wanted import Wanted
from mingjing.services.api.feed.welcome import while_welcome
from mingjing.services.api.feed.wire import Wire
from mingjing.services.api.problems import Fault, Problem, unavailable
from mingjing.services.api.routes.parameters import Agency, CaseKeys, Levels, Region
from mingjing.services.api.trail import Trail
from mingjing.services.auth.caller import Caller
from mingjing.services.confided import Keeping, kept_from, told_all

KEEP_ALIVE_S = 15.0
READY_WITHIN_S = 5.0

_EXAMPLE = 'event: card\ndata: {"card_id":"0f3c…","level":"yellow","ver":[1042,3,2]}\nid: q3J5x0pVbW0CAAAEEg\n\n'
_STAGE_EXAMPLE = 'event: stage\ndata: {"card_id":"0f3c…","stage":"signed","revision":2}\nid: q3J5x0pVbW0CAAAEEg\n\n'


_CASE_EXAMPLE = (
    'event: case\ndata: {"case_key":"91330100MA00000001/2026-1","state":"decided","events":5,"ver":[1042,3,2]}\n'
    "id: q3J5x0pVbW0CAAAEEg\n\n"
)


def _open_stream(meaning: str, place: str, example: str) -> openapi.Responses:
    told = f"一直打开的事件流：{meaning}；`resync` 表示无法接续，请重新查询 {place} 再开"
    return {
        200: {
            "description": told,
            "content": {"text/event-stream": {"schema": {"type": "string"}, "example": example}},
        }
    }


_STREAM = _open_stream("`card` 是一张牌的新状态", "`/v1/cards` 并从其 `feed`", _EXAMPLE)
_STAGE_STREAM = _open_stream("`stage` 是一张牌在办理中的新状态", "`/v1/cards` 并从其 `stage_feed`", _STAGE_EXAMPLE)
_CASE_STREAM = _open_stream("`case` 是一个办件的新状态", "`/v1/cases/{case_key}` 并从其 `feed`", _CASE_EXAMPLE)

From = Annotated[
    str | None,
    Query(
        alias="from",
        min_length=1,
        max_length=LONGEST_TEXT,
        description="接续的起点：`/v1/cards` 的 feed 或 stage_feed，办件的 feed",
    ),
]
LastEventId = Annotated[
    str | None,
    Header(alias="Last-Event-ID", max_length=LONGEST_TEXT, description="断线重连的起点，浏览器自动带上，优先于 from"),
]


class _Offer(NamedTuple):
    """What one feed's route says of itself in OpenAPI."""

    path: str
    tag: str
    summary: str
    description: str
    responses: openapi.Responses


_CARDS = _Offer(
    "/v1/cards/stream",
    "发牌",
    "实时接收牌（SSE）",
    "每条消息的 `id` 是读到之处；从任何一个 `id` 接续，不漏不重。同一张牌以 `ver` 大者为准。",
    _STREAM,
)
_STAGES = _Offer(
    "/v1/card-stages/stream",
    "办牌",
    "实时接收牌的办理经过（SSE）",
    "与 `/v1/cards/stream` 同样接续，起点是 `/v1/cards` 的 `stage_feed`；`level` 按牌现在显示的级别筛选。",
    _STAGE_STREAM,
)


def router(hub: Hub, log: CardLog, confided: Keeping = told_all, *, keep_alive_s: float = KEEP_ALIVE_S) -> APIRouter:
    """Return the route of the live feed of cards; what is `confided` is told to those only who may know."""
    return _router(_CARDS, hub, log, confided, keep_alive_s)


def stage_router(
    hub: Hub, log: CardLog, confided: Keeping = told_all, *, keep_alive_s: float = KEEP_ALIVE_S
) -> APIRouter:
    """Return the route of the live feed of what people do with cards."""
    return _router(_STAGES, hub, log, confided, keep_alive_s)


def _router(offer: _Offer, hub: Hub, log: CardLog, confided: Keeping, keep_alive_s: float) -> APIRouter:
    routes = APIRouter(prefix=offer.path, tags=[offer.tag])

    @routes.get(
        "",
        summary=offer.summary,
        description=offer.description,
        response_class=Response,
        responses=offer.responses | openapi.refused(400, 422, 503),
    )
    async def feed(
        request: Request,
        scope: CallerScope,
        caller: CurrentCaller,
        level: Levels = None,
        agency: Agency = None,
        region: Region = None,
        start: From = None,
        last_event_id: LastEventId = None,
    ) -> Response:
        wanted = Wanted(
            permits=permits(scope),
            levels=frozenset(level or ()),
            agency=agency,
            region=region,
            confided=kept_from(caller, confided),
        )
        return await _opened(request, caller, hub, log, wanted, last_event_id or start, keep_alive_s)

    return routes


def case_router(hub: Hub, log: CardLog, trail: Trail, *, keep_alive_s: float = KEEP_ALIVE_S) -> APIRouter:
    """Return the route of how cases go on; who follows which is on the trail."""
    routes = APIRouter(prefix="/v1/cases/stream", tags=["办件"])

    async def followed(request: Request, caller: CurrentCaller, case: CaseKeys) -> None:
        for each in sorted(set(case)):
            await trail.record(request, caller, "case.followed", each)

    @routes.get(
        "",
        summary="实时接收办件的进展（SSE）",
        description=(
            "每有事件、每到一个时限，所列办件的现状随即送到，内容同 `/v1/cases` 的各项；不在您监察范围内的不送。"
            "与 `/v1/cards/stream` 同样接续，起点是 `/v1/cases/{case_key}` 的 `feed`；以 `ver` 大者为准。留痕。"
        ),
        dependencies=[Depends(followed)],
        response_class=Response,
        responses=_CASE_STREAM | openapi.refused(400, 422, 503),
    )
    async def feed(
        request: Request,
        scope: CallerScope,
        caller: CurrentCaller,
        case: CaseKeys,
        start: From = None,
        last_event_id: LastEventId = None,
    ) -> Response:
        wanted = Wanted(permits=permits(scope), cases=frozenset(case))
        return await _opened(request, caller, hub, log, wanted, last_event_id or start, keep_alive_s)

    return routes


async def _opened(
    request: Request, caller: Caller, hub: Hub, log: CardLog, wanted: Wanted, start: str | None, keep_alive_s: float
) -> Response:
    """Return the open stream of what is wanted; Problem 400 for no place of a feed, 503 while Kafka is away."""
    vector = _vector(start)
    try:
        async with asyncio.timeout(READY_WITHIN_S):
            await hub.ready.wait()
    except TimeoutError as exc:
        raise unavailable("实时通道（Kafka）暂时不可用，请稍后重连；查询不受影响") from exc
    wire = Wire()
    chunks = stream(hub, log, wanted, vector, keep_alive_s=keep_alive_s, wire=wire)
    return FeedResponse(while_welcome(chunks, partial(porter_of(request).still, caller)), wire)


def _vector(text: str | None) -> Vector | None:
    if not text:
        return None
    try:
        return decode(text)
    except VectorRefused as exc:
        fault = Fault("/query/from", "不是 feed 或 id 给出过的值")
        raise Problem(400, "bad_vector", "接续的起点无效，请重新查询 /v1/cards 并使用其 feed", errors=[fault]) from exc
