"""The OpenAPI of the routes, whose bodies FastAPI never sees as models.

Routes answer with bytes, so each states its answers here; the schemas come from
`documents`, which are the very types of the topics.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import msgspec
from fastapi import FastAPI

from mingjing.services.api import (
    backtests,
    documents,
    enterprises,
    feed_documents,
    idempotency,
    law_documents,
    mending,
    officers,
    overviews,
    people,
    problems,
    references,
    report_documents,
    rule_library,
    samples,
    sandbox_documents,
    status,
    told,
    upload_documents,
)
from mingjing.services.api.desk import documents as desk_documents
from mingjing.services.receipts.reconcile import Reconciliation
from mingjing.services.reports import assessing, freezing
from mingjing.services.reports import document as report_document

_REF = "#/components/schemas/{name}"

_DOCUMENTS: tuple[type, ...] = (
    desk_documents.CardPage,
    desk_documents.CardLife,
    desk_documents.ActionAnswer,
    desk_documents.ActionAnswers,
    desk_documents.Worklist,
    documents.CasePage,
    documents.CaseReview,
    documents.CaseClocks,
    documents.Unmasked,
    documents.UnmaskedCard,
    documents.UnmaskedLetter,
    enterprises.EnterpriseList,
    enterprises.EnterpriseDocument,
    officers.OfficerDocument,
    documents.LetterPage,
    documents.LetterGroupList,
    documents.Receipt,
    documents.KeptReceipt,
    sandbox_documents.TriedFile,
    sandbox_documents.WouldBeCards,
    mending.MendedList,
    feed_documents.FeedDocument,
    feed_documents.OutageEntry,
    feed_documents.OutageList,
    upload_documents.UploadJob,
    upload_documents.UploadPage,
    upload_documents.StandardList,
    upload_documents.HeaderReading,
    Reconciliation,
    documents.ProblemDocument,
    overviews.OverviewDocument,
    references.Reference,
    rule_library.RuleDocument,
    backtests.BacktestPage,
    backtests.BacktestJob,
    backtests.BacktestDocument,
    law_documents.ProposalDocument,
    law_documents.ProposalPage,
    law_documents.PublishedVersions,
    status.StatusDocument,
    report_document.Efficiency,
    assessing.AssessmentDocument,
    freezing.Frozen,
    report_documents.CountJob,
    report_documents.Definitions,
    report_documents.FrozenMonths,
    report_documents.MonthChanges,
    report_documents.ReportStart,
    report_documents.SubscriptionEntry,
    report_documents.SubscriptionList,
    report_documents.ReportDeliveryEntry,
    report_documents.ReportDeliveryPage,
    people.SessionState,
    people.SessionList,
    people.Enrolment,
    people.FilterList,
    people.AccountEntry,
    people.AccountPage,
    people.KeyEntry,
    people.KeyPage,
    people.IssuedKey,
    people.TrailPage,
    told.DeliveryEntry,
    told.DeliveryPage,
)

_ETAG = {"ETag": {"description": "内容摘要；以 If-None-Match 带回可得 304", "schema": {"type": "string"}}}
_LINK = {"Link": {"description": "下一页，rel=next", "schema": {"type": "string"}}}
_RETRY = {"Retry-After": {"description": "多少秒后重试", "schema": {"type": "integer"}}}

_MEANINGS = {
    400: "请求有误",
    401: "未登录，或密钥、签名无效",
    403: "角色无权进行此操作",
    404: "没有找到",
    406: "不支持所要求的格式",
    408: "请求内容没有按时到齐",
    409: "与当前状态冲突",
    411: "签名的请求须有 Content-Length",
    412: "已被他人修改，请刷新后再改",
    413: "内容过大",
    415: "不支持此内容类型",
    422: "参数有误",
    429: "请求过于频繁",
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


def done(meaning: str) -> Responses:
    """Return the empty answer of a route that has done as it was told."""
    return {204: {"description": meaning}}


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
    if status in {HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.TOO_MANY_REQUESTS}:
        answer["headers"] = _RETRY
    return answer


_JSON = ("application/json", problems.MEDIA_TYPE)
_KEY = {
    "name": idempotency.NAME,
    "in": "header",
    "required": False,
    "description": idempotency.MEANING,
    "schema": {"type": "string", "pattern": idempotency.FORM},
}

_BARRED = {str(status): _refusal(status) for status in (401, 403, 411, 413, 429, 503)}
"""How whoever knows callers may answer: every route that asks for one may answer so."""


def install(app: FastAPI) -> None:
    """Add the documents' schemas to what FastAPI writes of the routes."""
    written = app.openapi

    def complete() -> dict[str, Any]:
        schema = written()
        _, components = msgspec.json.schema_components(_DOCUMENTS, ref_template=_REF)
        schema.setdefault("components", {}).setdefault("schemas", {}).update(components)
        for methods in schema["paths"].values():
            for method, operation in methods.items():
                _complete(method, operation, schema["components"]["schemas"])
        return schema

    app.openapi = complete  # type: ignore[method-assign]  # FastAPI's documented way to extend it


def _complete(method: str, operation: dict[str, Any], components: Mapping[str, Any]) -> None:
    """Say of an operation what holds for all of its kind, and give an example of all JSON that it takes and answers."""
    answers: dict[str, Any] = operation["responses"]
    if "requestBody" in operation:
        answers.setdefault("408", _refusal(408))
    if "security" in operation:
        answers |= _BARRED | answers
        if method.upper() in idempotency.UNSAFE and not idempotency.repeatable(operation):
            _cover(operation)
    if any("HTTPValidationError" in str(each) for each in answers.get("422", {}).get("content", {}).values()):
        answers["422"] = _refusal(422)
    contents = [*answers.values(), *([operation["requestBody"]] if "requestBody" in operation else [])]
    for content in (each for answer in contents for each in answer.get("content", {}).items()):
        if content[0] in _JSON and not {"example", "examples"} & set(content[1]):
            content[1]["example"] = samples.sample(content[1]["schema"], components)


def _cover(operation: dict[str, Any]) -> None:
    """Let an operation say that it may be sent twice and is done once."""
    parameters: list[dict[str, Any]] = operation.setdefault("parameters", [])
    if all(each["name"] != idempotency.NAME for each in parameters):
        parameters.append(_KEY)
    for number in (409, 422):
        operation["responses"].setdefault(str(number), _refusal(number))
