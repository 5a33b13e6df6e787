"""The engine alone on one core: events judged a second, what a case and a timer weigh.

usage: python bench/engine.py [--cases 5000] [--rounds 3] [--logs FOLDER] [--timers 10000000] [--only-memory]
                             [--compiled dist/mingjing-….whl]
Facts are decoded beforehand and folded in order of arrival, the clock rising with each, as a partition's owner
does it; no broker, no encoding. `judged` is folding alone; `said` also takes cards and case facts, `kept` also the
state of every changed case, each after 5,000 events. Best of the rounds, by CPU time: the machine may be shared.
With the wheel that `make compiled` makes, each workload is judged by that form too, a round of one after a round of
the other. Unless only memory is measured, what was reached is set beside the targets at the end.
"""

import argparse
import gc
import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zipfile import ZipFile

from engine_targets import beside_targets
from figures import machine, own_kib, write
from workloads import LOGS, THREE, Workload, beside, city, only, ordinary, real_log

from mingjing.rules.engine import Engine, EngineFault
from mingjing.rules.events import Fact
from mingjing.rules.form import FORM
from mingjing.rules.rulebook import Rulebook
from mingjing.rules.stored_case import head
from mingjing.rules.zone import DAY
from mingjing.services.rulebook_files import load_rulebook
from mingjing.streams.collector import ALL, ONCE_OLDER, YOUNG

SETTLED = 5_000
"""Events between two settlements."""

