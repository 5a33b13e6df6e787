"""Events on their way in from files and fetched rows: vouched for, passed on, and counted for the receipt."""

import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from mingjing.rules.events import TICK, Event
from mingjing.services.api.gateway.letters import Letters
from mingjing.services.api.gateway.outbox import Outgoing
from mingjing.services.receipts.mark import mark_of, summed
from mingjing.services.registry import Receipt, Way
from mingjing.services.standards.rows import Remark
from mingjing.streams.ports import Principal
from mingjing.streams.topics import ingest_topic
from mingjing.streams.vouch import Refusal, Stamp, vouch

Send = Callable[[Sequence[Outgoing]], Awaitable[None]]


class WayIn:
    """Passes on one agency's events; an `exchange.ports.ExchangeIntake`.

    `judge` is asked before `pass_on`, of at least the events that are passed on. What
    `send` raises, `pass_on` raises: nothing of that call is counted.
    """

    def __init__(self, send: Send, secret: str, principal: Principal, letters: Letters) -> None:
        self._send = send
        self._secret = secret.encode()
        self._principal = principal
        self._letters = letters
        self._judged: dict[bytes, Event] = {}
        self._marks = self._accepted = self._ticks = self._rejected = 0

    def judge(self, raw_events: Sequence[bytes]) -> list[str | None]:
        """Return for each event why intake would refuse it, or None."""
        stamp = Stamp(secret=self._secret, at=datetime.now(UTC))
        verdicts = [vouch(raw, self._principal, stamp) for raw in raw_events]
        self._judged |= {raw: each for raw, each in zip(raw_events, verdicts, strict=True) if isinstance(each, Event)}
        return [each.message if isinstance(each, Refusal) else None for each in verdicts]

    async def pass_on(self, raw_events: Sequence[bytes]) -> None:
        """Return once Kafka has every event."""
        events = [self._judged[raw] for raw in raw_events]
        self._judged.clear()
        topic = ingest_topic(self._principal.agency)
        await self._send(
            [Outgoing(topic, event.subject.encode(), raw) for event, raw in zip(events, raw_events, strict=True)]
        )
        facts = [each for each in events if each.type != TICK]
        self._accepted += len(events)
        self._ticks += len(events) - len(facts)
        self._marks += sum(mark_of(each.source, each.id) for each in facts)

    async def put_aside(self, originals: Sequence[tuple[bytes, Remark]]) -> None:
        """Return once Kafka has a dead letter of each row."""
        now = datetime.now(UTC)
        await self._send(
            [self._letters.outgoing(raw, _refusal(remark), self._principal.agency, now) for raw, remark in originals]
        )
        self._rejected += len(originals)

    def receipt(self, way: Way, now_ms: int, detail: Mapping[str, Any], *, returned: int = 0) -> Receipt:
        """Return the receipt of everything so far; `returned` rows were given back and made no events."""
        rejected = self._rejected + returned
        return Receipt(
            id=secrets.token_hex(16),
            agency=self._principal.agency,
            way=way,
            received_ms=now_ms,
            events=self._accepted + rejected,
            accepted=self._accepted,
            rejected=rejected,
            ticks=self._ticks,
            hash=summed([self._marks]),
            detail=dict(detail),
        )


def _refusal(remark: Remark) -> Refusal:
    return Refusal(code="bad_row", place=f"$.row.{remark.column}" if remark.column else "$", message=remark.message)
