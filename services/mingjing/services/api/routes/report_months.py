"""Which months are frozen, at which figures, and how is each figure defined?"""

from typing import Annotated

import msgspec
from fastapi import APIRouter, Path, Query, Request, Response

from mingjing.services.api import openapi
from mingjing.services.api.answers import tagged
from mingjing.services.api.caller import CallerScope, permits
from mingjing.services.api.problems import Fault, Problem
from mingjing.services.api.report_documents import (
    Definitions,
    FrozenMonth,
    FrozenMonths,
    MonthChange,
    MonthChanges,
    ReportStart,
)
from mingjing.services.ledger.scope import Scope
from mingjing.services.reports.desk import ReportDesk
from mingjing.services.reports.freezing import Frozen
from mingjing.services.reports.period import Month, Period

_MONTHS = 12
LISTED = 500
"""Changes of a revision that are listed; the snapshot has them all."""

YearNumber = Annotated[int, Query(ge=1990, le=2100, description="年份")]
MonthText = Annotated[str, Path(pattern=r"^(19|20)\d{2}-(0[1-9]|1[0-2])$", description="月份：2026-10")]
Revision = Annotated[int, Path(ge=1, le=9999, description="版次")]


def router(desk: ReportDesk) -> APIRouter:
    """Return the routes of what reports rest on."""
    routes = APIRouter(prefix="/v1/reports", tags=["报表"])

    @routes.get(
        "/indicators",
        summary="指标口径",
        description="每个指标的定义、依据与所用计数。",
        response_class=Response,
        responses=openapi.cacheable(Definitions, "指标与计数") | openapi.refused(503),
    )
    def indicators(request: Request, _scope: CallerScope) -> Response:
        known = desk.definitions
        return tagged(request, {"indicators": msgspec.to_builtins(known.indicators), "digest": known.digest})

    @routes.get(
        "/start",
        summary="从哪一期看起",
        description="最近一个已冻结的月份；都未冻结时，是最近一个已结束的月份，再没有则是本月。没有办件时 month 为空。"
        "latest 是现在所在的月份：更晚的统计期尚未开始，取不到。",
        response_class=Response,
        responses=openapi.cacheable(ReportStart, "月份") | openapi.refused(503),
    )
    def start(request: Request, _scope: CallerScope) -> Response:
        found = desk.start()
        latest = desk.present()
        told = ReportStart(latest=str(latest) if latest else None)
        if found is not None:
            told = ReportStart(found.month, found.revision, found.present, told.latest)
        return tagged(request, msgspec.to_builtins(told))

    @routes.get(
        "/months",
        summary="已冻结的月份",
        description="一年中每次冻结的版次、原因与校验值；省略 year 即本年。",
        response_class=Response,
        responses=openapi.cacheable(FrozenMonths, "各月版次") | openapi.refused(422, 503),
    )
    def months(request: Request, _scope: CallerScope, year: YearNumber | None = None) -> Response:
        present = desk.present()
        if present is None:
            return tagged(request, {"items": []})
        if year is not None and year > present.year:
            why = f"year={year} 尚未开始：现在是 {present}，最晚可取 {present.year}"
            raise Problem(422, "invalid_request", why, errors=[Fault("/query/year", why)])
        asked = year or present.year
        found = desk.revisions([Month(asked, number + 1) for number in range(_MONTHS)])
        return tagged(request, {"items": [msgspec.to_builtins(_told(each)) for each in found]})

    @routes.get(
        "/months/{month}/{revision}",
        summary="冻结快照",
        description="某月某版的完整快照：全部合计、入库位置、版本与校验值；更正版附与前一版的差异。",
        response_class=Response,
        responses=openapi.cacheable(Frozen, "快照") | openapi.refused(404, 422, 503),
    )
    def frozen(request: Request, scope: CallerScope, month: MonthText, revision: Revision) -> Response:
        return tagged(request, msgspec.to_builtins(seen_by(scope, _revision(desk, month, revision))))

    @routes.get(
        "/months/{month}/{revision}/changes",
        summary="更正了什么",
        description=f"某月某版与前一版的差异：每一处的部门、区划、计数与前后的数，至多列 {LISTED} 处，total 是总数。",
        response_class=Response,
        responses=openapi.cacheable(MonthChanges, "差异") | openapi.refused(404, 422, 503),
    )
    def changes(request: Request, scope: CallerScope, month: MonthText, revision: Revision) -> Response:
        found = seen_by(scope, _revision(desk, month, revision))
        titles = {name: each.title for name, each in desk.definitions.measures.items()}
        told = MonthChanges(
            month=month,
            revision=revision,
            frozen_ms=found.frozen_ms,
            reason=found.reason,
            total=len(found.changes),
            items=[
                MonthChange(**msgspec.structs.asdict(each), title=titles.get(each.measure, each.measure))
                for each in found.changes[:LISTED]
            ],
        )
        return tagged(request, msgspec.to_builtins(told))

    return routes


def _revision(desk: ReportDesk, month: str, revision: int) -> Frozen:
    """Return one revision of a month; Problem 404 when there is none."""
    found = next((each for each in desk.revisions([Period.parse(month).first]) if each.revision == revision), None)
    if found is None:
        raise Problem(404, "no_such_revision", f"{month} 没有第 {revision} 版")
    return found


def seen_by(scope: Scope, frozen: Frozen) -> Frozen:
    """Return the snapshot with the sums and changes of `scope` only; its hash stays that of the whole."""
    if scope == Scope.everything():
        return frozen
    allowed = permits(scope)
    sums = {
        agency: kept
        for agency, regions in frozen.snapshot["sums"].items()
        if (kept := {region: each for region, each in regions.items() if allowed(agency, region)})
    }
    changes = [each for each in frozen.changes if allowed(each.agency, each.region)]
    return msgspec.structs.replace(frozen, changes=changes, snapshot=frozen.snapshot | {"sums": sums})


def _told(frozen: Frozen) -> FrozenMonth:
    return FrozenMonth(
        month=frozen.snapshot["month"],
        revision=frozen.revision,
        frozen_ms=frozen.frozen_ms,
        hash=frozen.hash,
        reason=frozen.reason,
        changes=len(frozen.changes),
        cases=frozen.snapshot["population"]["cases"],
    )
