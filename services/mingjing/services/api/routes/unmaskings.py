"""What do the hidden personal fields of this case, card or dead letter say? With a reason, and on the trail."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from mingjing.services.api import openapi
from mingjing.services.api.answers import json_answer
from mingjing.services.api.caller import may
from mingjing.services.api.desk.known_cards import KnownCards
from mingjing.services.api.documents import Unmasked, UnmaskedCard, UnmaskedLetter
from mingjing.services.api.idempotency import REPEATABLE
from mingjing.services.api.personal import Personal
from mingjing.services.api.problems import Problem
from mingjing.services.api.routes.cards import CARD_ID
from mingjing.services.api.routes.dead_letters import LETTER_ID
from mingjing.services.api.trail import Trail
from mingjing.services.auth.caller import Caller
from mingjing.services.ledger.port import Ledger

Unmasker = Annotated[Caller, Depends(may("case.unmask"))]

_UNKEPT = {"Cache-Control": "no-store"}


class _Reasoned(BaseModel):
    """Why what is personal must be read."""

    model_config = ConfigDict(extra="forbid")
    reason: str = Field(min_length=6, max_length=500, description="事由，至少六个字；随操作留痕")


class Unmasking(_Reasoned):
    """A case, and why its personal fields must be read."""

    case_key: str = Field(min_length=3, max_length=200)


class CardUnmasking(_Reasoned):
    """A card, and why the personal fields of the steps on it must be read."""

    card_id: str = Field(pattern=CARD_ID, description="牌的编号")


class LetterUnmasking(_Reasoned):
    """A dead letter, and why it must be read whole."""

    letter: str = Field(pattern=LETTER_ID, description="信件编号")


def router(ledger: Ledger, known: KnownCards, personal: Personal, trail: Trail) -> APIRouter:
    """Return the routes of unmasking, for roles that may."""
    routes = APIRouter(prefix="/v1/unmaskings")

    @routes.post(
        "",
        tags=["办件"],
        summary="查看办件中的个人信息",
        description="须写明事由；谁、何时、为何看了哪一件，均留痕。",
        openapi_extra=REPEATABLE,
        response_class=Response,
        responses=openapi.found(Unmasked, "该办件各事件中的个人信息") | openapi.refused(404, 422, 503),
    )
    async def unmask(request: Request, given: Unmasking, caller: Unmasker) -> Response:
        case = await run_in_threadpool(ledger.case, caller.scope, given.case_key)
        if case is None:
            raise Problem(404, "no_such_case", f"没有办件 {given.case_key}，或不在您的监察范围内")
        await trail.record(
            request,
            caller,
            "case.unmasked",
            given.case_key,
            agency=case["agency"],
            region=case["region"],
            reason=given.reason,
        )
        events = await run_in_threadpool(ledger.events, caller.scope, given.case_key)
        shown = [
            {"id": each["id"], "source": each["source"], "type": each["type"], "data": held}
            for each in events
            if (held := personal.shown(each))
        ]
        return json_answer({"case_key": given.case_key, "events": shown}, headers=_UNKEPT)

    @routes.post(
        "/cards",
        tags=["办牌"],
        summary="查看办牌各步中的个人信息",
        description="批准人、责任人等。须写明事由；谁、何时、为何看了哪一张，均留痕。",
        openapi_extra=REPEATABLE,
        response_class=Response,
        responses=openapi.found(UnmaskedCard, "办理这张牌的各步中的个人信息") | openapi.refused(404, 422, 503),
    )
    async def unmask_card(request: Request, given: CardUnmasking, caller: Unmasker) -> Response:
        stages = await run_in_threadpool(known.stages, caller.scope, [given.card_id])
        stage = stages.get(given.card_id)
        if stage is None:
            raise Problem(404, "no_such_card", f"没有办理中的牌 {given.card_id}，或不在您的监察范围内")
        await trail.record(
            request,
            caller,
            "card.unmasked",
            given.card_id,
            agency=stage["agency"],
            region=stage["region"],
            reason=given.reason,
        )
        shown = [
            {"action_id": each["action_id"], "verb": each["verb"], "fields": said}
            for each in stage["entries"]
            if (said := personal.said(each))
        ]
        return json_answer({"card_id": given.card_id, "entries": shown}, headers=_UNKEPT)

    @routes.post(
        "/letters",
        tags=["报送"],
        summary="查看不可用报送的原文",
        description="须写明事由；谁、何时、为何看了哪一件，均留痕。",
        openapi_extra=REPEATABLE,
        response_class=Response,
        responses=openapi.found(UnmaskedLetter, "原文（base64），逐字节如当初所收") | openapi.refused(404, 422, 503),
    )
    async def unmask_letter(request: Request, given: LetterUnmasking, caller: Unmasker) -> Response:
        letter = await run_in_threadpool(ledger.dead_letter, caller.scope, given.letter)
        if letter is None:
            raise Problem(404, "no_letter", f"没有编号为 {given.letter} 的信件，或不在您的范围内")
        await trail.record(
            request, caller, "letter.unmasked", given.letter, agency=letter["agency"], reason=given.reason
        )
        return json_answer({"letter": given.letter, "original": letter["original"]}, headers=_UNKEPT)

    return routes
