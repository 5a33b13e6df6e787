"""What people do with a card: sign, explain, appeal, verify, uphold, revoke, supervise, close."""

import asyncio
from typing import Annotated

import msgspec
from fastapi import APIRouter, Header, Path, Request, Response
from pydantic import BaseModel, ConfigDict, Field, field_validator
from starlette.concurrency import run_in_threadpool

from mingjing.rules.workflow import STAGE_TITLES, Stage, waiting_for
from mingjing.rules.workflow_steps import STEPS
from mingjing.services.api import openapi
from mingjing.services.api.answers import json_answer, tagged
from mingjing.services.api.caller import CallerScope, CurrentCaller
from mingjing.services.api.desk.actions import Actions, Asked, answer_of
from mingjing.services.api.desk.answers import Answers
from mingjing.services.api.desk.documents import ActionAnswer, ActionAnswers, SharedStep, StepField, Worklist
from mingjing.services.api.desk.known_cards import KnownCards
from mingjing.services.api.idempotency import once
from mingjing.services.api.problems import Fault, Problem
from mingjing.services.api.routes.cards import CARD_ID, CardId
from mingjing.services.api.routes.parameters import Agency
from mingjing.services.auth.gate import Gate
from mingjing.services.ledger.port import Ledger

AT_ONCE = 100
"""The most actions of one request."""

Key = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        pattern=r"^[\x21-\x7e]{1,64}$",
        description="这一步的唯一标识；同一标识重发，只办一次，得到同一答复",
        examples=["5f0c6c1e-sign"],
    ),
]
ActionId = Annotated[str, Path(pattern=r"^[0-9a-f]{32}\.[0-9a-f]{32}$", description="动作编号，见答复与 Location")]

SHARED = frozenset({"sign", "verify", "supervise", "close"})
"""Steps that say the same of many cards; what judges a card, or answers for it, is said of one."""

_CONFLICTS = frozenset({"stale", "not_now", "not_ready"})
_FORBIDDEN = frozenset({"not_yours", "out_of_scope", "same_person"})
_PENDING = openapi.found(ActionAnswer, "已收到，尚无结果；请到 Location 查询", status=202)
_PENDING[202]["headers"] = {
    "Location": {"description": "查询结果之处", "schema": {"type": "string"}},
    "Retry-After": {"description": "多少秒后再查", "schema": {"type": "integer"}},
}


class AskedOfCard(Asked):
    """One of several steps."""

    card_id: str = Field(pattern=CARD_ID, description="牌的编号")


class AskedOfCards(BaseModel):
    """Several steps, each on a card of its own."""

    model_config = ConfigDict(extra="forbid")
    actions: list[AskedOfCard] = Field(min_length=1, max_length=AT_ONCE, description="每张牌一步")

    @field_validator("actions")
    @classmethod
    def _each_card_once(cls, actions: list[AskedOfCard]) -> list[AskedOfCard]:
        if len({each.card_id for each in actions}) < len(actions):
            raise ValueError("同一张牌在一次请求中只能办一步")
        return actions


