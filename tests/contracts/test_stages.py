"""What the ledger promises about what people do with cards, on every engine."""

from collections.abc import Callable
from typing import Any

from mingjing.services.ledger import Ledger, Scope
from mingjing.services.ledger.port import CardFilter
from mingjing.services.sink.source import Record
from mingjing.services.sink.writers import LedgerWriter

ALL = Scope.everything()
STRANGER = Scope.of_agency("91330100MA2XXXXX99")

Make = Callable[..., dict[str, Any]]
Send = Callable[..., Record]


def answered(action_id: str, *, accepted: bool = True) -> dict[str, Any]:
    return {"action_id": action_id, "accepted": accepted}


def test_a_stage_comes_back_as_it_lay_on_the_topic(
    ledger: Ledger, sink: LedgerWriter, record: Send, stage: Make
) -> None:
    sent = stage(entries=[{"verb": "sign", "actor": "王办", "fields": {"text": "系统切换\n次日补录"}}])

    assert sink.write([record("card-stages", sent)]) == []

    assert ledger.stages(ALL, ["c1", "c2"]) == {"c1": sent}


def test_a_replaced_owner_cannot_undo_what_its_successor_took(
    ledger: Ledger, sink: LedgerWriter, record: Send, stage: Make
) -> None:
    sink.write([record("card-stages", stage(ver=(9, 3, 0), stage="signed"))])
    sink.forget()
    sink.write([record("card-stages", stage(ver=(9, 4, 0), stage="explained"))])
    sink.forget()
    sink.write([record("card-stages", stage(ver=(9, 3, 1), stage="appealed"))])

    assert ledger.stages(ALL, ["c1"])["c1"]["stage"] == "explained"


def test_a_batch_delivered_twice_counts_each_card_once(
    ledger: Ledger, sink: LedgerWriter, record: Send, stage: Make
) -> None:
    batch = [record("card-stages", stage(each)) for each in ("c1", "c2")]
    batch.append(record("card-stages", stage("c2", (2, 1, 0), stage="signed")))

    sink.write(batch)
    sink.forget()
    sink.write(batch)

    assert ledger.stage_counts(ALL) == {"drawn": 1, "signed": 1}


def test_cards_are_listed_by_how_they_stand_among_people(
    ledger: Ledger, sink: LedgerWriter, record: Send, card: Make, stage: Make
) -> None:
    sink.write([record("cards", card(each)) for each in ("c1", "c2", "c3")])
    sink.write([record("card-stages", stage("c1", stage="signed")), record("card-stages", stage("c2"))])

    assert [each["card_id"] for each in ledger.cards(ALL, CardFilter(stages=("drawn",))).items] == ["c2"]


def test_what_lies_out_of_scope_is_neither_shown_nor_counted(
    ledger: Ledger, sink: LedgerWriter, record: Send, stage: Make
) -> None:
    sink.write([record("card-stages", stage(outcome=answered("a1")))])

    assert ledger.stages(STRANGER, ["c1"]) == {}
    assert ledger.stage_counts(STRANGER) == {}
    assert ledger.outcome(STRANGER, "c1", "a1") is None


def test_the_answer_to_an_action_is_found_by_its_id(
    ledger: Ledger, sink: LedgerWriter, record: Send, stage: Make
) -> None:
    sink.write(
        [
            record("card-stages", stage(ver=(1, 1, 0), revision=2, outcome=answered("a1"))),
            record("card-stages", stage(ver=(2, 1, 0), revision=2, outcome=answered("a2", accepted=False))),
        ]
    )

    assert (ledger.outcome(ALL, "c1", "a2") or {})["outcome"] == answered("a2", accepted=False)
    assert ledger.outcome(ALL, "c1", "a3") is None


def test_of_two_answers_to_one_action_the_accepting_one_counts(
    ledger: Ledger, sink: LedgerWriter, record: Send, stage: Make
) -> None:
    sink.write(
        [
            record("card-stages", stage(ver=(1, 1, 0), outcome=answered("a1", accepted=False))),
            record("card-stages", stage(ver=(1, 2, 0), outcome=answered("a1"))),
        ]
    )

    assert (ledger.outcome(ALL, "c1", "a1") or {})["outcome"]["accepted"]
