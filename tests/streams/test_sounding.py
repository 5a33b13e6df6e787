import asyncio
from collections.abc import Iterable, Mapping

from mingjing.streams.sounding import Place, Sounding

A, B = ("ingest.a", 0), ("ingest.a", 1)


class Ends:
    """The ends of a log, set by hand."""

    def __init__(self, **_: int) -> None:
        self.high: dict[Place, int] = {A: 0, B: 0}
        self.first: dict[Place, int] = {A: 0, B: 0}

    async def highwaters(self, places: Iterable[Place]) -> Mapping[Place, int]:
        return {place: self.high[place] for place in places}

    async def earliest(self, places: Iterable[Place]) -> Mapping[Place, int]:
        return {place: self.first[place] for place in places}


class Sounded:
    def __init__(self) -> None:
        self.ends = Ends()
        self.done: dict[Place, int] = {}
        self.sounding = Sounding(self.ends, lambda place: self.done.get(place, 0))

    def vouched(self, wall: int, places: Iterable[Place] = (A, B)) -> int | None:
        return asyncio.run(self.sounding.vouched(wall, places))


def test_with_nothing_on_its_way_the_wall_is_vouched_for() -> None:
    assert Sounded().vouched(100) == 100


def test_a_backlog_of_intake_holds_the_wall_back() -> None:
    sounded = Sounded()
    sounded.ends.high[A] = 5

    assert sounded.vouched(100) is None


def test_once_intake_is_past_what_lay_there_the_instant_of_the_reading_is_vouched_for() -> None:
    sounded = Sounded()
    sounded.ends.high[A] = 5
    sounded.vouched(100)
    sounded.ends.high[A] = 9
    sounded.done[A] = 5

    assert sounded.vouched(200) == 100


def test_the_next_sounding_reads_anew() -> None:
    sounded = Sounded()
    sounded.vouched(100)
    sounded.ends.high[B] = 1

    assert sounded.vouched(200) is None


def test_what_retention_deleted_is_not_waited_for() -> None:
    sounded = Sounded()
    sounded.ends.high[A] = sounded.ends.first[A] = 5

    assert sounded.vouched(100) == 100


def test_a_partition_that_went_to_another_worker_is_not_waited_for() -> None:
    sounded = Sounded()
    sounded.ends.high[B] = 5
    sounded.vouched(100)

    assert sounded.vouched(200, [A]) == 100


def test_a_worker_without_ingest_partitions_goes_by_the_wall() -> None:
    assert Sounded().vouched(100, []) == 100
