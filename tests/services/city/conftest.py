from pathlib import Path

import pytest

from mingjing.services.city.calendar import Calendar
from mingjing.services.city.world import World, read_world

ROOT = Path(__file__).parents[3]
AGENCIES = ROOT / "deploy" / "local" / "agencies.yaml"
RULES = ROOT / "rules"


@pytest.fixture(scope="session")
def world() -> World:
    return read_world(AGENCIES, RULES / "catalogue", RULES / "calendars", RULES / "vocabularies")


@pytest.fixture(scope="session")
def calendar(world: World) -> Calendar:
    return world.calendar


@pytest.fixture(scope="session")
def agencies_file() -> Path:
    return AGENCIES
