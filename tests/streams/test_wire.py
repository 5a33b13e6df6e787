from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as some

from mingjing.rules.events import Event, fact_of, instant
from mingjing.streams.wire import event_bytes, fact_in

NOON = datetime(2026, 3, 2, 12, 0, 0, 123456, tzinfo=UTC)

instants = some.integers(0, 4_000_000_000_000_000).map(instant)
texts = some.text(max_size=8)
data = some.dictionaries(
    some.sampled_from(["case", "fee", "at", "stamp"]),
    some.one_of(some.integers(-9, 9), texts, some.dictionaries(texts, some.integers(0, 9), max_size=2)),
    max_size=3,
)


def event(**also: Any) -> Event:
    return Event(**{"id": "1", "source": "s", "type": "t", "subject": "c", "time": NOON, "ingestedtime": NOON, **also})


@given(time=instants, ingested=instants, recorded=some.none() | instants, sequence=some.integers(-5, 5), said=data)
def test_the_fact_read_from_a_record_is_the_fact_of_its_event(
    time: datetime, ingested: datetime, recorded: datetime | None, sequence: int, said: dict[str, Any]
) -> None:
    sent = event(time=time, ingestedtime=ingested, recordedtime=recorded, sequence=sequence, data=said)

    assert fact_in(event_bytes(sent)) == fact_of(sent)


def test_a_record_is_still_a_cloudevent_for_whoever_reads_it_as_one() -> None:
    sent = event(data={"fee": 3}, casekey="a/c")

    assert msgspec.json.decode(event_bytes(sent), type=Event) == sent


def test_a_record_of_before_the_instants_were_written_in_microseconds_is_read() -> None:
    sent = event(data={"case": {"class": "A"}})

    assert fact_in(msgspec.json.encode(sent)) == fact_of(sent)


def test_an_event_that_was_never_stamped_is_not_written() -> None:
    with pytest.raises(ValueError, match="never stamped"):
        event_bytes(event(ingestedtime=None))
