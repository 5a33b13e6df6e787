"""Events on their way in from files and fetched rows: vouched for, passed on, and told one by one in the receipt."""

import secrets
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from mingjing.rules.events import TICK, Event
from mingjing.services.api.gateway.letters import Letters
from mingjing.services.api.gateway.outbox import Outgoing
from mingjing.services.api.gateway.remembered import Remembered, prints_of
from mingjing.services.receipts.mark import mark_of, summed
from mingjing.services.registry import Receipt, Way
from mingjing.services.standards.rows import Remark
from mingjing.streams.ports import Principal
from mingjing.streams.topics import ingest_topic
from mingjing.streams.vouch import Refusal, Stamp, vouch

Send = Callable[[list[Outgoing]], Awaitable[None]]

MOST_TOLD = 100
"""Events of which a receipt says that they were duplicates or rejected; of all of them it has the counts."""
_WITH_ITS_ROW = Refusal(code="bad_row", place="$", message="同一行的别的事件不能用，整行退回")


class WayIn:
    """Passes on one agency's events; an `exchange.ports.ExchangeIntake`.

    `judge` is asked before `pass_on`, of at least the events that are passed on: those that then are not were
    rejected. One that is `known`, byte for byte, is a duplicate and is not sent again. What `send` raises,
    `pass_on` raises: nothing of that call is counted.
    """

    def __init__(self, send: Send, secret: str, principal: Principal, letters: Letters, known: Remembered) -> None:
        self._send = send
        self._secret = secret.encode()
        self._principal = principal
        self._letters = letters
        self._known = known
        self._judged: list[tuple[bytes, Event | Refusal]] = []
        self._marks = self._accepted = self._duplicate = self._rejected = self._ticks = self._put_aside = 0
        self._told: list[dict[str, Any]] = []

    def judge(self, raw_events: Sequence[bytes]) -> list[str | None]:
        """Return for each event why intake would refuse it, or None."""
        stamp = Stamp(secret=self._secret, at=datetime.now(UTC))
        verdicts = [vouch(raw, self._principal, stamp) for raw in raw_events]
        self._judged += zip(raw_events, verdicts, strict=True)
        return [each.message if isinstance(each, Refusal) else None for each in verdicts]

    async def pass_on(self, raw_events: Sequence[bytes]) -> None:
        """Return once Kafka has every event."""
        judged, self._judged = self._judged, []
        verdict_of = dict(judged)
        topic = ingest_topic(self._principal.agency)
        prints = prints_of(self._principal.agency, raw_events)
        fresh: dict[int, Event] = {}
        outgoing, duplicates = [], []
        for raw, printed in zip(raw_events, prints, strict=True):
            event = verdict_of[raw]
            if not isinstance(event, Event):
                raise TypeError("an event that was refused is not passed on")
            if printed in fresh or printed in self._known:
                duplicates.append(event)
                continue
            fresh[printed] = event
            outgoing.append(Outgoing(topic, event.subject.encode(), raw))
        await self._send(outgoing)
        self._known.add(fresh)
        self._count(list(fresh.values()))
        for event in duplicates:
            self._tell(event, "duplicate")
        self._duplicate += len(duplicates)
        self._reject(judged, raw_events)

    async def put_aside(self, originals: Sequence[tuple[bytes, Remark]]) -> None:
        """Return once Kafka has a dead letter of each row."""
        now = datetime.now(UTC)
        await self._send(
            [self._letters.outgoing(raw, _refusal(remark), self._principal.agency, now) for raw, remark in originals]
        )
        self._put_aside += len(originals)

    def receipt(self, way: Way, now_ms: int, detail: Mapping[str, Any], *, returned: int = 0) -> Receipt:
        """Return the receipt of everything so far, by events.

        Rows that were put aside, and the `returned` ones that were given back, are told beside them.
        """
        rows = self._put_aside + returned
        told = {**({"returned_rows": rows} if rows else {}), **({"results": self._told} if self._told else {})}
        return Receipt(
            id=secrets.token_hex(16),
            agency=self._principal.agency,
            way=way,
            received_ms=now_ms,
            events=self._accepted + self._duplicate + self._rejected,
            accepted=self._accepted,
            duplicate=self._duplicate,
            rejected=self._rejected,
            ticks=self._ticks,
            hash=summed([self._marks]),
            detail={**detail, **told},
        )

    def _count(self, events: Sequence[Event]) -> None:
        facts = [each for each in events if each.type != TICK]
        self._accepted += len(events)
        self._ticks += len(events) - len(facts)
        self._marks += sum(mark_of(each.source, each.id) for each in facts)

    def _reject(self, judged: Sequence[tuple[bytes, Event | Refusal]], passed: Sequence[bytes]) -> None:
        """Count what was judged and not passed on: refused itself, or good in a row of which another was."""
        left = Counter(passed)
        for raw, verdict in judged:
            if left[raw]:
                left[raw] -= 1
                continue
            self._rejected += 1
            self._tell(verdict, "rejected")

    def _tell(self, verdict: Event | Refusal, result: str) -> None:
        if len(self._told) >= MOST_TOLD:
            return
        told = {"id": verdict.event_id if isinstance(verdict, Refusal) else verdict.id}
        told |= {"source": verdict.source, "result": result}
        if result == "rejected":
            why = verdict if isinstance(verdict, Refusal) else _WITH_ITS_ROW
            told |= {"code": why.code, "place": why.place, "message": why.message}
        self._told.append(told)


def _refusal(remark: Remark) -> Refusal:
    return Refusal(code="bad_row", place=f"$.row.{remark.column}" if remark.column else "$", message=remark.message)
