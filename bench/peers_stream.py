"""Four hard rules from Kafka to findings on Kafka: mingjing beside other ways to write it, on one log, in turn.

usage: python bench/peers_stream.py [--events 200000] [--seed 42] [--ways mingjing,faust,quix] [--patience 900]
The log lies on case-events, 8 partitions, before anything starts. A way is timed from the first record it sees to the
last; CPU is that of its own process. Findings are compared with a truth worked out case by case. The ways:
mingjing  this worker whole: durable state, late acks, cards with their explanation, facts of cases, the desk
faust     Faust as its documentation teaches: a Record, a Table write an event; memory tables with their changelog
quix      Quix Streams, RocksDB state with its changelog; no timers by key, so silent cases stay unfound
bytewax   Bytewax, recovery off; no timers by event time either
java      a plain consumer, a HashMap and a heap; nothing is durable
kafka-streams  its Processor API, cases and deadlines in RocksDB with their changelogs, at least once
flink-heap, flink-rocksdb  Flink's KeyedProcessFunction in one embedded cluster, a checkpoint every five seconds
Peers that are not part of the project come from the registries into folders of their own. The JVM warms up within the
time that is measured: over a million events it counts for little, over a hundred thousand for most.
"""

import argparse
import json
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import orjson
from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic
from figures import FOLDER, cpu_seconds, machine, metric, tree, write
from hard_rules import AGENCY, PACK, SOURCE, Happened, happened, told, violations
from peers_jvm import MAINS, jvm_command
from progress import say
from topic_ends import count, stamps

from mingjing.services.settings import Settings, read_settings
from mingjing.services.stack.folder import Folder
from mingjing.services.stack.up import Stack
from mingjing.streams.clock import feed_name
from mingjing.streams.topics import CARDS, CASE_EVENTS, CASE_FACTS, fixed_partitions, ingest_topic

HERE = Path(__file__).parent
INSTALLED = ("quixstreams==3.28.1", "bytewax==0.21.1", "confluent-kafka==2.12.2", "msgspec")
SCRIPTS = {"faust": "naive_faust.py", "quix": "quix.py", "bytewax": "bytewax_flow.py"}
WAYS = (*SCRIPTS, *MAINS, "mingjing")
"""In this order, for mingjing writes events of its own on the log that all read: those of its cards."""

MOST_WAITING = 50_000
"""Records that may wait for the broker while the log is written."""

