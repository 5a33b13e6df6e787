"""What becomes of the records of `card-stages`."""

import msgspec

from mingjing.services.ledger.connection import Connection
from mingjing.services.ledger.heads import stage_heads
from mingjing.services.ledger.tables import (
    CARD_DECISIONS,
    CARD_STAGE_LOG,
    CARD_STAGES,
    decision_row,
    stage_log_row,
    stage_row,
    succeeds,
)
from mingjing.services.ledger.wires import StageRecord
from mingjing.services.sink.remembered import Remembered
from mingjing.services.sink.source import Record
from mingjing.services.sink.taking import Refusal, Taken, decoded, inserted


class StageWriter:
    """`card-stages` → card_stage_log, card_decisions, card_stages: a `TopicWriter`.

    As with cards, the log takes every record and the latest state only what succeeds
    what stands; its rows come last, for the heads are read from them.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._heads = Remembered(lambda ids: stage_heads(connection, ids))
        self._decoder = msgspec.json.Decoder(StageRecord)

    def write(self, records: list[Record]) -> list[Refusal]:
        """See `TopicWriter`."""
        refusals: list[Refusal] = []
        stages = decoded(records, self._decoder, refusals)
        stages = inserted(
            *(self._connection, CARD_STAGE_LOG, stages),
            lambda it: stage_log_row(it.said, it.place, it.body),
            refusals,
        )
        heads = self._heads.of(each.said.card_id for each in stages)
        changed: dict[str, Taken[StageRecord]] = {}
        for each in stages:
            head = succeeds(each.said.ver, heads.get(each.said.card_id))
            if head is not None:
                heads[each.said.card_id] = head
                changed[each.said.card_id] = each
        rows = {each.said.card_id: decision_row(each.said, heads[each.said.card_id]) for each in changed.values()}
        decided = [each for each in changed.values() if rows[each.said.card_id] is not None]
        kept = inserted(self._connection, CARD_DECISIONS, decided, lambda it: rows[it.said.card_id] or (), refusals)
        lost = {each.said.card_id for each in decided} - {each.said.card_id for each in kept}
        latest = inserted(
            *(self._connection, CARD_STAGES, [each for each in changed.values() if each.said.card_id not in lost]),
            lambda it: stage_row(it.said, heads[it.said.card_id], it.body),
            refusals,
        )
        self._heads.learn({each.said.card_id: heads[each.said.card_id] for each in latest})
        return refusals

    def forget(self) -> None:
        """See `TopicWriter`."""
        self._heads.clear()
