"""Events a second through one worker: a backlog on the agencies' topics, until the last card of it is out.

usage: python bench/throughput.py [--cases 20000] [--seed 1] [--agencies deploy/local/agencies.yaml]
The worker validates, stamps and routes every event (intake), judges every case by the shipped rules and
writes cards, case facts and its own state back to Kafka. The time is the broker's: from the first record
that intake wrote to the last that judging wrote. Reading the backlog's beginning and starting up are not in it.
"""

import argparse
from contextlib import closing
from pathlib import Path

from confluent_kafka import TIMESTAMP_NOT_AVAILABLE, Consumer, TopicPartition
from figures import FOLDER, machine, write

from mingjing.services.city.city import City
from mingjing.services.city.world import read_world
from mingjing.services.demo.drained import Way, stages
from mingjing.services.demo.feeds import Feeds
from mingjing.services.demo.roster import roster
from mingjing.services.rulebook_files import shipped
from mingjing.services.settings import read_settings
from mingjing.services.stack.folder import Folder
from mingjing.services.stack.up import Stack
from mingjing.streams.topics import CARDS, CASE_EVENTS, CASE_FACTS, ingest_topic

PATIENCE_S = 900


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", type=int, default=20000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--agencies", type=Path, default=Path("deploy/local/agencies.yaml"))
    wanted = parser.parse_args()
    facts = machine()
    folder = FOLDER.absolute()
    folder.mkdir(parents=True, exist_ok=True)
    world = read_world(wanted.agencies, shipped("catalogue"), shipped("calendars"), shipped("vocabularies"))
    senders = roster(wanted.agencies, world.types, folder / "agencies.yaml")
    log, planted = City(world, seed=wanted.seed, cases=wanted.cases).log()
    settings = read_settings(
        clock="event-time", agencies=folder / "agencies.yaml", data_dir=folder / "throughput-broker"
    )
    ours = settings.model_copy(update={"data_dir": folder / "throughput-worker"})
    for each in (settings, ours):
        Folder(each.data_dir).wipe()
    ingest = [ingest_topic(sender.agency) for sender in senders]
    with (
        Stack(settings, agencies=[sender.agency for sender in senders], only=["kafka", "topics"]),
        closing(Feeds(settings.kafka, senders)) as feeds,
        closing(Way(settings.kafka)) as way,
    ):
        for message in log:
            feeds.send(message)
        feeds.settle()
        feeds.tick(City(world, seed=wanted.seed, cases=0).until)
        feeds.settle()
        with Stack(ours, agencies=(), only=["worker"]):
            way.wait(stages(settings.group, ingest)[:1], PATIENCE_S, lambda: None)
        consumer = Consumer({"bootstrap.servers": settings.kafka, "group.id": "mingjing-bench", "log_level": 0})
        with closing(consumer):
            first = min(_stamps(consumer, CASE_EVENTS, last=False))
            last = max(_stamps(consumer, CARDS, last=True) + _stamps(consumer, CASE_FACTS, last=True))
            cards = _count(consumer, CARDS)
    seconds = (last - first) / 1000
    row = {
        "events": len(log),
        "cases": wanted.cases,
        "findings planted": len(planted),
        "card records": cards,
        "seconds": round(seconds, 2),
        "events/s": round(len(log) / seconds),
    }
    write("throughput", facts, [row])


def _stamps(consumer: Consumer, topic: str, *, last: bool) -> list[int]:
    """Return the time of the first or last record of every partition that has any."""
    stamps = []
    for number in consumer.list_topics(topic, timeout=10).topics[topic].partitions:
        low, high = consumer.get_watermark_offsets(TopicPartition(topic, number), timeout=10)
        if high > low:
            consumer.assign([TopicPartition(topic, number, high - 1 if last else low)])
            found = consumer.poll(10)
            kind, stamp = found.timestamp()
            if kind == TIMESTAMP_NOT_AVAILABLE:
                raise SystemExit(f"records of {topic} carry no time")
            stamps.append(stamp)
    return stamps


def _count(consumer: Consumer, topic: str) -> int:
    places = [
        TopicPartition(topic, number) for number in consumer.list_topics(topic, timeout=10).topics[topic].partitions
    ]
    return sum(high - low for low, high in (consumer.get_watermark_offsets(place, timeout=10) for place in places))


if __name__ == "__main__":
    main()
