"""The sandbox: an agency tries its feed, hears what it would hear, and sees which cards would be drawn.

What comes here is kept apart, in the registry, and judged by the rules in force
when somebody asks. Nothing of it is ever produced to a topic: no inspector, tally,
report or account of a day can meet it.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

import msgspec

from mingjing.rules.events import TICK, Event, Fact, fact_of, micros
from mingjing.rules.replay import across, replayed
from mingjing.rules.rulebook import Rulebook
from mingjing.rules.tally import Tally
from mingjing.services.api.documents import Receipt
from mingjing.services.api.gateway.looking import Seen, look, receipt_of
from mingjing.services.api.gateway.remembered import lasting_prints_of
from mingjing.services.api.problems import Problem
from mingjing.services.api.sandbox_documents import TriedReceipt, WouldBeCards
from mingjing.services.registry import SandboxEvents, TriedEvent
from mingjing.streams.ports import Principal
from mingjing.streams.vouch import Refusal, Stamp
from mingjing.streams.wire import event_bytes

MOST = 20_000
"""Events a sandbox holds: a few thousand cases from beginning to end."""
PER_MINUTE = 5_000
"""Events a sandbox takes in a minute, whatever the agency's quota: judging them costs this process its time."""

_decode = msgspec.json.Decoder(Event).decode


class Sandbox:
    """The sandboxes of all agencies, judged by what `judged_by` returns; every method blocks on the registry."""

    def __init__(self, events: SandboxEvents, judged_by: Callable[[], Rulebook], secret: str) -> None:
        self._events = events
        self._judged_by = judged_by
        self._secret = secret.encode()

    def receive(self, raw_events: Sequence[bytes], principal: Principal, now: datetime) -> TriedReceipt:
        """Keep what is good, and tell what became of each event and which cards its case would have by `now`.

        Problem 409 when the sandbox would hold more than `MOST`.
        """
        seen, fresh = self._kept(raw_events, principal, now)
        touched = {each.case_key for each in fresh}
        cases = self._events.of_cases(principal.agency, touched) if touched else []
        told = _judged(cases, self._judged_by(), micros(now))
        return _told(receipt_of(seen), [line for each in told for line in each.lines])

    def judge(self, raw_events: Sequence[bytes], principal: Principal) -> list[str | None]:
        """Return for each event why it would be refused, or None; nothing is kept."""
        seen = look(raw_events, principal, frozenset())
        return [each.verdict.message if isinstance(each.verdict, Refusal) else None for each in seen]

    def keep(self, raw_events: Sequence[bytes], principal: Principal, now: datetime) -> None:
        """Keep what is good, and tell nothing of it yet; Problem 409 when that is more than a sandbox holds."""
        self._kept(raw_events, principal, now)

    def _kept(
        self, raw_events: Sequence[bytes], principal: Principal, now: datetime
    ) -> tuple[list[Seen], list[TriedEvent]]:
        agency = principal.agency
        known = frozenset(self._events.known(agency, set(lasting_prints_of(agency, raw_events))))
        seen = look(raw_events, principal, known, Stamp(secret=self._secret, at=now), lasting_prints_of)
        fresh = [tried for each in seen if (tried := _tried(each, agency, now)) is not None]
        held = self._events.count(agency)
        if held + len(fresh) > MOST:
            detail = f"试投区已有 {held} 个事件，至多 {MOST} 个；请先 DELETE /v1/sandbox 清空"
            raise Problem(409, "sandbox_full", detail)
        self._events.add(fresh)
        return seen, fresh

    def cards(self, agency: str, until: datetime, case: str | None) -> WouldBeCards:
        """Return every card the agency's cases would have by `until`, those of rules across cases included.

        `case` leaves one case, by its number or its key.
        """
        tried = self._events.all(agency)
        instant = micros(until)
        rulebook = self._judged_by()
        judged = _judged(tried, rulebook, instant)
        lines = [line for each in judged for line in each.lines]
        lines += across((tally for each in judged for tally in each.tallies), rulebook, instant)
        if case is not None:
            lines = [line for line in lines if case in (line["case"], str(line["case"]).partition("/")[2])]
        return WouldBeCards(until=until.astimezone(UTC).isoformat(), cases=len(judged), events=len(tried), cards=lines)

    def clear(self, agency: str) -> int:
        """Empty the agency's sandbox and return how many events went."""
        return self._events.clear(agency)


class _Judged(msgspec.Struct):
    lines: list[dict[str, Any]]
    tallies: list[Tally]


def _judged(tried: Iterable[TriedEvent], rulebook: Rulebook, instant: int) -> list[_Judged]:
    judged = []
    for key, events in groupby(tried, key=lambda each: each.case_key):
        facts: list[Fact] = [fact_of(_decode(each.body)) for each in events]
        told = replayed(key, facts, rulebook, instant)
        judged.append(_Judged([line for line in told.lines if not line.get("shadow")], told.tallies))
    return judged


def _tried(seen: Seen, agency: str, now: datetime) -> TriedEvent | None:
    """Return the event as it is kept; None for what is not: refused, known before, or no fact of a case."""
    event = seen.verdict
    if not isinstance(event, Event) or seen.duplicate or not isinstance(seen.printed, str) or event.type == TICK:
        return None
    return TriedEvent(
        agency=agency,
        print=seen.printed,
        case_key=event.casekey or "",
        at_ms=int(now.timestamp() * 1000),
        body=event_bytes(event).decode(),
    )


def _told(receipt: Receipt, cards: list[dict[str, Any]]) -> TriedReceipt:
    return TriedReceipt(**msgspec.structs.asdict(receipt), cards=cards)
