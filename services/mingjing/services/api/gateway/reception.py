"""Receiving events: each is vouched for, and an agency hears what became of each.

Nothing is confirmed before Kafka has it and its receipt is kept. What cannot be used
goes to dead letters with the bytes as sent, so that both sides look at the same thing.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import accumulate
from typing import NamedTuple

import msgspec

from mingjing.rules.events import TICK, Event
from mingjing.services import registry
from mingjing.services.api import metrics
from mingjing.services.api.documents import Receipt
from mingjing.services.api.gateway.gathering import Gathering
from mingjing.services.api.gateway.letters import Letters
from mingjing.services.api.gateway.looking import Seen, look, receipt_of
from mingjing.services.api.gateway.outbox import Outbox, Outgoing
from mingjing.services.api.gateway.remarks import Remarks
from mingjing.services.api.gateway.remembered import Remembered
from mingjing.services.api.gateway.turns import SMALL, Turns
from mingjing.services.api.problems import Problem, unavailable
from mingjing.services.receipts.mark import hash_over
from mingjing.services.receipts.scribe import Scribe
from mingjing.streams.ports import Principal
from mingjing.streams.topics import ingest_topic
from mingjing.streams.trace import with_trace

ORIGIN = "http"
"""What a dead letter from here names as its topic."""


def unconfirmed() -> Problem:
    """Return what is told whoever posted events that Kafka did not take: OutboxUnavailable, in words."""
    return unavailable("消息系统（Kafka）暂时不可用，本次报送未确认，请稍后整批重发")


class _Post(NamedTuple):
    """What one request brought."""

    raw_events: Sequence[bytes]
    principal: Principal
    now: datetime
    way: registry.Way
    trace: str | None


class Reception:
    """Vouches for posted events and passes them on."""

    def __init__(self, outbox: Outbox, scribe: Scribe, remarks: Remarks, known: Remembered | None = None) -> None:
        self._outbox = outbox
        self._remarks = remarks
        self._scribe = scribe
        self._letters = Letters(ORIGIN)
        self._remembered = known if known is not None else Remembered()
        self._turns = Turns()
        self._small: defaultdict[Principal, Gathering[_Post, Receipt]] = defaultdict(lambda: Gathering(self._pass_on))

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
        post = _Post(raw_events, principal, now, way, trace)
        if len(raw_events) <= SMALL:
            return await self._small[principal].done(post)
        async with self._turns.of(principal.agency, len(raw_events)):
            seen, outgoing = self._looked_at([post])
        return (await self._confirmed([post], seen, outgoing))[0]

    async def _pass_on(self, posts: Sequence[_Post]) -> list[Receipt]:
        return await self._confirmed(posts, *self._looked_at(posts))

    def _looked_at(self, posts: Sequence[_Post]) -> tuple[list[list[Seen]], list[Outgoing]]:
        """Return what was found of the events of each post, all of one principal, and what is to be sent."""
        seen = look([raw for post in posts for raw in post.raw_events], posts[0].principal, self._remembered)
        ends = list(accumulate(len(post.raw_events) for post in posts))
        parts = [seen[begin:end] for begin, end in zip([0, *ends], ends, strict=False)]
        return parts, [each for post, part in zip(posts, parts, strict=True) for each in self._outgoing(part, post)]

    async def _confirmed(
        self, posts: Sequence[_Post], seen: Sequence[Sequence[Seen]], outgoing: Sequence[Outgoing]
    ) -> list[Receipt]:
        """Return a receipt for each post once Kafka has everything and the receipts are kept."""
        await self._outbox.send(outgoing)
        receipts = [self._receipt(post, part) for post, part in zip(posts, seen, strict=True)]
        await self._scribe.keep([_kept(*each) for each in zip(receipts, seen, posts, strict=True)])
        self._remembered.add([each.printed for part in seen for each in part if each.printed is not None])
        _counted(receipts, posts[0].principal.agency)
        return receipts

    def _receipt(self, post: _Post, seen: Sequence[Seen]) -> Receipt:
        good = [each.verdict for each in seen if isinstance(each.verdict, Event)]
        if self._remarks.has_none(good, post.now):
            return receipt_of(seen)
        return receipt_of(seen, lambda event: self._remarks.on(event, post.now))

    def judge(self, raw_events: Sequence[bytes], principal: Principal) -> Receipt:
        """Return what `receive` would answer, and pass nothing on."""
        metrics.gateway_events(principal.agency, "dry_run").inc(len(raw_events))
        now = datetime.now(UTC)
        return receipt_of(look(raw_events, principal, self._remembered), lambda event: self._remarks.on(event, now))

    def _outgoing(self, seen: Sequence[Seen], post: _Post) -> list[Outgoing]:
        agency, trace = post.principal.agency, post.trace
        topic = ingest_topic(agency)
        return [
            Outgoing(topic, each.verdict.subject.encode(), each.raw if trace is None else with_trace(each.raw, trace))
            if isinstance(each.verdict, Event)
            else self._letters.outgoing(each.raw, each.verdict, agency, post.now)
            for each in seen
            if not each.duplicate
        ]


def _counted(receipts: Sequence[Receipt], agency: str) -> None:
    """Count what became of the events of some receipts."""
    accepted, duplicate = sum(each.accepted for each in receipts), sum(each.duplicate for each in receipts)
    refused = Counter(told.code for each in receipts if each.rejected for told in each.results if told.code is not None)
    for told, count in (("accepted", accepted), ("duplicate", duplicate), *refused.items()):
        if count:
            metrics.gateway_events(agency, told).inc(count)


def _kept(receipt: Receipt, seen: Sequence[Seen], post: _Post) -> registry.Receipt:
    """Return the receipt as the registry keeps it: what was accepted without a remark is only counted."""
    passed = [each.verdict for each in seen if not each.duplicate and isinstance(each.verdict, Event)]
    facts = [each for each in passed if each.type != TICK]
    told = [each for each in receipt.results if each.result != "accepted" or each.message is not None]
    return registry.Receipt(
        id=receipt.receipt,
        agency=post.principal.agency,
        way=post.way,
        received_ms=int(post.now.timestamp() * 1000),
        events=len(seen),
        accepted=receipt.accepted,
        duplicate=receipt.duplicate,
        rejected=receipt.rejected,
        ticks=len(passed) - len(facts),
        hash=hash_over((each.source, each.id) for each in facts),
        detail={"results": [msgspec.to_builtins(each) for each in told]},
    )
