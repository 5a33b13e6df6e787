"""Handing a dead letter in again, mended or as it is: once, on the trail, and only when it is good this time."""

import base64
from datetime import UTC, datetime
from typing import Any

import orjson
from fastapi import Request
from starlette.concurrency import run_in_threadpool

from mingjing.services.agencies import Agency
from mingjing.services.api.documents import Receipt
from mingjing.services.api.gateway.outbox import OutboxUnavailable
from mingjing.services.api.gateway.reception import Reception
from mingjing.services.api.problems import Fault, Problem, unavailable
from mingjing.services.api.trail import Trail
from mingjing.services.auth.caller import Caller
from mingjing.services.auth.gate import Gate
from mingjing.services.exchange import letter_row
from mingjing.services.registry import Resubmission, Taken

_ROW = "bad_row"
_ELSEWHERE = {
    "engine_fault": "规则引擎无法判定的事件由系统管理员处理，无须重报",
    "row_refused": "台账拒收的记录由系统管理员处理，无须重报",
}
"""Codes of what cannot be mended by sending it again, and what is done instead."""
_AT_ITS_SOURCE = "这一件没有写明是哪个标准的行，改不了；请在来源处改正，改正后会自动重新采集"


class Resubmitting:
    """Hands letters in again through the reception of posted events; a row as the events it stands for."""

    def __init__(self, reception: Reception, gate: Gate, trail: Trail) -> None:
        self._reception = reception
        self._gate = gate
        self._trail = trail
        self._claims = gate.registry.resubmissions

    async def resubmit(
        self, request: Request, caller: Caller, agency: Agency, letter: dict[str, Any], mended: str | None
    ) -> Receipt:
        """Return the receipt.

        Problem 409 for a letter that was handed in again before or is not mended this
        way, 422 with the first fault when the event is still not good, 503 when Kafka is away.
        """
        ident = letter["letter_id"]
        if letter["code"] in _ELSEWHERE:
            raise Problem(409, "mended_elsewhere", _ELSEWHERE[letter["code"]])
        original = base64.b64decode(letter["original"])
        given = None if mended is None else mended.encode()
        events = _events_of_row(original, given) if letter["code"] == _ROW else [original if given is None else given]
        now = datetime.now(UTC)
        for verdict in self._reception.judge(events, agency.principal).results:
            if verdict.result == "rejected":
                raise _still(verdict.code or "rejected", (verdict.place or "$")[1:], verdict.message or "")
        claim = Resubmission(letter=ident, caller=caller.name, at_ms=self._gate.now_ms())
        try:
            await run_in_threadpool(self._claims.begin, claim)
        except Taken as exc:
            raise Problem(409, "resubmitted", "这一件已重报过；同一件只能重报一次") from exc
        try:
            await self._trail.record(
                request, caller, "letter.resubmitted", ident, agency=agency.code, mended=mended is not None
            )
            receipt = await self._reception.receive(events, agency.principal, now, "resubmitted")
        except OutboxUnavailable as exc:
            await run_in_threadpool(self._claims.give_up, ident)
            raise unavailable("消息系统（Kafka）暂时不可用，未重报，请稍后再试") from exc
        except BaseException:
            await run_in_threadpool(self._claims.give_up, ident)
            raise
        await run_in_threadpool(self._claims.finish, ident, receipt.receipt)
        return receipt


def _events_of_row(original: bytes, given: bytes | None) -> list[bytes]:
    """Return the events of a row that was put aside, mended or as it was: all of them, or Problem 409 or 422."""
    was = letter_row.read(original)
    if was is None:
        raise Problem(409, "mended_elsewhere", _AT_ITS_SOURCE)
    try:
        translated = letter_row.events_of(was if given is None else letter_row.mended(was, given))
    except letter_row.RowUnread as exc:
        raise _still(_ROW, "", str(exc)) from exc
    refused = next((each for each in translated.remarks if each.refused), None)
    if refused is not None:
        raise _still(_ROW, f".row.{refused.column}" if refused.column else ".row", refused.message)
    return [orjson.dumps(each) for each in translated.events]


def _still(code: str, place: str, message: str) -> Problem:
    fault = Fault(f"/body/original{place.replace('.', '/')}", message)
    return Problem(422, code, f"仍不可用：{message}", errors=[fault])