Measured = dict[str, float]
"""`seconds`, `cpu` (seconds) and `findings`."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--events", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=42)
    parser.add_argument("--ways", default=",".join(WAYS))
    parser.add_argument("--patience", type=int, default=900)
    parser.add_argument("--most", type=float, help="µs CPU/event that mingjing may take; more, or a wrong count, fails")
    wanted = parser.parse_args()
    facts = machine()
    events = happened(wanted.events, wanted.seed)
    truth = violations(events)
    with loaded(events) as (settings, records):
        say(f"{len(events)} events lie on {CASE_EVENTS}; the truth is {truth}")
        rows = []
        for way in (each for each in WAYS if each in wanted.ways.split(",")):
            say(f"{way} …")
            run: Callable[[], Measured] = (
                (lambda: ours(settings, len(events), wanted.patience))
                if way == "mingjing"
                else (lambda way=way: theirs(way, settings, records, wanted.patience))  # type: ignore[misc]  # bound now
            )
            rows.append(_row(way, len(events), run(), sum(truth.values())))
            say(json.dumps(rows[-1], ensure_ascii=False))
    if wanted.most is None:
        write("peers-stream", facts, rows)
    else:
        _hold(rows[-1], wanted.most)


def _hold(row: dict[str, Any], most: float) -> None:
    """Fail if mingjing found anything but the truth, or spent more than it may."""
    if row["findings"] != row["truth"]:
        raise SystemExit(f"{row['findings']} findings, and the truth is {row['truth']}")
    if row["µs CPU/event"] > most:
        raise SystemExit(f"{row['µs CPU/event']} µs CPU an event; the most is {most}")


@contextmanager
def loaded(events: Sequence[Happened]) -> Iterator[tuple[Settings, int]]:
    """Yield settings with a broker on which the events lie, and how many records there are, watermarks included."""
    folder = FOLDER.absolute() / "peers"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / "pack.yaml").write_text(PACK, encoding="utf-8")
    (folder / "agencies.yaml").write_text(
        f"agencies:\n  - {{code: {AGENCY}, title: 测, region: '990100000000', kind: window, sources: ['{SOURCE}'],"
        " delay_s: 0, types: ['*']}\nregions:\n  - {code: '990100000000', title: 云州市, tier: 市}\n",
        encoding="utf-8",
    )
    settings = read_settings(
        clock="event-time",
        agencies=folder / "agencies.yaml",
        packs=[folder / "pack.yaml"],
        data_dir=folder / "broker",
        instance="bench-1",
        attended=False,
    )
    Folder(settings.data_dir).wipe()
    topic = ingest_topic(AGENCY)
    feeds = [feed_name(topic, number) for number in range(fixed_partitions(topic))]
    with Stack(settings, agencies=[AGENCY], only=["kafka", "topics"]):
        producer = Producer(
            {
                "bootstrap.servers": settings.kafka,
                "enable.idempotence": True,
                "linger.ms": 20,
                "compression.type": "lz4",
                "log_level": 0,
            }
        )
        records = 0
        for each in told(events, settings.partitions, feeds):
            producer.produce(CASE_EVENTS, each.value, each.key, each.partition)
            records += 1
            if records % 1000 == 0:
                producer.poll(0)
                while len(producer) > MOST_WAITING:
                    producer.poll(0.1)
        producer.flush()
        yield settings, records


def ours(settings: Settings, events: int, patience: int) -> Measured:
    """Let one worker judge what lies on case-events."""
    there = settings.model_copy(update={"data_dir": settings.data_dir.parent / "worker"})
    Folder(there.data_dir).wipe()
    with Stack(there, agencies=(), only=["worker"]) as stack:
        pids = tree(next(iter(stack.programs.values())).pid or 0)
        before = sum(map(cpu_seconds, pids))
        _until(lambda: _all_is_said(there.worker_metrics_port, events), patience)
        spent = sum(map(cpu_seconds, pids)) - before
    consumer = Consumer({"bootstrap.servers": settings.kafka, "group.id": "mingjing-bench", "log_level": 0})
    with closing(consumer):
        began = min(stamps(consumer, CASE_FACTS, last=False))
        ended = max(stamps(consumer, CARDS, last=True) + stamps(consumer, CASE_FACTS, last=True))
        found = _cards(consumer)
    return {"seconds": (ended - began) / 1000, "cpu": spent, "findings": sum(found.values())}


def theirs(way: str, settings: Settings, records: int, patience: int) -> Measured:
    """Let a peer judge what lies on case-events; it says itself how long it took."""
    out = f"violations-{way}"
    admin = AdminClient({"bootstrap.servers": settings.kafka, "log_level": 0})
    admin.create_topics([NewTopic(out, settings.partitions, 1)])[out].result(30)
    state = settings.data_dir.parent / f"state-{way}"
    shutil.rmtree(state, ignore_errors=True)
    start, last = jvm_command(way) if way in MAINS else (_started(way), ())
    command = [*start, settings.kafka, CASE_EVENTS, out, str(records), str(state), *last]
    try:
        done = subprocess.run(
            command, cwd=HERE / "peers", capture_output=True, text=True, timeout=patience, check=False
        )
    except subprocess.TimeoutExpired as late:
        raise SystemExit(f"{way} did not finish in {patience} s: {(late.stderr or b'')[-2000:]!r}") from late
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    if not lines:
        raise SystemExit(f"{way} ended with {done.returncode} and no word of what it found:\n{done.stderr[-2000:]}")
    measured: Measured = json.loads(lines[-1])
    return measured


def _started(way: str) -> list[str]:
    if way == "faust":
        return [sys.executable, SCRIPTS[way]]
    home = FOLDER.absolute() / "peers-python"
    if not (home / "bin" / "python").exists():
        say(f"installing {', '.join(INSTALLED)} …")
        uv = shutil.which("uv") or str(Path(".tools/bin/uv").absolute())
        subprocess.run([uv, "venv", "-q", str(home)], check=True)
        subprocess.run([uv, "pip", "install", "-q", "--python", str(home / "bin" / "python"), *INSTALLED], check=True)
    return [str(home / "bin" / "python"), SCRIPTS[way]]


def _all_is_said(port: int, events: int) -> bool:
    folded = sum(metric(port, "mingjing_events_folded_total").values())
    behind = sum(metric(port, "mingjing_lag_records").values())
    return folded >= events and behind == 0


def _until(done: Callable[[], bool], patience: int) -> None:
    """Wait until it is done three times in a row: what was said last is then on its log."""
    until, times = time.monotonic() + patience, 0
    while times < 3:  # noqa: PLR2004  # gauges are told once a second
        if time.monotonic() > until:
            raise SystemExit(f"not done after {patience} s")
        time.sleep(0.5)
        times = times + 1 if done() else 0


def _cards(consumer: Consumer) -> Counter[str]:
    """Return how many cards of each rule were ever drawn and not withdrawn."""
    last: dict[str, tuple[str, str]] = {}
    numbers = consumer.list_topics(CARDS, timeout=10).topics[CARDS].partitions
    consumer.assign([TopicPartition(CARDS, number, 0) for number in numbers])
    left = count(consumer, CARDS)
    while left > 0:
        for message in consumer.consume(1000, 5):
            if message.error() is None:
                left -= 1
                card = orjson.loads(message.value() or b"{}")
                last[card["card_id"]] = (card["rule"], card["status"])
    return Counter(rule for rule, status in last.values() if status != "withdrawn")


def _row(way: str, events: int, measured: Measured, truth: int) -> dict[str, Any]:
    return {
        "way": way,
        "events": events,
        "seconds": round(measured["seconds"], 2),
        "events/s": round(events / measured["seconds"]),
        "µs CPU/event": round(measured["cpu"] / events * 1e6, 2),
        "events/s/core": round(events / measured["cpu"]),
        "findings": int(measured["findings"]),
        "truth": truth,
    }


if __name__ == "__main__":
    main()
