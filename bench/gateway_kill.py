"""Is an acknowledged event ever lost when Kafka is killed under load, and does a noisy agency slow the others?

usage: python bench/gateway_kill.py [--seconds 40] [--kills 3] [--name gateway-kill]
The first row: batches of 20 are posted without pause while the broker is killed with -9 and started again some times.
What was answered with 503, or not at all, is posted again until it is acknowledged. At the end every event is looked
for on the topic: `lost` counts those acknowledged and not there; some lie there twice, as the second sending of what
had arrived after all. The other rows: the p99 of one agency that posts steadily, alone, and beside an agency that posts
as fast as it can against a quota and is refused with 429.
"""

import argparse
import asyncio
import hashlib
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import yaml
from confluent_kafka import Consumer, KafkaException, TopicPartition
from figures import FOLDER, machine, percentile, write
from gateway import AGENCY, KEY, OTHER, SOURCE, Side, gateway, settings_in
from gateway_load import BATCH, Told, an_event, load, packed, post

from mingjing.services.settings import Settings
from mingjing.services.stack.up import Stack

SIZE, ACCEPTED = 20, 202
PATIENCE_S = 30
BETWEEN_S = 8.0
OTHER_KEY, OTHER_QUOTA = "bench-key-of-other", 6_000


def subjects(bootstrap: str, topic: str) -> Iterator[str]:
    """Yield the case number of every record on the topic."""
    reader = Consumer({"bootstrap.servers": bootstrap, "group.id": "look", "enable.auto.commit": False, "log_level": 0})
    places = [TopicPartition(topic, each, 0) for each in reader.list_topics(topic, timeout=30).topics[topic].partitions]
    left = {each.partition: _end(reader, each) for each in places}
    reader.assign([each for each in places if left[each.partition]])
    owed = sum(left.values())
    while owed:
        for record in reader.consume(10_000, 5):
            yield record.key().decode()
            owed -= 1
    reader.close()


def _end(reader: Consumer, place: TopicPartition) -> int:
    """Return where a partition ends; a broker that has just come back takes a moment to lead it again."""
    until = time.monotonic() + PATIENCE_S
    while True:
        try:
            return int(reader.get_watermark_offsets(place, timeout=PATIENCE_S)[1])
        except KafkaException:
            if time.monotonic() > until:
                raise
            time.sleep(0.5)


async def killed(stack: Stack, side: Side, wanted: argparse.Namespace) -> dict[str, Any]:
    """Post while Kafka dies and comes back; return what was acknowledged, and what of it is not there."""
    sent: list[str] = []
    again: list[int] = []
    acknowledged: set[int] = set()
    asked: dict[int, int] = {}
    counted: Counter[int] = Counter()

    def request(number: int) -> bytes:
        batch = again.pop() if again else len(sent)
        if batch == len(sent):
            sent.append(f"{batch}")
        asked[number] = batch
        return post("/v1/events", BATCH, packed(BATCH, [an_event(SOURCE, f"{batch}-{n}") for n in range(SIZE)]), KEY)

    def answered(number: int, status: int) -> None:
        counted[status] += 1
        if status == ACCEPTED:
            acknowledged.add(asked.pop(number))
        else:
            again.append(asked.pop(number))

    async def kill() -> None:
        for _ in range(wanted.kills):
            await asyncio.sleep(BETWEEN_S)
            broker = stack.programs["kafka"]
            broker.kill()
            await asyncio.to_thread(broker.stop)
            await asyncio.sleep(2)
            await asyncio.to_thread(broker.start)
            await asyncio.to_thread(broker.wait_ready)

    killing = asyncio.create_task(kill())
    await load(side.port, wanted.seconds, 8, request, answered)
    await killing
    while again:
        await load(side.port, 2, 8, request, answered)
    there = Counter(subjects(stack.settings.kafka, side.topic))
    expected = {f"BENCH{batch}-{n}" for batch in acknowledged for n in range(SIZE)}
    return {
        "what": f"Kafka killed {wanted.kills} times",
        "acknowledged": len(expected),
        "lost": len(expected - there.keys()),
        "twice": sum(there.values()) - len(there),
        "answers": _listed(counted),
    }


async def beside(side: Side, what: str, *, noisy: bool, seconds: float) -> dict[str, Any]:
    """Return how the steady agency fares."""
    tag = time.time_ns()

    def batch(source: str, size: int, key: str, number: int) -> bytes:
        events = [an_event(source, f"{tag}-{number}-{n}") for n in range(size)]
        return post("/v1/events", BATCH, packed(BATCH, events), key)

    steady = load(side.port, seconds, 4, partial(batch, SOURCE, SIZE, KEY))
    if not noisy:
        return {"what": what, **_spread(await steady)}
    loud = batch("urn:bench:other", 1000, OTHER_KEY, 0)
    with ProcessPoolExecutor(1) as elsewhere:  # its load must not be the steady one's
        noise = asyncio.get_running_loop().run_in_executor(elsewhere, shouted, side.port, seconds, loud)
        told = await steady
        return {"what": what, **_spread(told), "answers": _listed(await noise)}


def shouted(port: int, seconds: float, request: bytes) -> Counter[int]:
    """Post one request as fast as it is answered, on 16 connections; return the answers by status."""
    return asyncio.run(load(port, seconds, 16, lambda _: request)).statuses


def _spread(told: Told) -> dict[str, float]:
    return {f"p{share} ms": round(percentile(told.took, share / 100) * 1000, 1) for share in (50, 99)}


def _listed(statuses: Counter[int]) -> str:
    return " ".join(f"{status}:{count}" for status, count in sorted(statuses.items()))


def with_quota(settings: Settings) -> None:
    """Give the other agency a quota."""
    assert settings.agencies is not None  # noqa: S101  # `settings_in` names them
    path = Path(settings.agencies)
    listed = yaml.safe_load(path.read_text("utf-8"))
    other = next(each for each in listed["agencies"] if each["code"] == OTHER)
    other["quota"] = OTHER_QUOTA
    other["key_sha256"] = hashlib.sha256(OTHER_KEY.encode()).hexdigest()
    path.write_text(yaml.safe_dump(listed), encoding="utf-8")


def main() -> None:
    """Measure, and write the figures."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--seconds", type=float, default=40)
    asked.add_argument("--kills", type=int, default=3)
    asked.add_argument("--name", default="gateway-kill")
    wanted = asked.parse_args()
    facts = machine()
    settings = settings_in(FOLDER.absolute() / "gateway-kill")
    with_quota(settings)
    with Stack(settings, agencies=[AGENCY, OTHER], only=["kafka", "topics"]) as stack, gateway(settings) as side:
        rows = [asyncio.run(beside(side, "steady agency alone", noisy=False, seconds=10))]
        rows.append(asyncio.run(beside(side, "beside a noisy agency", noisy=True, seconds=10)))
        rows.insert(0, asyncio.run(killed(stack, side, wanted)))
    heads = list(dict.fromkeys(name for row in rows for name in row))
    write(wanted.name, facts, [{name: row.get(name, "") for name in heads} for row in rows])


if __name__ == "__main__":
    main()
