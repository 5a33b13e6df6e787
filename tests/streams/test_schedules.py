"""Every order of things: folding, delivery, crash and a stale owner's late writes, by schedule and not by luck.

No sockets and no time: a schedule is a list of moves, and an owner's world does one
at a time. Whatever the schedule, the cards that stand at the end are those of an
engine that was never disturbed, and no card ever stood that had to be taken back. Cases
leave on the way, for a stub and then for a mark, and their archive is away now and then.

`SCHEDULES` says how many are tried (200 where it is not set), `SCHEDULES_SEED` by which
seed the first is drawn; each schedule that fails names its own. The harness is tried,
too: faults are planted in the world, and every one of them must be caught.
"""

import asyncio
import os
from collections import Counter
from collections.abc import Callable
from random import Random
from time import process_time
from typing import Any

import pytest

from mingjing.streams import absent, state

from .world import SOUND, Caught, Faults, World, latest, told, told_cards

STORM = ["fold", "fold", "turn", "turn", "turn", "deliver", "deliver", "deliver", "vouch", "crash", "stall", "late"]
"""Owners come and go before they get far."""

CALM = [
    *("crash", "stall", "late", "outage", "upgrade"),
    *(["turn"] * 40 + ["deliver"] * 60 + ["fold"] * 5 + ["vouch"] * 12 + ["retire"] * 8 + ["forget"] * 20),
]
"""What is over leaves, for a stub and then for a mark, and is heard of again."""

UPGRADE = 0.02
"""How often in a storm, of all moves, a version takes over that cannot read the state of the one before."""

LENGTH = {True: 250, False: 1000}
"""How many moves a storm has, and a calm."""

SCHEDULES = int(os.environ.get("SCHEDULES", "200"))
SEED = int(os.environ.get("SCHEDULES_SEED", "1"))


async def undisturbed(log: list[Any]) -> dict[str, tuple[str, str, str]]:
    world = World(log, SOUND)
    await world.finish()
    return latest(told_cards(world.disk))


async def tried(seed: int, faults: Faults = SOUND) -> None:
    """Raise Caught if the schedule of a seed comes to anything that an owner must not come to."""
    chance = Random(seed)  # noqa: S311  # a schedule, no secret
    log = told(chance)
    world = World(log, faults)
    storm = seed % 2 == 1
    for _ in range(LENGTH[storm]):
        kind = "upgrade" if storm and chance.random() < UPGRADE else chance.choice(STORM if storm else CALM)
        await world.move(kind, chance.randrange(1000))
    await world.finish()
    cards = told_cards(world.disk)
    if latest(cards) != await undisturbed(log):
        raise Caught(f"seed {seed}: other cards stand than without any trouble")
    if not {card["status"] for card in cards} <= {"standing", "cleared"}:
        raise Caught(f"seed {seed}: a card stood that had to be taken back")
    if max(Counter((card["card_id"], *card["ver"]) for card in cards).values(), default=1) > 1:
        raise Caught(f"seed {seed}: one owner said one version of a card twice")


async def caught(faults: Faults) -> bool:
    """Whether one of the schedules shows what is wrong with a world."""
    for seed in range(SEED, SEED + SCHEDULES):
        try:
            await tried(seed, faults)
        except Caught:
            return True
    return False


async def _answered(question: Callable[..., Any], *asked: Any) -> Any:
    """Ask without a thread, for threads keep to no schedule."""
    await asyncio.sleep(0)
    return question(*asked)


@pytest.fixture(autouse=True)
def _small_records(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(state, "MAX_CASES_BYTES", 1000)  # so that one settlement takes several records
    monkeypatch.setattr(asyncio, "to_thread", _answered)
    monkeypatch.setattr(absent, "FIRST_PAUSE_S", 0)


def test_no_schedule_of_crashes_stalls_late_writes_and_upgrades_changes_what_stands() -> None:
    async def all_of_them() -> None:
        for seed in range(SEED, SEED + SCHEDULES):
            await tried(seed)

    began = process_time()
    asyncio.run(all_of_them())
    rate = 60 * SCHEDULES / (process_time() - began)
    print(f"{SCHEDULES} schedules from seed {SEED} on, {rate:.0f} a minute of one core")  # noqa: T201  # told with -s


@pytest.mark.parametrize("fault", Faults.__struct_fields__)
def test_a_fault_that_is_planted_in_the_world_is_caught(fault: str) -> None:
    assert asyncio.run(caught(Faults(**{fault: True})))
