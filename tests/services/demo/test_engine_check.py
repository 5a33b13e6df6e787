from pathlib import Path

import pytest

from mingjing.services.city.check import check, total
from mingjing.services.city.city import City
from mingjing.services.city.world import read_world
from mingjing.services.demo.engine_check import ENGINE

ROOT = Path(__file__).parents[3]
RULES = ROOT / "rules"


@pytest.mark.parametrize("of_choice", [False, True])
def test_the_engine_finds_what_was_planted_and_nothing_else(*, of_choice: bool) -> None:
    agencies = ROOT / "deploy" / "local" / "agencies.yaml"
    world = read_world(agencies, RULES / "catalogue", RULES / "calendars", RULES / "vocabularies")

    city = City(world, seed=11, cases=1000, of_choice=of_choice)

    assert total(city, check(city, (ENGINE,)), (ENGINE,)).differing == []
