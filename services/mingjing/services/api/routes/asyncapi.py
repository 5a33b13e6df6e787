"""What may be written to which topic?"""

from collections.abc import Callable

from fastapi import APIRouter, Request, Response

from mingjing.services.api import openapi
from mingjing.services.api.answers import content_tagged

MEDIA_TYPE = "application/json"


def router(document: Callable[[], bytes]) -> APIRouter:
    """Return the route of the AsyncAPI document as it is now; like that of OpenAPI it is open to all."""
    routes = APIRouter(tags=["报送"])
    answers: openapi.Responses = {
        200: {"description": "AsyncAPI 3.0 文档", "content": {MEDIA_TYPE: {"schema": {"type": "object"}}}},
        304: {"description": "内容未变"},
    }

    @routes.get(
        "/asyncapi.json",
        summary="消息接口说明（AsyncAPI）",
        description="部门可向 Kafka 写入的每一类事件，及可读主题的记录；由现行词汇表生成。",
        response_class=Response,
        responses=answers | openapi.refused(),
    )
    async def asyncapi(request: Request) -> Response:
        return content_tagged(request, document(), MEDIA_TYPE)

    return routes
