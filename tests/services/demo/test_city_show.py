"""What is planted is named as those will name it who only ever see staff numbers as hashes."""

from pathlib import Path

import pytest

from mingjing.services.city.city import City
from mingjing.services.city.world import World, read_world
from mingjing.services.demo.city_show import CityShow
from mingjing.streams.vouch import masked_officer

ROOT = Path(__file__).parents[3]
RULES = ROOT / "rules"


@pytest.fixture(scope="module")
def world() -> World:
    agencies = ROOT / "deploy" / "local" / "agencies.yaml"
    return read_world(agencies, RULES / "catalogue", RULES / "calendars", RULES / "vocabularies")


def test_an_officer_is_named_by_the_hash_that_intake_makes_of_the_number(world: World) -> None:
    city = City(world, seed=1, cases=800)
    plain = [each for each in city.log()[1] if each.rule == "ACT-02"]

    shown = [each for each in CityShow(city, [], "a secret of eight").planted if each.rule == "ACT-02"]

    employers = {agency.staff_prefix: agency.code for agency in world.agencies.values()}
    numbers = [each.case_key.rpartition("|")[2] for each in plain]
    hashed = [masked_officer(b"a secret of eight", employers[number[:9]], number) for number in numbers]
    assert plain
    assert [each.case_key.rpartition("|")[2] for each in shown] == hashed
    assert [each.violated_at for each in shown] == [each.violated_at for each in plain]


def test_no_other_finding_is_renamed(world: World) -> None:
    city = City(world, seed=1, cases=200)
    rest = [each for each in city.log()[1] if each.rule not in {"ACT-02", "INT-02"}]

    assert [each for each in CityShow(city, [], "a secret of eight").planted if each.rule != "ACT-02"] == rest


def test_whoever_decides_in_a_rush_is_named_by_the_hash_too(world: World) -> None:
    city = City(world, seed=1, cases=2000)
    plain = [each for each in city.log()[1] if each.rule == "INT-05"]

    shown = [each for each in CityShow(city, [], "a secret of eight").planted if each.rule == "INT-05"]

    numbers = [each.case_key.removeprefix("across/INT-05/") for each in plain]
    employers = {agency.staff_prefix: agency.code for agency in world.agencies.values()}
    hashed = [masked_officer(b"a secret of eight", employers[number[:9]], number) for number in numbers]
    assert plain
    assert [each.case_key for each in shown] == [f"across/INT-05/{number}" for number in hashed]


def test_on_the_clock_of_events_nothing_is_told_before_its_time(world: World) -> None:
    city = City(world, seed=1, cases=1500)

    assert "INT-02" in {each.rule for each in city.log()[1]}
    assert "INT-02" not in {each.rule for each in CityShow(city, [], "a secret of eight").planted}
