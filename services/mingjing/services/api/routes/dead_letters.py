"""Which events could not be used, and how are they mended?"""

from http import HTTPStatus
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Depends, Path, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from mingjing.services.agencies import Agencies
from mingjing.services.agencies import Agency as Reporter
from mingjing.services.api import openapi
from mingjing.services.api.answers import json_answer, tagged
from mingjing.services.api.caller import CallerScope, CurrentCaller, may
from mingjing.services.api.documents import LetterGroupEntry, LetterGroupList, LetterPage, Receipt
from mingjing.services.api.gateway.bodies import read_body
from mingjing.services.api.gateway.cloudevents import LINES, MAX_BATCH
from mingjing.services.api.gateway.reporters import agency_of
from mingjing.services.api.instants import written
from mingjing.services.api.mending import MendedEntry, MendedLine, MendedList
from mingjing.services.api.personal import Personal
from mingjing.services.api.problems import Fault, Problem
from mingjing.services.api.resubmitting import Resubmitting
from mingjing.services.api.routes.parameters import Agency, Code, Cursor, Limit
from mingjing.services.auth.caller import Caller
from mingjing.services.ledger.port import Ledger, LetterFilter
from mingjing.services.registry import Resubmission, Resubmissions
from mingjing.streams.faults import MAX_BYTES

LETTER_ID = r"^[0-9a-f]{32}$"
LetterId = Annotated[str, Path(pattern=LETTER_ID, description="信件编号")]


class Mended(BaseModel):
    """The event as it should have been, as JSON text; without it the original is sent again as it is."""

    model_config = ConfigDict(extra="forbid")
    original: str | None = Field(None, min_length=2, max_length=MAX_BYTES)


_LINES = {
    "required": True,
    "content": {LINES: {"schema": {"type": "string"}, "example": '{"letter": "5f1d7e0a9c3b4d2e8f60718293a4b5c6"}\n'}},
}
_decode_line = msgspec.json.Decoder(MendedLine).decode


