"""Events a second through one worker: a backlog on the agencies' topics, until the last card of it is out.

usage: python bench/throughput.py [--cases 20000] [--seed 1] [--agencies deploy/local/agencies.yaml]
The worker validates, stamps and routes every event (intake), judges every case by the shipped rules and
writes cards, case facts and its own state back to Kafka. The time is the broker's: from the first record
that intake wrote to the last that judging wrote. Reading the backlog's beginning and starting up are not in it.
CPU is the worker's, from ready to done, and by stage of each log as its metrics say; the rest is Faust's and Kafka's.
"""

import argparse
from contextlib import closing
from pathlib import Path

from confluent_kafka import Consumer
from figures import FOLDER, cpu_seconds, machine, stage_seconds, tree, write
from topic_ends import count, stamps

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
        closing(Feeds(settings.broker, senders)) as feeds,
        closing(Way(settings.broker)) as way,
    ):
        for message in log:
            feeds.send(message)
        feeds.settle()
        feeds.tick(City(world, seed=wanted.seed, cases=0).until)
        feeds.settle()
        with Stack(ours, agencies=(), only=["worker"]) as stack:
            pids = tree(next(iter(stack.programs.values())).pid or 0)
            before = sum(map(cpu_seconds, pids))
            way.wait(stages(settings.group, ingest)[:1], PATIENCE_S, lambda: None)
            spent = sum(map(cpu_seconds, pids)) - before
            by_stage = stage_seconds(ours.worker_metrics_port)
        consumer = Consumer({"bootstrap.servers": settings.kafka, "group.id": "mingjing-bench", "log_level": 0})
        with closing(consumer):
            first = min(stamps(consumer, CASE_EVENTS, last=False))
            last = max(stamps(consumer, CARDS, last=True) + stamps(consumer, CASE_FACTS, last=True))
            cards = count(consumer, CARDS)
    seconds = (last - first) / 1000
    row = {
        "events": len(log),
        "cases": wanted.cases,
        "findings planted": len(planted),
        "card records": cards,
        "seconds": round(seconds, 2),
        "events/s": round(len(log) / seconds),
        "µs CPU/event": round(spent / len(log) * 1e6, 1),
        **{f"µs {stage}": round(each / len(log) * 1e6, 1) for stage, each in by_stage.items()},
    }
    write("throughput", facts, [row])


if __name__ == "__main__":
    main()
