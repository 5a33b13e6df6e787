"""What a worker itself spends on an event, in microseconds of CPU: the broker, its client and Faust left out.

usage: python bench/stream_floor.py [--cases 10000] [--seed 1] [--batch 500] [--rounds 3]
The simulated city's reports go through intake (vouch, stamp, route) and through one owner (decode, judge, cards, case
facts, state records) whose way out takes everything at once. CPU time of this process, the least of the rounds, so that
other work on the machine changes little. "three" are TL-01, TL-04 and DLV-01 of the shipped packs, "shipped" all of
them; "hard" are the four rules of `hard_rules.py` on their own log. State is saved every tenth of a second: on a slower
machine fewer changes of a case are told together.
"""

import argparse
import asyncio
import time
from collections import defaultdict
from collections.abc import Awaitable, Sequence
from operator import itemgetter
from typing import Any, NamedTuple

from figures import FOLDER, machine, write
from hard_rules import PACK, happened, told
from workloads import AGENCIES, THREE, only

from mingjing.rules.engine import Engine
from mingjing.rules.rulebook import Rulebook
from mingjing.services.agencies_following import principals_in
from mingjing.services.city.city import City
from mingjing.services.city.message import Message
from mingjing.services.city.world import read_world
from mingjing.services.rulebook_files import load_rulebook, shipped
from mingjing.streams.batches import LOG_APPEND_TIME
from mingjing.streams.clock import EventTimeClock, LiveClock, PartitionClock
from mingjing.streams.collector import settle_down
from mingjing.streams.dockets import CASES
from mingjing.streams.intake import Intake
from mingjing.streams.outlet import Outgoing
from mingjing.streams.owner import Owner
from mingjing.streams.state import EMPTY, Ring
from mingjing.streams.topics import CARDS, CASE_EVENTS, CASE_FACTS, STATE, ingest_topic
from mingjing.streams.turns import MOST
from mingjing.streams.worker import AHEAD, UNPACKED, SystemClock

FEED = "bench/0"


class Read(NamedTuple):
    """A record as a consumer reads it."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    timestamp_type: int
    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes]] = ()


class Everything:
    """An outlet that takes all at once, and counts it."""

    def __init__(self) -> None:
        self.records: defaultdict[str, int] = defaultdict(int)
        self.bytes: defaultdict[str, int] = defaultdict(int)

    def put(self, topic: str, _partition: int, records: Sequence[Outgoing]) -> Awaitable[None]:
        """Take the records."""
        self.records[topic] += len(records)
        self.bytes[topic] += sum(len(value or b"") for _, value in records)
        done = asyncio.get_running_loop().create_future()
        done.set_result(None)
        return done


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", type=int, default=10000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--batch", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=3)
    wanted = parser.parse_args()
    facts = machine()
    world = read_world(AGENCIES, shipped("catalogue"), shipped("calendars"), shipped("vocabularies"))
    log, _ = City(world, seed=wanted.seed, cases=wanted.cases).log()
    book = load_rulebook()
    settle_down()
    spent, records = taken_in(log, wanted.batch)
    rows: list[dict[str, Any]] = [{"stage": "intake", "rules": "", "events": len(log), "µs CPU/event": round(spent, 2)}]
    works = (
        ("three", only(book, THREE), records, LiveClock),
        ("shipped", book, records, LiveClock),
        ("hard", hard_rules(), hard_log(len(log)), lambda: EventTimeClock([FEED], {})),
    )
    for name, rules, work, clock in works:
        found = [asyncio.run(judged(rules, work, wanted.batch, clock())) for _ in range(wanted.rounds)]
        rows.append({"stage": "owner", "rules": name} | min(found, key=itemgetter("µs CPU/event")))
    heads = dict.fromkeys(head for row in rows for head in row)
    write("stream-floor", facts, [{head: row.get(head, "") for head in heads} for row in rows])


def taken_in(log: Sequence[Message], size: int) -> tuple[float, list[Read]]:
    """Return what intake spends on an event, and the records it makes of a log for one partition."""
    intake = Intake(principals_in(AGENCIES), secret=b"of no account", partitions=1, wall_clock=SystemClock())
    read = [
        Read(ingest_topic(each.agency), 0, at, int(each.at.timestamp() * 1000), LOG_APPEND_TIME, None, each.body)
        for at, each in enumerate(log)
    ]
    made: list[Outgoing] = []
    began = time.process_time()
    for first in range(0, len(read), size):
        made += intake.sort(read[first : first + size]).get((CASE_EVENTS, 0), [])
    spent = time.process_time() - began
    records = [Read(CASE_EVENTS, 0, at, 0, LOG_APPEND_TIME, *each) for at, each in enumerate(made)]
    return spent / len(read) * 1e6, records


def hard_rules() -> Rulebook:
    """Return the four hard rules."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    pack = FOLDER / "hard-rules.yaml"
    pack.write_text(PACK, encoding="utf-8")
    return load_rulebook([pack])


def hard_log(count: int) -> list[Read]:
    """Return so many events for the hard rules, with the watermarks among them, on one partition."""
    records = told(happened(count), 1, [FEED])
    return [Read(CASE_EVENTS, 0, at, 0, LOG_APPEND_TIME, each.key, each.value) for at, each in enumerate(records)]


async def judged(rulebook: Rulebook, records: Sequence[Read], size: int, clock: PartitionClock) -> dict[str, Any]:
    """Return what an owner spends on an event, and what it writes."""
    out = Everything()
    owner = Owner(
        0,
        Engine(rulebook, now=0, ahead=AHEAD if clock.reads_wall else None, live=UNPACKED),
        clock,
        Ring(EMPTY, 1),
        out,
        docket=CASES,
        partitions=1,
        end=-1,
        die=_raise,
    )
    began = time.process_time()
    for batch in (records[first : first + size] for first in range(0, len(records), size)):
        for first in range(0, len(batch), MOST):
            owner.fold(batch[first : first + MOST], _nothing)
            owner.settle()
            await asyncio.sleep(0)
    await owner.settle()
    spent = time.process_time() - began
    return {
        "events": len(records),
        "µs CPU/event": round(spent / len(records) * 1e6, 2),
        "events/s/core": round(len(records) / spent),
        "card records": out.records[CARDS],
        "case facts": out.records[CASE_FACTS],
        "state bytes/event": round(out.bytes[STATE] / len(records)),
    }


def _nothing() -> None:
    """Ack nothing."""


def _raise(exc: Exception) -> None:
    raise exc


if __name__ == "__main__":
    main()
