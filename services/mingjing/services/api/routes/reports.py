"""What are the figures of a period?"""

import base64
import binascii
from collections.abc import Collection
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

import msgspec
from fastapi import APIRouter, Query, Request, Response
from fastapi import Path as InPath

from mingjing.services.api import openapi
from mingjing.services.api.answers import content_tagged, json_answer
from mingjing.services.api.caller import CallerScope
from mingjing.services.api.negotiation import HTML, negotiated
from mingjing.services.api.problems import Fault, Problem
from mingjing.services.api.report_documents import CountJob
from mingjing.services.api.routes.parameters import Agency, Item, Region
from mingjing.services.ledger.scope import Scope
from mingjing.services.registry.subscriptions import REPORTS, Report
from mingjing.services.reports.assessing import AssessmentDocument
from mingjing.services.reports.cells import Wanted
from mingjing.services.reports.desk import Counting, ReportDesk
from mingjing.services.reports.document import Efficiency
from mingjing.services.reports.forms import ASSESSMENT_FORMS, MEDIA_TYPES, rendered, rendered_assessment
from mingjing.services.reports.forms.notice import as_notice
from mingjing.services.reports.period import Period, PeriodRefused

RETRY_AFTER_S = 2
_MONTHS = 12

PeriodText = Annotated[
    str,
    Query(alias="month", max_length=7, description="统计期：2026-10（月）、2026-Q3（季）、2026-H1（半年）、2026（年）"),
]
Post = Annotated[str | None, Query(min_length=1, max_length=128, description="岗位")]
Window = Annotated[str | None, Query(min_length=1, max_length=64, description="窗口号")]
Tier = Annotated[Literal["省", "市", "县", "镇", "村"], Query(description="按哪一级区划细分")]
Form = Annotated[
    Literal["json", "csv", "xlsx", "pdf"] | None,
    Query(alias="format", description="形式；省略则按 Accept 协商，默认 JSON"),
]
AssessmentForm = Annotated[
    Literal["json", "xlsx", "pdf"] | None,
    Query(alias="format", description="形式；省略则按 Accept 协商，默认 JSON"),
]


def router(desk: ReportDesk, fonts: Path | None, console: str) -> APIRouter:
    """Return the routes of reports; `fonts` is the folder documents are typeset with, `console` where links lead."""
    routes = APIRouter(prefix="/v1/reports", tags=["报表"])

    @routes.get(
        "/efficiency",
        summary="效能报表",
        description="每个率附分子、分母与 n；按 Accept 给出 JSON、CSV、XLSX 或 PDF，最想要 text/html 的转到控制台。"
        "统计较久时返回 202 与进度的地址。",
        response_class=Response,
        responses=_forms_of(Efficiency, "效能报表", MEDIA_TYPES) | openapi.refused(406, 422, 503),
    )
    def efficiency(
        request: Request,
        scope: CallerScope,
        month: PeriodText,
        region: Region = None,
        agency: Agency = None,
        item: Item = None,
        post: Post = None,
        window: Window = None,
        tier: Tier = "县",
        asked: Form = None,
    ) -> Response:
        form = asked or negotiated(request.headers.get("accept", ""))
        wanted = _wanted(region=region, agency=agency, item=item, post=post, window=window)
        _demand_sight(scope, agency, region)
        try:
            period, page = _period(desk, month), _page(request, f"{console}/reports")
            if form == HTML:
                return _elsewhere(page)
            report = desk.efficiency(scope, period, wanted, tier=tier)
        except Counting as counting:
            return _accepted(desk, counting.period, "efficiency", request.url.query)
        headers = _headers("efficiency", report.period, form, page)
        return content_tagged(request, rendered(report, form, fonts), MEDIA_TYPES[form], headers)

    @routes.get(
        "/notice",
        summary="通报（代拟稿）",
        description="按 GB/T 9704 排印的效能通报代拟稿，PDF。",
        response_class=Response,
        responses=_pdf_answers() | openapi.refused(406, 422, 503),
    )
    def notice(request: Request, scope: CallerScope, month: PeriodText, region: Region = None) -> Response:
        negotiated(request.headers.get("accept", ""), ("pdf",))
        _demand_sight(scope, None, region)
        try:
            report = desk.efficiency(scope, _period(desk, month), Wanted(region=region))
        except Counting as counting:
            return _accepted(desk, counting.period, "notice", request.url.query)
        headers = {"Content-Disposition": f'inline; filename="notice-{report.period}.pdf"'}
        return content_tagged(request, as_notice(report, fonts), MEDIA_TYPES["pdf"], headers)

    @routes.get(
        "/assessment",
        summary="绩效考评",
        description="按计分办法逐项计分，每一分附理由与牌；数据不过关者不评等次、不排名，并说明原因。"
        "给出 region 则只考评在该区划内办理的业务。",
        response_class=Response,
        responses=_forms_of(AssessmentDocument, "考评结果", ASSESSMENT_FORMS) | openapi.refused(406, 422, 503),
    )
    def assessment(
        request: Request, scope: CallerScope, month: PeriodText, region: Region = None, asked: AssessmentForm = None
    ) -> Response:
        form = asked or negotiated(request.headers.get("accept", ""), (*ASSESSMENT_FORMS, HTML))
        _demand_sight(scope, None, region)
        try:
            period, page = _period(desk, month), _page(request, f"{console}/reports/assessment")
            if form == HTML:
                return _elsewhere(page)
            made = desk.assessment(scope, period, region=region)
        except Counting as counting:
            return _accepted(desk, counting.period, "assessment", request.url.query)
        document = rendered_assessment(made, form, fonts, console)
        return content_tagged(request, document, MEDIA_TYPES[form], _headers("assessment", made.period, form, page))

    @routes.get(
        "/jobs/{job}",
        summary="统计进度",
        description="报表所需月份已统计多少；完成后 result 是报表的地址。",
        response_class=Response,
        responses=openapi.found(CountJob, "进度") | openapi.refused(404, 422, 503),
    )
    def job(_scope: CallerScope, job: Annotated[str, InPath(min_length=1, max_length=1024)]) -> Response:
        return json_answer(msgspec.to_builtins(_job(desk, *_read_job(job))))

    return routes


