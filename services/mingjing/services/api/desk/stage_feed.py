"""The feed of `card-stages`: a hub of its own, whose records also answer those who asked."""

from typing import NamedTuple

from mingjing.services.api.desk.answers import Answers
from mingjing.services.api.feed.entry import stages_told
from mingjing.services.api.feed.hub import Hub
from mingjing.services.api.feed.kafka_cards import KafkaCards
from mingjing.services.api.feed.stream import RunningLog
from mingjing.services.api.personal import Personal
from mingjing.streams.broker import Broker
from mingjing.streams.topics import CARD_STAGES


class StageFeed(NamedTuple):
    """`log` keeps `hub` fed, and `hub` keeps `answers` informed."""

    hub: Hub
    log: RunningLog
    answers: Answers

    @classmethod
    def on_kafka(cls, broker: Broker, personal: Personal) -> "StageFeed":
        """Return the feed of the topic `card-stages`, not started; it tells nobody what is `personal`."""
        answers = Answers()
        hub = Hub(stages_told(personal.packed, personal.law), heard=answers.hear)
        return cls(hub, KafkaCards(broker, hub, topic=CARD_STAGES), answers)
