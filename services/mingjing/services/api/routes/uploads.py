"""Will you take this file?"""

import re
from typing import Annotated, Any
from urllib.parse import quote

import msgspec
from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import FileResponse

from mingjing.services.agencies import Agencies
from mingjing.services.api import openapi
from mingjing.services.api.answers import json_answer, tagged
from mingjing.services.api.caller import CurrentCaller
from mingjing.services.api.gateway.reporters import agency_of
from mingjing.services.api.instants import written, written_or_none
from mingjing.services.api.porter import demanded_digest
from mingjing.services.api.problems import Problem
from mingjing.services.api.routes.parameters import Cursor, Limit
from mingjing.services.api.routes.upload_parameters import (
    FILE,
    XLSX,
    Columns,
    ObjectName,
    Source,
    StandardName,
    Submitter,
    form_of,
    said_of,
    source_of,
)
from mingjing.services.api.upload_documents import ObjectEntry, StandardEntry, StandardList, UploadJob, UploadPage
from mingjing.services.api.upload_jobs import UploadJobs, new_id
from mingjing.services.auth.caller import Caller
from mingjing.services.auth.gate import Gate
from mingjing.services.ledger.paging import closed, opened
from mingjing.services.registry import Upload
from mingjing.services.standards.shelf import shipped_standards
from mingjing.services.standards.standard import Standard
from mingjing.services.uploads.blank import blank_form

LIST = "uploads"

UploadId = Annotated[str, Path(pattern=r"^[0-9]{8}-[0-9a-f]{24}$", description="上传编号")]
FileName = Annotated[str, Query(min_length=1, max_length=200, description="文件名，记入回执")]
_SHEET: dict[int | str, dict[str, Any]] = {
    200: {"description": "电子表格", "content": {XLSX: {"schema": {"type": "string", "format": "binary"}}}}
}


