"""What the judges of each docket have to say, as records of the topics that carry it.

What is named first is on its log first. Equal findings give equal bytes.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

import msgspec
import orjson

from mingjing.rules.card import Card
from mingjing.rules.desk_words import DESK, CardStage, Handled, Happening, is_sub_case, said_of
from mingjing.rules.events import Fact
from mingjing.rules.subject import is_subject
from mingjing.streams import metrics
from mingjing.streams.dead_letters import DeadLetter, held_fault
from mingjing.streams.outlet import Outgoing
from mingjing.streams.ports import Drawn
from mingjing.streams.tallies import by_partition
from mingjing.streams.topics import (
    CARD_ACTIONS,
    CARD_STAGES,
    CARDS,
    CASE_EVENTS,
    CASE_FACTS,
    SHADOW_CARDS,
    TALLIES,
    partition_of,
)
from mingjing.streams.trace import Traces
from mingjing.streams.wire import fact_bytes


class Speaker(msgspec.Struct, frozen=True):
    """Who speaks: the owner of a partition of as many as `partitions`; `traces` are of what it has just heard."""

    partition: int
    partitions: int
    traces: Traces = {}


class Words(msgspec.Struct, frozen=True):
    """Records by topic and partition, in order, and what could not be judged."""

    records: list[tuple[str, int, list[Outgoing]]]
    letters: list[DeadLetter]


Speak = Callable[[Any, Speaker, int], Words]
"""Puts what a judge of a docket returned from `take` into words, at an instant of its clock."""


def of_cases(drawn: Drawn, speaker: Speaker, now: int) -> Words:
    """Say what was found in cases, or of subjects: cards, facts, the engine's word to the desk, tallies.

    The case that a card is of its own is no case that people list: its facts stay unsaid.
    """
    here = speaker.partition
    records = [
        (CARDS, here, [_keyed(card.case_key, _sorted(card)) for card in drawn.cards]),
        (
            CASE_FACTS,
            here,
            [_keyed(key, _sorted(fact)) for fact in drawn.facts if not is_sub_case(key := fact["case_key"])],
        ),
        (CARD_ACTIONS, here, _to_desk(drawn.cards, now)),
        (SHADOW_CARDS, here, [_keyed(card.case_key, _sorted(card)) for card in drawn.shadows]),
        *(
            (TALLIES, partition, told)
            for partition, told in by_partition(drawn.tallies, speaker.partitions, speaker.traces).items()
        ),
    ]
    _count(drawn)
    letters = [held_fault(here, fault.fact, fault.reason) for fault in drawn.faults if fault.fact]
    return Words([each for each in records if each[2]], letters)


def of_desk(handled: Handled, speaker: Speaker, now: int) -> Words:  # noqa: ARG001  # a desk's words carry their own times
    """Say how cards stand among people, what happened in their own cases, and to the cases they are of how they count.

    The case of a card drawn across cases is a subject, whose log is `tallies`.
    """
    told: defaultdict[tuple[str, int], list[Outgoing]] = defaultdict(list)
    for each in (*handled.happenings, *handled.standings):
        log = TALLIES if is_subject(each.case_key) and not is_sub_case(each.case_key) else CASE_EVENTS
        told[log, partition_of(each.case_key, speaker.partitions)].append(_happening(each))
    records = [
        (CARD_STAGES, speaker.partition, [_stage(each) for each in handled.stages]),
        *((log, partition, said) for (log, partition), said in told.items()),
    ]
    return Words([each for each in records if each[2]], [])


def _to_desk(cards: Iterable[Card], now: int) -> list[Outgoing]:
    said = ((card.case_key, said_of(card, now)) for card in cards)
    return [_keyed(case_key, fact_bytes(case_key, fact)) for case_key, fact in said if fact is not None]


def _stage(stage: CardStage) -> Outgoing:
    return _keyed(stage.case_key, _sorted(stage))


def _happening(happened: Happening) -> Outgoing:
    fact = Fact(
        id=happened.id,
        source=DESK,
        type=happened.type,
        at=happened.at,
        stamp=happened.at,
        agency=happened.agency,
        region=happened.region,
        data=dict(happened.data),
    )
    return _keyed(happened.case_key, fact_bytes(happened.case_key, fact))


def _keyed(case_key: str, value: bytes) -> Outgoing:
    return case_key.encode(), value


def _sorted(said: Any) -> bytes:
    plain = said if isinstance(said, dict) else msgspec.to_builtins(said)
    return orjson.dumps(plain, option=orjson.OPT_SORT_KEYS)


def _count(drawn: Drawn) -> None:
    metrics.TALLIES_TOLD.inc(len(drawn.tallies))
    for card in drawn.shadows:
        metrics.SHADOW_CARDS.labels(card.rule, card.level).inc()
    for card in drawn.cards:
        if card.status == "standing":
            metrics.CARDS_DRAWN.labels(card.level).inc()
        else:
            metrics.CARDS_TAKEN_BACK.labels(card.status).inc()
