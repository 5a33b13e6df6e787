"""One bad row costs one row; and progress is what can be read."""

from collections.abc import Callable
from contextlib import closing
from typing import Any

import orjson
import pytest

from mingjing.services.archive.event_writer import EventWriter
from mingjing.services.ledger import Ledger, LedgerRefused, LedgerUnavailable, Scope
from mingjing.services.ledger.connection import Connection
from mingjing.services.ledger.port import LetterFilter
from mingjing.services.ledger.tables import SINK_PROGRESS
from mingjing.services.ledger.writing import write
from mingjing.services.settings import Settings, read_settings
from mingjing.services.sink.letters import letter as letter_of
from mingjing.services.sink.source import Record
from mingjing.services.sink.writers import LedgerWriter

ALL = Scope.everything()

Make = Callable[..., dict[str, Any]]
Send = Callable[..., Record]


def test_a_refused_batch_is_halved_until_the_row_is_found(connection: Connection) -> None:
    rows: list[tuple[Any, ...]] = [("cards", n, n, 1) for n in range(37)]
    rows[11] = ("cards", 11, -1, 1)  # no UInt64
    rows[30] = ("cards", "thirty", 30, 1)

    refused = write(connection, SINK_PROGRESS, rows)

    assert [each.index for each in refused] == [11, 30]
    assert connection.rows("SELECT count() FROM sink_progress") == [(35,)]


def test_a_row_refused_by_the_ledger_spares_its_neighbours(
    ledger: Ledger, sink: LedgerWriter, record: Send, case: Make
) -> None:
    batch = [record("case-facts", case(f"n{n}")) for n in range(20)]
    batch[7] = record("case-facts", case("n7", events=2**40))

    (refusal,) = sink.write(batch)

    assert refusal.record is batch[7]
    assert len(ledger.cases(ALL).items) == 19


def test_a_record_that_says_nothing_we_know_is_set_aside(
    ledger: Ledger, sink: LedgerWriter, record: Send, card: Make
) -> None:
    bad = [
        record("cards", b"not json"),
        record("cards", {"card_id": "c9"}),
        record("cards", card("c2", issued_at="2026-03-12 00:00:00")),
        record("cards", b""),
    ]

    refusals = sink.write([*bad, record("cards", card("c1"))])

    assert {each.record.offset for each in refusals} == {each.offset for each in bad}
    assert [each["card_id"] for each in ledger.cards(ALL).items] == ["c1"]


def test_a_refused_event_becomes_a_letter_that_can_be_read_here(
    ledger: Ledger, connection: Connection, sink: LedgerWriter, record: Send
) -> None:
    (refusal,) = EventWriter(connection).write([record("case-events", b'{"id": 1}', partition=2, offset=40)])

    sink.write([record("dead-letters", letter_of(refusal))])

    (shown,) = ledger.dead_letters(ALL, LetterFilter(code="row_refused")).items
    assert (shown["topic"], shown["partition"], shown["offset"]) == ("case-events", 2, 40)
    assert shown["original"] == "eyJpZCI6IDF9"
    assert "台账拒收" in shown["message"]


def test_letters_come_newest_first_and_only_those_of_the_scope(
    ledger: Ledger, sink: LedgerWriter, record: Send, letter: Make
) -> None:
    sink.write(
        [
            record("dead-letters", letter("old", 1)),
            record("dead-letters", letter("new", 2, received_at="2026-03-07T00:00:00+08:00")),
            record("dead-letters", letter("nobody's", 3, agency=None, code="bad_json", source=None, event_id=None)),
            record("dead-letters", letter("B's", 4, agency="B")),
        ]
    )
    mine = "91330100MA2XXXXX01"

    def seen(scope: Scope, wanted: LetterFilter | None = None) -> list[str]:
        return [each["letter_id"] for each in ledger.dead_letters(scope, wanted).items]

    assert seen(ALL) == ["new", "old", "nobody's", "B's"]
    assert seen(ALL, LetterFilter(agency="B")) == ["B's"]
    assert seen(ALL, LetterFilter(code="bad_json")) == ["nobody's"]
    assert seen(Scope.of_agency(mine)) == ["new", "old"]
    assert seen(Scope(("33",), (mine,))) == ["new", "old"]
    assert seen(Scope.of_region("33")) == []


def test_a_letter_judged_again_stands_as_judged_last(
    ledger: Ledger, sink: LedgerWriter, record: Send, letter: Make
) -> None:
    sink.write([record("dead-letters", letter("l1", 1))])
    sink.write([record("dead-letters", letter("l1", 1, code="unknown_type", received_at="2026-03-08T00:00:00+08:00"))])

    assert [each["code"] for each in ledger.dead_letters(ALL).items] == ["unknown_type"]


def test_progress_is_the_next_offset_of_each_partition_and_never_falls(
    ledger: Ledger, sink: LedgerWriter, record: Send, card: Make, case: Make
) -> None:
    cards = [record("cards", card(f"c{n}"), partition=n % 2, offset=10 + n) for n in range(5)]
    sink.write([*cards, record("case-facts", case(), partition=7, offset=0)])
    sink.write(cards[:1])

    assert ledger.progress() == {"cards": {0: 15, 1: 14}, "case-facts": {7: 1}}


def test_a_refused_record_does_not_hold_back_progress(ledger: Ledger, sink: LedgerWriter, record: Send) -> None:
    sink.write([record("cards", b"garbage", offset=3)])

    assert ledger.progress() == {"cards": {0: 4}}


def test_a_server_that_is_not_there_is_worth_another_try() -> None:
    nowhere = read_settings(clickhouse="127.0.0.1:9")

    with pytest.raises(LedgerUnavailable, match=r"127\.0\.0\.1:9"):
        Connection(nowhere).rows("SELECT 1")


def test_a_database_that_is_not_there_yet_is_worth_another_try(empty: Settings) -> None:
    with closing(Connection(empty)) as connection, pytest.raises(LedgerUnavailable):
        connection.insert("cards", ("card_id",), [("c1",)])


def test_a_wrong_statement_is_not_worth_another_try(connection: Connection) -> None:
    with pytest.raises(LedgerRefused, match="错误码"):
        connection.rows("SELECT no_such_function(1)")


def test_a_letter_about_a_letter_points_to_it_without_wrapping_it(
    sink: LedgerWriter, record: Send, letter: Make
) -> None:
    (refusal,) = sink.write([record("dead-letters", letter(offset=-1), partition=1, offset=8)])

    told = orjson.loads(letter_of(refusal))

    assert (told["topic"], told["partition"], told["offset"], told["original"]) == ("dead-letters", 1, 8, "")
