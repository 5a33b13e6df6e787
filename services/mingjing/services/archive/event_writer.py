"""`case-events` → events."""

import msgspec

from mingjing.services.ledger.connection import Connection
from mingjing.services.ledger.tables import EVENTS, event_row
from mingjing.services.ledger.wires import EventRecord
from mingjing.services.sink.source import Record
from mingjing.services.sink.taking import Refusal, decoded, inserted


class EventWriter:
    """Writes each event as it was sent, ticks included; nothing succeeds anything."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._decoder = msgspec.json.Decoder(EventRecord)

    def write(self, records: list[Record]) -> list[Refusal]:
        """See `sink.writers.TopicWriter`."""
        refusals: list[Refusal] = []
        events = decoded(records, self._decoder, refusals)
        inserted(self._connection, EVENTS, events, lambda it: event_row(it.said, it.place, it.body), refusals)
        return refusals

    def forget(self) -> None:
        """Nothing is remembered."""
