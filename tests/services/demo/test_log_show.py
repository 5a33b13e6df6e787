from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from mingjing.rules.events import Event, fact_of
from mingjing.services.agencies import read_agencies
from mingjing.services.demo.log_show import AGENCY, SOURCE, LogShow, log_agencies
from mingjing.services.demo.show import DemoRefused
from mingjing.services.log_mapping import read_mapping
from mingjing.services.logs import read_log

LOG = """case_id,activity,timestamp,seq,resource,cost,case:deadline
b,Sluiten,2011-03-02T10:00:00.123456+01:00,3,R1,,2011-03-20
a,Ontvangst,2011-03-01T09:00:00+01:00,1,R2,12.50,2011-03-09
a,Bevestiging verzenden,2011-03-04,2,,,2011-03-09
"""
MAP = "{case: case_id, event: activity, time: timestamp, order: seq, officer: resource, zone: Europe/Amsterdam, \
data: '*', case_data: 'case:'}"


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "log.csv"
    path.write_text(LOG, encoding="utf-8")
    (tmp_path / "map.yaml").write_text(MAP, encoding="utf-8")
    return path


def show(log: Path, until: str | None = None) -> LogShow:
    return LogShow(log, read_mapping(log.parent / "map.yaml"), until)


def test_rows_are_sent_in_the_order_of_their_time(log: Path) -> None:
    assert [message.subject for message in show(log).messages()] == ["a", "b", "a"]


def test_every_column_survives_the_way_through_an_event(log: Path) -> None:
    rows = {(case, fact.id): fact for case, fact in read_log(log, read_mapping(log.parent / "map.yaml"))}

    for message in show(log).messages():
        event = msgspec.json.decode(message.body, type=Event)
        event.ingestedtime = event.time
        fact = fact_of(event)
        row = rows[event.subject, event.id]
        assert msgspec.structs.replace(fact, source=row.source) == row


def test_the_clock_stops_at_the_last_event_unless_told_otherwise(log: Path) -> None:
    assert show(log).until == datetime(2011, 3, 3, 23, tzinfo=UTC)


def test_a_bare_date_stops_the_clock_at_the_end_of_that_day_in_the_logs_zone(log: Path) -> None:
    assert show(log, "2011-03-27").until == datetime(2011, 3, 27, 21, 59, 59, 999999, tzinfo=UTC)


def test_a_date_that_is_none_is_refused_by_name(log: Path) -> None:
    with pytest.raises(DemoRefused, match="UNTIL=morgen"):
        show(log, "morgen")


def test_the_logs_owner_may_send_any_type(tmp_path: Path) -> None:
    log_agencies("log.csv", tmp_path / "agencies.yaml")

    agency = read_agencies(tmp_path / "agencies.yaml").agencies[0]

    assert (agency.code, agency.sources, agency.types) == (AGENCY, (SOURCE,), None)
