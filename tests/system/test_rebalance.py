"""A worker goes on by itself and forgets nothing, though its group rebalances while it fetches, folds and recovers."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from mingjing.services.stack.program import Program

from .killable import Site, latest
from .test_kill import LIMIT, MONDAY, send_story, site

__all__ = ["site"]

pytestmark = pytest.mark.system

SEED = int(os.environ.get("TORTURE_SEED", "1"))
REBALANCES = 15
CASES = 12_000
AT_ONCE = 1500


def test_rebalances_at_any_moment_end_no_worker_and_lose_no_state(site: Callable[[str], Site]) -> None:
    here = site("event-time")
    worker, cards = here.worker(), here.reader("cards")
    worker.command = [sys.executable, str(Path(__file__).with_name("shaken.py")), str(SEED), str(REBALANCES)]
    past: set[str] = set()
    with worker:
        for start in range(0, CASES, AT_ONCE):
            past |= send_story(here, range(start, start + AT_ONCE))
            here.flush()
            seen = len(latest(cards.read))
            cards.until(lambda read, seen=seen: len(latest(read)) > seen + AT_ONCE // 3)
        cards.until(lambda _: _rebalances(worker) > REBALANCES // 2)
        here.kafka.kill()
        here.kafka.stop()
        here.kafka.start()
        here.kafka.wait_ready()
        here.send_watermark(MONDAY + CASES * LIMIT)
        here.flush()
        cards.until(lambda read: len(latest(read)) >= len(past))
        survived = worker.pid is not None
    said = worker.log.read_text("utf-8")
    cards.close()

    assert survived, f"seed {SEED}"
    assert set(latest(cards.read)) == past, f"seed {SEED}"
    assert {card["status"] for card in cards.read} <= {"standing", "cleared"}, f"seed {SEED}"
    assert "folded anew" not in said, f"seed {SEED}: state was lost"


def _rebalances(worker: Program) -> int:
    return worker.log.read_text("utf-8").count("Revoking")
