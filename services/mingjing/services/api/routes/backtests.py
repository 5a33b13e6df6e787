"""What would a change of this rule have done to the past?"""

from datetime import date
from typing import Annotated

import msgspec
from fastapi import APIRouter, Depends, Path, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from mingjing.rules.pack import parse_pack
from mingjing.rules.yaml_page import PackRefused
from mingjing.services.api import openapi
from mingjing.services.api.answers import content_tagged, json_answer, tagged
from mingjing.services.api.backtests import BacktestBusy, BacktestDocument, BacktestJob, BacktestPage, Backtests
from mingjing.services.api.caller import current_caller
from mingjing.services.api.problems import Fault, Problem
from mingjing.services.api.routes.parameters import Cursor, Limit
from mingjing.services.api.rule_library import RuleLibrary
from mingjing.services.api.trail import Trail
from mingjing.services.auth.caller import Caller
from mingjing.services.auth.gate import Gate
from mingjing.services.ledger.paging import closed, opened
from mingjing.services.rulebook_files import load_tables, load_vocabularies

LIST = "backtests"
YAML = "application/yaml"
PLACE = "new.yaml"

BacktestId = Annotated[str, Path(pattern=r"^[0-9]{13}[0-9a-f]{8}$", description="回测编号")]

_FILE: openapi.Responses = {
    200: {"description": "规则包文件", "content": {YAML: {"schema": {"type": "string"}}}},
    304: {"description": "内容未变"},
}


class NewBacktest(BaseModel):
    """A rule said otherwise, and the days whose cases are to be judged both ways."""

    model_config = ConfigDict(extra="forbid")
    rule: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$", examples=["TL-04"])
    text: str = Field(min_length=1, max_length=1 << 16, description="这一条规则的新文字（YAML）")
    since: date | None = Field(None, description="自何日起有事件的办件；省略为全部", examples=["2026-01-01"])
    until: date = Field(description="时钟停在何日之末", examples=["2026-03-31"])


async def _trier(caller: Annotated[Caller, Depends(current_caller)]) -> Caller:
    if not (caller.may("rule.publish") or caller.may("rule.approve")):
        raise Problem(403, "not_permitted", "只有规则管理员与监察负责人回测规则")
    if caller.region is not None or caller.agency is not None:
        raise Problem(403, "not_permitted", "回测涉及全部办件，须由范围不受限的人进行")
    return caller


Trier = Annotated[Caller, Depends(_trier)]


def router(gate: Gate, library: RuleLibrary, backtests: Backtests, trail: Trail) -> APIRouter:
    """Return the routes of back-tests."""
    routes = APIRouter(prefix="/v1/backtests", tags=["规则"], dependencies=[Depends(_trier)])

    @routes.get(
        "",
        summary="查询回测",
        description="新的在前。",
        response_class=Response,
        responses=openapi.cacheable(BacktestPage, "回测，新的在前", paged=True) | openapi.refused(400, 422),
    )
    def newest(request: Request, limit: Limit = 50, cursor: Cursor = None) -> Response:
        _, before = opened(cursor, LIST) or (0, None)
        found = backtests.newest(before)
        # An id begins with the instant at which its back-test began.
        page = BacktestPage(found[:limit], closed([(0, each.id) for each in found], limit, LIST))
        return tagged(request, msgspec.to_builtins(page))

    @routes.post(
        "",
        summary="以归档的办件试一条规则的改动",
        description="施行中的规则包与换上新文字的规则包各判一遍，逐张比较；在另一个进程里进行，一次一个。",
        status_code=201,
        response_class=Response,
        responses=openapi.found(BacktestJob, "已开始的回测", status=201) | openapi.refused(404, 409, 422, 503),
    )
    async def begin(request: Request, caller: Trier, given: NewBacktest) -> Response:
        try:
            changed = library.pack_with(given.rule, given.text)
        except (ValueError, KeyError) as exc:
            raise Problem(422, "law_faulty", f"改后的文字放不进规则包：{exc}") from exc
        if changed is None:
            raise Problem(404, "no_such_rule", f"没有编号为 {given.rule} 的规则")
        pack, text = changed
        await run_in_threadpool(_demand_law, text)
        await trail.record(request, caller, "law.tried", given.rule, pack=pack.name, until=given.until.isoformat())
        try:
            job = backtests.begin(
                given.rule,
                pack.name,
                (pack.text, text),
                since=given.since.isoformat() if given.since else None,
                until=given.until.isoformat(),
                by=caller.name,
                now_ms=gate.now_ms(),
            )
        except BacktestBusy as exc:
            raise Problem(409, "backtest_busy", "另一次回测正在进行，请等它结束") from exc
        return json_answer(msgspec.to_builtins(job), 201, {"Location": f"/v1/backtests/{job.id}"})

    @routes.get(
        "/{backtest}",
        summary="查阅一次回测",
        description="完成后附记录：每条规则新增、不再、改变、不变的张数与样本，以及摘要。",
        response_class=Response,
        responses=openapi.cacheable(BacktestDocument, "回测") | openapi.refused(404, 422),
    )
    def one(request: Request, backtest: BacktestId) -> Response:
        found = backtests.of(backtest)
        if found is None:
            raise Problem(404, "no_such_backtest", f"没有编号为 {backtest} 的回测")
        return tagged(request, msgspec.to_builtins(found))

    @routes.get(
        "/{backtest}/pack.yaml",
        summary="取回所试的规则包文件",
        description="即记录的 files.new 所指的文件；提请发布时原样提交。",
        response_class=Response,
        responses=_FILE | openapi.refused(404, 422),
    )
    def file(request: Request, backtest: BacktestId) -> Response:
        found = backtests.file(backtest)
        if found is None:
            raise Problem(404, "no_such_backtest", f"没有编号为 {backtest} 的回测")
        name = {"Content-Disposition": f'attachment; filename="{PLACE}"'}
        return content_tagged(request, found, YAML, name)

    return routes


def _demand_law(text: str) -> None:
    """Problem 422, with the place of each fault, for a file that is no law."""
    try:
        parse_pack(text, PLACE, load_vocabularies(), load_tables())
    except PackRefused as exc:
        faults = [Fault("/body/text", f"{each.line}:{each.column} {each.message}") for each in exc.faults]
        raise Problem(422, "law_faulty", "改后的规则有误", errors=faults) from exc
