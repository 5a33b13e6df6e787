"""Events a second for each core of the gateway, beside plain FastAPI with pydantic, all of them held by real Kafka.

usage: python bench/gateway.py [--seconds 8] [--rounds 3] [--connections 32]
Ours is `mingjing api` itself: it knows the key, counts the quota, vouches for each event, knows duplicates, keeps a
receipt and answers for each event. `peers_gateway.py` is the plain one. Two show what is left to win:
`peers_acked.py` answers when Kafka has the events, and asks, knows and keeps nothing; `peers_nothing.py` reads a
request and answers it. Each runs as one process on one event loop under the same load in
turns; a core's rate is events over the processor time that the server took, so that what else
the machine does is left out; p99 is of a request as the client sees it. Every event acknowledged must lie on the topic.
"""

import argparse
import asyncio
import hashlib
import itertools
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from urllib.request import urlopen

import yaml
from confluent_kafka import Consumer, TopicPartition
from figures import FOLDER, machine, percentile, write
from gateway_load import BATCH, LINES, STRUCTURED, an_event, load, packed, post

from mingjing.services.registry import migrate_registry
from mingjing.services.settings import Settings, read_settings
from mingjing.services.stack.addresses import free_ports
from mingjing.services.stack.environment import environment
from mingjing.services.stack.folder import Folder
from mingjing.services.stack.up import Stack
from mingjing.streams.topics import ingest_topic

AGENCY, OTHER, SOURCE, KEY = "11990100MB0000019L", "11990100MB0000027F", "urn:bench:one", "bench-key-of-one"
ALL_IT_CAN = 1_000_000_000
"""A quota that is counted, as every installation's is, and refuses nothing."""
PLAIN_TOPIC = ingest_topic(OTHER)
FORMS = (("single", STRUCTURED, 1), ("batch of 100", BATCH, 100), ("NDJSON of 500", LINES, 500))
PLAIN_PATHS = {
    STRUCTURED: ("/single", "application/json"),
    BATCH: ("/batch", "application/json"),
    LINES: ("/lines", LINES),
}


class Side(NamedTuple):
    """A server under load; without a topic it passes nothing on."""

    name: str
    pid: int
    port: int
    topic: str | None


def settings_in(folder: Path) -> Settings:
    """Return the settings of an installation of two agencies, the first of which has a key."""
    Folder(folder).wipe()
    folder.mkdir(parents=True, exist_ok=True)
    kafka, api, clickhouse = free_ports(3)
    listed = [
        {"code": code, "title": code, "region": "990100000000", "sources": [source], "key_sha256": digest}
        for code, source, digest in (
            (AGENCY, SOURCE, hashlib.sha256(KEY.encode()).hexdigest()),
            (OTHER, "urn:bench:other", hashlib.sha256(b"bench-key-of-other").hexdigest()),
        )
    ]
    regions = [{"code": "990100000000", "title": "云州市", "tier": "市"}]
    agencies = folder.parent / "gateway-agencies.yaml"
    agencies.write_text(yaml.safe_dump({"agencies": listed, "regions": regions, "quota": ALL_IT_CAN}), encoding="utf-8")
    return read_settings(
        kafka=f"127.0.0.1:{kafka}",
        clickhouse=f"127.0.0.1:{clickhouse}",
        api_port=api,
        data_dir=folder,
        agencies=agencies,
    )


@contextmanager
def serving(command: list[str], port: int, env: dict[str, str], path: str) -> Iterator[int]:
    """Run a server and yield its process id once it answers; it is stopped at the end."""
    server = subprocess.Popen([sys.executable, *command], env=env)
    try:
        until = time.monotonic() + 60
        while True:
            try:
                with urlopen(f"http://127.0.0.1:{port}{path}", timeout=2):
                    break
            except OSError:
                if time.monotonic() > until or server.poll() is not None:
                    raise
                time.sleep(0.2)
        yield server.pid
    finally:
        server.terminate()
        server.wait(30)


@contextmanager
def gateway(settings: Settings) -> Iterator[Side]:
    """Run ours."""
    migrate_registry(settings)
    env = environment(settings)
    with serving(["-m", "mingjing.services.cli", "api"], settings.api_port, env, "/healthz") as pid:
        yield Side("mingjing", pid, settings.api_port, ingest_topic(AGENCY))


