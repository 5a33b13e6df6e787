"""Every refusal of the API, as RFC 9457 problem+json that says how to go on.

`type` is a stable urn for programs, `title` and `detail` are sentences for
people, `errors[]` points at each fault of a request.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import uuid4

import msgspec
import orjson
import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from mingjing.services.ledger.errors import CursorRefused, LedgerRefused, LedgerUnavailable
from mingjing.services.registry import RegistryUnavailable

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_S = 5

TITLES = {
    400: "请求有误",
    401: "未通过身份验证",
    403: "无权访问",
    404: "没有找到",
    405: "不支持此方法",
    406: "不支持所要求的格式",
    408: "请求没有按时到齐",
    409: "与当前状态冲突",
    411: "缺少内容长度",
    412: "已被他人修改",
    413: "内容过大",
    415: "不支持此内容类型",
    422: "参数有误",
    429: "请求过于频繁",
    500: "系统内部错误",
    503: "暂时无法提供服务",
}

_log = structlog.get_logger(__name__)


class Fault(msgspec.Struct, frozen=True):
    """One thing wrong with a request; `pointer` is where, as a JSON pointer from the request's part."""

    pointer: str
    detail: str


class Problem(Exception):
    """Raised anywhere below a route: the request ends here with this problem.

    `current` is how the thing now stands that the request was at odds with.
    """

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        errors: Sequence[Fault] = (),
        headers: Mapping[str, str] | None = None,
        current: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(detail)
        self.current = current
        self.status = status
        self.code = code
        self.detail = detail
        self.errors = errors
        self.headers = headers


def unavailable(what: str) -> Problem:
    """Return the problem of a part that is away for now; `what` is a sentence."""
    return Problem(503, "unavailable", what, headers={"Retry-After": str(RETRY_AFTER_S)})


def install(app: FastAPI) -> None:
    """Make every error of `app` a problem."""
    app.exception_handler(Problem)(_problem)
    app.exception_handler(RequestValidationError)(_invalid)
    app.exception_handler(HTTPException)(_http)
    app.exception_handler(LedgerUnavailable)(_ledger_away)
    app.exception_handler(CursorRefused)(_cursor)
    app.exception_handler(RegistryUnavailable)(_registry_away)
    # A read that ClickHouse will never answer is our fault, not the caller's.
    app.exception_handler(LedgerRefused)(_unexpected)
    app.exception_handler(Exception)(_unexpected)


def answer(
    status: int,
    code: str,
    detail: str,
    *,
    errors: Sequence[Fault] = (),
    headers: Mapping[str, str] | None = None,
    instance: str | None = None,
    current: Mapping[str, Any] | None = None,
) -> Response:
    """Return a problem as a response."""
    body: dict[str, Any] = {
        "type": f"urn:mingjing:problem:{code}",
        "title": TITLES.get(status, "请求未能完成"),
        "status": status,
        "detail": detail,
    }
    if instance is not None:
        body["instance"] = instance
    if current is not None:
        body["current"] = current
    if errors:
        body["errors"] = [msgspec.to_builtins(fault) for fault in errors]
    return Response(orjson.dumps(body), status, headers, MEDIA_TYPE)


async def _problem(_: Request, exc: Problem) -> Response:
    return answer(exc.status, exc.code, exc.detail, errors=exc.errors, headers=exc.headers, current=exc.current)


async def _invalid(_: Request, exc: RequestValidationError) -> Response:
    faults = [Fault("/" + "/".join(map(str, each["loc"])), _reason(each)) for each in exc.errors()]
    return answer(422, "invalid_request", "请求参数不符合要求，请按 errors 逐项改正", errors=faults)


async def _http(request: Request, exc: HTTPException) -> Response:
    detail = f"{request.method} {request.url.path}：{TITLES.get(exc.status_code, exc.detail)}"
    if exc.headers and "Allow" in exc.headers:
        detail += f"；可用 {exc.headers['Allow']}"
    return answer(exc.status_code, f"http_{exc.status_code}", detail, headers=exc.headers)


async def _ledger_away(_: Request, exc: LedgerUnavailable) -> Response:
    _log.warning("ledger_unavailable", reason=str(exc))
    return answer(
        503,
        "ledger_unavailable",
        "台账（ClickHouse）暂时不可用，请稍后重试",
        headers={"Retry-After": str(RETRY_AFTER_S)},
    )


async def _registry_away(_: Request, exc: RegistryUnavailable) -> Response:
    _log.warning("registry_unavailable", reason=str(exc))
    return answer(
        503,
        "registry_unavailable",
        "登记库（账号与密钥）暂时不可用，请稍后重试",
        headers={"Retry-After": str(RETRY_AFTER_S)},
    )


async def _cursor(_: Request, exc: CursorRefused) -> Response:
    detail = "cursor 不是本列表给出的，请从第一页重新查询"
    return answer(400, "bad_cursor", detail, errors=[Fault("/query/cursor", str(exc) or detail)])


async def _unexpected(request: Request, exc: Exception) -> Response:
    incident = uuid4().hex
    _log.error("unexpected_error", incident=incident, method=request.method, path=request.url.path, exc_info=exc)
    detail = f"请联系管理员并提供编号 {incident}"
    return answer(500, "internal", detail, instance=f"urn:mingjing:incident:{incident}")


_INSTANT = "2026-03-06T10:00:00+08:00"
_REASONS = {
    "missing": "缺少此项",
    "extra_forbidden": "没有这一项；请核对名称，或去掉",
    "json_invalid": "内容不是合法的 JSON（{error}）",
    "string_type": "应为文字（带引号）",
    "int_parsing": "应为整数",
    "int_type": "应为整数",
    "bool_parsing": "应为 true 或 false",
    "bool_type": "应为 true 或 false",
    "list_type": "应为 JSON 数组",
    "dict_type": "应为 JSON 对象",
    "model_attributes_type": "应为 JSON 对象",
    "greater_than_equal": "不得小于 {ge}",
    "less_than_equal": "不得大于 {le}",
    "literal_error": "只能是 {expected}",
    "enum": "只能是 {expected}",
    "string_too_long": "最多 {max_length} 字",
    "string_too_short": "至少 {min_length} 字",
    "too_long": "最多 {max_length} 个",
    "too_short": "至少 {min_length} 个",
    "string_pattern_mismatch": "格式应符合 {pattern}",
    "date_type": "应为日期，如 2026-03-06",
    "date_parsing": "应为日期，如 2026-03-06",
    "date_from_datetime_parsing": "应为日期，如 2026-03-06",
    "date_from_datetime_inexact": "应为日期，如 2026-03-06",
    "datetime_type": f"应为带时区的时间，如 {_INSTANT}",
    "datetime_parsing": f"应为带时区的时间，如 {_INSTANT}",
    "datetime_from_date_parsing": f"应为带时区的时间，如 {_INSTANT}",
    "timezone_aware": f"时间没有时区；请写明，如 {_INSTANT}",
}
_MOST_SHOWN = 60


def _reason(fault: Mapping[str, Any]) -> str:
    """Return what is wrong and, of what stands in the address, the value: a body may hold what is not repeated."""
    template = _REASONS.get(fault["type"])
    said = template.format(**fault.get("ctx", {})).replace(" or ", "、") if template else str(fault["msg"])
    value = fault.get("input")
    if fault["loc"][0] not in ("query", "path") or not isinstance(value, str):
        return said
    return f"{said}；此处为 {value[:_MOST_SHOWN]!r}"
