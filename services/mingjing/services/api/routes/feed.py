"""What is new? Cards as they are drawn, over server-sent events."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Header, Query, Response

from mingjing.services.api import openapi
from mingjing.services.api.caller import CallerScope, permits
from mingjing.services.api.feed.hub import Hub
from mingjing.services.api.feed.response import FeedResponse
from mingjing.services.api.feed.stream import CardLog, stream
from mingjing.services.api.feed.vector import LONGEST_TEXT, Vector, VectorRefused, decode
from mingjing.services.api.feed.wanted import Wanted
from mingjing.services.api.problems import Fault, Problem, unavailable
from mingjing.services.api.routes.parameters import Agency, Levels, Region

KEEP_ALIVE_S = 15.0
READY_WITHIN_S = 5.0

_EXAMPLE = 'event: card\ndata: {"card_id":"0f3c…","level":"yellow","ver":[1042,3,2]}\nid: q3J5x0pVbW0CAAAEEg\n\n'
_STREAM: openapi.Responses = {
    200: {
        "description": (
            "一直打开的事件流：`card` 是一张牌的新状态；`resync` 表示无法接续，"
            "请重新查询 `/v1/cards` 并从其 `feed` 再开"
        ),
        "content": {"text/event-stream": {"schema": {"type": "string"}, "example": _EXAMPLE}},
    }
}

From = Annotated[
    str | None,
    Query(alias="from", min_length=1, max_length=LONGEST_TEXT, description="接续的起点：`/v1/cards` 的 feed"),
]
LastEventId = Annotated[
    str | None,
    Header(alias="Last-Event-ID", max_length=LONGEST_TEXT, description="断线重连的起点，浏览器自动带上，优先于 from"),
]


def router(hub: Hub, log: CardLog, *, keep_alive_s: float = KEEP_ALIVE_S) -> APIRouter:
    """Return the route of the live feed."""
    routes = APIRouter(prefix="/v1/cards/stream", tags=["发牌"])

    @routes.get(
        "",
        summary="实时接收牌（SSE）",
        description="每条消息的 `id` 是读到之处；从任何一个 `id` 接续，不漏不重。同一张牌以 `ver` 大者为准。",
        response_class=Response,
        responses=_STREAM | openapi.refused(400, 422, 503),
    )
    async def feed(
        scope: CallerScope,
        level: Levels = None,
        agency: Agency = None,
        region: Region = None,
        start: From = None,
        last_event_id: LastEventId = None,
    ) -> Response:
        vector = _vector(last_event_id or start)
        try:
            async with asyncio.timeout(READY_WITHIN_S):
                await hub.ready.wait()
        except TimeoutError as exc:
            raise unavailable("实时通道（Kafka）暂时不可用，请稍后重连；查询不受影响") from exc
        wanted = Wanted(permits=permits(scope), levels=frozenset(level or ()), agency=agency, region=region)
        return FeedResponse(stream(hub, log, wanted, vector, keep_alive_s=keep_alive_s))

    return routes


def _vector(text: str | None) -> Vector | None:
    if not text:
        return None
    try:
        return decode(text)
    except VectorRefused as exc:
        fault = Fault("/query/from", "不是 feed 或 id 给出过的值")
        raise Problem(400, "bad_vector", "接续的起点无效，请重新查询 /v1/cards 并使用其 feed", errors=[fault]) from exc