def router(gate: Gate, ledger: Ledger, known: KnownCards, actions: Actions, answers: Answers) -> APIRouter:
    """Return the routes of people's steps."""
    routes = APIRouter(prefix="/v1", tags=["办牌"])

    @routes.get(
        "/cards/worklist",
        summary="查询各办理阶段的牌数",
        description="`mine` 是轮到您办理的阶段，`shared` 是您可对多张牌同办的步骤；列表用 `/v1/cards?stage=…`。",
        response_class=Response,
        responses=openapi.cacheable(Worklist, "您监察范围内的牌数") | openapi.refused(503),
    )
    def worklist(request: Request, scope: CallerScope, caller: CurrentCaller, agency: Agency = None) -> Response:
        mine = sorted(waiting_for(caller.role))
        counts = msgspec.convert(ledger.stage_counts(scope.narrowed(agency, None)), dict[Stage, int])
        body = Worklist(counts, STAGE_TITLES, mine, _shared(caller.role))
        return tagged(request, msgspec.to_builtins(body))

    @routes.post(
        "/cards/{card_id}/actions",
        summary="办理一张牌：签收、说明、申诉、核查、维持、撤牌、督办、销号等",
        description=(
            "可办的步骤及须填内容见 `GET /v1/cards/{card_id}` 的 `steps`。两人同时办理时，后到者得 409 与牌的现状。"
            "五秒内没有结果时答复 202，到 `Location` 查询。先留痕，后办理。"
        ),
        response_class=Response,
        responses=openapi.found(ActionAnswer, "已办理") | _PENDING | openapi.refused(403, 404, 409, 422, 503),
    )
    async def act(
        request: Request, _scope: CallerScope, caller: CurrentCaller, card_id: CardId, asked: Asked, key: Key
    ) -> Response:
        async def take() -> Response:
            return _answered(await actions.ask(request, caller, card_id, asked, key))

        return await once(request, gate, caller, key, take, by_itself=True)

    @routes.post(
        "/card-actions",
        summary="办理多张牌，每张一步，各有结果",
        description="如批量签收；一张牌办不成不影响其余。结果与所列次序一致。",
        response_class=Response,
        responses=openapi.found(ActionAnswers, "每张牌的结果") | openapi.refused(403, 409, 422, 503),
    )
    async def act_on_many(
        request: Request, _scope: CallerScope, caller: CurrentCaller, asked: AskedOfCards, key: Key
    ) -> Response:
        async def take() -> Response:
            results = await asyncio.gather(
                *(actions.ask(request, caller, each.card_id, each, key) for each in asked.actions)
            )
            return json_answer({"results": [msgspec.to_builtins(each) for each in results]})

        return await once(request, gate, caller, key, take, by_itself=True)

    @routes.get(
        "/actions/{action_id}",
        summary="查询一步办理的结果",
        description="没有结果时答复 202：仍在排队，或从未收到这一动作。",
        response_class=Response,
        responses=openapi.found(ActionAnswer, "结果") | _PENDING | openapi.refused(404, 422, 503),
    )
    async def outcome(scope: CallerScope, action_id: ActionId) -> Response:
        card_id = action_id.partition(".")[0]
        if await run_in_threadpool(known.card, scope, card_id) is None:
            raise Problem(404, "no_such_action", f"没有动作 {action_id}，或不在您的监察范围内")
        heard = answers.known(action_id)
        if heard is not None:
            return json_answer(msgspec.to_builtins(answer_of(heard)))
        written = await run_in_threadpool(ledger.outcome, scope, card_id, action_id)
        if written is not None:
            said = {name: value for name, value in written["outcome"].items() if name != "accepted"}
            state = "accepted" if written["outcome"]["accepted"] else "refused"
            return json_answer({**said, "state": state})
        return _pending(ActionAnswer(action_id=action_id, card_id=card_id, state="pending"))

    return routes


def _shared(role: str) -> list[SharedStep]:
    return [
        SharedStep(
            verb=step.verb,
            title=step.title,
            english=step.english,
            from_stages=sorted(step.from_stages),
            fields=[StepField(**msgspec.structs.asdict(each)) for each in step.fields],
        )
        for step in STEPS
        if step.verb in SHARED and role in step.roles
    ]


def _answered(answer: ActionAnswer) -> Response:
    """Return the answer to one action; Problem 403, 404, 409 or 422 for a refused one."""
    if answer.state == "pending":
        return _pending(answer)
    if answer.state == "accepted":
        return json_answer(msgspec.to_builtins(answer))
    code, message = str(answer.code), str(answer.message)
    if code == "no_such_card":
        raise Problem(404, code, message)
    status = 409 if code in _CONFLICTS else 403 if code in _FORBIDDEN else 422
    pointer = f"/body/fields/{answer.field}" if answer.field else "/body/verb"
    errors = [Fault(pointer, message)] if status == 422 else []  # noqa: PLR2004  # HTTP
    current = None if answer.revision is None else {"stage": answer.stage, "revision": answer.revision}
    raise Problem(status, code, message, errors=errors, current=current)


def _pending(answer: ActionAnswer) -> Response:
    headers = {"Location": f"/v1/actions/{answer.action_id}", "Retry-After": "1"}
    return json_answer(msgspec.to_builtins(answer), 202, headers)
