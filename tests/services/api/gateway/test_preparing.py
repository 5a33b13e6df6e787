"""Many events at once become what each would become alone."""

from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from typing import Any, NamedTuple

import msgspec
import orjson
import pytest

from mingjing.rules.calendar import Calendar, Year
from mingjing.rules.catalogue import Catalogue
from mingjing.rules.event_type import EventType
from mingjing.rules.pack import Pack
from mingjing.rules.rulebook import Rulebook
from mingjing.rules.vocabulary import Vocabulary
from mingjing.rules.zone import Zone
from mingjing.services.api.gateway import preparing
from mingjing.services.api.gateway.letters import Letters
from mingjing.services.api.gateway.preparing import FEW, Post, Prepared, Preparing
from mingjing.services.api.gateway.remarks import Remarks
from mingjing.services.api.gateway.remembered import Remembered, prints_of
from mingjing.services.receipts.mark import added
from mingjing.streams.ports import Principal
from mingjing.streams.topics import DEAD_LETTERS

US = Principal(agency="91330100MA00000001", sources=frozenset({"urn:a", "urn:b"}))
NOW = datetime(2026, 3, 6, 2, tzinfo=UTC)
MANY = 2 * FEW
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def event(number: int, **changes: str) -> bytes:
    told = {"id": f"e-{number}", "source": "urn:a", "type": "case.applied", "subject": f"X{number}"}
    return orjson.dumps(told | {"time": "2026-03-06T10:00:00+08:00"} | changes)


def post(*raw_events: bytes, trace: str | None = None) -> Post:
    return Post(raw_events, US, NOW, "http", trace)


def of(*posts: Post, known: list[bytes] | None = None) -> Prepared:
    vocabulary = Vocabulary("approval", "审批", {"case.applied": EventType("申请")}, {}, {})
    pack = Pack("approval", "审批", "2026.1", vocabulary, Zone("Asia/Shanghai"), (), ())
    law = Rulebook([pack], Calendar("cn", {2026: Year(status="official", holidays={})}), Catalogue([], "2026.1"))
    remembered = Remembered()
    remembered.add(known or ())
    return Preparing(Remarks(lambda: law, live=True), remembered, Letters("http")).of(posts)


class Told(NamedTuple):
    """What is to be the same, however many are prepared together; a dead letter bears a number of its own."""

    outgoing: list[tuple[Any, ...]]
    results: list[Any]
    counts: list[int]
    hash: str
    detail: list[Any]
    prints: list[bytes]

    @classmethod
    def by(cls, prepared: list[Prepared]) -> "Told":
        outgoing = [each for some in prepared for each in some.outgoing]
        receipts = [each for some in prepared for each in some.receipts]
        kept = [each for some in prepared for each in some.kept]
        number = count()
        counted = [(each.events, each.accepted, each.duplicate, each.rejected, each.ticks) for each in kept]
        return cls(
            [tuple(each)[: 1 if each.topic == DEAD_LETTERS else 4] for each in outgoing],
            [msgspec.to_builtins(result) | {"index": next(number)} for each in receipts for result in each.results],
            [sum(column) for column in zip(*counted, strict=True)],
            added(each.hash for each in kept),
            [told | {"index": 0} for each in kept for told in each.detail["results"]],
            [each for some in prepared for each in some.prints],
        )


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param(lambda events: events, id="nothing special"),
        pytest.param(lambda events: [*events, event(99, source="urn:b")], id="another source"),
        pytest.param(lambda events: [*events, event(99, type="clock.tick")], id="a watermark"),
        pytest.param(lambda events: [*events, event(99, type="case.aplied")], id="a word nobody reads"),
        pytest.param(lambda events: [*events, event(99, time="2026-03-07T10:00:00+08:00")], id="ahead of the clock"),
        pytest.param(lambda events: [*events, event(99, time="soon")], id="one refused"),
    ],
)
@pytest.mark.parametrize("trace", [None, TRACE])
def test_many_at_once_become_what_each_would(changed: Callable[[list[bytes]], list[bytes]], trace: str | None) -> None:
    raw_events = changed([event(number) for number in range(MANY)])

    together = of(post(*raw_events, trace=trace))
    alone = [of(post(raw, trace=trace)) for raw in raw_events]

    assert Told.by([together]) == Told.by(alone)


def test_posts_prepared_together_have_each_its_own_receipt() -> None:
    posts = [post(event(1), event(2)), post(), post(event(3), trace=TRACE), post(*map(event, range(4, MANY)))]

    together = of(*posts)

    assert [receipt.accepted for receipt in together.receipts] == [2, 0, 1, MANY - 4]
    assert [kept.id for kept in together.kept] == [receipt.receipt for receipt in together.receipts]
    assert Told.by([together]) == Told.by([of(each) for each in posts])
    assert [[each.index for each in receipt.results] for receipt in together.receipts[:3]] == [[0, 1], [], [0]]


@pytest.mark.parametrize("again", [pytest.param(0, id="among them"), pytest.param(None, id="before them")])
def test_one_that_came_before_is_a_duplicate_and_stays_here(again: int | None) -> None:
    raw_events = [event(number) for number in range(MANY)]
    known = prints_of(US.agency, raw_events[3:4]) if again is None else []
    raw_events += [] if again is None else [raw_events[again]]

    prepared = of(post(*raw_events), known=known)

    assert prepared.receipts[0].duplicate == 1
    assert len(prepared.outgoing) == len(raw_events) - 1


def test_what_is_plain_is_not_looked_at_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(preparing, "look")

    assert of(post(*map(event, range(MANY)))).receipts[0].accepted == MANY