CASE_EVENTS = 8
TIMERS = 10_000_000
FIRED = 20_000
HOURS = 720
HOUR = DAY // 24
BEGIN = 1_780_275_600_000_000
"""The first of June 2026, nine in the morning in Shanghai."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", type=int, default=5000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--logs", type=Path, default=LOGS)
    parser.add_argument("--timers", type=int, default=TIMERS)
    parser.add_argument("--only-memory", action="store_true")
    parser.add_argument("--compiled", type=Path, metavar="WHEEL")
    parser.add_argument("--answer", action="store_true", help=argparse.SUPPRESS)
    wanted = parser.parse_args()
    gc.set_threshold(YOUNG, ONCE_OLDER, ALL)  # as a worker runs
    if wanted.answer:
        _answer(wanted.cases, wanted.logs)
        return
    facts = machine()
    speeds: list[dict[str, Any]] = []
    if not wanted.only_memory:
        with TemporaryDirectory() as unpacked:
            forms = [""]
            if wanted.compiled:
                ZipFile(wanted.compiled).extractall(unpacked)
                forms.append(unpacked)
            speeds = _rows(forms, wanted.cases, wanted.logs, wanted.rounds)
            write("engine", facts, speeds)
    gc.freeze()
    packed = _packed(load_rulebook(), city(wanted.cases))
    write("engine-memory", facts, [packed, *_timers(wanted.timers)])
    if speeds:
        write("engine-targets", facts, beside_targets(speeds, packed["bytes each"]))


def _rows(forms: Sequence[str], cases: int, logs: Path, rounds: int) -> list[dict[str, Any]]:
    """Return a row for each workload and form; each form answers in a process that looks for it in a folder first."""
    command = [sys.executable, __file__, "--answer", "--cases", str(cases), "--logs", str(logs)]
    asked = [
        subprocess.Popen(
            command, env={**os.environ, "PYTHONPATH": each}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for each in forms
    ]
    rows: list[dict[str, Any]] = []
    try:
        (workloads,) = {_heard(each) for each in asked}
        for number in range(workloads):
            rounds_of = [[_ask(each, number) for each in asked] for _ in range(rounds)]
            for said in zip(*rounds_of, strict=True):
                best = {rate: max(each[rate] for each in said) for rate in ("judged/s", "said/s", "kept/s")}
                rows.append(said[0] | best | {"µs": round(1e6 / best["judged/s"], 1)})
    finally:
        for each in asked:
            each.communicate()
    return rows


def _ask(form: "subprocess.Popen[str]", number: int) -> Any:
    """Return what a form says of the workload of this number."""
    print(number, file=form.stdin, flush=True)
    return _heard(form)


def _heard(form: "subprocess.Popen[str]") -> Any:
    line = form.stdout.readline() if form.stdout else ""
    if not line:
        raise SystemExit(f"a form of the engine ended with {form.wait()} before it answered")
    return json.loads(line)


def _answer(cases: int, logs: Path) -> None:
    """Say how many workloads there are, then, to the number of each that is asked for, how fast it is judged."""
    book = load_rulebook()
    arrived = city(cases)
    found = [
        Workload("city, full packs", book, arrived),
        Workload("city, 3 rules", only(book, THREE), arrived),
        Workload("an ordinary month, full packs", book, ordinary(2 * cases)),
    ]
    if (logs / "judge.py").is_file():
        for name in ("wabo_receipt", "rtfm_dev"):
            log = real_log(logs, name)
            found += [
                Workload(f"{name}, full packs and its own", beside(book, log), log.facts),
                Workload(f"{name}, its own", log.rulebook, log.facts),
            ]
    gc.freeze()
    print(len(found), flush=True)
    for line in sys.stdin:
        print(json.dumps(_row(found[int(line)])), flush=True)


def _row(work: Workload) -> dict[str, Any]:
    judged, said, kept = _rate(work), _rate(work, said=True), _rate(work, said=True, kept=True)
    engine, faults = _run(work, said=False, kept=False)
    seats = [len(work.rulebook.seats(fact.type)) for _, fact in work.facts]
    return {
        "workload": work.name,
        "form": FORM,
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
        "set/s": "",
        "cases fired": "",
        "fired/s": "",
    }


def _timers(count: int) -> list[dict[str, Any]]:
    """Return the memory of about `count` open timers, and how fast they are set and fire.

    In a process of its own, so that nothing is laid into what another measurement has freed.
    """
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as alone:
        return alone.submit(_timers_of, count).result()


def _timers_of(count: int) -> list[dict[str, Any]]:
    """Take cases back as a worker does that takes over a partition, until `count` rules wait for an instant.

    Every hour of thirty days has its case, folded from an application and its acceptance; what it is at rest is
    taken back under as many keys as are needed, each with bytes of its own. Then the clock rises until FIRED
    cases have been woken, judged and have said what they found.
    """
    book = load_rulebook()
    item = max(book.catalogue.versions, key=lambda code: _waits(_template(book, code, 0)))
    templates = [_template(book, item, hour) for hour in range(HOURS)]
    each_case = sum(map(_waits, templates)) / HOURS
    cases = round(count / each_case)
    engine = Engine(book, now=BEGIN, live=SETTLED)
    gc.collect()
    gc.disable()
    before = own_kib()
    began = time.process_time()
    for number in range(cases):
        state = templates[number % HOURS]
        engine.restore(f"11990103MB0000203P/CH20260701{number:08}", bytes(bytearray(state)))
    spent = time.process_time() - began
    each = (own_kib() - before) * 1024 / count
    began = time.process_time()
    fired = 0
    while fired < min(FIRED, cases) and (wake := engine.next_wake) is not None:
        engine.advance(wake)
        fired = engine.census.fired
        if len(engine.cases) > SETTLED:
            engine.changed()
            engine.take(1)
    firing = time.process_time() - began
    return [
        {
            "what": f"open timer with its share of a case of 2 facts at rest ({each_case:.1f} timers a case)",
            "measured": count,
            "bytes each": round(each),
            "for 10 million": f"{each * TIMERS / 1e9:.2f} GB{'' if count == TIMERS else ', extrapolated'}",
            "set/s": round(count / spent),
            "cases fired": fired,
            "fired/s": round(fired / firing),
        }
    ]


def _template(book: Rulebook, item: str, hour: int) -> bytes:
    """Return a case that was applied for and accepted, as it is at rest; empty where a card was drawn on it."""
    engine = Engine(book, now=BEGIN)
    key = f"{item[:18]}/CH20260701{hour:08}"
    for number, kind in enumerate(("case.applied", "case.accepted")):
        at = BEGIN + (hour + number) * HOUR
        fact = Fact(
            id=f"CH20260701{hour:08}-{number:02}",
            source="urn:yunzhou:ch",
            type=kind,
            at=at,
            stamp=at,
            item=item,
            agency=item[:18],
            region="990103000000",
            officer="MB0000182010",
            post="窗口",
            data={
                "channel": "window",
                "doc_no": "云受理〔2026〕100171号",
                "seal": "业务专用章",
                "doc_date": "2026-07-08",
            },
        )
        engine.advance(at)
        engine.fold(key, fact, number)
    return b"" if engine.cases[key].issued else engine.dump(key) or b""


def _waits(state: bytes) -> int:
    """Return how many rules wait for an instant in a case at rest."""
    return len(head("", state).wakes) if state else 0


if __name__ == "__main__":
    main()