def router(
    ledger: Ledger,
    agencies: Agencies,
    resubmitting: Resubmitting,
    resubmissions: Resubmissions,
    personal: Personal,
) -> APIRouter:
    """Return the routes of dead letters; only who sent one reads it whole, what is `personal` others do not."""
    routes = APIRouter(prefix="/v1/dead-letters", tags=["报送"])

    @routes.get(
        "",
        summary="查询不可用的报送",
        description=(
            "每件附原文（base64）、错在何处与改正办法。原文只给报送部门自己；别人所见，"
            "个人信息和词汇表没有的内容都已遮盖，读不出 JSON 的为空。全文用 `/v1/unmaskings/letters`。"
        ),
        response_class=Response,
        responses=openapi.cacheable(LetterPage, "被拒的报送，新收到的在前", paged=True)
        | openapi.refused(400, 422, 503),
    )
    def dead_letters(
        request: Request,
        scope: CallerScope,
        caller: CurrentCaller,
        agency: Agency = None,
        code: Code = None,
        limit: Limit = 50,
        cursor: Cursor = None,
    ) -> Response:
        page = ledger.dead_letters(scope, LetterFilter(agency=agency, code=code), limit=limit, cursor=cursor)
        again = resubmissions.of([letter["letter_id"] for letter in page.items])
        items = [_listed(personal.letter(letter, caller), again.get(letter["letter_id"])) for letter in page.items]
        return tagged(request, {"items": items, "next_cursor": page.next_cursor})

    @routes.get(
        "/groups",
        summary="不可用的报送按原因归集",
        response_class=Response,
        responses=openapi.cacheable(LetterGroupList, "按原因与部门计数，多的在前") | openapi.refused(422, 503),
    )
    def groups(request: Request, scope: CallerScope, agency: Agency = None) -> Response:
        found = ledger.dead_letter_groups(scope, LetterFilter(agency=agency))
        items = [
            LetterGroupEntry(
                code=each.code,  # type: ignore[arg-type]  # only our own codes are written
                agency=each.agency,
                count=each.count,
                newest_at=written(each.newest_ms),
            )
            for each in found
        ]
        return tagged(request, msgspec.to_builtins(LetterGroupList(items)))

    @routes.post(
        "/resubmit",
        summary="成批改正后重报",
        description=(
            '逐行（NDJSON）：`{"letter": 信件编号, "original": 改正后的事件（JSON 文本）}`，'
            "省略 original 则原样重报；至多 1000 行。"
            "逐件办理、逐件答复：一件不行不影响别的，改好后整份再传即可，已重报的答复 resubmitted。"
        ),
        response_class=Response,
        openapi_extra={"requestBody": _LINES},
        responses=openapi.found(MendedList, "逐件的结果") | openapi.refused(400, 401, 403, 413, 415, 422, 503),
    )
    async def resubmit_all(request: Request, caller: Annotated[Caller, Depends(may("event.submit"))]) -> Response:
        ours = agency_of(agencies, caller)
        wanted = _mended_lines(await read_body(request))
        found = [await one_of_many(request, caller, ours, each) for each in wanted]
        return json_answer(msgspec.to_builtins(MendedList(found)))

    async def one_of_many(request: Request, caller: Caller, ours: Reporter, given: MendedLine) -> MendedEntry:
        letter = await run_in_threadpool(ledger.dead_letter, caller.scope, given.letter)
        if letter is None:
            return MendedEntry(letter=given.letter, code="no_letter", message="没有这件信件，或不在您的范围内")
        try:
            receipt = await resubmitting.resubmit(request, caller, ours, letter, given.original)
        except Problem as problem:
            if problem.status == HTTPStatus.SERVICE_UNAVAILABLE:
                raise
            return MendedEntry(letter=given.letter, code=problem.code, message=problem.detail)
        return MendedEntry(letter=given.letter, receipt=receipt.receipt)

    @routes.post(
        "/{letter}/resubmit",
        summary="改正后重报",
        description=(
            "original 为改正后的事件（JSON 文本）；省略则原样重报。仍不可用的答复 422 并指明何处，不算重报。"
            "采集来的行（bad_row）交回与原文一样的 {standard, object, source, row, …}，只改 row 里的值。"
            "一件只能重报一次，留痕；原文一直保留。"
        ),
        status_code=202,
        response_class=Response,
        responses=openapi.found(Receipt, "已接收的回执", status=202) | openapi.refused(403, 404, 409, 422, 503),
    )
    async def resubmit(
        request: Request,
        letter: LetterId,
        given: Mended,
        caller: Annotated[Caller, Depends(may("event.submit"))],
    ) -> Response:
        ours = agency_of(agencies, caller)
        found = await run_in_threadpool(ledger.dead_letter, caller.scope, letter)
        if found is None:
            raise Problem(404, "no_letter", f"没有编号为 {letter} 的信件，或不在您的范围内")
        receipt = await resubmitting.resubmit(request, caller, ours, found, given.original)
        return json_answer(msgspec.to_builtins(receipt), 202)

    return routes


def _mended_lines(body: bytes) -> list[MendedLine]:
    """Return the lines of a batch; Problem 400 with the first that is none, 413 when there are too many."""
    lines = [line for line in body.splitlines() if line.strip()]
    if not lines:
        raise Problem(400, "bad_batch", "正文里一行也没有；请逐行写明要重报的信件")
    if len(lines) > MAX_BATCH:
        raise Problem(413, "batch_too_large", f"一批 {len(lines)} 件，上限 {MAX_BATCH} 件；请分批重报")
    told = []
    for number, line in enumerate(lines, 1):
        try:
            told.append(_decode_line(line))
        except (msgspec.DecodeError, UnicodeDecodeError) as exc:
            fault = Fault("/body", f"第 {number} 行应为 {{letter, original}}（{exc}）")
            raise Problem(400, "bad_batch", f"第 {number} 行不可读，整批未办理", errors=[fault]) from exc
    return told


def _listed(letter: dict[str, Any], again: Resubmission | None) -> dict[str, Any]:
    return {
        **letter,
        "resubmitted_by": again.caller if again else None,
        "resubmitted_at": written(again.at_ms) if again else None,
        "receipt": again.receipt if again else None,
    }
