"""Rules across cases over real topics: cases in every partition, one subject, one card, whoever dies."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from .killable import Json, Site, sites

pytestmark = pytest.mark.system

MONDAY = datetime(2026, 3, 2, 1, tzinfo=UTC)
ENTERPRISES = 120
"""Visited in turn, an hour apart: three visits each reach the number, and one enterprise in four is visited twice."""

PACK = """
pack: visits
title: 重复检查
version: "1"
vocabulary: open
rules:
  - id: V-1
    title: 一月三次
    basis: [演示]
    kind: frequency
    of: visited
    by: data.enterprise
    at_least: 3
    within: 30cd
    cards: {yellow: reached}
  - id: V-2
    title: 累计两张黄牌
    basis: [演示]
    kind: frequency
    of: {event: card.shown, where: 'data.level == "yellow" && data.rule == "V-1"'}
    by: agency
    at_least: 80
    per: year
    cards: {red: reached}
  - id: V-3
    title: 断流
    basis: [演示]
    kind: silence
    of: visited
    by: agency
    rhythm: 5cd
    cards: {hint: silent}
"""


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Callable[[str], Site]]:
    with sites(tmp_path, PACK) as make:
        yield make


def visit(site: Site, numbers: range) -> None:
    """Send visits number so and so, each a case of its own, with what the source has sent so far said now and then."""
    for number in numbers:
        turn, enterprise = divmod(number, ENTERPRISES)
        if turn == 2 and enterprise % 4 == 0:
            continue
        at = MONDAY + timedelta(hours=number)
        site.send("visited", f"v{number}", at, enterprise=f"E{enterprise}")
        if number % 20 == 0:
            site.send_watermark(at)
    site.flush()


def standing(cards: list[Json], rule: str) -> set[str]:
    """Return the subjects that whoever keeps the greatest `ver` sees a card of the rule on."""
    last = {card["card_id"]: card for card in sorted(cards, key=lambda card: card["ver"]) if card["rule"] == rule}
    return {card["case_key"] for card in last.values() if card["status"] == "standing"}


def test_a_number_reached_across_partitions_draws_one_card_each_though_workers_are_killed(
    site: Callable[[str], Site],
) -> None:
    here = site("event-time")
    worker, cards, tallies = here.worker(), here.reader("cards"), here.reader("tallies")
    reached = {f"across/V-1/E{enterprise}" for enterprise in range(ENTERPRISES) if enterprise % 4}
    told = 0
    for start in range(0, 3 * ENTERPRISES, ENTERPRISES // 2):
        worker.start()
        worker.wait_ready()
        visit(here, range(start, start + ENTERPRISES // 2))
        tallies.until(lambda read, told=told: len(read) > told + 20)
        told = len(tallies.read)
        worker.kill()
        worker.stop()
    here.send_watermark(MONDAY + timedelta(days=60))
    here.flush()
    with worker:
        cards.until(lambda read: standing(read, "V-1") >= reached and bool(standing(read, "V-2")))
        cards.until(lambda read: bool(standing(read, "V-3")))

    assert standing(cards.read, "V-1") == reached
    assert standing(cards.read, "V-2") == {f"across/V-2/{card['agency']}" for card in cards.read}
    silent = [card for card in cards.read if card["rule"] == "V-3" and card["status"] == "standing"]
    assert {card["explain"]["key"][0] for card in silent} == {card["agency"] for card in cards.read}
    said = {(card["card_id"], card["revision"], card["digest"]) for card in cards.read}
    assert len({(card["card_id"], card["revision"]) for card in cards.read}) == len(said), "one card in two wordings"
    assert {card["status"] for card in cards.read if card["rule"] == "V-1"} == {"standing"}
    cards.close()
    tallies.close()


def test_a_visit_that_is_taken_back_takes_back_the_card(site: Callable[[str], Site]) -> None:
    here = site("live")
    cards = here.reader("cards")
    with here.worker():
        for number in range(3):
            last = here.send("visited", f"v{number}", MONDAY + timedelta(days=number), enterprise="E")
        here.flush()
        cards.until(lambda read: standing(read, "V-1") == {"across/V-1/E"})
        here.send("event.voided", "v2", MONDAY + timedelta(days=3), corrects=last)
        here.flush()
        cards.until(lambda read: not standing(read, "V-1"))

    assert [card["status"] for card in cards.read if card["rule"] == "V-1"] == ["standing", "withdrawn"]
    cards.close()
