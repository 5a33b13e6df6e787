"""Two workers killed, stalled, stopped and started by a seeded schedule while a city's days go by.

`TORTURE_SECONDS` says for how long trouble is made (a minute where it is not set),
`TORTURE_SEED` by which schedule. What stands at the end is what was planted, always.
"""

import os
import random
import signal
import time
from collections.abc import Callable

import pytest

from mingjing.services.stack.program import Program

from .killable import Reader, Site, latest
from .test_kill import LIMIT, MONDAY, send_story, site

__all__ = ["site"]

pytestmark = pytest.mark.system

SECONDS = float(os.environ.get("TORTURE_SECONDS", "60"))
SEED = int(os.environ.get("TORTURE_SEED", "1"))
STALL_S = 9.0
"""Longer than a session: the group gives the partitions of a stalled worker to another."""
CASES_AT_ONCE = 300


class Trouble:
    """Makes trouble for two workers, of whom at least one is always left to work."""

    def __init__(self, workers: list[Program], chance: random.Random) -> None:
        self._workers = workers
        self._chance = chance
        self.made: list[str] = []

    def make(self) -> None:
        """Do one thing to one worker, and set it right again."""
        kind = self._chance.choice(["kill", "stop", "stall", "both"])
        worker = self._chance.choice(self._workers)
        self.made.append(kind)
        if kind == "stall":
            tell(worker, signal.SIGSTOP)
            time.sleep(STALL_S)
            tell(worker, signal.SIGCONT)
            return
        for each in self._workers if kind == "both" else [worker]:
            if kind != "stop":
                each.kill()
            each.stop()
            each.start()

    def end(self) -> None:
        """Start whoever a stall has ended: it found itself out of step with the log."""
        for each in self._workers:
            if each.pid is None:
                each.stop()
                each.start()


def tell(worker: Program, number: signal.Signals) -> None:
    """Send a signal to a worker that is still there."""
    if worker.pid is not None:
        os.kill(worker.pid, number)


def story(here: Site, start: int, chance: random.Random) -> set[str]:
    """Send the next cases and, late, a note to a tenth of them; return the keys of those that are past."""
    cases = range(start, start + CASES_AT_ONCE)
    past = send_story(here, cases)
    for number in chance.sample(cases, CASES_AT_ONCE // 10):
        here.send("noted", f"c{number}", MONDAY + LIMIT / 4)
    here.flush()
    return past


def the_end(here: Site, cards: Reader, past: set[str]) -> None:
    here.send_watermark(MONDAY + 2000 * LIMIT)
    here.flush()
    cards.until(lambda read: set(latest(read)) >= past)


def test_what_stands_after_an_hour_of_trouble_is_what_was_planted(site: Callable[[str], Site]) -> None:
    chance = random.Random(SEED)  # noqa: S311  # a schedule, no secret
    here = site("event-time")
    workers, cards = [here.worker(1), here.worker(2)], here.reader("cards")
    trouble, past, sent = Trouble(workers, chance), set[str](), 0
    with workers[0], workers[1]:
        until = time.monotonic() + SECONDS
        while time.monotonic() < until:
            past |= story(here, sent, chance)
            sent += CASES_AT_ONCE
            trouble.make()
        trouble.end()
        the_end(here, cards, past)
    stands = latest(cards.read)
    cards.close()

    assert set(stands) == past, f"seed {SEED}: {trouble.made}"
    assert {card["status"] for card in cards.read} <= {"standing", "cleared"}, f"seed {SEED}: {trouble.made}"


def test_a_worker_that_was_thought_dead_says_nothing_that_stands(site: Callable[[str], Site]) -> None:
    here = site("event-time")
    first, second, cards = here.worker(1), here.worker(2), here.reader("cards")
    with first, second:
        past = send_story(here, range(600))
        here.flush()
        cards.until(lambda read: len(read) > 0)
        tell(first, signal.SIGSTOP)
        past |= send_story(here, range(600, 1200))
        here.send_watermark(MONDAY + 2000 * LIMIT)
        here.flush()
        cards.until(lambda read: set(latest(read)) >= past)
        settled = latest(cards.read)
        tell(first, signal.SIGCONT)
        here.send("opened", "after", MONDAY + 1999 * LIMIT)
        here.send_watermark(MONDAY + 3000 * LIMIT)
        here.flush()
        cards.until(lambda read: len(latest(read)) > len(past))
    now = latest(cards.read)
    cards.close()

    assert {key: now[key]["digest"] for key in past} == {key: card["digest"] for key, card in settled.items()}
