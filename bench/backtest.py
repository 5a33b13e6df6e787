"""A back-test out of ClickHouse: every archived case judged by two versions of the law, events a second.

usage: python bench/backtest.py [--events 200000] [--jobs 1,2]
The cases of `hard_rules.py` lie in the archive; old and new differ by one limit. CPU is that of every judging process.
"""

import argparse
import os
import time
from functools import partial
from itertools import islice
from typing import Any

import msgspec
from figures import FOLDER, machine, write
from hard_rules import PACK, happened, told
from progress import say

from mingjing.rules.pack import parse_pack
from mingjing.rules.rulebook import Rulebook
from mingjing.services.archive.event_writer import EventWriter
from mingjing.services.ledger.connection import Connection
from mingjing.services.rulebook.asked_cases import archived_cases
from mingjing.services.rulebook.backtest import Backtest, judge_both
from mingjing.services.rulebook.spread import spread
from mingjing.services.rulebook_files import load_rulebook
from mingjing.services.settings import Settings, read_settings
from mingjing.services.sink.source import Record
from mingjing.services.stack.folder import Folder
from mingjing.services.stack.up import Stack
from mingjing.streams.topics import CASE_EVENTS

BATCH = 20_000
SAID_EVERY = 20_000
"""Cases between two words on how far it is."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--events", type=int, default=200_000)
    parser.add_argument("--jobs", default="1,2")
    wanted = parser.parse_args()
    facts = machine()
    ground = load_rulebook([])
    old = _book(ground, PACK)
    new = _book(ground, PACK.replace('version: "1"', 'version: "2"').replace("limit: 48h", "limit: 36h"))
    settings = read_settings(data_dir=FOLDER.absolute() / "backtest")
    Folder(settings.data_dir).wipe()
    rows = []
    with Stack(settings, only=["clickhouse", "migrations"]):
        until = _archive(settings, wanted.events)
        for jobs in map(int, wanted.jobs.split(",")):
            rows.append(_judged(settings, (old, new), until, wanted.events, jobs))
            say(str(rows[-1]))
    write("backtest", facts, rows)


def _book(ground: Rulebook, pack: str) -> Rulebook:
    return ground.part([parse_pack(pack, "hard-rules.yaml", {})], "hard rules")


def _archive(settings: Settings, count: int) -> int:
    """Write the events as the archive process does; return the instant of the last (microseconds)."""
    events = happened(count)
    connection = Connection(settings)
    writer = EventWriter(connection)
    offsets = [0] * settings.partitions
    records = told(events, settings.partitions, ())
    began = time.perf_counter()
    while batch := list(islice(records, BATCH)):
        rows = []
        for each in batch:
            rows.append(Record(CASE_EVENTS, each.partition, offsets[each.partition], 1, each.key, each.value))
            offsets[each.partition] += 1
        if refused := writer.write(rows):
            raise SystemExit(f"the archive refuses {len(refused)} events: {refused[0]}")
    connection.command("INSERT INTO case_facts (case_key) SELECT DISTINCT case_key FROM events")
    connection.close()
    say(f"{count} events are archived after {time.perf_counter() - began:.0f} s")
    return events[-1].at


def _judged(settings: Settings, books: tuple[Rulebook, Rulebook], until: int, events: int, jobs: int) -> dict[str, Any]:
    old, new = books
    began, used = time.perf_counter(), sum(os.times()[:4])
    found = Backtest(old, new, until)
    cases = said = 0
    for count, judged in spread(
        archived_cases(settings, 0, until), partial(judge_both, old=old, new=new, now=until), jobs
    ):
        for each in judged:
            found.take(each)
        cases += count
        if cases - said >= SAID_EVERY:
            said = cases
            say(f"  {cases} cases after {time.perf_counter() - began:.0f} s")
    found.conclude()
    took, spent = time.perf_counter() - began, sum(os.times()[:4]) - used
    record = msgspec.to_builtins(found.record())
    return {
        "jobs": jobs,
        "events": events,
        "cases": cases,
        "seconds": round(took, 1),
        "events/s": round(events / took),
        "µs CPU/event": round(spent / events * 1e6, 1),
        "drawn": sum(each["drawn"] for each in record["rules"].values()),
        "same": sum(each["same"] for each in record["rules"].values()),
    }


if __name__ == "__main__":
    main()
