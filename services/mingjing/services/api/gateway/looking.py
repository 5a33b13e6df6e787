"""Looking at posted events: what each is worth, and what its agency is told of it."""

from collections.abc import Callable, Collection, Hashable, Sequence
from typing import Protocol

import msgspec

from mingjing.rules.events import Event
from mingjing.services.api.documents import EventResult, Receipt
from mingjing.services.api.gateway.remarks import Remark
from mingjing.services.api.gateway.remembered import prints_of
from mingjing.services.receipts.number import new_number
from mingjing.streams.ports import Principal
from mingjing.streams.vouch import Refusal, Stamp, vet, vouch


class Known(Protocol):
    """The prints of events that came before."""

    def __contains__(self, printed: object) -> bool: ...

    def isdisjoint(self, prints: Collection[Hashable], /) -> bool:
        """Return whether none of the prints is known."""
        ...


class Seen(msgspec.Struct, gc=False):
    """One event: its bytes, what was found, and its print where it is good."""

    raw: bytes
    verdict: Event | Refusal
    printed: Hashable | None
    duplicate: bool


def look(
    raw_events: Sequence[bytes],
    principal: Principal,
    known: Known,
    stamp: Stamp | None = None,
    printed_by: Callable[[str, Sequence[bytes]], Sequence[Hashable]] = prints_of,
) -> list[Seen]:
    """Return what was found of each event; one whose print is `known`, or came before it, is a duplicate.

    A good event has the `stamp`; without, it is as it was sent, to be passed on to intake.
    """
    prints = printed_by(principal.agency, raw_events)
    here: set[Hashable] = set()
    seen = []
    for raw, printed in zip(raw_events, prints, strict=True):
        verdict = vet(raw, principal) if stamp is None else vouch(raw, principal, stamp)
        if isinstance(verdict, Refusal):
            seen.append(Seen(raw, verdict, None, False))
            continue
        seen.append(Seen(raw, verdict, printed, printed in here or printed in known))
        here.add(printed)
    return seen


def receipt_of(seen: Sequence[Seen], remark: Callable[[Event], Remark | None] | None = None) -> Receipt:
    """Return a new receipt that tells what was found, and of each event that is taken what `remark` says."""
    results = []
    duplicate = rejected = 0
    for index, each in enumerate(seen):
        verdict = each.verdict
        if isinstance(verdict, Refusal):
            rejected += 1
            results.append(_rejected(index, verdict))
            continue
        told = EventResult(index=index, id=verdict.id, source=verdict.source, result="accepted")
        if each.duplicate:
            duplicate += 1
            told.result = "duplicate"
        elif remark is not None:
            told.place, told.message = remark(verdict) or (None, None)
        results.append(told)
    return Receipt(
        receipt=new_number(),
        accepted=len(results) - duplicate - rejected,
        duplicate=duplicate,
        rejected=rejected,
        results=results,
    )


def _rejected(index: int, refusal: Refusal) -> EventResult:
    return EventResult(
        index=index,
        id=refusal.event_id,
        source=refusal.source,
        result="rejected",
        code=refusal.code,
        place=refusal.place,
        message=refusal.message,
    )
