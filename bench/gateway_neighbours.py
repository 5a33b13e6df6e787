"""What a quiet agency notices of a noisy one: the time its single events take alone, and beside a flood.

usage: python bench/gateway_neighbours.py [--seconds 10] [--rounds 3] [--connections 16]
One agency posts an event every 50 ms and waits for its answer. Meanwhile, by turns, nobody else posts; another agency
posts batches of 100 without end that its quota refuses; or one without a quota does. Every answer that the quiet one
gets must be 202: a noisy neighbour costs time at most, never an event.
"""

import argparse
import asyncio
import hashlib
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import yaml
from figures import FOLDER, machine, percentile, write
from gateway import AGENCY, KEY, OTHER, SOURCE, gateway, settings_in
from gateway_load import BATCH, STRUCTURED, Told, an_event, load, packed, post

from mingjing.services.agencies import NO_QUOTA
from mingjing.services.settings import Settings
from mingjing.services.stack.up import Stack

NOISY_SOURCE, NOISY_KEY, QUOTA = "urn:bench:other", "bench-key-of-other", 6_000
THIRD, FREE_SOURCE, FREE_KEY = "11990100MB0000035A", "urn:bench:third", "bench-key-of-third"
EVERY_S = 0.05
RUN_UP_S = 3.0
NEIGHBOURS = (
    ("nobody", None, None),
    ("100 a request, refused by its quota", NOISY_SOURCE, NOISY_KEY),
    ("100 a request, no quota", FREE_SOURCE, FREE_KEY),
)


def with_neighbours(folder: Path) -> Settings:
    """Return the settings of an installation of a quiet agency, one with a quota, and one without."""
    settings = settings_in(folder)
    path = folder.parent / "gateway-agencies.yaml"
    listed: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))
    listed["agencies"][1]["quota"] = QUOTA
    digest = hashlib.sha256(FREE_KEY.encode()).hexdigest()
    listed["agencies"].append(
        {"code": THIRD, "title": THIRD, "region": "990100000000", "sources": [FREE_SOURCE], "key_sha256": digest}
        | {"quota": NO_QUOTA}
    )
    path.write_text(yaml.safe_dump(listed), encoding="utf-8")
    return settings


async def beside(port: int, wanted: argparse.Namespace, tag: str, source: str | None, key: str | None) -> Told:
    """Return what the quiet agency met while a neighbour of that source and key, if any, posted without end."""

    def single(number: int) -> bytes:
        return post("/v1/events", STRUCTURED, an_event(SOURCE, f"{tag}-q{number}"), KEY)

    loop = asyncio.get_running_loop()
    with ProcessPoolExecutor(1, get_context("spawn")) as elsewhere:
        asked = (port, wanted.seconds + RUN_UP_S, wanted.connections, tag, source, key)
        noise = loop.run_in_executor(elsewhere, flood, *asked) if source else None
        if noise is not None:
            await asyncio.sleep(RUN_UP_S)
        quiet = await load(port, wanted.seconds, 1, single, pause_s=EVERY_S)
        if noise is not None:
            await noise
    return quiet


def flood(port: int, seconds: float, connections: int, tag: str, source: str, key: str) -> None:
    """Post batches of 100 without end."""

    def hundred(number: int) -> bytes:
        return post(
            "/v1/events", BATCH, packed(BATCH, [an_event(source, f"{tag}-n{number}-{n}") for n in range(100)]), key
        )

    asyncio.run(load(port, seconds, connections, hundred))


def main() -> None:
    """Measure by turns, keep each neighbour's best round, and write the figures."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--seconds", type=float, default=10)
    asked.add_argument("--rounds", type=int, default=3)
    asked.add_argument("--connections", type=int, default=16)
    wanted = asked.parse_args()
    facts = machine()
    settings = with_neighbours(FOLDER.absolute() / "gateway_neighbours")
    best: dict[str, Told] = {}
    with Stack(settings, agencies=[AGENCY, OTHER, THIRD], only=["kafka", "topics"]), gateway(settings) as ours:
        for number in range(wanted.rounds):
            for name, source, key in NEIGHBOURS:
                told = asyncio.run(beside(ours.port, wanted, f"r{number}{len(name)}", source, key))
                if set(told.statuses) != {202}:
                    raise SystemExit(f"beside {name} the quiet agency got {told.statuses}")
                if name not in best or percentile(told.took, 0.99) < percentile(best[name].took, 0.99):
                    best[name] = told
    rows = [
        {
            "neighbour": name,
            "p50 ms": round(percentile(told.took, 0.5) * 1000, 1),
            "p99 ms": round(percentile(told.took, 0.99) * 1000, 1),
            "events": len(told.took),
        }
        for name, told in best.items()
    ]
    write("gateway_neighbours", facts, rows)


if __name__ == "__main__":
    main()
