"""Cards as the engine draws them, and the topic they lie on, in memory."""

from collections.abc import AsyncGenerator, Callable, Sequence
from typing import Any

import msgspec
import orjson
import pytest

from mingjing.rules.card import Card, card_id
from mingjing.services.api.desk.answers import Answers
from mingjing.services.api.desk.stage_feed import StageFeed
from mingjing.services.api.feed.case_feed import CaseFeed
from mingjing.services.api.feed.entry import CASES, Record, stages_told
from mingjing.services.api.feed.hub import Hub
from mingjing.services.api.feed.stream import Gone
from mingjing.services.api.feed.vector import Vector
from mingjing.services.api.personal import Marks, Personal

AGENCY = "91330100MA00000001"
EPOCH = b"epoch-01"


class MemoryCards:
    """The topic of a feed as lists of values by partition; `put` also lets the hub see the record."""

    def __init__(self, hub: Hub, partitions: int = 2) -> None:
        self.hub = hub
        self.log: list[list[bytes]] = [[] for _ in range(partitions)]
        self.begin = [0] * partitions
        self.epoch = EPOCH

    @property
    def end(self) -> tuple[int, ...]:
        return tuple(map(len, self.log))

    async def start(self) -> None:
        self.follow()

    async def stop(self) -> None:
        self.hub.ready.clear()

    def follow(self) -> None:
        self.hub.open(Vector(self.epoch, self.end), self.begin)
        self.hub.ready.set()

    def put(self, partition: int, card: msgspec.Struct | dict[str, Any]) -> None:
        self.log[partition].append(orjson.dumps(msgspec.to_builtins(card), option=orjson.OPT_SORT_KEYS))
        self.hub.take(Record(partition, len(self.log[partition]) - 1, self.log[partition][-1]))

    async def read_from(self, offsets: Sequence[int]) -> AsyncGenerator[tuple[list[Record], tuple[int, ...]], None]:
        stand = list(offsets)
        if any(not low <= at <= high for low, at, high in zip(self.begin, stand, self.end, strict=True)):
            raise Gone("outside of what the topic holds")
        while True:
            batch = []
            for partition, values in enumerate(self.log):
                if stand[partition] < len(values):
                    batch.append(Record(partition, stand[partition], values[stand[partition]]))
                    stand[partition] += 1
            yield batch, tuple(stand)


def drawn(number: int = 1, *, revision: int = 1, **changes: Any) -> Card:
    case_key = f"{AGENCY}/2026-{number}"
    content: dict[str, Any] = {
        "card_id": card_id(case_key, "TL-04", "-"),
        "case_key": case_key,
        "rule": "TL-04",
        "rung": "TL-04",
        "title": "办结时限",
        "occurrence": "-",
        "level": "yellow",
        "status": "standing",
        "issue": "auto",
        "item": "000131001000",
        "item_title": "食品经营许可",
        "agency": AGENCY,
        "region": "330106000000",
        "officer": None,
        "post": None,
        "step": None,
        "violated_at": "2026-03-12T00:00:00+08:00",
        "due_at": "2026-03-12T00:00:00+08:00",
        "cleared_at": None,
        "issued_at": f"2026-03-12T00:00:{number % 60:02}+08:00",
        "evidence": [],
        "explain": {},
        "basis": ["行政许可法 第四十二条"],
        "versions": {},
        "digest": "d",
        "revision": revision,
        "ver": (100 * number, 1, revision),
    }
    return Card(**(content | changes))


@pytest.fixture
def make_card() -> Callable[..., Card]:
    return drawn


@pytest.fixture
def hub() -> Hub:
    return Hub()


@pytest.fixture
def cards(hub: Hub) -> MemoryCards:
    return MemoryCards(hub)


@pytest.fixture
def stages() -> StageFeed:
    """The feed of `card-stages`, in memory; who is held to account in a step is personal."""
    answers = Answers()
    personal = Personal(lambda: Marks(personal={"card.recommended": ["person"]}))
    hub = Hub(stages_told(personal.packed, personal.law), heard=answers.hear)
    return StageFeed(hub, MemoryCards(hub), answers)


@pytest.fixture
def case_feed() -> CaseFeed:
    """The feed of `case-facts`, in memory."""
    hub = Hub(CASES)
    return CaseFeed(hub, MemoryCards(hub))


def standing(number: int = 1, *, events: int = 1, **changes: Any) -> dict[str, Any]:
    """Return a record of `case-facts` as workers write it."""
    case_key = f"{AGENCY}/2026-{number}"
    dated = {f"{name}_at": None for name in ("applied", "decided", "delivered")}
    content: dict[str, Any] = {
        "case_key": case_key,
        "subject": f"2026-{number}",
        "item": "000131001000",
        "item_title": "食品经营许可",
        "agency": AGENCY,
        "region": "330106000000",
        **dated,
        "accepted_at": "2026-03-06T10:00:00+08:00",
        "last_event_at": "2026-03-06T10:00:00+08:00",
        "last_event_type": "case.accepted",
        "state": "accepted",
        "clocks": [],
        "figures": {"enterprise": "91990100MB0000031Q"},
        "events": events,
        "ver": [100 * number + events, 1, 0],
    }
    return content | changes


@pytest.fixture
def make_standing() -> Callable[..., dict[str, Any]]:
    return standing
