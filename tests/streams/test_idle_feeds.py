"""A feed that fell silent is passed by: what it still brings repairs what was found without it."""

import asyncio
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from mingjing.rules.engine import Engine
from mingjing.streams.clock import IDLE, EventTimeClock
from mingjing.streams.dockets import CASES
from mingjing.streams.owner import Owner
from mingjing.streams.state import EMPTY, Ring
from mingjing.streams.topics import CARDS

IDLE_MS = IDLE // 1000
SPEAKING, SILENT = "ingest.a/0", "ingest.b/0"


def die(exc: Exception) -> None:
    raise exc


@pytest.fixture
def told(
    engine: Engine, log: Any, case_event: Callable[..., Any], tick: Callable[..., Any]
) -> Callable[..., list[dict[str, Any]]]:
    """Return what is said of two cases of a feed that fell silent after they began, when it brings `late` after all."""

    def tell(*late: tuple[str, str, str]) -> list[dict[str, Any]]:
        clock = EventTimeClock([SPEAKING, SILENT], {})
        owner = Owner(
            *(0, engine, clock, Ring(EMPTY, 1), log),
            docket=CASES,
            partitions=1,
            end=-1,
            die=die,
            save_every_s=0,
        )
        heard = [
            tick(0, "2026-03-02T08:00:00Z", SPEAKING),
            tick(1, "2026-03-02T08:00:00Z", SILENT),
            case_event(2, "opened", "2026-03-02T09:00:00Z", case="1"),
            case_event(3, "opened", "2026-03-02T09:00:00Z", case="2"),
            _at(tick(4, "2026-03-02T11:00:00Z", SPEAKING), IDLE_MS),
            _at(tick(5, "2026-03-02T12:00:00Z", SPEAKING), IDLE_MS + 1),
        ]
        heard += [case_event(6 + number, *said[:2], case=said[2]) for number, said in enumerate(late)]

        async def story() -> None:
            for record in heard:
                owner.fold([record], lambda: None)
                await owner.settle()

        asyncio.run(story())
        return [card for card in log.values(CARDS) if card]

    return tell


def _at(record: Any, logged_ms: int) -> Any:
    return msgspec.structs.replace(record, timestamp=logged_ms)


def test_the_clock_goes_on_without_the_silent_feed(told: Callable[..., list[dict[str, Any]]]) -> None:
    assert [(card["case_key"][-1], card["status"]) for card in told()] == [("1", "standing"), ("2", "standing")]


def test_what_it_brings_after_all_takes_back_every_card_that_it_disproves(
    told: Callable[..., list[dict[str, Any]]],
) -> None:
    cards = told(("closed", "2026-03-02T09:30:00Z", "1"), ("closed", "2026-03-02T09:40:00Z", "2"))

    last = {card["case_key"]: card["status"] for card in cards}
    assert set(last.values()) == {"withdrawn"}


def test_a_breach_that_it_confirms_keeps_the_instant_at_which_its_card_was_issued_first(
    told: Callable[..., list[dict[str, Any]]],
) -> None:
    cards = [card for card in told(("closed", "2026-03-02T10:30:00Z", "1")) if card["case_key"].endswith("/1")]

    assert [card["status"] for card in cards] == ["standing", "cleared"]
    assert len({(card["issued_at"], card["violated_at"]) for card in cards}) == 1
