"""Handing a dead letter in again, mended or as it is: once, on the trail, and only when it is good this time."""

import base64
from datetime import UTC, datetime
from typing import Any

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
from mingjing.services.registry import Resubmission, Taken

_ELSEWHERE = {
    "bad_row": "采集来的行请在来源处改正，改正后会自动重新采集",
    "engine_fault": "规则引擎无法判定的事件由系统管理员处理，无须重报",
    "row_refused": "台账拒收的记录由系统管理员处理，无须重报",
}
"""Codes of what cannot be mended by sending it again, and what is done instead."""


class Resubmitting:
    """Hands letters in again through the reception of posted events."""

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
        raw = base64.b64decode(letter["original"]) if mended is None else mended.encode()
        now = datetime.now(UTC)
        (verdict,) = self._reception.judge([raw], agency.principal).results
        if verdict.result == "rejected":
            fault = Fault(f"/body/original{(verdict.place or '$')[1:].replace('.', '/')}", verdict.message or "")
            raise Problem(422, verdict.code or "rejected", f"仍不可用：{verdict.message}", errors=[fault])
        claim = Resubmission(letter=ident, caller=caller.name, at_ms=self._gate.now_ms())
        try:
            await run_in_threadpool(self._claims.begin, claim)
        except Taken as exc:
            raise Problem(409, "resubmitted", "这一件已重报过；同一件只能重报一次") from exc
        try:
            await self._trail.record(
                request, caller, "letter.resubmitted", ident, agency=agency.code, mended=mended is not None
            )
            receipt = await self._reception.receive([raw], agency.principal, now, "resubmitted")
        except OutboxUnavailable as exc:
            await run_in_threadpool(self._claims.give_up, ident)
            raise unavailable("消息系统（Kafka）暂时不可用，未重报，请稍后再试") from exc
        except BaseException:
            await run_in_threadpool(self._claims.give_up, ident)
            raise
        await run_in_threadpool(self._claims.finish, ident, receipt.receipt)
        return receipt
