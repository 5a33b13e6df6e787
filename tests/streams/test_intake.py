from collections.abc import Callable
from typing import Any

import orjson
import pytest

from mingjing.streams.intake import Intake
from mingjing.streams.topics import CASE_EVENTS, DEAD_LETTERS, ingest_topic, partition_of

AGENCY = "91330100MA00000001"
SOURCE = "urn:yunzhou:scjg"
INGEST = ingest_topic(AGENCY)
PARTITIONS = 4


def sent(subject: str = "1", **changes: Any) -> bytes:
    event = {
        "specversion": "1.0",
        "id": f"e-{subject}",
        "source": SOURCE,
        "type": "opened",
        "subject": subject,
        "time": "2026-03-02T09:00:00Z",
    }
    return orjson.dumps(event | changes)


@pytest.fixture
def live(one_agency: Any, stopped_clock: Callable[[str], Any]) -> Intake:
    return Intake(one_agency, secret=b"secret", partitions=PARTITIONS, wall_clock=stopped_clock("2026-03-05T00:00:00Z"))


@pytest.fixture
def event_time(one_agency: Any) -> Intake:
    return Intake(one_agency, secret=b"secret", partitions=PARTITIONS, wall_clock=None)


def stamps(outgoing: Any) -> list[str]:
    return [orjson.loads(value)["ingestedtime"] for records in outgoing.values() for _, value in records]


def test_a_case_goes_to_the_partition_of_its_key(live: Intake, read: Callable[..., Any]) -> None:
    key = f"{AGENCY}/1"

    outgoing = live.sort([read(topic=INGEST, value=sent())])

    assert [(place, [k for k, _ in records]) for place, records in outgoing.items()] == [
        ((CASE_EVENTS, partition_of(key, PARTITIONS)), [key.encode()])
    ]


def test_live_the_moment_of_ingest_is_when_the_broker_took_the_record(live: Intake, read: Callable[..., Any]) -> None:
    outgoing = live.sort([read(topic=INGEST, value=sent(), timestamp=1772442001000)])

    assert stamps(outgoing) == ["2026-03-02T09:00:01Z"]


def test_live_where_the_broker_did_not_say_it_is_the_walls(live: Intake, read: Callable[..., Any]) -> None:
    outgoing = live.sort([read(topic=INGEST, value=sent(), timestamp=5, timestamp_type=0)])

    assert stamps(outgoing) == ["2026-03-05T00:00:00Z"]


def test_reading_a_record_again_gives_the_same_event(live: Intake, read: Callable[..., Any]) -> None:
    record = read(topic=INGEST, value=sent(officer="7"), timestamp=1772442001000)

    assert live.sort([record]) == live.sort([record])


def test_events_of_a_case_keep_their_order(live: Intake, read: Callable[..., Any]) -> None:
    (records,) = live.sort([read(topic=INGEST, offset=n, value=sent(id=str(n))) for n in range(5)]).values()

    assert [orjson.loads(value or b"")["id"] for _, value in records] == ["0", "1", "2", "3", "4"]


def test_a_watermark_goes_to_every_partition_with_the_feed_it_came_in_on(
    event_time: Intake, read: Callable[..., Any]
) -> None:
    outgoing = event_time.sort([read(topic=INGEST, partition=1, value=sent("clock", type="clock.tick"))])

    assert sorted(outgoing) == [(CASE_EVENTS, partition) for partition in range(PARTITIONS)]
    assert {orjson.loads(records[0][1])["data"]["feed"] for records in outgoing.values()} == {f"{INGEST}/1"}


def test_in_event_time_before_any_watermark_an_event_is_ingested_when_it_happened(
    event_time: Intake, read: Callable[..., Any]
) -> None:
    assert stamps(event_time.sort([read(topic=INGEST, value=sent())])) == ["2026-03-02T09:00:00Z"]


def test_in_event_time_a_late_event_is_ingested_at_its_sources_watermark(
    event_time: Intake, read: Callable[..., Any]
) -> None:
    event_time.sort([read(topic=INGEST, value=sent("clock", type="clock.tick", time="2026-03-03T00:00:00Z"))])

    assert stamps(event_time.sort([read(topic=INGEST, value=sent())])) == ["2026-03-03T00:00:00Z"]


def test_in_event_time_how_far_another_feed_of_the_source_was_read_changes_no_stamp(
    event_time: Intake, read: Callable[..., Any]
) -> None:
    tick = sent("clock", type="clock.tick", time="2026-03-05T00:00:00Z")
    event_time.sort([read(topic=INGEST, partition=1, value=tick)])
    outgoing = event_time.sort([read(topic=INGEST, partition=0, value=sent())])

    assert stamps(outgoing) == ["2026-03-02T09:00:00Z"]


def test_in_event_time_nothing_is_ingested_before_it_happened(event_time: Intake, read: Callable[..., Any]) -> None:
    event_time.sort([read(topic=INGEST, value=sent("clock", type="clock.tick", time="2026-03-01T00:00:00Z"))])

    assert stamps(event_time.sort([read(topic=INGEST, value=sent())])) == ["2026-03-02T09:00:00Z"]


def test_what_cannot_be_used_is_kept_whole_with_where_it_lay(live: Intake, read: Callable[..., Any]) -> None:
    outgoing = live.sort([read(topic=INGEST, partition=1, offset=9, key=b"k", value=b"{")])

    ((place, ((key, value),)),) = outgoing.items()
    letter = orjson.loads(value)
    assert (place, key) == ((DEAD_LETTERS, 1), b"k")
    assert (letter["code"], letter["agency"], letter["topic"], letter["partition"], letter["offset"]) == (
        "bad_json",
        AGENCY,
        INGEST,
        1,
        9,
    )
    assert letter["original"] == "ew=="


def test_a_tombstone_is_a_dead_letter_too(live: Intake, read: Callable[..., Any]) -> None:
    assert [topic for topic, _ in live.sort([read(topic=INGEST, value=None)])] == [DEAD_LETTERS]


def test_one_record_makes_one_letter_however_often_it_is_read(live: Intake, read: Callable[..., Any]) -> None:
    record = read(topic=INGEST, offset=3, value=b"[]")

    assert live.sort([record]) == live.sort([record])


def test_a_channel_of_nobody_is_told_so(live: Intake, read: Callable[..., Any]) -> None:
    ((_, ((_, value),)),) = live.sort([read(topic="ingest.unknown", value=sent())]).items()

    assert orjson.loads(value)["code"] == "foreign_agency"


class LetInMeanwhile:
    """The principals of an installation where an agency is registered, and the process has not been told yet."""

    def __init__(self, told: Any) -> None:
        self._told, self._known = told, False

    def of_topic(self, topic: str) -> Any:
        return self._told.of_topic(topic) if self._known else None

    def agency_codes(self) -> Any:
        return self._told.agency_codes()

    def renewed(self) -> bool:
        self._known = True
        return True


def test_what_the_gateway_let_in_a_moment_ago_is_not_refused(one_agency: Any, read: Callable[..., Any]) -> None:
    intake = Intake(LetInMeanwhile(one_agency), secret=b"secret", partitions=PARTITIONS, wall_clock=None)

    outgoing = intake.sort([read(topic=INGEST, value=sent())])

    assert {topic for topic, _ in outgoing} == {CASE_EVENTS}