@contextmanager
def plain(settings: Settings) -> Iterator[Side]:
    """Run the plain one."""
    port = free_ports(1)[0]
    command = [str(Path(__file__).with_name("peers_gateway.py")), settings.kafka, PLAIN_TOPIC, str(port)]
    with serving(command, port, dict(os.environ), "/openapi.json") as pid:
        yield Side("FastAPI + pydantic", pid, port, PLAIN_TOPIC)


@contextmanager
def acked(settings: Settings) -> Iterator[Side]:
    """Run the one that only waits for Kafka."""
    port = free_ports(1)[0]
    command = [str(Path(__file__).with_name("peers_acked.py")), settings.kafka, PLAIN_TOPIC, str(port)]
    with serving(command, port, dict(os.environ), "/") as pid:
        yield Side("202 on Kafka's ack", pid, port, PLAIN_TOPIC)


@contextmanager
def idle() -> Iterator[Side]:
    """Run the one that does nothing."""
    port = free_ports(1)[0]
    command = [str(Path(__file__).with_name("peers_nothing.py")), str(port)]
    with serving(command, port, dict(os.environ), "/") as pid:
        yield Side("nothing done", pid, port, None)


def lying(bootstrap: str, topic: str | None) -> int:
    """Return how many records a topic holds; of none it is none."""
    if topic is None:
        return 0
    reader = Consumer({"bootstrap.servers": bootstrap, "group.id": "count", "log_level": 0})
    partitions = reader.list_topics(topic, timeout=10).topics[topic].partitions
    ends = sum(reader.get_watermark_offsets(TopicPartition(topic, each), timeout=10)[1] for each in partitions)
    reader.close()
    return ends


def cpu_s(pid: int) -> float:
    """Return the processor time a process has taken."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measured(side: Side, bootstrap: str, form: str, size: int, wanted: argparse.Namespace) -> dict[str, Any]:
    """Return what one load came to; fails if an event acknowledged is not on the topic."""
    path, media_type = PLAIN_PATHS[form] if side.name == "FastAPI + pydantic" else ("/v1/events", form)
    tag = f"{time.time_ns() % 10**9}"

    def request(number: int) -> bytes:
        return post(path, media_type, packed(form, [an_event(SOURCE, f"{tag}-{number}-{n}") for n in range(size)]), KEY)

    before, spent = lying(bootstrap, side.topic), cpu_s(side.pid)
    told = asyncio.run(load(side.port, wanted.seconds, wanted.connections if size == 1 else 8, request))
    spent = cpu_s(side.pid) - spent
    events = told.statuses[202] * size
    passed_on = events if side.topic is not None else 0
    if set(told.statuses) != {202} or lying(bootstrap, side.topic) - before != passed_on:
        raise SystemExit(f"{side.name}: {told.statuses}, {lying(bootstrap, side.topic) - before} on the topic")
    return {
        "events/s per core": round(events / spent),
        "events/s": round(events / told.seconds),
        "p99 ms": round(percentile(told.took, 0.99) * 1000, 1),
        "events": events,
    }


def main() -> None:
    """Measure all four by turns in every form, keep each one's best round, and write the figures."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--seconds", type=float, default=8)
    asked.add_argument("--rounds", type=int, default=3)
    asked.add_argument("--connections", type=int, default=32)
    wanted = asked.parse_args()
    facts = machine()
    settings = settings_in(FOLDER.absolute() / "gateway")
    rows = []
    with (
        Stack(settings, agencies=[AGENCY, OTHER], only=["kafka", "topics"]),
        gateway(settings) as ours,
        plain(settings) as theirs,
        acked(settings) as waiting,
        idle() as bare,
    ):
        sides = (theirs, ours, waiting, bare)
        for name, form, size in FORMS:
            runs = [
                (side, measured(side, settings.kafka, form, size, wanted))
                for _, side in itertools.product(range(wanted.rounds), sides)
            ]
            best = {
                side.name: max(
                    (told for each, told in runs if each is side), key=lambda told: told["events/s per core"]
                )
                for side in sides
            }
            base = best[theirs.name]["events/s per core"]
            rows += [
                {"form": name, "server": server, **told, "times": round(told["events/s per core"] / base, 2)}
                for server, told in best.items()
            ]
    write("gateway", facts, rows)


if __name__ == "__main__":
    main()
