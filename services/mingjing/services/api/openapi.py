"""The OpenAPI of the routes, whose bodies FastAPI never sees as models.

Routes answer with bytes, so each states its answers here; the schemas come from
`documents`, which are the very types of the topics.
"""

from http import HTTPStatus
from typing import Any

import msgspec
from fastapi import FastAPI

from mingjing.services.api import documents, overviews, problems, references

_REF = "#/components/schemas/{name}"

_DOCUMENTS: tuple[type, ...] = (
    documents.CardPage,
    documents.CardLife,
    documents.CasePage,
    documents.CaseReview,
    documents.LetterPage,
    documents.Receipt,
    documents.ProblemDocument,
    overviews.OverviewDocument,
    references.Reference,
)

_ETAG = {"ETag": {"description": "内容摘要；以 If-None-Match 带回可得 304", "schema": {"type": "string"}}}
_LINK = {"Link": {"description": "下一页，rel=next", "schema": {"type": "string"}}}
_RETRY = {"Retry-After": {"description": "多少秒后重试", "schema": {"type": "integer"}}}

_MEANINGS = {
    400: "请求有误",
    401: "密钥缺失或无效",
    404: "没有找到",
    413: "内容过大",
    415: "不支持此内容类型",
    422: "参数有误",
    500: "系统内部错误，附编号",
    503: "台账或消息系统暂时不可用",
}

Responses = dict[int | str, dict[str, Any]]


def found(document: type, meaning: str, example: Any = None, *, status: int = 200) -> Responses:
    """Return the JSON answer of a route."""
    content: dict[str, Any] = {"schema": {"$ref": _REF.format(name=document.__name__)}}
    if example is not None:
        content["example"] = example
    return {status: {"description": meaning, "content": {"application/json": content}}}


def cacheable(document: type, meaning: str, example: Any = None, *, paged: bool = False) -> Responses:
    """Return the JSON answer of a read that carries an ETag, and its 304."""
    answers = found(document, meaning, example)
    answers[200]["headers"] = _ETAG | (_LINK if paged else {})
    answers[304] = {"description": "内容未变"}
    return answers


def refused(*statuses: int) -> Responses:
    """Return the problem answers of a route; every route may also fail with 500."""
    return {status: _refusal(status) for status in sorted({*statuses, 500})}


def _refusal(status: int) -> dict[str, Any]:
    example = {
        "type": f"urn:mingjing:problem:http_{status}",
        "title": problems.TITLES[status],
        "status": status,
        "detail": _MEANINGS[status],
    }
    schema = {"$ref": _REF.format(name=documents.ProblemDocument.__name__)}
    answer: dict[str, Any] = {
        "description": _MEANINGS[status],
        "content": {problems.MEDIA_TYPE: {"schema": schema, "example": example}},
    }
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        answer["headers"] = _RETRY
    return answer


def install(app: FastAPI) -> None:
    """Add the documents' schemas to what FastAPI writes of the routes."""
    written = app.openapi

    def complete() -> dict[str, Any]:
        schema = written()
        _, components = msgspec.json.schema_components(_DOCUMENTS, ref_template=_REF)
        schema.setdefault("components", {}).setdefault("schemas", {}).update(components)
        return schema

    app.openapi = complete  # type: ignore[method-assign]  # FastAPI's documented way to extend it
