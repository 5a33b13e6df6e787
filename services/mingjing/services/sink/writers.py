"""What becomes of each topic's records: which rows, and in which order."""

from collections.abc import Mapping
from typing import Protocol

import msgspec

from mingjing.services.ledger import progress
from mingjing.services.ledger.connection import Connection
from mingjing.services.ledger.enterprise import code_of
from mingjing.services.ledger.heads import card_heads, case_heads, enterprises_named
from mingjing.services.ledger.instants import millis
from mingjing.services.ledger.tables import (
    CARD_HEADS,
    CARD_LOG,
    CARDS,
    CASE_CARDS,
    CASE_ENTERPRISES,
    CASE_FACTS,
    CASE_FIGURES,
    DEAD_LETTERS,
    ENTERPRISE_CASES,
    OFFICER_CARDS,
    CardHead,
    Head,
    card_row,
    case_row,
    enterprise_row,
    figures_row,
    head_row,
    letter_row,
    log_row,
    succeeds,
)
from mingjing.services.ledger.wires import CardRecord, CaseRecord
from mingjing.services.sink.remembered import Remembered
from mingjing.services.sink.source import Reached, Record, next_offsets
from mingjing.services.sink.taking import Refusal, Taken, decoded, inserted
from mingjing.streams.dead_letters import DeadLetter


class TopicWriter(Protocol):
    """Writes the records of one topic."""

    def write(self, records: list[Record]) -> list[Refusal]:
        """Write `records` and return those that never can be; LedgerUnavailable: offer them again."""

    def forget(self) -> None:
        """Forget what stands: another owner of the partitions may have written since."""