def router(jobs: UploadJobs, agencies: Agencies, gate: Gate) -> APIRouter:
    """Return the routes of files and of their blank forms."""
    routes = APIRouter(prefix="/v1", tags=["报送"])
    kept = gate.registry.uploads

    @routes.get(
        "/standards",
        summary="可按哪些标准报送文件",
        response_class=Response,
        responses=openapi.cacheable(StandardList, "标准及其对象、空白表，本部门的数据源") | openapi.refused(),
    )
    def standards(request: Request, caller: CurrentCaller) -> Response:
        ours = agencies.of_code(caller.agency) if caller.may("event.submit") and caller.agency else None
        listed = [_standard_entry(each) for each in shipped_standards().values()]
        return tagged(request, msgspec.to_builtins(StandardList(listed, list(ours.sources) if ours else [])))

    @routes.get(
        "/uploads/blank/{standard}/{object}.xlsx",
        summary="下载空白表",
        description="列名、必填项、代码下拉与填写说明均按标准；填好后原样上传。",
        response_class=Response,
        responses=_SHEET | openapi.refused(404, 422),
    )
    def blank(
        _: CurrentCaller,
        standard: Annotated[str, Path(max_length=64)],
        name: Annotated[str, Path(alias="object", max_length=64)],
    ) -> Response:
        declared, form = form_of(standard, name, 404)
        return Response(blank_form(declared, form), 200, _attached(f"{form.title}.xlsx"), XLSX)

    @routes.post(
        "/uploads",
        summary="报送文件（CSV、XLSX）",
        description=(
            "请求内容即文件本身，至多 512 MiB。立即答复 202 和 Location，其后逐行处理；"
            "不能用的行原样退回在错误表中，改好后整表重传即可，已收的行不会重复计。validate=true 只校验不接收。"
            "列名与标准不同的，以 column 逐列说明，不必改表。"
            "以签名报送大于 2 MiB 的文件：另带 X-Content-SHA256，签名第五行即用它；边收边核，不符即退。"
        ),
        status_code=202,
        response_class=Response,
        openapi_extra={"requestBody": FILE},
        responses=openapi.found(UploadJob, "文件已存下，等待处理", status=202)
        | openapi.refused(400, 403, 413, 422, 429, 503),
    )
    async def post_upload(
        request: Request,
        caller: Submitter,
        standard: StandardName,
        name: ObjectName,
        *,
        file: FileName = "upload",
        source: Source = None,
        columns: Columns = None,
        validate: Annotated[bool, Query(description="只校验不接收")] = False,
    ) -> Response:
        agency = agency_of(agencies, caller)
        said = said_of(form_of(standard, name, 422)[1], columns)
        upload = Upload(
            id=new_id(),
            agency=agency.code,
            caller=caller.name,
            source=source_of(agency, source),
            standard=standard,
            object=name,
            name=re.sub(r"[\x00-\x1f/\\]", "_", file),
            dry_run=validate,
            made_ms=gate.now_ms(),
        )
        taken = await jobs.take(upload, request.stream(), demanded_digest(request), said)
        return json_answer(
            msgspec.to_builtins(_job(taken, jobs)), 202, {"Location": f"/v1/uploads/{taken.id}", "Retry-After": "1"}
        )

    @routes.get(
        "/uploads",
        summary="本部门最近报送的文件",
        response_class=Response,
        responses=openapi.cacheable(UploadPage, "文件，新的在前", paged=True) | openapi.refused(400, 403, 422, 503),
    )
    def latest(request: Request, caller: Submitter, limit: Limit = 20, cursor: Cursor = None) -> Response:
        agency = agency_of(agencies, caller)
        found = kept.of_agency(agency.code, limit + 1, opened(cursor, LIST))
        after = closed([(each.made_ms, each.id) for each in found], limit, LIST)
        return tagged(request, msgspec.to_builtins(UploadPage([_job(each, jobs) for each in found[:limit]], after)))

    @routes.get(
        "/uploads/{upload}",
        summary="查询一个文件的处理进度与结果",
        response_class=Response,
        responses=openapi.cacheable(UploadJob, "进度或结果") | openapi.refused(403, 404, 422, 503),
    )
    def one(request: Request, caller: Submitter, upload: UploadId) -> Response:
        return tagged(request, msgspec.to_builtins(_job(_ours(caller, upload), jobs)))

    @routes.get(
        "/uploads/{upload}/errors.xlsx",
        summary="下载退回的行",
        description="每行原样，并写明行号、列、原值与改法；保存 30 天。",
        response_class=FileResponse,
        responses=_SHEET | openapi.refused(403, 404, 422, 503),
    )
    def errors(caller: Submitter, upload: UploadId) -> Response:
        held = _ours(caller, upload)
        path = jobs.errors_of(held)
        if path is None:
            raise Problem(404, "no_errors", "这个文件没有退回的行，或已过保存期")
        return FileResponse(path, 200, _attached(f"{held.name}-退回.xlsx"), XLSX)

    def _ours(caller: Caller, upload: str) -> Upload:
        held = kept.of(upload)
        if held is None or held.agency != agency_of(agencies, caller).code:
            raise Problem(404, "no_upload", f"没有编号为 {upload} 的文件")
        return held

    return routes


def _standard_entry(standard: Standard) -> StandardEntry:
    objects = [
        ObjectEntry(each.name, each.title, f"/v1/uploads/blank/{quote(standard.name)}/{quote(each.name)}.xlsx")
        for each in standard.objects.values()
    ]
    return StandardEntry(standard.name, standard.title, objects)


def _job(upload: Upload, jobs: UploadJobs) -> UploadJob:
    told = msgspec.structs.asdict(upload)
    for name in ("agency", "caller", "made_ms", "ended_ms"):
        del told[name]
    return UploadJob(
        **told,
        title=shipped_standards()[upload.standard].objects[upload.object].title,
        made_at=written(upload.made_ms),
        ended_at=written_or_none(upload.ended_ms),
        errors=f"/v1/uploads/{upload.id}/errors.xlsx" if jobs.errors_of(upload) is not None else None,
    )


def _attached(name: str) -> dict[str, str]:
    return {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"}
