"""Receiving events: each is vouched for, and an agency hears what became of each.

Nothing is confirmed before Kafka has it and its receipt is kept. What cannot be used
goes to dead letters with the bytes as sent, so that both sides look at the same thing.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec

from mingjing.rules.events import TICK, Event
from mingjing.services import registry
from mingjing.services.api import metrics
from mingjing.services.api.documents import Receipt
from mingjing.services.api.gateway.letters import Letters
from mingjing.services.api.gateway.looking import Seen, look, receipt_of
from mingjing.services.api.gateway.outbox import Outbox, Outgoing
from mingjing.services.api.gateway.remarks import Remarks
from mingjing.services.api.gateway.remembered import Remembered
from mingjing.services.api.gateway.turns import Turns
from mingjing.services.api.problems import Problem, unavailable
from mingjing.services.receipts.mark import mark_of, summed
from mingjing.services.receipts.scribe import Scribe
from mingjing.streams.ports import Principal
from mingjing.streams.topics import ingest_topic
from mingjing.streams.trace import with_trace

ORIGIN = "http"
"""What a dead letter from here names as its topic."""


def unconfirmed() -> Problem:
    """Return what is told whoever posted events that Kafka did not take: OutboxUnavailable, in words."""
    return unavailable("消息系统（Kafka）暂时不可用，本次报送未确认，请稍后整批重发")


class Reception:
    """Vouches for posted events and passes them on."""

    def __init__(self, outbox: Outbox, scribe: Scribe, remarks: Remarks) -> None:
        self._outbox = outbox
        self._remarks = remarks
        self._scribe = scribe
        self._letters = Letters(ORIGIN)
        self._remembered = Remembered()
        self._turns = Turns()

    async def receive(
        self,
        raw_events: Sequence[bytes],
        principal: Principal,
        now: datetime,
        way: registry.Way = "http",
        trace: str | None = None,
    ) -> Receipt:
        """Pass on what is good and keep what is not; OutboxUnavailable if Kafka did not take all of it.

        The original bytes are passed on, with the W3C context `trace` of the call where an
        event has none of its own: intake stamps and routes them as it does those an agency
        writes to Kafka itself. An event that this process passed on before, byte for byte, is
        a duplicate and stays here. RegistryError when the receipt was not kept: what is sent
        again then does no harm.
        """
        async with self._turns.of(principal.agency, len(raw_events)):
            seen = look(raw_events, principal, self._remembered)
            outgoing = self._outgoing(seen, principal, now, trace)
        await self._outbox.send(outgoing)
        receipt = receipt_of(seen, lambda event: self._remarks.on(event, now))
        await self._scribe.keep(_kept(receipt, seen, principal, now, way))
        self._remembered.add([each.printed for each in seen if each.printed is not None])
        _counted(receipt, principal.agency)
        return receipt

    def judge(self, raw_events: Sequence[bytes], principal: Principal) -> Receipt:
        """Return what `receive` would answer, and pass nothing on."""
        metrics.gateway_events(principal.agency, "dry_run").inc(len(raw_events))
        now = datetime.now(UTC)
        return receipt_of(look(raw_events, principal, self._remembered), lambda event: self._remarks.on(event, now))

    def _outgoing(self, seen: Sequence[Seen], principal: Principal, now: datetime, trace: str | None) -> list[Outgoing]:
        topic = ingest_topic(principal.agency)
        return [
            Outgoing(topic, each.verdict.subject.encode(), each.raw if trace is None else with_trace(each.raw, trace))
            if isinstance(each.verdict, Event)
            else self._letters.outgoing(each.raw, each.verdict, principal.agency, now)
            for each in seen
            if not each.duplicate
        ]


def _counted(receipt: Receipt, agency: str) -> None:
    """Count what became of the events of a receipt."""
    refused = Counter(each.code for each in receipt.results if each.code is not None) if receipt.rejected else {}
    for told, count in (("accepted", receipt.accepted), ("duplicate", receipt.duplicate), *refused.items()):
        if count:
            metrics.gateway_events(agency, told).inc(count)


def _kept(
    receipt: Receipt, seen: Sequence[Seen], principal: Principal, now: datetime, way: registry.Way
) -> registry.Receipt:
    """Return the receipt as the registry keeps it: what was accepted without a remark is only counted."""
    passed = [each.verdict for each in seen if not each.duplicate and isinstance(each.verdict, Event)]
    facts = [each for each in passed if each.type != TICK]
    told = [each for each in receipt.results if each.result != "accepted" or each.message is not None]
    return registry.Receipt(
        id=receipt.receipt,
        agency=principal.agency,
        way=way,
        received_ms=int(now.timestamp() * 1000),
        events=len(seen),
        accepted=receipt.accepted,
        duplicate=receipt.duplicate,
        rejected=receipt.rejected,
        ticks=len(passed) - len(facts),
        hash=summed(mark_of(each.source, each.id) for each in facts),
        detail={"results": [msgspec.to_builtins(each) for each in told]},
    )