def _wanted(**cut: str | None) -> Wanted:
    """Return what a caller cuts the report down to; Problem 422 for what cannot be cut together."""
    try:
        return Wanted(**cut)
    except ValueError as exc:
        raise Problem(422, "invalid_request", str(exc), errors=[Fault("/query", str(exc))]) from exc


def _period(desk: ReportDesk, text: str) -> Period:
    """Return the period a caller wrote; Problem 422 when it is none, or none of its days has come."""
    try:
        period = Period.parse(text)
        desk.demand_begun(period)
    except PeriodRefused as exc:
        raise Problem(422, "invalid_request", str(exc), errors=[Fault("/query/month", str(exc))]) from exc
    return period


def _demand_sight(scope: Scope, agency: str | None, region: str | None) -> None:
    """Problem 403 for who may see nothing of what is asked for: a report of noughts would be taken for the truth."""
    seen = scope.narrowed(agency, region)
    if seen.regions == () or seen.agencies == ():
        raise Problem(403, "not_permitted", "所取的部门或区划不在您的权限范围内，没有可以给您的报表")


def _page(request: Request, address: str) -> str:
    """Return where the console shows what was asked for: its pages are asked as the routes are."""
    asked = [(name, text) for name, text in request.query_params.multi_items() if name != "format"]
    return f"{address}?{urlencode(asked)}"


def _elsewhere(page: str) -> Response:
    return Response(status_code=303, headers={"Location": page, "Vary": "Accept"})


def _headers(report: Report, period: str, form: str, page: str) -> dict[str, str]:
    """Return what tells a browser to show JSON and to save anything else, and where the page for people is."""
    named = (
        {} if form == "json" else {"Content-Disposition": f'attachment; filename="mingjing-{report}-{period}.{form}"'}
    )
    return {"Vary": "Accept", "Link": f'<{page}>; rel="alternate"; type="text/html"', **named}


def _accepted(desk: ReportDesk, period: Period, report: Report, query: str) -> Response:
    made = _job(desk, period, report, query)
    headers = {"Location": f"/v1/reports/jobs/{made.id}", "Retry-After": str(RETRY_AFTER_S)}
    return json_answer(msgspec.to_builtins(made), 202, headers)


def _job(desk: ReportDesk, period: Period, report: Report, query: str) -> CountJob:
    """Return the job that a report's own question names: any process can tell how far it is."""
    left = len(desk.left(period))
    ident = base64.urlsafe_b64encode(f"{period} {report} {query}".encode()).rstrip(b"=").decode()
    total = 3 * period.length
    return CountJob(
        id=ident,
        state="running" if left else "done",
        done=total - left,
        total=total,
        result=None if left else f"/v1/reports/{report}?{query}",
    )


def _read_job(ident: str) -> tuple[Period, Report, str]:
    try:
        text = base64.urlsafe_b64decode(ident + "=" * (-len(ident) % 4)).decode()
        period, report, query = text.split(" ", 2)
        return Period.parse(period), REPORTS[REPORTS.index(report)], query
    except (binascii.Error, ValueError) as exc:
        raise Problem(404, "no_such_job", "没有这个统计任务；请重新请求报表") from exc


def _forms_of(document: type[msgspec.Struct], title: str, forms: Collection[str]) -> openapi.Responses:
    answers: dict[int | str, dict[str, Any]] = openapi.cacheable(document, title)
    answers[200]["content"] |= {
        MEDIA_TYPES[form].partition(";")[0]: {"schema": {"type": "string", "format": "binary"}}
        for form in forms
        if form != "json"
    }
    answers[303] = {"description": "Accept 最想要 text/html：转到控制台的报表页"}
    return answers | _waiting()


def _pdf_answers() -> openapi.Responses:
    content: dict[str, Any] = {MEDIA_TYPES["pdf"]: {"schema": {"type": "string", "format": "binary"}}}
    answers: openapi.Responses = {
        200: {"description": "通报代拟稿", "content": content},
        304: {"description": "内容未变"},
    }
    return answers | _waiting()


def _waiting() -> openapi.Responses:
    return openapi.found(CountJob, "正在统计，请稍后按 Location 查询", status=202)
