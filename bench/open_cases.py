"""What a worker costs as work grows: events a second, memory and changelog with many cases open, by one worker and two.

usage: python bench/open_cases.py [--open 100000,1000000,10000000] [--events 100000] [--workers 1,2]
The cases of `far_deadlines.py` lie open: their state is laid down as owners leave it (`laid_state.py`), and the
workers recover it. Then `--events` come to cases chosen at random, as in an installation where a case is heard of once
a day: each is at rest and is taken up for one event. Rates are from the broker's stamps of the case facts that this
makes; CPU is that of all workers, memory proportional (PSS): before the events, and what they took.
"""

import argparse
import random
import time
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from typing import Any

from confluent_kafka import Consumer, Producer
from far_deadlines import settings_of, workers_of
from figures import cpu_seconds, machine, metric, resident_mib, tree, write
from hard_rules import AGENCY, SOURCE
from laid_state import lay
from progress import say, until
from topic_ends import count

from mingjing.rules.events import Event
from mingjing.services.settings import Settings
from mingjing.services.stack.components import worker_settings
from mingjing.services.stack.up import Stack
from mingjing.streams.topics import CASE_EVENTS, CASE_FACTS, partition_of
from mingjing.streams.wire import event_bytes

PATIENCE_S = 1200


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--open", default="100000,1000000,10000000")
    parser.add_argument("--events", type=int, default=100_000)
    parser.add_argument("--workers", default="1,2")
    wanted = parser.parse_args()
    facts = machine()
    rows = []
    for cases in map(int, wanted.open.split(",")):
        for workers in map(int, wanted.workers.split(",")):
            rows.append(_grown(cases, wanted.events, workers))
            say(str(rows[-1]))
    write("open-cases", facts, rows)


def _grown(cases: int, events: int, workers: int) -> dict[str, Any]:
    settings = settings_of("open-cases")
    ports = [worker_settings(settings, number).worker_metrics_port for number in range(1, workers + 1)]
    with ExitStack() as room:
        room.enter_context(Stack(settings, agencies=[AGENCY], only=["kafka", "topics"]))
        laid = lay(settings, cases)
        stack = room.enter_context(workers_of(settings, workers))
        pids = [program.pid or 0 for program in stack.programs.values()]
        until(lambda: _sum(ports, "mingjing_open_cases") >= cases, PATIENCE_S, 0.2)
        recovered = max(each for port in ports for each in metric(port, "mingjing_recovery_seconds").values())
        held = sum(map(resident_mib, pids))
        say(f"{cases} cases are open, {laid:.0f} MiB of state recovered in {recovered:.1f} s")
        consumer = Consumer({"bootstrap.servers": settings.kafka, "group.id": "mingjing-bench", "log_level": 0})
        with closing(consumer):
            known, state = count(consumer, CASE_FACTS), _sum(ports, "mingjing_state_bytes_total")
            before, began = _cpu(pids), time.monotonic()
            _send(settings, cases, events)
            until(lambda: count(consumer, CASE_FACTS) >= known + events, PATIENCE_S, 0.2)
            seconds, spent = time.monotonic() - began, _cpu(pids) - before
        until(lambda: not _sum(ports, "mingjing_lag_records"), PATIENCE_S, 0.2)
        written = _sum(ports, "mingjing_state_bytes_total") - state
        return {
            "open cases": cases,
            "workers": workers,
            "state MiB": round(laid, 1),
            "recovery s": round(recovered, 2),
            "workers MiB": round(held),
            "bytes a case": round(held * (1 << 20) / cases),
            "events": events,
            "events/s": round(events / seconds),
            "µs CPU/event": round(spent / events * 1e6, 1),
            "changelog bytes/event": round(written / events),
            "MiB more": round(sum(map(resident_mib, pids)) - held),
        }


def _send(settings: Settings, cases: int, events: int) -> None:
    """Put one event each on that many different cases, chosen at random."""
    producer = Producer(
        {"bootstrap.servers": settings.kafka, "enable.idempotence": True, "linger.ms": 20, "log_level": 0}
    )
    at = datetime.now(UTC)
    for number in random.Random(1).sample(range(cases), events):
        key = f"{AGENCY}/F{number:09}"
        event = Event(
            id=f"F{number:09}-2",
            source=SOURCE,
            type="noted",
            subject=key.partition("/")[2],
            time=at,
            ingestedtime=at,
            agency=AGENCY,
            casekey=key,
            data={"note": "到现场核实"},
        )
        producer.produce(CASE_EVENTS, event_bytes(event), key.encode(), partition_of(key, settings.partitions))
        if len(producer) > events // 2:
            producer.poll(0.1)
    producer.flush()


def _cpu(pids: list[int]) -> float:
    return sum(cpu_seconds(each) for pid in pids for each in tree(pid))


def _sum(ports: list[int], name: str) -> float:
    return sum(sum(metric(port, name).values()) for port in ports)


if __name__ == "__main__":
    main()
