"""Which versions of the law were published, what is to be, and who says so?"""

from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Depends, Path, Request, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from mingjing.rules.publication import PublicationRefused
from mingjing.services.api import openapi
from mingjing.services.api.answers import tagged
from mingjing.services.api.caller import current_caller, may
from mingjing.services.api.idempotency import IdempotencyKey, once
from mingjing.services.api.law_desk import LawDesk
from mingjing.services.api.law_documents import (
    ProposalDocument,
    ProposalPage,
    PublishedVersions,
    proposal_document,
    proposal_entry,
    published_versions,
)
from mingjing.services.api.problems import Problem, unavailable
from mingjing.services.api.routes.parameters import Cursor, Limit
from mingjing.services.auth.caller import Caller
from mingjing.services.auth.gate import Gate
from mingjing.services.ledger.paging import closed, opened

LIST = "proposals"

ProposalId = Annotated[str, Path(pattern=r"^[0-9a-f]{16}$", description="提请编号")]
FileName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}\.yaml$")]
FileText = Annotated[str, Field(min_length=1, max_length=1 << 20)]


class NewProposal(BaseModel):
    """Files of law by name, the instant they are to come into force, and the record of their back-test."""

    model_config = ConfigDict(extra="forbid")
    title: str = Field(min_length=1, max_length=120, examples=["办结时限改为两日预警"])
    in_force: AwareDatetime = Field(
        description="施行时刻，至少在批准的十分钟之后", examples=["2026-12-01T00:00:00+08:00"]
    )
    files: dict[FileName, FileText] = Field(min_length=1, max_length=32)
    backtest: dict[str, Any] | None = Field(None, description="`mingjing rules backtest --out` 写下的记录，一字不差")


class Refusal(BaseModel):
    """Why a proposal is given back."""

    model_config = ConfigDict(extra="forbid")
    reason: str = Field(min_length=2, max_length=500)


async def _reader(caller: Annotated[Caller, Depends(current_caller)]) -> Caller:
    if not (caller.may("rule.publish") or caller.may("rule.approve") or caller.may("audit.read")):
        raise Problem(403, "not_permitted", "只有规则管理员、监察负责人和审计员查阅提请")
    return caller


def router(gate: Gate, desk: LawDesk) -> APIRouter:
    """Return the routes of publishing law."""
    routes = APIRouter(prefix="/v1/rulebook", tags=["规则"])

    @routes.get(
        "/versions",
        summary="查询已发布的版本",
        description="全部已发布的版本：已预告、施行中、已被取代；后施行的在前。没有发布过的文件以安装所带的为准。",
        dependencies=[Depends(current_caller)],
        response_class=Response,
        responses=openapi.cacheable(PublishedVersions, "已发布的版本") | openapi.refused(503),
    )
    async def versions(request: Request) -> Response:
        try:
            known = await run_in_threadpool(desk.law.known)
        except PublicationRefused as exc:
            raise unavailable(str(exc)) from exc
        return tagged(request, msgspec.to_builtins(published_versions(known, gate.now_ms())))

    @routes.get(
        "/proposals",
        summary="查询发布提请",
        description="新的在前；提请从不删除。",
        dependencies=[Depends(_reader)],
        response_class=Response,
        responses=openapi.cacheable(ProposalPage, "提请，新的在前", paged=True) | openapi.refused(400, 422, 503),
    )
    def proposals(request: Request, limit: Limit = 50, cursor: Cursor = None) -> Response:
        found = gate.registry.proposals.newest(limit + 1, opened(cursor, LIST))
        after = closed([(each.made_ms, each.id) for each in found], limit, LIST)
        return tagged(
            request, msgspec.to_builtins(ProposalPage([proposal_entry(each) for each in found[:limit]], after))
        )

    @routes.get(
        "/proposals/{proposal}",
        summary="查阅一份发布提请",
        description="连同各文件的正文与回测记录。",
        dependencies=[Depends(_reader)],
        response_class=Response,
        responses=openapi.cacheable(ProposalDocument, "提请") | openapi.refused(404, 422, 503),
    )
    async def proposal(request: Request, proposal: ProposalId) -> Response:
        return tagged(request, msgspec.to_builtins(proposal_document(await desk.held(proposal))))

    @routes.post(
        "/proposals",
        summary="提请发布规则文件",
        description="规则包、事项目录、日历、叠加、表、词汇表、门槛方案；须附对它们的回测，检查不通过的不收。",
        status_code=201,
        response_class=Response,
        responses=openapi.found(ProposalDocument, "提请", status=201) | openapi.refused(409, 422, 503),
    )
    async def propose(
        request: Request,
        given: NewProposal,
        caller: Annotated[Caller, Depends(may("rule.publish"))],
        key: IdempotencyKey = None,
    ) -> Response:
        values: dict[str, Any] = {"title": given.title, "files": given.files, "in_force": given.in_force}
        values["backtest"] = None if given.backtest is None else msgspec.json.encode(given.backtest).decode()
        return await once(request, gate, caller, key, lambda: desk.propose(request, caller, values))

    @routes.post(
        "/proposals/{proposal}/approval",
        summary="批准并发布",
        description="须由提请人以外、另一角色的人批准；写入主题 rulebook，到时自行施行。",
        response_class=Response,
        responses=openapi.found(ProposalDocument, "已发布的提请") | openapi.refused(404, 409, 422, 503),
    )
    async def approve(
        request: Request,
        proposal: ProposalId,
        caller: Annotated[Caller, Depends(may("rule.approve"))],
        key: IdempotencyKey = None,
    ) -> Response:
        return await once(request, gate, caller, key, lambda: desk.approve(request, caller, proposal))

    @routes.post(
        "/proposals/{proposal}/refusal",
        summary="退回或撤回提请",
        description="批准人退回，或提请人撤回；须写明理由。",
        dependencies=[Depends(_reader)],
        response_class=Response,
        responses=openapi.found(ProposalDocument, "已退回的提请") | openapi.refused(404, 409, 422, 503),
    )
    async def refuse(
        request: Request,
        proposal: ProposalId,
        given: Refusal,
        caller: Annotated[Caller, Depends(current_caller)],
        key: IdempotencyKey = None,
    ) -> Response:
        if not (caller.may("rule.publish") or caller.may("rule.approve")):
            raise Problem(403, "not_permitted", "只有提请人与批准人能退回提请")
        return await once(request, gate, caller, key, lambda: desk.refuse(request, caller, proposal, given.reason))

    return routes
