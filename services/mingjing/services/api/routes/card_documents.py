"""The documents of a card: 监察通知书, 决定书, 督办单, 建议书, 提醒函."""

from pathlib import Path as FilePath
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from mingjing.services.api import openapi
from mingjing.services.api.answers import content_tagged
from mingjing.services.api.caller import CallerScope, CurrentCaller
from mingjing.services.api.desk.documents import PaperKind
from mingjing.services.api.desk.known_cards import KnownCards
from mingjing.services.api.desk.papers import Papers
from mingjing.services.api.problems import Problem
from mingjing.services.api.routes.cards import CardId
from mingjing.services.api.trail import Trail
from mingjing.services.auth.gate import Gate
from mingjing.services.confided import Keeping, kept_from
from mingjing.services.documents import paper, word
from mingjing.services.documents.letter import Letter
from mingjing.services.documents.paper import pdf_of
from mingjing.services.documents.template import DocumentIncomplete
from mingjing.services.documents.word import docx_of

Kind = Annotated[PaperKind, Path(description="通知书、提醒函、决定书、督办单、建议书")]
Step = Annotated[
    str | None, Query(max_length=80, description="哪一步的文书，见牌的 documents[].step；省略为最近一次的")
]
Form = Annotated[Literal["pdf", "docx"], Path(description="PDF/A，或可编辑的 .docx")]

_TITLES = {
    "notice": "电子监察通知书",
    "reminder": "提醒函",
    "decision": "监察决定书",
    "supervision-order": "督办单",
    "recommendation": "监察建议书",
}


def router(
    gate: Gate, known: KnownCards, papers: Papers, trail: Trail, fonts: FilePath | None, confided: Keeping
) -> APIRouter:
    """Return the route of documents; `fonts` is the folder of the office's own, None for the machine's.

    What is `confided` stands in those only that are fetched by who may know.
    """
    routes = APIRouter(prefix="/v1/cards", tags=["办牌"])

    async def fetched(request: Request, caller: CurrentCaller, card_id: CardId, kind: Kind, step: Step = None) -> None:
        await trail.record(request, caller, "card.document", card_id, kind=kind, step=step)

    @routes.get(
        "/{card_id}/documents/{kind}.{form}",
        summary="取一张牌的文书",
        description=(
            "每一步的文书都可取，`step` 指明哪一步；所述是办理当时的认定。同一次办理总是同一文号、同一日期。取用留痕。"
        ),
        dependencies=[Depends(fetched)],
        response_class=Response,
        responses=_answers() | openapi.refused(404, 422, 503),
    )
    def document(
        request: Request,
        scope: CallerScope,
        caller: CurrentCaller,
        card_id: CardId,
        kind: Kind,
        form: Form,
        step: Step = None,
    ) -> Response:
        history = list(map(kept_from(caller, confided)().withheld, known.history(scope, card_id)))
        stage = known.stages(scope, [card_id]).get(card_id)
        if not history or stage is None:
            raise Problem(404, "no_such_card", f"没有编号为 {card_id} 的牌，或不在您的监察范围内")
        try:
            letter = papers.letter(history, stage["entries"], kind, step, now_ms=gate.now_ms())
        except DocumentIncomplete as exc:
            raise Problem(422, "document_incomplete", f"文书缺少内容：{exc}") from exc
        if letter is None:
            raise Problem(404, "no_such_document", f"这张牌还没有{_TITLES[kind]}：尚未办理相应的一步")
        content, media_type = _written(letter, form, fonts)
        name = f"{kind}-{card_id[:8]}.{form}"
        return content_tagged(request, content, media_type, {"Content-Disposition": f'attachment; filename="{name}"'})

    return routes


def _written(letter: Letter, form: str, fonts: FilePath | None) -> tuple[bytes, str]:
    return (pdf_of(letter, fonts), paper.MEDIA_TYPE) if form == "pdf" else (docx_of(letter), word.MEDIA_TYPE)


def _answers() -> openapi.Responses:
    binary = {"schema": {"type": "string", "format": "binary"}}
    return {
        200: {"description": "文书", "content": {paper.MEDIA_TYPE: binary, word.MEDIA_TYPE: binary}},
        304: {"description": "内容未变"},
    }
