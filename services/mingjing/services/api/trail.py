"""Writing the audit trail from requests: nothing that belongs on it happens before Kafka has its entry."""

from typing import Any

from fastapi import Request

from mingjing.services.api.gateway.outbox import Outbox, OutboxUnavailable, Outgoing
from mingjing.services.api.porter import address_of
from mingjing.services.api.problems import Problem, unavailable
from mingjing.services.audit.entry import TOPIC, Entry, packed
from mingjing.services.auth.caller import Caller
from mingjing.services.auth.gate import Gate


class Trail:
    """The way to the topic `audit`. Record first, act after."""

    def __init__(self, outbox: Outbox, gate: Gate) -> None:
        self._outbox = outbox
        self._gate = gate

    async def record(
        self,
        request: Request,
        caller: Caller,
        action: str,
        thing: str,
        *,
        agency: str | None = None,
        region: str | None = None,
        **detail: Any,
    ) -> None:
        """Have the entry acknowledged by Kafka; Problem 503 when it is not, and then nothing may be done.

        Raises for a caller who is known; `record_stranger` is for those who are not.
        """
        more = {"address": address_of(request), "via": caller.via, **detail}
        entry = Entry(
            at_ms=self._gate.now_ms(),
            actor=caller.name,
            role=caller.role,
            action=action,
            object=thing,
            agency=agency or "",
            region=region or "",
            detail=more,
        )
        await self._send(entry)

    def marked(self, text: str) -> str:
        """Return what stands on the trail for words that may name a person: a keyed mark, and how long they were.

        The same words have the same mark, so that somebody who is asked about can be looked for.
        """
        return f"#{self._gate.seal.mark(text)}/{len(text)}"

    async def record_stranger(self, request: Request, name: str, action: str, **detail: Any) -> None:
        """Have it on the trail that somebody who says they are `name` was refused."""
        more = {"address": address_of(request), **detail}
        await self._send(
            Entry(at_ms=self._gate.now_ms(), actor=name[:64], role="", action=action, object=name[:64], detail=more)
        )

    async def _send(self, entry: Entry) -> None:
        try:
            await self._outbox.send([Outgoing(TOPIC, None, packed(entry))])
        except OutboxUnavailable as exc:
            raise _away() from exc


def _away() -> Problem:
    return unavailable("操作留痕（Kafka）暂时不可用：须留痕的操作一律不予执行，请稍后重试")
