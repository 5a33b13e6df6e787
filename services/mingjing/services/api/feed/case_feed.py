"""The feed of `case-facts`: how each case stands, as it goes on."""

from typing import NamedTuple, Self

from mingjing.services.api.feed.entry import CASES
from mingjing.services.api.feed.hub import Hub
from mingjing.services.api.feed.kafka_cards import KafkaCards
from mingjing.services.api.feed.stream import RunningLog
from mingjing.streams.broker import Broker
from mingjing.streams.topics import CASE_FACTS

RING = 5_000
"""Every event of every case comes by here: a page that was away for longer reads on from Kafka."""


class CaseFeed(NamedTuple):
    """`log` keeps `hub` fed."""

    hub: Hub
    log: RunningLog

    @classmethod
    def on_kafka(cls, broker: Broker) -> Self:
        """Return the feed of the topic `case-facts`, not started."""
        hub = Hub(CASES, ring=RING)
        return cls(hub, KafkaCards(broker, hub, topic=CASE_FACTS, warm=RING))
