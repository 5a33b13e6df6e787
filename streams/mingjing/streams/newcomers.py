"""Agencies that are registered while a worker is at work: their topics are read, too, and nobody restarts anything.

One more topic to read is another subscription, and with it a rebalance: each worker of
the group lets go of its partitions, and recovers them, as when a worker joins. An agency
whose topic is not there yet is asked for again and again, and is missed on the log once.
Topics of agencies that are registered no more are read on: what lies there is refused,
and not left lying.

This leans on what is private in faust-streaming 0.15.3: what agents iterate over is in the
app's conductor, each goes by its list `topics`, and `Conductor._update_indices` makes of
all of them what is to be subscribed to. Its own way of noticing a change waits for 45 seconds.
"""

import asyncio
import logging
from collections.abc import Callable, Collection, Sequence
from typing import Any, cast

import faust
from kafka.errors import KafkaError

from mingjing.streams.ports import Principals
from mingjing.streams.sounding import Place
from mingjing.streams.topics import fixed_partitions, ingest_topic

LOOK_EVERY_S = 1.0
ASK_AGAIN_S = 10.0
"""How long a topic that is missing at the broker is not asked for again."""

log = logging.getLogger(__name__)


class IngestTopics:
    """The topics of the agencies that a worker reads; there are ever more of them.

    `taken_in_batches` are the sets by which the app's consumer knows what comes in batches, and in bundles.
    """

    def __init__(self, principals: Principals, *taken_in_batches: set[str]) -> None:
        self._principals = principals
        self._names: list[str] = []
        self._sets = taken_in_batches
        self._told: set[str] = set()
        self.add(self.wanted())

    @property
    def names(self) -> Sequence[str]:
        """The topics, oldest first."""
        return self._names

    def wanted(self) -> list[str]:
        """Return the topics of registered agencies that are not among them."""
        known = set(self._names)
        return [topic for topic in map(ingest_topic, self._principals.agency_codes()) if topic not in known]

    def add(self, topics: Collection[str]) -> None:
        """Have them among those that are read."""
        self.expect(topics)
        self._names.extend(topics)

    def expect(self, topics: Collection[str]) -> None:
        """Have the app's consumer know what they are, before the first record of theirs is there."""
        for each in self._sets:
            each.update(topics)

    def places(self) -> list[Place]:
        """Return every partition of theirs."""
        return [(topic, each) for topic in self._names for each in range(fixed_partitions(topic))]

    def missing(self, topics: Collection[str], there: Collection[str]) -> None:
        """Say once of each of `topics` that is not `there` what is to be done."""
        for topic in set(topics).difference(there, self._told):
            log.warning("缺少主题 %s；请执行 mingjing topics apply，随后即读，不必重启", topic)
            self._told.add(topic)


def follow(
    app: faust.App,
    topics: IngestTopics,
    principals: Principals,
    on_broker: Callable[[], Collection[str]],
    die: Callable[[Exception], None],
) -> None:
    """Have the app look for agencies that are new, and read their topics, too, where it reads those of the others.

    `on_broker` returns the topics that are there; it blocks.
    """

    async def go_on_looking() -> None:
        while not app.should_stop:
            await app.sleep(LOOK_EVERY_S)
            try:
                await asyncio.to_thread(principals.renewed)
                if wanted := topics.wanted():
                    await _read(app, topics, wanted, on_broker)
            except (KafkaError, OSError) as exc:
                log.warning("new agencies wait for the broker: %r", exc)
                await app.sleep(ASK_AGAIN_S)
            except Exception as exc:  # noqa: BLE001  # an agency that is never read would go unjudged, unseen
                die(exc)

    app.task(go_on_looking)


async def _read(
    app: faust.App,
    topics: IngestTopics,
    wanted: Sequence[str],
    on_broker: Callable[[], Collection[str]],
) -> None:
    """Read those of the topics that are there from now on."""
    there = await asyncio.to_thread(on_broker)
    topics.missing(wanted, there)
    new = [topic for topic in wanted if topic in there]
    if app.rebalancing or not new:
        await app.sleep(0 if new else ASK_AGAIN_S)
        return
    log.info("reading %s from now on", ", ".join(new))
    topics.expect(new)
    await subscribe(app, topics.names, [*topics.names, *new])
    topics.add(new)


async def subscribe(app: faust.App, before: Sequence[str], names: Sequence[str]) -> None:
    """Have what has read the topics of `before` read `names` from now on."""
    conductor = cast("Any", app.topics)
    for each in conductor:
        if list(each.topics) == list(before):
            each.topics = list(names)
    await app.consumer.subscribe(await conductor._update_indices())  # noqa: SLF001  # Faust's way takes 45 s
