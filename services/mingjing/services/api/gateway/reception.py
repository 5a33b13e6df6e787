"""Receiving events: each is vouched for, and an agency hears what became of each.

Nothing is confirmed before Kafka has it. What cannot be used goes to dead
letters with the bytes as sent, so that both sides look at the same thing.
"""

import itertools
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from mingjing.rules.events import Event
from mingjing.services.api import metrics
from mingjing.services.api.documents import EventResult, Receipt
from mingjing.services.api.gateway.outbox import Outbox, Outgoing
from mingjing.streams.dead_letters import packed, refused
from mingjing.streams.ports import Principal
from mingjing.streams.topics import DEAD_LETTERS, ingest_topic
from mingjing.streams.vouch import Refusal, Stamp, vouch

ORIGIN = "http"
"""What a dead letter from here names as its topic; partition and offset are then this process and its count."""


@dataclass
class Posted:
    """An event as it was posted, in the place of a Kafka record."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    value: bytes | None


class Reception:
    """Vouches for posted events and passes them on."""

    def __init__(self, outbox: Outbox, secret: str) -> None:
        self._outbox = outbox
        self._secret = secret.encode()
        self._process = secrets.randbits(32)
        self._count = itertools.count(time.time_ns() // 1000)

    async def receive(self, raw_events: Sequence[bytes], principal: Principal, now: datetime) -> Receipt:
        """Pass on what is good and keep what is not; OutboxUnavailable if Kafka did not take all of it.

        The original bytes are passed on: intake stamps and routes them as it
        does those an agency writes to Kafka itself.
        """
        receipt, verdicts = self._judged(raw_events, principal, now)
        await self._outbox.send(
            [
                self._letter(raw, verdict, principal, now)
                if isinstance(verdict, Refusal)
                else Outgoing(ingest_topic(principal.agency), verdict.subject.encode(), raw)
                for raw, verdict in zip(raw_events, verdicts, strict=True)
            ]
        )
        for result in receipt.results:
            metrics.GATEWAY_EVENTS.labels(principal.agency, result.code or "accepted").inc()
        return receipt

    def judge(self, raw_events: Sequence[bytes], principal: Principal, now: datetime) -> Receipt:
        """Return what `receive` would answer, and pass nothing on."""
        receipt, _ = self._judged(raw_events, principal, now)
        metrics.GATEWAY_EVENTS.labels(principal.agency, "dry_run").inc(len(raw_events))
        return receipt

    def _judged(
        self, raw_events: Sequence[bytes], principal: Principal, now: datetime
    ) -> tuple[Receipt, list[Event | Refusal]]:
        stamp = Stamp(secret=self._secret, at=now)
        verdicts = [vouch(raw, principal, stamp) for raw in raw_events]
        results = [_result(index, verdict) for index, verdict in enumerate(verdicts)]
        rejected = sum(result.result == "rejected" for result in results)
        receipt = Receipt(
            receipt=secrets.token_hex(16), accepted=len(results) - rejected, rejected=rejected, results=results
        )
        return receipt, verdicts

    def _letter(self, raw: bytes, refusal: Refusal, principal: Principal, now: datetime) -> Outgoing:
        posted = Posted(ORIGIN, self._process, next(self._count), int(now.timestamp() * 1000), raw)
        return Outgoing(DEAD_LETTERS, None, packed(refused(posted, refusal, principal.agency)))


def _result(index: int, verdict: Event | Refusal) -> EventResult:
    if isinstance(verdict, Event):
        return EventResult(index=index, id=verdict.id, source=verdict.source, result="accepted")
    return EventResult(
        index=index,
        id=verdict.event_id,
        source=verdict.source,
        result="rejected",
        code=verdict.code,
        place=verdict.place,
        message=verdict.message,
    )