class CardWriter:
    """`cards` → card_log, cards, case_cards, officer_cards, card_heads.

    The log takes every record. The latest state takes a record only if it
    succeeds what stands, so an owner that has been replaced cannot undo its
    successor's work. Heads come last: a missing head is found again from the
    same records, one that ran ahead of its row would hide them.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._heads = Remembered(lambda ids: card_heads(connection, ids))
        self._decoder = msgspec.json.Decoder(CardRecord)

    def write(self, records: list[Record]) -> list[Refusal]:
        """See `TopicWriter`."""
        refusals: list[Refusal] = []
        cards = decoded(records, self._decoder, refusals)
        cards = inserted(self._connection, CARD_LOG, cards, lambda it: log_row(it.said, it.place, it.body), refusals)
        heads = self._heads.of(card.said.card_id for card in cards)
        changed: dict[str, Taken[CardRecord]] = {}
        new = {card.said.card_id for card in cards if card.said.card_id not in heads}
        for card in cards:
            before = heads.get(card.said.card_id)
            head = succeeds(card.said.ver, before.head if before else None)
            if head is not None:
                home_ms = before.home_ms if before else millis(card.said.issued_at)
                heads[card.said.card_id] = CardHead(home_ms, head)
                changed[card.said.card_id] = card
        latest = inserted(
            *(self._connection, CARDS, changed.values()),
            lambda it: card_row(it.said, heads[it.said.card_id], it.body),
            refusals,
        )
        inserted(
            *(self._connection, CASE_CARDS, [card for card in latest if card.said.card_id in new]),
            lambda it: (it.said.case_key, it.said.card_id, heads[it.said.card_id].home_ms),
            refusals,
        )
        inserted(
            *(self._connection, OFFICER_CARDS, [card for card in latest if card.said.officer]),
            lambda it: (it.said.officer, it.said.card_id, heads[it.said.card_id].home_ms),
            refusals,
        )
        latest = inserted(
            *(self._connection, CARD_HEADS, latest), lambda it: head_row(it.said, heads[it.said.card_id]), refusals
        )
        self._heads.learn({card.said.card_id: heads[card.said.card_id] for card in latest})
        return refusals

    def forget(self) -> None:
        """See `TopicWriter`."""
        self._heads.clear()


class CaseWriter:
    """`case-facts` → case_figures, enterprise_cases, case_enterprises and case_facts, the version that succeeds.

    The facts come last, for the heads are read from them: figures that were lost
    between the two would never be offered again. The name that a case had is read
    where it is written, so it is taken from the enterprise's cases before that.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._heads = Remembered(lambda keys: case_heads(connection, keys))
        self._named = Remembered(lambda keys: enterprises_named(connection, keys))
        self._decoder = msgspec.json.Decoder(CaseRecord)

    def write(self, records: list[Record]) -> list[Refusal]:
        """See `TopicWriter`."""
        refusals: list[Refusal] = []
        cases = decoded(records, self._decoder, refusals)
        heads: dict[str, Head] = self._heads.of(case.said.case_key for case in cases)
        changed: dict[str, Taken[CaseRecord]] = {}
        for case in cases:
            head = succeeds(case.said.ver, heads.get(case.said.case_key))
            if head is not None:
                heads[case.said.case_key] = head
                changed[case.said.case_key] = case
        latest = inserted(
            *(self._connection, CASE_FIGURES, changed.values()),
            lambda it: figures_row(it.said, heads[it.said.case_key]),
            refusals,
        )
        latest = self._of_enterprises(latest, heads, refusals)
        latest = inserted(
            *(self._connection, CASE_FACTS, latest),
            lambda it: case_row(it.said, heads[it.said.case_key], it.body),
            refusals,
        )
        self._heads.learn({case.said.case_key: heads[case.said.case_key] for case in latest})
        return refusals

    def _of_enterprises(
        self, cases: list[Taken[CaseRecord]], heads: Mapping[str, Head], refusals: list[Refusal]
    ) -> list[Taken[CaseRecord]]:
        """Put each case among those of the enterprise it names, and take it from the one it named before."""
        before = self._named.of(case.said.case_key for case in cases)
        names = {case.said.case_key: code_of(case.said.figures.enterprise) for case in cases}
        left = [case for case in cases if before.get(case.said.case_key, "") not in {"", names[case.said.case_key]}]
        inserted(
            *(self._connection, ENTERPRISE_CASES, left),
            lambda it: enterprise_row(it.said, heads[it.said.case_key], before[it.said.case_key], gone=True),
            refusals,
        )
        naming = [case for case in cases if names[case.said.case_key]]
        inserted(
            *(self._connection, ENTERPRISE_CASES, naming),
            lambda it: enterprise_row(it.said, heads[it.said.case_key], names[it.said.case_key], gone=False),
            refusals,
        )
        named = inserted(
            *(self._connection, CASE_ENTERPRISES, cases),
            lambda it: (it.said.case_key, names[it.said.case_key], heads[it.said.case_key].ver),
            refusals,
        )
        self._named.learn({case.said.case_key: names[case.said.case_key] for case in named})
        return named

    def forget(self) -> None:
        """See `TopicWriter`."""
        self._heads.clear()
        self._named.clear()


class LetterWriter:
    """`dead-letters` → dead_letters."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._decoder = msgspec.json.Decoder(DeadLetter)

    def write(self, records: list[Record]) -> list[Refusal]:
        """See `TopicWriter`."""
        refusals: list[Refusal] = []
        letters = decoded(records, self._decoder, refusals)
        inserted(self._connection, DEAD_LETTERS, letters, lambda it: letter_row(it.said, it.body), refusals)
        return refusals

    def forget(self) -> None:
        """Nothing is remembered: letters do not succeed one another."""


class LedgerWriter:
    """Every topic by its own writer, then the progress of all."""

    def __init__(self, connection: Connection, writers: Mapping[str, TopicWriter]) -> None:
        self._connection = connection
        self._writers = writers

    def write(self, records: list[Record]) -> list[Refusal]:
        """Write `records` and how far they reach; see `TopicWriter`."""
        refusals: list[Refusal] = []
        for topic, writer in self._writers.items():
            refusals += writer.write([record for record in records if record.topic == topic])
        progress.advance(self._connection, next_offsets(records))
        return refusals

    def reached(self) -> Reached:
        """Return how far the ledger says it has got."""
        return progress.read(self._connection)

    def forget(self) -> None:
        """See `TopicWriter`."""
        for writer in self._writers.values():
            writer.forget()
