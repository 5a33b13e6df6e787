"""A new owner is told of the past that its state, or the log, does not hold any more."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import pytest

from mingjing.rules.engine import Engine
from mingjing.streams.anew import PastGone
from mingjing.streams.clock import LiveClock
from mingjing.streams.dockets import CASES, STEPS, SUBJECTS, Docket
from mingjing.streams.looking_back import LookingBack
from mingjing.streams.owner import Owner
from mingjing.streams.ports import ArchiveAway, Archived
from mingjing.streams.sounding import Place
from mingjing.streams.state import EMPTY, Ring
from mingjing.streams.topics import CARDS, CASE_EVENTS

from .test_owner import instant

FIRST = "2026-03-02T13:30:00Z"


class Ends:
    """A log that begins at `first`, of which `committed` (exclusive) was committed; ten cards were said."""

    def __init__(self, first: int, committed: int) -> None:
        self._first = first
        self._committed = committed

    async def earliest(self, places: Iterable[Place]) -> Mapping[Place, int]:
        return dict.fromkeys(places, self._first)

    async def committed(self, places: Iterable[Place]) -> Mapping[Place, int]:
        return dict.fromkeys(places, self._committed)

    async def highwaters(self, places: Iterable[Place]) -> Mapping[Place, int]:
        assert list(places) == [(CARDS, 0)]
        return {(CARDS, 0): 10}


class Shelf:
    """An archive of what lay on the partition from `begins` on; it is away, and then behind, when it is first asked."""

    def __init__(self, *records: Any, begins: int = 0) -> None:
        self._records = records
        self._begins = begins
        self.known: dict[str, int] = {}
        self.asked = 0

    def facts_of(self, partition: int, case_key: str, last_offset: int) -> None:
        raise NotImplementedError

    def past(self, partition: int, first: int, until: int) -> list[Archived] | None:
        self.asked += 1
        if self.asked == 1:
            raise ArchiveAway("ClickHouse does not answer")
        if self.asked == 2:
            return None
        return [
            Archived(CASE_EVENTS, partition, each.offset, 0, each.key, each.value)
            for each in self._records
            if first <= each.offset < until
        ]

    def reaches_back(self, partition: int, first: int) -> bool:
        return partition == 0 and self._begins <= first

    def issues(self, partition: int, until: int) -> Mapping[str, int]:
        assert (partition, until) == (0, 10)
        return self.known


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mingjing.streams.looking_back.PAUSE_S", 0)


def owner_of(engine: Engine, log: Any) -> Owner:
    return Owner(
        0, engine, LiveClock(), Ring(EMPTY, 1), log, docket=CASES, partitions=1, end=-1, die=_die, save_every_s=0
    )


def _die(exc: Exception) -> None:
    raise AssertionError(exc)


def told(owner: Owner, ends: Ends, archive: Shelf | None, docket: Docket = CASES) -> None:
    looking_back = LookingBack(docket, ends, archive)  # type: ignore[arg-type]  # all that is asked of either
    asyncio.run(looking_back.tell({0: owner}))


def test_what_the_log_lacks_is_folded_from_the_archive_once_it_answers(
    engine: Engine, log: Any, case_event: Callable[..., Any]
) -> None:
    opened = case_event(0, "opened", "2026-03-02T09:00:00Z")
    owner = owner_of(engine, log)
    told(owner, Ends(first=7, committed=9), Shelf(opened, opened))
    owner.rise(instant("2026-03-02T12:00:00Z"), highwater=7)

    assert (engine.open_cases, owner.end, owner.repeats_to) == (1, 6, 9)
    assert engine.take(1).cards


def test_cards_of_the_past_are_issued_when_they_were(engine: Engine, log: Any, case_event: Callable[..., Any]) -> None:
    shelf = Shelf(case_event(0, "opened", "2026-03-02T09:00:00Z"))
    owner = owner_of(engine, log)
    shelf.known = {"c" * 32: 7}
    told(owner, Ends(first=1, committed=1), shelf)

    assert engine._register.issues == shelf.known


def test_an_owner_whose_state_is_whole_is_told_nothing(engine: Engine, log: Any) -> None:
    owner, shelf = owner_of(engine, log), Shelf()
    told(owner, Ends(first=0, committed=0), shelf)

    assert (owner.end, owner.repeats_to, shelf.asked) == (-1, 0, 0)


@pytest.mark.parametrize("docket", [CASES, SUBJECTS, STEPS])
def test_without_an_archive_a_past_that_the_log_lacks_is_gone(engine: Engine, log: Any, docket: Docket) -> None:
    with pytest.raises(PastGone, match=f"{docket.log}/0 is to be folded from offset 0 on, but begins at 7"):
        told(owner_of(engine, log), Ends(first=7, committed=9), None, docket)


@pytest.mark.parametrize("docket", [CASES, SUBJECTS, STEPS])
def test_a_past_that_the_archive_lacks_too_is_gone(
    engine: Engine, log: Any, case_event: Callable[..., Any], docket: Docket
) -> None:
    shelf = Shelf(case_event(5, "opened", "2026-03-02T09:00:00Z"), begins=5)

    with pytest.raises(PastGone, match=f"{docket.log}/0 .* both the log and the archive begin later"):
        told(owner_of(engine, log), Ends(first=7, committed=9), shelf, docket)


@pytest.mark.parametrize("docket", [SUBJECTS, STEPS])
def test_what_the_logs_beside_the_cases_lack_is_folded_from_the_archive_as_well(
    engine: Engine, log: Any, case_event: Callable[..., Any], docket: Docket
) -> None:
    owner = owner_of(engine, log)
    told(owner, Ends(first=7, committed=9), Shelf(case_event(0, "opened", "2026-03-02T09:00:00Z")), docket)

    assert (engine.open_cases, owner.end, owner.repeats_to) == (1, 6, 9)


def test_who_is_no_owner_any_more_does_not_wait_for_the_archive(engine: Engine, log: Any) -> None:
    class Gone(dict[int, Owner]):
        """Owners that a rebalance takes away once they have been looked up."""

        def get(self, partition: int, default: Any = None) -> Any:
            return self.pop(partition, default)

    looking_back = LookingBack(CASES, Ends(first=7, committed=9), Shelf())  # type: ignore[arg-type]  # all that is asked
    owners = Gone({0: owner_of(engine, log)})
    asyncio.run(looking_back.tell(owners))

    assert owners == {}
