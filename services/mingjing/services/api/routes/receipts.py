"""What did we hand in, and has all of it arrived?"""

from datetime import date
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

import msgspec
from fastapi import APIRouter, Path, Query, Request, Response

from mingjing.services.agencies import Agencies, Agency
from mingjing.services.api import openapi
from mingjing.services.api.answers import content_tagged, tagged
from mingjing.services.api.caller import CallerScope, permits
from mingjing.services.api.documents import KeptReceipt
from mingjing.services.api.instants import written
from mingjing.services.api.problems import Problem
from mingjing.services.ledger.port import Ledger
from mingjing.services.ledger.scope import Scope
from mingjing.services.receipts.reconcile import Reconciliation, as_csv, reconcile
from mingjing.services.registry import Receipt, Receipts

CSV = "text/csv; charset=utf-8"

ReceiptId = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$", description="回执编号")]
AgencyCode = Annotated[str, Query(min_length=1, max_length=64, description="部门的统一社会信用代码")]
Form = Annotated[Literal["json", "csv"], Query(description="csv 为表格（UTF-8 带 BOM），供下载")]
Day = Annotated[date, Query(description="收到之日（北京时间）", examples=["2026-03-06"])]

_ACCOUNT = openapi.cacheable(Reconciliation, "对账单")
_ACCOUNT[200]["content"][CSV] = {"schema": {"type": "string"}}


def router(receipts: Receipts, ledger: Ledger, agencies: Agencies, zone: ZoneInfo) -> APIRouter:
    """Return the routes of receipts and of the day's account."""
    routes = APIRouter(prefix="/v1", tags=["报送"])

    @routes.get(
        "/receipts/{receipt}",
        summary="查询一份回执",
        description="部门只能查询自己的回执；不在查询者范围内的与不存在的同样答复 404。",
        response_class=Response,
        responses=openapi.cacheable(KeptReceipt, "回执") | openapi.refused(404, 422, 503),
    )
    def one(request: Request, scope: CallerScope, receipt: ReceiptId) -> Response:
        found = receipts.of(receipt)
        agency = agencies.of_code(found.agency) if found is not None else None
        if found is None or agency is None or not _within(scope, agency):
            raise Problem(404, "no_receipt", f"没有编号为 {receipt} 的回执，或不在您的范围内")
        return tagged(request, msgspec.to_builtins(receipt_document(found, agency)))

    @routes.get(
        "/reconciliation",
        summary="对账：一个部门一日的报送与归档",
        description=(
            "按收到之日，把回执所记与归档所存逐项相比：报送、接收、重复、退回，归档、重复、迟报、死信；"
            "散列为全部事件（source、零字节、id 的 MD5 前 8 字节）之和，与次序无关。form=csv 得到表格。"
        ),
        response_class=Response,
        responses=_ACCOUNT | openapi.refused(404, 422, 503),
    )
    def reconciliation(
        request: Request, scope: CallerScope, agency: AgencyCode, day: Day, form: Form = "json"
    ) -> Response:
        known = agencies.of_code(agency)
        if known is None or not _within(scope, known):
            raise Problem(404, "no_agency", f"没有代码为 {agency} 的部门，或不在您的范围内")
        told = reconcile(known, day, zone, receipts, ledger, Scope.of_agency(known.code))
        if form == "csv":
            name = f"reconciliation-{agency}-{day.isoformat()}.csv"
            headers = {"Content-Disposition": f'attachment; filename="{name}"'}
            return content_tagged(request, as_csv(told), CSV, headers)
        return tagged(request, msgspec.to_builtins(told))

    return routes


def receipt_document(receipt: Receipt, agency: Agency) -> KeptReceipt:
    """Return a receipt as the API tells it."""
    return KeptReceipt(
        receipt=receipt.id,
        agency=receipt.agency,
        title=agency.title,
        way=receipt.way,
        received_at=written(receipt.received_ms),
        events=receipt.events,
        accepted=receipt.accepted,
        duplicate=receipt.duplicate,
        rejected=receipt.rejected,
        hash=receipt.hash,
        detail=receipt.detail,
    )


def _within(scope: Scope, agency: Agency) -> bool:
    return permits(scope)(agency.code, agency.region)
