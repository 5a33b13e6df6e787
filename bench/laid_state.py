"""State as owners leave it that have opened so many cases and were stopped: what a worker begins with again.

Opening ten million cases by their events takes most of an hour; laid down they take a minute.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

from confluent_kafka import Producer
from far_deadlines import filed
from progress import say

from mingjing.rules.engine import Engine
from mingjing.rules.events import fact_of, micros
from mingjing.services.agencies import named
from mingjing.services.agencies_following import principals_in
from mingjing.services.rulebook.following import RulebookFollower
from mingjing.services.rulebook.history import Installed
from mingjing.services.settings import Settings
from mingjing.streams.dockets import CASES
from mingjing.streams.state import Recovered, Ring
from mingjing.streams.topics import partition_of

DIFFERENT = 8_000
"""Cases whose bytes are worked out; the others take theirs in turn."""

AT_ONCE = 400
"""Cases that are written together."""


def lay(settings: Settings, cases: int) -> float:
    """Write the state of so many cases, each with its first event, by the law of the settings; return its MiB.

    Nothing of them is on case-events, and no worker may run meanwhile.
    """
    states = list(_states(settings))
    keys: list[list[str]] = [[] for _ in range(settings.partitions)]
    for number in range(cases):
        key = filed(number)[0]
        keys[partition_of(key, settings.partitions)].append(key)
    now = micros(datetime.now(UTC))
    producer = Producer(
        {"bootstrap.servers": settings.kafka, "enable.idempotence": True, "linger.ms": 20, "log_level": 0}
    )
    size = 0
    for partition, there in enumerate(keys):
        ring = Ring(Recovered(0, -1, now, {}, {}, [], CASES.form), 1)
        for first in range(0, len(there), AT_ONCE):
            changed = {key: states[number % DIFFERENT] for number, key in enumerate(there[first : first + AT_ONCE])}
            for key, value in ring.write(changed, changed.get, end=-1, now=now, marks={}):
                producer.produce(CASES.state, value, key, partition)
                size += len(value or b"")
            producer.poll(0)
        producer.flush()
        say(f"state of partition {partition + 1} of {settings.partitions} lies there")
    return size / (1 << 20)


def _states(settings: Settings) -> Iterator[bytes]:
    """Yield the bytes of cases that were opened just now."""
    installed = RulebookFollower(settings.broker, Installed(settings, principals_in(named(settings.agencies)).agencies))
    engine = Engine(installed.heard.rulebook, now=micros(datetime.now(UTC)))
    for number in range(DIFFERENT):
        key, event = filed(number)
        engine.fold(key, fact_of(event), number)
        state = engine.dump(key)
        if state is not None:
            yield state
