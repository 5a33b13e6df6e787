"""Declared outages in the city: nothing leaves then, and the hours they take are nobody's delay."""

from datetime import date, datetime, timedelta

import pytest

from mingjing.services.city.city import City
from mingjing.services.city.message import ZONE
from mingjing.services.city.outage import back, days_down, later, read_outages, works_between
from mingjing.services.city.world import World

DOWN = read_outages(
    [{"from": "2026-07-11 18:00", "to": "2026-07-12 06:00"}, {"from": "2026-07-10 08:00", "to": "2026-07-10 20:00"}]
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-07-{text}").replace(tzinfo=ZONE)


def test_nothing_leaves_an_agency_while_it_is_down(world: World) -> None:
    log, _ = City(world, seed=3, cases=400).log()
    sound = [message for message in log if message.refused is None]

    assert any(agency.outages for agency in world.agencies.values())
    assert not [message for message in sound if back(world.agencies[message.agency].outages, message.at) != message.at]


def test_what_should_leave_in_an_outage_leaves_when_it_is_over() -> None:
    assert back(DOWN, at("10 07:59")) == at("10 07:59")
    assert back(DOWN, at("10 08:00")) == at("10 20:00")
    assert back(DOWN, at("10 20:00")) == at("10 20:00")


@pytest.mark.parametrize(
    ("hours", "instant"),
    [(1, "10 07:00"), (2, "10 20:00"), (3, "10 21:00"), (24, "12 06:00"), (25, "12 07:00")],
)
def test_hours_worked_since_an_instant_leave_out_what_was_down(hours: int, instant: str) -> None:
    assert later(DOWN, at("10 06:00"), timedelta(hours=hours)) == at(instant)
    assert works_between(DOWN, at("10 06:00"), at(instant)) == timedelta(hours=hours)


def test_a_day_is_down_of_which_some_part_is() -> None:
    assert days_down(DOWN) == {date(2026, 7, 10), date(2026, 7, 11), date(2026, 7, 12)}
