"""Preparing posts: what of them goes to Kafka, is told their agency, is kept as a receipt and remembered.

Nearly always every event of a post is in order, new, and nothing is to be remarked of it.
Then all that is needed of it are a few words, and the rest is let go before anybody waits;
posts in which there is anything else are looked at event by event.
"""

from collections.abc import Hashable, Sequence
from datetime import datetime
from functools import partial
from itertools import accumulate, count, repeat
from typing import Literal, NamedTuple

import msgspec

from mingjing.rules.events import TICK, Event
from mingjing.services import registry
from mingjing.services.api.documents import EventResult, Receipt
from mingjing.services.api.gateway.letters import Letters
from mingjing.services.api.gateway.looking import Known, Seen, look, receipt_of
from mingjing.services.api.gateway.outbox import Outgoing
from mingjing.services.api.gateway.plain import plain_words_in
from mingjing.services.api.gateway.remarks import Remarks
from mingjing.services.api.gateway.remembered import prints_of
from mingjing.services.receipts.mark import hash_over
from mingjing.services.receipts.number import new_number
from mingjing.streams.ports import Principal
from mingjing.streams.topics import ingest_topic
from mingjing.streams.trace import with_trace

FEW = 4
"""So few events are sooner looked at one by one."""


class Post(NamedTuple):
    """What one request brought."""

    raw_events: Sequence[bytes]
    principal: Principal
    now: datetime
    way: registry.Way
    trace: str | None


class Prepared(NamedTuple):
    """What becomes of some posts once Kafka has what is `outgoing`; a receipt and what is kept of it for each."""

    outgoing: list[Outgoing]
    receipts: Sequence[Receipt]
    kept: Sequence[registry.Receipt]
    prints: Sequence[Hashable]


class Preparing:
    """Prepares posts of one principal at a time; what is `known` is a duplicate."""

    def __init__(self, remarks: Remarks, known: Known, letters: Letters) -> None:
        self._remarks = remarks
        self._known = known
        self._letters = letters

    def of(self, posts: Sequence[Post]) -> Prepared:
        """Return what becomes of the posts."""
        return self._at_once(posts) or self._one_by_one(posts)

    def _at_once(self, posts: Sequence[Post]) -> Prepared | None:
        """Return what becomes of posts in which all is plain, new and without a remark; None of others."""
        principal, now = posts[0].principal, posts[0].now
        raw_events = [raw for post in posts for raw in post.raw_events]
        words = plain_words_in(raw_events, principal) if len(raw_events) > FEW else None
        types = set(words.types) if words is not None else set()
        if words is None or not self._remarks.none_on(types, words.latest, now):
            return None
        prints = prints_of(principal.agency, raw_events)
        different = set(prints)
        if len(different) < len(prints) or not self._known.isdisjoint(different):
            return None
        values = [value for post in posts for value in _traced(post.raw_events, post.trace)]
        outgoing = Outgoing.many(ingest_topic(principal.agency), map(str.encode, words.subjects), values)
        receipts, kept, end = [], [], 0
        for post in posts:
            begin, end = end, end + len(post.raw_events)
            ids, sources = words.ids[begin:end], words.sources[begin:end]
            facts = list(zip(sources, ids, strict=True))
            if TICK in types:
                kinds = words.types[begin:end]
                facts = [fact for fact, kind in zip(facts, kinds, strict=True) if kind != TICK]
            receipts.append(_all_accepted(ids, sources))
            kept.append(_kept(receipts[-1], post, facts, len(ids) - len(facts), []))
        return Prepared(outgoing, receipts, kept, prints)

    def _one_by_one(self, posts: Sequence[Post]) -> Prepared:
        principal = posts[0].principal
        seen = look([raw for post in posts for raw in post.raw_events], principal, self._known)
        ends = list(accumulate(len(post.raw_events) for post in posts))
        parts = [seen[begin:end] for begin, end in zip([0, *ends], ends, strict=False)]
        receipts, kept = [], []
        for post, part in zip(posts, parts, strict=True):
            receipts.append(receipt_of(part, partial(self._remarks.on, now=post.now)))
            passed = [each.verdict for each in part if not each.duplicate and isinstance(each.verdict, Event)]
            facts = [(each.source, each.id) for each in passed if each.type != TICK]
            told = [each for each in receipts[-1].results if each.result != "accepted" or each.message is not None]
            kept.append(_kept(receipts[-1], post, facts, len(passed) - len(facts), told))
        return Prepared(
            [each for post, part in zip(posts, parts, strict=True) for each in self._outgoing(part, post)],
            receipts,
            kept,
            [each.printed for each in seen if each.printed is not None],
        )

    def _outgoing(self, seen: Sequence[Seen], post: Post) -> list[Outgoing]:
        agency, trace = post.principal.agency, post.trace
        topic = ingest_topic(agency)
        return [
            Outgoing(topic, each.verdict.subject.encode(), each.raw if trace is None else with_trace(each.raw, trace))
            if isinstance(each.verdict, Event)
            else self._letters.outgoing(each.raw, each.verdict, agency, post.now)
            for each in seen
            if not each.duplicate
        ]


def _traced(raw_events: Sequence[bytes], trace: str | None) -> Sequence[bytes]:
    return raw_events if trace is None else [with_trace(raw, trace) for raw in raw_events]


def _all_accepted(ids: Sequence[str], sources: Sequence[str]) -> Receipt:
    """Return a new receipt for events each of which is accepted."""
    accepted: repeat[Literal["accepted"]] = repeat("accepted")
    results = list(map(EventResult, count(), ids, sources, accepted))
    return Receipt(receipt=new_number(), accepted=len(ids), duplicate=0, rejected=0, results=results)


def _kept(
    receipt: Receipt, post: Post, facts: Sequence[tuple[str, str]], ticks: int, told: Sequence[EventResult]
) -> registry.Receipt:
    """Return the receipt as the registry keeps it: what is not `told`, accepted without a remark, is only counted."""
    return registry.Receipt(
        id=receipt.receipt,
        agency=post.principal.agency,
        way=post.way,
        received_ms=int(post.now.timestamp() * 1000),
        events=len(post.raw_events),
        accepted=receipt.accepted,
        duplicate=receipt.duplicate,
        rejected=receipt.rejected,
        ticks=ticks,
        hash=hash_over(facts),
        detail={"results": [msgspec.to_builtins(each) for each in told]},
    )
