from collections.abc import Callable

import msgspec
import pytest

from mingjing.rules.card import Card
from mingjing.services.api.feed.entry import Entry, Record, entry_of
from mingjing.services.api.feed.ring import Ring


@pytest.fixture
def entry(make_card: Callable[..., Card]) -> Callable[..., Entry]:
    def made(partition: int, offset: int, number: int, revision: int = 1) -> Entry:
        return entry_of(Record(partition, offset, msgspec.json.encode(make_card(number, revision=revision))))

    return made


def test_a_reader_gets_what_it_has_not_had(entry: Callable[..., Entry]) -> None:
    ring = Ring(10, (0, 0))
    for each in (entry(0, 0, 1), entry(1, 0, 2), entry(0, 1, 3)):
        ring.append(each)

    assert [(each.partition, each.offset) for each in ring.since((1, 0))] == [(1, 0), (0, 1)]


def test_a_ring_is_complete_from_where_it_began(entry: Callable[..., Entry]) -> None:
    ring = Ring(10, (5, 7))
    ring.append(entry(0, 5, 1))

    assert ring.floor == [5, 7]


def test_what_a_full_ring_forgets_raises_its_floor_there_only(entry: Callable[..., Entry]) -> None:
    ring = Ring(2, (0, 0))
    for each in (entry(0, 0, 1), entry(1, 0, 2), entry(0, 1, 3)):
        ring.append(each)

    assert (ring.floor, len(ring)) == ([1, 0], 2)


def test_a_stale_owners_record_is_not_kept(entry: Callable[..., Entry]) -> None:
    ring = Ring(10, (0,))

    kept = [
        ring.append(each)
        for each in (entry(0, 0, 1, revision=2), entry(0, 1, 1, revision=1), entry(0, 2, 1, revision=2))
    ]

    assert kept == [True, False, False]


def test_the_latest_state_of_a_card_is_known_while_it_is_held(entry: Callable[..., Entry]) -> None:
    ring = Ring(2, (0,))
    states = [entry(0, 0, 1), entry(0, 1, 1, revision=2), entry(0, 2, 2)]
    for each in states:
        ring.append(each)

    assert ring.latest(states[0].head.card_id) is states[1]


def test_a_forgotten_card_is_no_longer_found(entry: Callable[..., Entry]) -> None:
    ring = Ring(1, (0,))
    first = entry(0, 0, 1)
    ring.append(first)
    ring.append(entry(0, 1, 2))

    assert ring.latest(first.head.card_id) is None
