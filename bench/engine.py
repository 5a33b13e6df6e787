"""The engine alone on one core: events judged a second, what a case and a timer weigh.

usage: python bench/engine.py [--cases 5000] [--rounds 3] [--logs FOLDER] [--timers 1000000]
Facts are decoded beforehand and folded in order of arrival, the clock rising with each, as a partition's owner
does it; no broker, no encoding. `judged` is folding alone; `said` also takes cards and case facts, `kept` also the
state of every changed case, each after 5,000 events. Best of the rounds, by CPU time: the machine may be shared.
"""

import argparse
import gc
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from figures import machine, own_kib, write
from workloads import LOGS, THREE, Workload, beside, city, only, real_log

from mingjing.rules.engine import Engine, EngineFault
from mingjing.rules.events import Fact
from mingjing.rules.rulebook import Rulebook
from mingjing.rules.zone import DAY
from mingjing.services.rulebook_files import load_rulebook

SETTLED = 5_000
"""Events between two settlements."""

CASE_EVENTS = 8
TIMERS = 10_000_000
HOUR = DAY // 24
BEGIN = 1_780_275_600_000_000
"""The first of June 2026, nine in the morning in Shanghai."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", type=int, default=5000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--logs", type=Path, default=LOGS)
    parser.add_argument("--timers", type=int, default=1_000_000)
    wanted = parser.parse_args()
    facts = machine()
    gc.set_threshold(50_000, 20, 100)  # as a worker runs
    book = load_rulebook()
    arrived = city(wanted.cases)
    found = [Workload("city, full packs", book, arrived), Workload("city, 3 rules", only(book, THREE), arrived)]
    if (wanted.logs / "judge.py").is_file():
        for name in ("wabo_receipt", "rtfm_dev"):
            log = real_log(wanted.logs, name)
            found += [
                Workload(f"{name}, full packs and its own", beside(book, log), log.facts),
                Workload(f"{name}, its own", log.rulebook, log.facts),
            ]
    gc.freeze()
    write("engine", facts, [_row(each, wanted.rounds) for each in found])
    write("engine-memory", facts, [_packed(book, arrived), *_timers(wanted.timers)])


def _row(work: Workload, rounds: int) -> dict[str, Any]:
    judged = max(_rate(work) for _ in range(rounds))
    said = max(_rate(work, said=True) for _ in range(rounds))
    kept = max(_rate(work, said=True, kept=True) for _ in range(rounds))
    engine, faults = _run(work, said=False, kept=False)
    seats = [len(work.rulebook.seats(fact.type)) for _, fact in work.facts]
    return {
        "workload": work.name,
        "rules": len(work.rulebook.rules),
        "events": len(work.facts),
        "cases": len({key for key, _ in work.facts}),
        "rules an event may touch": round(sum(seats) / len(seats), 1),
        "cards": sum(len(case.issued) for case in engine.cases.values()),
        "faults": faults,
        "judged/s": round(judged),
        "µs": round(1e6 / judged, 1),
        "said/s": round(said),
        "kept/s": round(kept),
    }


def _rate(work: Workload, *, said: bool = False, kept: bool = False) -> float:
    gc.collect()
    began = time.process_time()
    _run(work, said=said, kept=kept)
    return len(work.facts) / (time.process_time() - began)


def _run(work: Workload, *, said: bool, kept: bool) -> tuple[Engine, int]:
    engine = Engine(work.rulebook, now=work.facts[0][1].stamp - 1)
    faults = 0
    for offset, (key, fact) in enumerate(work.facts):
        if fact.stamp > engine.now:
            engine.advance(fact.stamp)
        try:
            engine.fold(key, fact, offset)
        except EngineFault:
            faults += 1
        if said and offset % SETTLED == SETTLED - 1:
            engine.take(1)
            if kept:
                for each in engine.changed():
                    engine.dump(each)
    return engine, faults


def _packed(book: Rulebook, facts: Sequence[tuple[str, Fact]]) -> dict[str, Any]:
    """Return what a case of eight events weighs at rest."""
    engine, _ = _run(Workload("", book, list(facts)), said=False, kept=False)
    sizes = [len(engine.dump(key) or b"") for key, case in engine.cases.items() if len(case.received) == CASE_EVENTS]
    return {
        "what": f"packed case of {CASE_EVENTS} events, mean of {len(sizes)}, full packs",
        "measured": len(sizes),
        "bytes each": round(sum(sizes) / len(sizes)),
        "for 10 million": "",
    }


def _timers(count: int) -> list[dict[str, Any]]:
    """Return the memory of about `count` open timers: with the cases at rest, and with all of them unpacked.

    Each in a process of its own, so that nothing is laid into what another measurement has freed.
    """
    found = []
    for resting in (True, False):
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as alone:
            found.append(alone.submit(_timers_of, count, resting=resting).result())
    return found


def _timers_of(count: int, *, resting: bool) -> dict[str, Any]:
    """Fold applications and their acceptance over thirty days until `count` rules wait for an instant."""
    book = load_rulebook()
    gc.collect()
    before = own_kib()
    code = next(iter(book.catalogue.versions))
    engine = Engine(book, now=BEGIN, live=SETTLED if resting else None)
    timers = cases = 0
    while timers < count:
        key = f"11990103MB0000203P/CH20260701{cases:07}"
        at = BEGIN + (cases % 720) * HOUR
        for number, kind in enumerate(("case.applied", "case.accepted")):
            fact = Fact(
                id=f"CH20260701{cases:07}-{number:02}",
                source="urn:yunzhou:ch",
                type=kind,
                at=at + number * HOUR,
                stamp=at + number * HOUR,
                item=code,
                agency="11990103MB0000203P",
                region="990103000000",
            )
            engine.fold(key, fact, 2 * cases + number)
        cases += 1
        timers += len(engine.cases[key].wakes)
        if not cases % SETTLED:
            engine.changed()
            engine.take(1)
    engine.changed()
    engine.take(1)
    gc.collect()
    each = (own_kib() - before) * 1024 / timers
    return {
        "what": f"open timer with its share of a case of 2 facts ({timers / cases:.1f} timers a case), "
        f"{'at rest' if resting else 'all unpacked'}",
        "measured": timers,
        "bytes each": round(each),
        "for 10 million": f"{each * TIMERS / 1e9:.2f} GB, extrapolated",
    }


if __name__ == "__main__":
    main()
