"""Which columns of this file do you know?"""

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from mingjing.services.api import openapi
from mingjing.services.api.answers import encoded_answer
from mingjing.services.api.idempotency import REPEATABLE
from mingjing.services.api.kept_file import write_down
from mingjing.services.api.porter import demanded_digest
from mingjing.services.api.problems import Problem
from mingjing.services.api.routes.upload_parameters import FILE, ObjectName, StandardName, Submitter, form_of
from mingjing.services.api.upload_documents import HeaderReading, KnownColumn
from mingjing.services.uploads.header import header_of
from mingjing.services.uploads.sheet import SheetRefused

MOST_BYTES = 64 * 1024 * 1024
"""Of a CSV the first lines suffice; a spreadsheet of as many rows as are read is smaller."""


def router() -> APIRouter:
    """Return the route; spreadsheets are unpacked one at a time."""
    routes = APIRouter(prefix="/v1", tags=["报送"])
    unpacking = asyncio.Lock()

    @routes.post(
        "/uploads/header",
        summary="读一个文件的表头：哪些列认得，哪些要说明",
        description=(
            "请求内容即文件，CSV 只需开头若干整行；至多 64 MiB。什么也不保存，什么也不报送。"
            "答复各列认作标准的哪一列（按列名或标题）、最像哪一列、前三行的值，和这个对象的全部列；"
            "认不得的列在报送时以 column 说明，或写明不读。"
        ),
        response_class=Response,
        openapi_extra={"requestBody": FILE, **REPEATABLE},
        responses=openapi.found(HeaderReading, "文件的列，与标准的列") | openapi.refused(400, 403, 413, 422, 503),
    )
    async def header(request: Request, _: Submitter, standard: StandardName, name: ObjectName) -> Response:
        form = form_of(standard, name, 422)[1]
        with TemporaryDirectory() as folder:
            path = Path(folder, "file")
            await write_down(path, request.stream(), MOST_BYTES, demanded_digest(request))
            try:
                async with unpacking:
                    cells = await run_in_threadpool(header_of, path, form)
            except SheetRefused as exc:
                raise Problem(422, "no_sheet", str(exc)) from exc
        columns = [KnownColumn(each.name, each.title, each.needed) for each in form.columns.values()]
        return encoded_answer(HeaderReading(cells, columns))

    return routes
