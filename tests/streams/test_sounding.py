import asyncio
from collections.abc import Collection, Iterable, Mapping

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
        self.stamped: dict[Place, int] = {}
        self.sounding = Sounding(self.ends, self)

    async def settled(self, places: Iterable[Place]) -> Mapping[Place, int]:
        return {place: self.done.get(place, 0) for place in places}

    def stamps(self, places: Collection[Place]) -> list[int | None]:
        return [self.stamped.get(place) for place in places]

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


def test_during_a_backlog_the_stamp_that_the_slowest_partition_has_come_to_is_vouched_for() -> None:
    sounded = Sounded()
    sounded.ends.high = {A: 5, B: 7}
    sounded.done = {A: 3, B: 2}
    sounded.stamped = {A: 40, B: 60}

    assert sounded.vouched(100) == 40


def test_a_backlog_of_another_worker_of_which_no_stamp_is_known_holds_the_clock() -> None:
    sounded = Sounded()
    sounded.ends.high = {A: 5, B: 7}
    sounded.done = {A: 3, B: 2}
    sounded.stamped = {A: 40}

    assert sounded.vouched(100) is None


def test_what_came_in_after_the_ends_were_read_is_not_waited_for() -> None:
    sounded = Sounded()
    sounded.ends.high[A] = 5
    sounded.vouched(100)
    sounded.ends.high = {A: 90, B: 90}
    sounded.done = {A: 5}

    assert sounded.vouched(200) == 100


def test_a_worker_with_nothing_before_it_goes_by_the_wall() -> None:
    assert Sounded().vouched(100, []) == 100
