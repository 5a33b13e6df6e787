"""What the ledger promises about cards, on every engine."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from mingjing.services.ledger import CursorRefused, Ledger, Scope
from mingjing.services.ledger.connection import Connection
from mingjing.services.ledger.migrate import migrate
from mingjing.services.ledger.port import CardFilter
from mingjing.services.settings import Settings
from mingjing.services.sink.source import Record
from mingjing.services.sink.writers import CardWriter, LedgerWriter

ALL = Scope.everything()
NOON = datetime.fromisoformat("2026-03-12T12:00:00+08:00")

Make = Callable[..., dict[str, Any]]
Send = Callable[..., Record]


def test_a_card_comes_back_as_it_lay_on_the_topic(ledger: Ledger, sink: LedgerWriter, record: Send, card: Make) -> None:
    sent = card(title="限期办结·“三日”规定", explain={"why": "遇国庆节顺延😀", "a'b\\c\n": None})

    sink.write([record("cards", sent)])

    assert ledger.card(ALL, "c1") == sent


def test_a_batch_delivered_twice_changes_nothing(ledger: Ledger, sink: LedgerWriter, record: Send, card: Make) -> None:
    batch = [record("cards", card("c1", (7, 1, n), revision=n)) for n in (1, 2, 3)]

    sink.write(batch)
    sink.forget()
    sink.write(batch)

    assert [each["revision"] for each in ledger.history(ALL, "c1")] == [1, 2, 3]
    assert [each["revision"] for each in ledger.cards(ALL).items] == [3]


def test_a_record_older_than_what_stands_changes_nothing(
    ledger: Ledger, sink: LedgerWriter, record: Send, card: Make
) -> None:
    sink.write([record("cards", card("c1", (9, 1, 2), level="red"))])
    sink.forget()
    sink.write([record("cards", card("c1", (8, 1, 1), level="yellow"))])

    assert ledger.card(ALL, "c1")["level"] == "red"


def test_of_one_offset_the_later_generation_wins_whatever_its_revision(
    ledger: Ledger, sink: LedgerWriter, record: Send, card: Make
) -> None:
    sink.write([record("cards", card("c1", (9, 3, 7), level="yellow"))])
    sink.forget()
    sink.write([record("cards", card("c1", (9, 4, 6), level="red"))])
    sink.forget()
    sink.write([record("cards", card("c1", (9, 3, 8), level="warning"))])

    assert ledger.card(ALL, "c1")["level"] == "red"
    assert [each["ver"] for each in ledger.history(ALL, "c1")] == [[9, 3, 7], [9, 4, 6]]


def test_a_card_that_moves_to_another_agency_and_region_stays_one_card(
    ledger: Ledger, sink: LedgerWriter, record: Send, card: Make
) -> None:
    sink.write([record("cards", card("c1", (1, 1, 1)))])
    sink.forget()
    moved = card("c1", (2, 1, 2), agency="B", region="340100000000", issued_at="2026-05-01T00:00:00+08:00")
    sink.write([record("cards", moved)])

    assert ledger.cards(ALL).items == [moved]
    assert ledger.cards(Scope.of_region("34")).items == [moved]
    assert ledger.cards(Scope.of_region("33")).items == []


def test_a_sink_that_died_between_card_and_head_writes_the_same_card_again(
    ledger: Ledger, connection: Connection, sink: LedgerWriter, record: Send, card: Make
) -> None:
    batch = [record("cards", card("c1", (1, 1, 1))), record("cards", card("c1", (2, 1, 2), region="340100000000"))]
    sink.write(batch)
    connection.command("TRUNCATE TABLE card_heads")

    CardWriter(connection).write(batch)

    assert len(ledger.cards(ALL).items) == 1
    assert ledger.card(ALL, "c1")["revision"] == 2


def test_cards_of_a_hundred_and_twenty_months_fit_in_one_batch(
    ledger: Ledger, sink: LedgerWriter, record: Send, card: Make
) -> None:
    batch = [
        record("cards", card(f"c{n:03}", issued_at=f"{2010 + n // 12}-{n % 12 + 1:02}-15T00:00:00+08:00"))
        for n in range(120)
    ]

    assert sink.write(batch) == []
    assert len(ledger.cards(ALL, limit=500).items) == 120


def test_pages_are_complete_and_repeat_nothing(ledger: Ledger, sink: LedgerWriter, record: Send, card: Make) -> None:
    # Many are issued at one instant, so that the cursor must tell them apart by id.
    dice = random.Random(5)  # noqa: S311  # seeded dice, not secrets
    issued = {f"c{n:03}": NOON - timedelta(seconds=dice.randrange(20)) for n in range(97)}
    sink.write([record("cards", card(ident, issued_at=at.isoformat())) for ident, at in issued.items()])

    seen, cursor = [], None
    while True:
        page = ledger.cards(ALL, limit=10, cursor=cursor)
        seen += [each["card_id"] for each in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break

    assert seen == sorted(issued, key=lambda ident: (issued[ident], ident), reverse=True)


def test_a_cursor_of_another_list_is_refused(ledger: Ledger, sink: LedgerWriter, record: Send, card: Make) -> None:
    sink.write([record("cards", card(f"c{n}")) for n in range(3)])
    cursor = ledger.cards(ALL, limit=1).next_cursor

    with pytest.raises(CursorRefused, match="属于另一个列表"):
        ledger.dead_letters(ALL, cursor=cursor)
    with pytest.raises(CursorRefused, match="无法识别"):
        ledger.cards(ALL, cursor="不是游标")


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (CardFilter(levels=("red", "yellow")), {"red", "far", "other"}),
        (CardFilter(statuses=("withdrawn",)), {"gone"}),
        (CardFilter(agency="B"), {"other"}),
        (CardFilter(region="330100000000"), {"red", "gone"}),
        (CardFilter(rule="SQ-01"), {"other"}),
        (CardFilter(item="000131002000"), {"far"}),
        (CardFilter(case="N/other"), {"other"}),
        (CardFilter(case="N/nowhere"), set()),
        (CardFilter(since=NOON), {"red", "far"}),
        (CardFilter(levels=("red",), since=NOON), {"red"}),
    ],
)
def test_a_filter_keeps_what_it_names(
    ledger: Ledger, sink: LedgerWriter, record: Send, card: Make, wanted: CardFilter, found: set[str]
) -> None:
    late = {"issued_at": NOON.isoformat()}
    sink.write(
        [
            record("cards", card("red", level="red", region="330106000000", **late)),
            record("cards", card("gone", level="warning", status="withdrawn", region="330100000000")),
            record("cards", card("far", region="330200000000", item="000131002000", **late)),
            record("cards", card("other", region="", agency="B", rule="SQ-01", case_key="N/other")),
        ]
    )

    assert {each["card_id"] for each in ledger.cards(ALL, wanted).items} == found


@pytest.mark.parametrize(
    ("scope", "found"),
    [
        (Scope.everything(), {"a", "b", "nowhere"}),
        (Scope.of_region("330106000000"), {"a"}),
        (Scope.of_region("330000000000"), {"a", "b"}),
        (Scope.of_region("330106", "330203000000"), {"a", "b"}),
        (Scope.of_agency("A"), {"a", "nowhere"}),
        (Scope(("33",), ("A",)), {"a"}),
        (Scope((), None), set()),
        (Scope(None, ()), set()),
    ],
)
def test_nothing_outside_the_scope_is_seen(
    ledger: Ledger, sink: LedgerWriter, record: Send, card: Make, scope: Scope, found: set[str]
) -> None:
    places = {"a": ("A", "330106000000"), "b": ("B", "330203000000"), "nowhere": ("A", None)}
    sink.write([record("cards", card(ident, agency=a, region=r)) for ident, (a, r) in places.items()])

    assert {each["card_id"] for each in ledger.cards(scope).items} == found
    assert {ident for ident in places if ledger.card(scope, ident)} == found
    assert {ident for ident in places if ledger.history(scope, ident)} == found


def paged(ledger: Ledger, limit: int) -> list[str]:
    """Return the ids of all cards, page after page."""
    page = ledger.cards(ALL, limit=limit)
    seen = [each["card_id"] for each in page.items]
    while page.next_cursor is not None:
        page = ledger.cards(ALL, limit=limit, cursor=page.next_cursor)
        seen += [each["card_id"] for each in page.items]
    return seen


def test_pages_of_many_months_leave_nothing_out(ledger: Ledger, sink: LedgerWriter, record: Send, card: Make) -> None:
    months = (0, 1, 2, 3, 9, 20, 40, 41, 60)
    issued = {f"c{n:03}": f"{2020 + n // 12}-{n % 12 + 1:02}-28T20:00:00+08:00" for n in months}
    sink.write([record("cards", card(ident, issued_at=at)) for ident, at in issued.items()])

    assert paged(ledger, 2) == sorted(issued, reverse=True)


def test_a_card_whose_first_instant_was_told_anew_is_neither_lost_nor_repeated(
    ledger: Ledger, sink: LedgerWriter, record: Send, card: Make
) -> None:
    cards = [card(f"c{n}", issued_at=f"2026-0{n}-15T00:00:00+08:00") for n in range(1, 6)]
    moved = card("c1", (9, 1, 2), issued_at="2026-09-01T00:00:00+08:00")
    sink.write([record("cards", each) for each in (*cards, moved)])

    assert sorted(paged(ledger, 1)) == ["c1", "c2", "c3", "c4", "c5"]


CHEN, WU = "c" * 32, "e" * 32


def laid_to(ledger: Ledger, officer: str, **more: Any) -> list[str]:
    return [each["card_id"] for each in ledger.cards(ALL, CardFilter(officer=officer, **more)).items]


def test_the_cards_of_an_officer_are_found_newest_first(
    ledger: Ledger, sink: LedgerWriter, record: Send, card: Make
) -> None:
    told = [("c1", CHEN, "10"), ("c2", WU, "11"), ("c3", CHEN, "12"), ("c4", None, "13")]
    sink.write(
        [
            record("cards", card(ident, officer=officer, case_key=f"N/{ident}", issued_at=f"2026-03-{day}T00:00:00Z"))
            for ident, officer, day in told
        ]
    )

    assert (laid_to(ledger, CHEN), laid_to(ledger, WU), laid_to(ledger, "0" * 32)) == (["c3", "c1"], ["c2"], [])
    assert laid_to(ledger, CHEN, case="N/c1") == ["c1"]


def test_a_card_that_is_laid_to_somebody_else_later_is_theirs(
    ledger: Ledger, sink: LedgerWriter, record: Send, card: Make
) -> None:
    for revision, officer in ((1, CHEN), (2, WU)):
        sink.write([record("cards", card("c1", (1, 1, revision), officer=officer))])

    assert (laid_to(ledger, CHEN), laid_to(ledger, WU)) == ([], ["c1"])


def test_an_officers_cards_outside_the_scope_are_not_seen(
    ledger: Ledger, sink: LedgerWriter, record: Send, card: Make
) -> None:
    sink.write([record("cards", card("c1", officer=CHEN))])

    assert ledger.cards(Scope(("3302",), None), CardFilter(officer=CHEN)).items == []


def test_cards_written_down_before_are_found_by_their_officers_once_a_database_is_brought_up_to_date(
    settings: Settings, connection: Connection, ledger: Ledger, sink: LedgerWriter, record: Send, card: Make
) -> None:
    sink.write([record("cards", card("c1", officer=CHEN)), record("cards", card("c2", case_key="N/2"))])
    connection.command("DROP TABLE officer_cards")
    connection.command("DROP TABLE migrations")

    migrate(settings)

    assert laid_to(ledger, CHEN) == ["c1"]
    assert connection.rows("SELECT count() FROM officer_cards") == [(1,)]
