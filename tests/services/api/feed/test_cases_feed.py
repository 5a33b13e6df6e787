"""How cases go on, to those who name them."""

import asyncio
from collections.abc import Callable
from typing import Any

import orjson
import pytest

from mingjing.services.api.caller import permits
from mingjing.services.api.feed.case_feed import CaseFeed
from mingjing.services.api.feed.entry import CASES, Entry, Record, entry_of
from mingjing.services.api.feed.vector import Vector, decode
from mingjing.services.api.feed.wanted import Wanted
from mingjing.services.ledger.scope import Scope

AGENCY = "91330100MA00000001"
MINE = f"{AGENCY}/2026-1"
Make = Callable[..., dict[str, Any]]


@pytest.fixture(autouse=True)
def followed(case_feed: Any) -> None:
    case_feed.log.follow()


def wanting(*cases: str, scope: Scope | None = None) -> Wanted:
    return Wanted(permits=permits(scope or Scope.everything()), cases=frozenset(cases))


def heard(feed: CaseFeed, wanted: Wanted, happening: Callable[[], object], start: Vector | None = None) -> list[Any]:
    """Return the messages that somebody gets: (what is told, the place after it)."""

    async def listening() -> bytes:
        listener = feed.hub.listen(wanted, start)
        happening()
        feed.hub.end()
        return b"".join([chunk async for chunk in listener.chunks(60)])

    blocks = [block.splitlines() for block in asyncio.run(listening()).decode().split("\n\n") if "data: " in block]
    return [(orjson.loads(data[len("data: ") :]), decode(place[len("id: ") :])) for _, data, place in blocks]


def test_a_case_is_told_to_who_names_it_and_no_other_is(case_feed: Any, make_standing: Make) -> None:
    def go_on() -> None:
        case_feed.log.put(0, make_standing(2))
        case_feed.log.put(1, make_standing(1, events=2))

    ((told, place),) = heard(case_feed, wanting(MINE), go_on)

    assert (told["case_key"], told["events"], place.offsets) == (MINE, 2, (1, 1))


def test_a_case_out_of_reach_is_told_to_nobody_who_names_it(case_feed: Any, make_standing: Make) -> None:
    elsewhere = wanting(MINE, scope=Scope(("3302",), None))

    assert heard(case_feed, elsewhere, lambda: case_feed.log.put(0, make_standing(1))) == []


def test_what_reports_count_of_a_case_is_not_told(case_feed: Any, make_standing: Make) -> None:
    ((told, _),) = heard(case_feed, wanting(MINE), lambda: case_feed.log.put(0, make_standing(1)))

    assert "figures" not in told
    assert told["state"] == "accepted"


def test_who_comes_back_gets_what_went_by_meanwhile(case_feed: Any, make_standing: Make) -> None:
    for events in (1, 2, 3):
        case_feed.log.put(0, make_standing(1, events=events))

    missed = heard(case_feed, wanting(MINE), lambda: None, start=Vector(case_feed.log.epoch, (1, 0)))

    assert [told["events"] for told, _ in missed] == [2, 3]


def test_an_owner_that_lost_the_case_sets_no_page_back(case_feed: Any, make_standing: Make) -> None:
    def go_on() -> None:
        case_feed.log.put(0, make_standing(1, events=3))
        case_feed.log.put(0, make_standing(1, events=2))

    assert [told["events"] for told, _ in heard(case_feed, wanting(MINE), go_on)] == [3]


def test_a_case_nobody_has_open_is_made_into_no_message(
    case_feed: Any, make_standing: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Entry] = []
    frame = Entry.frame
    monkeypatch.setattr(Entry, "frame", lambda entry, *rest: made.append(entry) or frame(entry, *rest))

    def go_on() -> None:
        case_feed.log.put(0, make_standing(2))
        case_feed.log.put(0, make_standing(1))

    heard(case_feed, wanting(MINE), go_on)

    assert [entry.head.case_key for entry in made] == [MINE]


def test_two_who_have_a_case_open_get_the_very_same_bytes(case_feed: Any, make_standing: Make) -> None:
    async def listening() -> list[bytes]:
        listeners = [case_feed.hub.listen(wanting(MINE), None) for _ in range(2)]
        case_feed.log.put(0, make_standing(1))
        return [await anext(each.chunks(60)) for each in listeners]

    first, second = asyncio.run(listening())
    assert first is second


def test_when_the_last_reader_of_a_case_has_left_nobody_is_asked_about_it(case_feed: Any, make_standing: Make) -> None:
    async def come_and_go() -> None:
        case_feed.hub.leave(case_feed.hub.listen(wanting(MINE), None))
        case_feed.log.put(0, make_standing(1))

    asyncio.run(come_and_go())

    assert case_feed.hub.listeners == 0


def test_a_record_is_told_as_the_lists_of_cases_tell_it(make_standing: Make) -> None:
    clock = {"rule": "TL-04", "level": None, "clock": "promised", "limit": "5wd", "state": "running"}
    record = make_standing(1, clocks=[clock | {"start_at": None, "due_at": "2026-03-13T00:00:00+08:00"}])

    told = orjson.loads(entry_of(Record(0, 0, orjson.dumps(record)), CASES).told)

    assert told == {name: value for name, value in record.items() if name != "figures"}
