"""What the ledger promises about what people do with cards, on every engine."""

from collections.abc import Callable
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from mingjing.services.ledger import Ledger, Scope
from mingjing.services.ledger.connection import Connection
from mingjing.services.ledger.migrate import migrate
from mingjing.services.ledger.port import CardFilter
from mingjing.services.settings import Settings
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


def decided(verb: str, level: int = 1) -> dict[str, Any]:
    return {"verb": verb, "round": level}


def shown(ledger: Ledger, level: str) -> set[str]:
    return {each["card_id"] for each in ledger.cards(ALL, CardFilter(levels=(level,))).items}


def test_cards_are_listed_by_the_level_that_people_left_them_at(
    ledger: Ledger, sink: LedgerWriter, record: Send, card: Make, stage: Make
) -> None:
    reds = ("lowered", "revoked", "upheld", "untouched", "taken-back")
    sink.write([record("cards", card(each, level="red")) for each in reds[:-1]])
    sink.write([record("cards", card(reds[-1], level="red", status="withdrawn")), record("cards", card("yellow"))])
    sink.write(
        [
            record("card-stages", stage("lowered", shown="yellow", entries=[decided("lower"), decided("supervise")])),
            record("card-stages", stage("revoked", shown=None, entries=[decided("revoke")])),
            record("card-stages", stage("upheld", shown="red", entries=[decided("uphold")])),
            record("card-stages", stage("taken-back", shown=None, entries=[decided("revoke")])),
        ]
    )

    assert shown(ledger, "red") == {"upheld", "untouched", "taken-back"}
    assert shown(ledger, "yellow") == {"lowered", "yellow"}


def test_as_many_cards_are_counted_at_a_level_as_are_listed_at_it(
    ledger: Ledger, sink: LedgerWriter, record: Send, card: Make, stage: Make
) -> None:
    sink.write([record("cards", card(each, level="red")) for each in ("lowered", "revoked", "untouched")])
    left = [("lowered", "yellow", "lower"), ("revoked", None, "revoke")]
    sink.write(
        [record("card-stages", stage(ident, shown=level, entries=[decided(verb)])) for ident, level, verb in left]
    )

    numbers = ledger.overview(ALL, 30, date(2026, 3, 31), ZoneInfo("Asia/Shanghai"))

    assert (numbers.standing.red, numbers.standing.yellow) == (1, 1)
    assert {level: len(shown(ledger, level)) for level in ("red", "yellow")} == {"red": 1, "yellow": 1}
    (agency,), (rule,) = numbers.agencies, numbers.rules
    assert (agency.red, agency.yellow, rule.red, rule.yellow) == (1, 1, 1, 1)
    assert [sum(counts) for counts in zip(*((day.yellow, day.red) for day in numbers.trend), strict=True)] == [1, 1]


def test_a_card_whose_new_round_nobody_has_decided_on_is_listed_as_it_was_found(
    ledger: Ledger, sink: LedgerWriter, record: Send, card: Make, stage: Make
) -> None:
    sink.write([record("cards", card("c1", level="red"))])
    lowered = [decided("lower")]
    sink.write([record("card-stages", stage(ver=(1, 1, 0), shown="yellow", entries=lowered))])
    sink.write([record("card-stages", stage(ver=(2, 1, 0), round=2, shown="red", entries=lowered))])

    assert (shown(ledger, "red"), shown(ledger, "yellow")) == ({"c1"}, set())


def test_what_was_decided_before_is_read_again_when_a_database_is_brought_up_to_date(
    settings: Settings,
    connection: Connection,
    ledger: Ledger,
    sink: LedgerWriter,
    record: Send,
    card: Make,
    stage: Make,
) -> None:
    sink.write([record("cards", card("c1", level="red")), record("cards", card("c2", level="red"))])
    sink.write([record("card-stages", stage("c1", shown="yellow", entries=[decided("lower")]))])
    connection.command("DROP TABLE card_decisions")
    connection.command("DROP TABLE migrations")

    migrate(settings)

    assert (shown(ledger, "red"), shown(ledger, "yellow")) == ({"c2"}, {"c1"})


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
