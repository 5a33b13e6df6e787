"""Hearing of cards and their stages, and entering what that makes owed before anything is committed."""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec
import structlog

from mingjing.services.ledger.wires import CardRecord
from mingjing.services.notices.owed import Heard, Known, Owing
from mingjing.services.notices.steps import StageHeard
from mingjing.services.registry import Deliveries
from mingjing.services.sink.source import Record

TOPICS = ("cards", "card-stages")

_AT_ONCE = 500
"""Records entered in one transaction: others write to the registry too."""

log = structlog.get_logger()


class Ear:
    """Turns records into deliveries; whatever is heard twice is owed once."""

    def __init__(self, owing: Owing, deliveries: Deliveries, now_ms: Callable[[], int]) -> None:
        self._owing = owing
        self._deliveries = deliveries
        self._now_ms = now_ms
        self._card = msgspec.json.Decoder(CardRecord)
        self._stage = msgspec.json.Decoder(StageHeard)

    def hear(self, records: Sequence[Record]) -> int:
        """Enter what the records change and return how many said nothing; RegistryUnavailable: say it again.

        A record that cannot be read is passed over: the sink makes the dead letter of it.
        """
        unread = 0
        for at in range(0, len(records), _AT_ONCE):
            unread += self._enter(records[at : at + _AT_ONCE])
        return unread

    def _enter(self, records: Sequence[Record]) -> int:
        heard: list[Heard] = []
        stages: list[StageHeard] = []
        unread = 0
        for record in records:
            try:
                if record.topic == "cards":
                    self._card.decode(record.value)
                    card: dict[str, Any] = msgspec.json.decode(record.value)
                    heard.append(Heard(card, record.logged_ms))
                else:
                    stage = self._stage.decode(record.value)
                    stages.append(msgspec.structs.replace(stage, logged_ms=record.logged_ms))
            except msgspec.DecodeError as exc:
                unread += 1
                log.warning(
                    "unread", topic=record.topic, partition=record.partition, offset=record.offset, why=str(exc)
                )
        ids = {each.card["card_id"] for each in heard} | {each.card_id for each in stages}
        known = Known(self._deliveries.told(ids), self._deliveries.answered(ids), self._deliveries.of_cards(ids))
        now_ms = self._now_ms()
        self._deliveries.enter(self._owing.news(heard, stages, known, now_ms), now_ms)
        return unread
