"""Two people and a topic: what one offers, another of another role approves, and then it is law."""

from datetime import datetime
from functools import cache
from typing import Any

import msgspec
from fastapi import Request, Response
from starlette.concurrency import run_in_threadpool

from mingjing.rules.publication import PublicationRefused
from mingjing.rules.yaml_page import PackRefused
from mingjing.services.agencies import Agencies
from mingjing.services.api.answers import json_answer
from mingjing.services.api.law_documents import proposal_document
from mingjing.services.api.problems import Fault, Problem
from mingjing.services.api.trail import Trail
from mingjing.services.auth.caller import Caller
from mingjing.services.auth.gate import Gate
from mingjing.services.registry import Proposal
from mingjing.services.rulebook.history import Installed
from mingjing.services.rulebook.proposing import PublishedLaw, proposed, publish
from mingjing.services.settings import Settings


class LawDesk:
    """Takes proposals to publish law, and what a second person makes of them; each is on the trail before it is."""

    def __init__(self, gate: Gate, trail: Trail, law: PublishedLaw, settings: Settings, agencies: Agencies) -> None:
        self.law = law
        self._gate = gate
        self._trail = trail
        self._installed = cache(lambda: Installed(settings, agencies))

    async def propose(self, request: Request, caller: Caller, given: dict[str, Any]) -> Response:
        """Take a proposal; Problem 422 for what could not be published as it is."""
        in_force: datetime = given.pop("in_force")
        try:
            made = await run_in_threadpool(
                lambda: proposed(
                    **given,
                    in_force_ms=int(in_force.timestamp() * 1000),
                    made_by=caller.name,
                    made_role=caller.role,
                    now_ms=self._gate.now_ms(),
                )
            )
        except PackRefused as exc:
            faults = [
                Fault(f"/body/files/{each.name}", f"{each.line}:{each.column} {each.message}") for each in exc.faults
            ]
            raise Problem(422, "law_faulty", "文件有误，不能发布", errors=faults) from exc
        except PublicationRefused as exc:
            raise Problem(422, "not_publishable", str(exc)) from exc
        await self._trail.record(request, caller, "law.proposed", made.id, keys=list(made.keys), digest=made.digest)
        await run_in_threadpool(self._gate.registry.proposals.add, made)
        return _told(made, 201)

    async def approve(self, request: Request, caller: Caller, ident: str) -> Response:
        """Approve a proposal and publish it.

        Problem 403 for who made it, for who has the role that made it, and for a program;
        409 where it is decided on, comes too late, or does not go with what was published meanwhile.
        """
        held = await self.held(ident)
        _demand_second(held, caller)
        now_ms = self._gate.now_ms()
        await self._trail.record(request, caller, "law.approved", ident, keys=list(held.keys), digest=held.digest)
        proposals = self._gate.registry.proposals
        taken = await run_in_threadpool(
            lambda: proposals.approving(ident, by=caller.name, role=caller.role, now_ms=now_ms)
        )
        if not taken:
            raise _decided(await self.held(ident))
        try:
            await run_in_threadpool(
                lambda: publish(held, self.law, self._installed(), approved_by=caller.name, now_ms=now_ms)
            )
        except (PublicationRefused, PackRefused) as exc:
            await run_in_threadpool(lambda: proposals.reopen(ident, by=caller.name))
            raise Problem(409, "not_publishable", f"未能发布：{exc}") from exc
        await run_in_threadpool(proposals.published, ident)
        return _told(await self.held(ident), 200)

    async def refuse(self, request: Request, caller: Caller, ident: str, reason: str) -> Response:
        """Give a proposal back, or take one's own back; Problem 409 where it is decided on."""
        held = await self.held(ident)
        if caller.name != held.made_by:
            _demand_second(held, caller)
        await self._trail.record(request, caller, "law.refused", ident, reason=reason)
        done = await run_in_threadpool(
            lambda: self._gate.registry.proposals.refuse(
                ident, by=caller.name, role=caller.role, reason=reason, now_ms=self._gate.now_ms()
            )
        )
        held = await self.held(ident)
        if not done:
            raise _decided(held)
        return _told(held, 200)

    async def held(self, ident: str) -> Proposal:
        """Return a proposal; Problem 404 where there is none of that id."""
        found = await run_in_threadpool(self._gate.registry.proposals.of, ident)
        if found is None:
            raise Problem(404, "no_such_proposal", f"没有编号为 {ident} 的提请")
        return found


def _demand_second(held: Proposal, caller: Caller) -> None:
    """Problem 403 for who is no second person of another role."""
    if caller.via not in {"session", "token"} or ":" in caller.name:
        raise Problem(403, "not_a_person", "发布须由人批准，程序密钥不能代替")
    if caller.name == held.made_by:
        raise Problem(403, "same_person", "提请人不能批准自己的提请，请由另一角色的人批准")
    if caller.role == held.made_role:
        raise Problem(403, "same_role", "批准人的角色须与提请人不同")


def _decided(held: Proposal) -> Problem:
    told = {"published": "已发布", "refused": "已退回", "approving": "正由他人批准"}.get(held.state, held.state)
    return Problem(409, "already_decided", f"提请 {held.id} {told}", current={"state": held.state})


def _told(proposal: Proposal, status: int) -> Response:
    return json_answer(msgspec.to_builtins(proposal_document(proposal)), status)
