"""Receiving events: each is vouched for, and an agency hears what became of each.

Nothing is confirmed before Kafka has it and its receipt is kept. What cannot be used
goes to dead letters with the bytes as sent, so that both sides look at the same thing.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime

from mingjing.services import registry
from mingjing.services.api import metrics
from mingjing.services.api.documents import Receipt
from mingjing.services.api.gateway.gathering import Gathering
from mingjing.services.api.gateway.letters import Letters
from mingjing.services.api.gateway.looking import look, receipt_of
from mingjing.services.api.gateway.outbox import Outbox
from mingjing.services.api.gateway.preparing import Post, Prepared, Preparing
from mingjing.services.api.gateway.remarks import Remarks
from mingjing.services.api.gateway.remembered import Remembered
from mingjing.services.api.gateway.turns import SMALL, Turns
from mingjing.services.api.problems import Problem, unavailable
from mingjing.services.receipts.scribe import Scribe
from mingjing.streams.ports import Principal

ORIGIN = "http"
"""What a dead letter from here names as its topic."""


def unconfirmed() -> Problem:
    """Return what is told whoever posted events that Kafka did not take: OutboxUnavailable, in words."""
    return unavailable("消息系统（Kafka）暂时不可用，本次报送未确认，请稍后整批重发")


class Reception:
    """Vouches for posted events and passes them on."""

    def __init__(self, outbox: Outbox, scribe: Scribe, remarks: Remarks, known: Remembered | None = None) -> None:
        self._outbox = outbox
        self._remarks = remarks
        self._scribe = scribe
        self._remembered = known if known is not None else Remembered()
        self._preparing = Preparing(remarks, self._remembered, Letters(ORIGIN))
        self._turns = Turns()
        self._small: defaultdict[Principal, Gathering[Post, Receipt]] = defaultdict(lambda: Gathering(self._pass_on))

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
        writes to Kafka itself. An event that is known, byte for byte, is a duplicate and stays
        here: this process passed it on, or the one before it. RegistryError when the receipt
        was not kept: what is sent again then does no harm. Small requests of one agency that
        come together are passed on together, and share what befalls them there.
        """
        post = Post(raw_events, principal, now, way, trace)
        if len(raw_events) <= SMALL:
            return await self._small[principal].done(post)
        async with self._turns.of(principal.agency, len(raw_events)):
            prepared = self._preparing.of([post])
        del post, raw_events
        return (await self._confirmed(prepared, principal.agency))[0]

    async def _pass_on(self, posts: Sequence[Post]) -> Sequence[Receipt]:
        return await self._confirmed(self._preparing.of(posts), posts[0].principal.agency)

    async def _confirmed(self, prepared: Prepared, agency: str) -> Sequence[Receipt]:
        """Return a receipt for each post once Kafka has everything and the receipts are kept."""
        await self._outbox.send(prepared.outgoing)
        await self._scribe.keep(prepared.kept)
        self._remembered.add(prepared.prints)
        _counted(prepared.receipts, agency)
        return prepared.receipts

    def judge(self, raw_events: Sequence[bytes], principal: Principal) -> Receipt:
        """Return what `receive` would answer, and pass nothing on."""
        metrics.gateway_events(principal.agency, "dry_run").inc(len(raw_events))
        now = datetime.now(UTC)
        return receipt_of(look(raw_events, principal, self._remembered), lambda event: self._remarks.on(event, now))


def _counted(receipts: Sequence[Receipt], agency: str) -> None:
    """Count what became of the events of some receipts."""
    accepted, duplicate = sum(each.accepted for each in receipts), sum(each.duplicate for each in receipts)
    for told, count in (("accepted", accepted), ("duplicate", duplicate)):
        if count:
            metrics.gateway_events(agency, told).inc(count)
    if any(each.rejected for each in receipts):
        codes = Counter(told.code for each in receipts for told in each.results if told.code is not None)
        for code, count in codes.items():
            metrics.gateway_events(agency, code).inc(count)
