"""What the ledger promises about enterprises and monitoring points, on every engine."""

from collections.abc import Callable
from typing import Any

import pytest

from mingjing.services.archive.event_writer import EventWriter
from mingjing.services.ledger import Ledger, Scope
from mingjing.services.ledger.connection import Connection
from mingjing.services.ledger.enterprise import EnterpriseFilter
from mingjing.services.ledger.migrate import migrate
from mingjing.services.ledger.port import CardFilter, CaseFilter
from mingjing.services.settings import Settings
from mingjing.services.sink.source import Record
from mingjing.services.sink.writers import LedgerWriter

ALL = Scope.everything()
SHOP, MILL = "91330100MA2XHRP019", "91330100MA2MAKE01X"

Make = Callable[..., dict[str, Any]]
Send = Callable[..., Record]


def told(case: Make, subject: str, enterprise: str, *types: str, **changes: Any) -> dict[str, Any]:
    figures = {name: changes.pop(name) for name in ("channel", "kept", "broken") if name in changes}
    return case(subject, **changes, figures={"enterprise": enterprise, "types": dict.fromkeys(types, 1), **figures})


@pytest.fixture
def town(sink: LedgerWriter, record: Send, case: Make) -> None:
    """Two inspections, one fine and two complaints of a shop; one application of a mill; a case of nobody."""
    point = {"channel": "monitor-point"}
    cases = [
        told(case, "I-1", SHOP, "insp.filed", last_event_at="2026-03-09T10:00:00+08:00"),
        told(case, "I-2", SHOP, "insp.checked_in", agency="B", last_event_at="2026-03-10T10:00:00+08:00"),
        told(case, "P-1", SHOP, "pun.filed", agency="B", state="decided", last_event_at="2026-03-11T10:00:00+08:00"),
        told(case, "C-1", SHOP, "cmp.received", **point, kept=["CMP-03/limit"]),
        told(case, "C-2", SHOP, "cmp.received", **point, broken=["CMP-03/limit"], region="330200000000"),
        told(case, "A-1", MILL, "case.applied", "case.accepted", last_event_at="2026-03-20T10:00:00+08:00"),
        told(case, "A-2", "", "case.applied"),
    ]
    sink.write([record("case-facts", each) for each in cases])


@pytest.mark.usefixtures("town")
def test_of_an_enterprise_is_counted_what_its_cases_are_about(ledger: Ledger) -> None:
    found = ledger.enterprise(ALL, SHOP)

    assert found is not None
    assert (found.cases, found.inspections, found.inspectors, found.penalties, found.complaints) == (5, 2, 2, 1, 2)
    assert (found.reflections, found.answered, found.unanswered) == (2, 1, 1)


@pytest.mark.usefixtures("town")
def test_only_what_lies_in_scope_is_counted_of_an_enterprise(ledger: Ledger) -> None:
    inside = ledger.enterprise(Scope.of_agency("B"), SHOP)

    assert inside is not None
    assert (inside.cases, inside.complaints) == (2, 0)
    assert ledger.enterprise(Scope.of_agency("B"), MILL) is None


@pytest.mark.usefixtures("town")
@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (EnterpriseFilter(), [MILL, SHOP]),
        (EnterpriseFilter(order="inspections"), [SHOP, MILL]),
        (EnterpriseFilter(monitoring=True), [SHOP]),
        (EnterpriseFilter(text="91330100MA2M"), [MILL]),
        (EnterpriseFilter(text="%"), []),
        (EnterpriseFilter(codes=(MILL,)), [MILL]),
        (EnterpriseFilter(text="91330100MA2X", codes=(MILL,)), [MILL, SHOP]),
    ],
)
def test_enterprises_are_listed_as_wanted(ledger: Ledger, wanted: EnterpriseFilter, found: list[str]) -> None:
    assert [each.enterprise for each in ledger.enterprises(ALL, wanted).items] == found


@pytest.mark.usefixtures("town")
def test_pages_of_enterprises_are_complete_and_repeat_nothing(ledger: Ledger) -> None:
    wanted = EnterpriseFilter(order="cases")
    first = ledger.enterprises(ALL, wanted, limit=1)
    second = ledger.enterprises(ALL, wanted, limit=1, cursor=first.next_cursor)

    assert [each.enterprise for each in first.items + second.items] == [SHOP, MILL]
    assert second.next_cursor is None


@pytest.mark.usefixtures("town")
def test_who_inspected_an_enterprise_most_is_named_first(ledger: Ledger) -> None:
    found = ledger.enterprise_agencies(ALL, SHOP)

    assert [(each.agency, each.cases, each.inspections, each.penalties) for each in found] == [
        ("B", 2, 1, 1),
        ("91330100MA2XXXXX01", 3, 1, 0),
    ]


@pytest.mark.usefixtures("town")
def test_cases_and_cards_can_be_asked_for_by_enterprise(
    ledger: Ledger, sink: LedgerWriter, record: Send, card: Make
) -> None:
    keys = {"mill": "91330100MA2XXXXX01/A-1", "shop": "91330100MA2XXXXX01/I-1"}
    sink.write([record("cards", card(name, case_key=key)) for name, key in keys.items()])

    assert [each["subject"] for each in ledger.cases(ALL, CaseFilter(enterprise=MILL)).items] == ["A-1"]
    assert [each["card_id"] for each in ledger.cards(ALL, CardFilter(enterprise=MILL)).items] == ["mill"]


@pytest.mark.parametrize("told_as", ["某某有限公司", "330106199003071234", "91330100MA2XHRP01"])
def test_what_is_no_code_of_an_enterprise_stands_in_no_list(
    ledger: Ledger, sink: LedgerWriter, record: Send, case: Make, told_as: str
) -> None:
    sink.write([record("case-facts", told(case, "I-1", told_as, "insp.filed"))])

    assert ledger.enterprises(ALL).items == []


def test_a_case_whose_enterprise_was_corrected_leaves_the_one_it_never_was_about(
    ledger: Ledger, sink: LedgerWriter, record: Send, case: Make
) -> None:
    sink.write([record("case-facts", told(case, "I-1", MILL, "insp.filed", ver=(5, 1, 1)))])
    sink.write([record("case-facts", told(case, "I-1", SHOP, "insp.filed", ver=(6, 1, 2)))])

    assert ledger.enterprise(ALL, MILL) is None
    assert ledger.cases(ALL, CaseFilter(enterprise=MILL)).items == []
    assert [each["subject"] for each in ledger.cases(ALL, CaseFilter(enterprise=SHOP)).items] == ["I-1"]


def test_a_case_that_is_about_its_first_enterprise_again_is_counted_there_and_nowhere_else(
    ledger: Ledger, sink: LedgerWriter, record: Send, case: Make
) -> None:
    for offset, enterprise in enumerate((MILL, SHOP, "", MILL)):
        sink.write([record("case-facts", told(case, "I-1", enterprise, "insp.filed", ver=(5 + offset, 1, 1)))])
        sink.forget()

    assert [(each.enterprise, each.cases) for each in ledger.enterprises(ALL).items] == [(MILL, 1)]


def test_an_enterprise_whose_cases_are_often_written_anew_comes_before_nobody_for_that(
    ledger: Ledger, sink: LedgerWriter, record: Send, case: Make
) -> None:
    busy, codes = "91330100MA2BUXY018", [f"91330100MA2{number:06}Q" for number in range(12)]
    for version in range(1, 7):
        sink.write([record("case-facts", told(case, "B-1", busy, "insp.filed", ver=(version, 1, 1)))])
    sink.write(
        [
            record("case-facts", told(case, f"I-{number}-{time}", code, "insp.filed"))
            for number, code in enumerate(codes)
            for time in range(2)
        ]
    )
    wanted, seen, cursor = EnterpriseFilter(order="inspections"), [], None
    while True:
        found = ledger.enterprises(ALL, wanted, limit=2, cursor=cursor)
        seen += [(each.inspections, each.enterprise) for each in found.items]
        if (cursor := found.next_cursor) is None:
            break

    assert seen == [*((2, code) for code in reversed(codes)), (1, busy)]


def test_cases_written_down_before_are_read_again_when_a_database_is_brought_up_to_date(
    settings: Settings, connection: Connection, ledger: Ledger, sink: LedgerWriter, record: Send, case: Make
) -> None:
    sink.write([record("case-facts", told(case, "I-1", "", "insp.filed"))])
    spoken = [("e-1", MILL, None), ("e-2", SHOP, "e-1")]
    LedgerWriter(connection, {"case-events": EventWriter(connection)}).write(
        [
            record(
                "case-events",
                {
                    "id": ident,
                    "source": "urn:a",
                    "type": "insp.filed",
                    "subject": "I-1",
                    "time": "2026-03-06T10:00:00+08:00",
                    "corrects": corrects,
                    "data": {"enterprise": enterprise},
                    "casekey": "91330100MA2XXXXX01/I-1",
                },
            )
            for ident, enterprise, corrects in spoken
        ]
    )
    connection.command("DROP TABLE case_enterprises")
    connection.command("DROP TABLE migrations")

    migrate(settings)

    found = ledger.enterprise(ALL, SHOP)
    assert found is not None
    assert (found.inspections, ledger.enterprise(ALL, MILL)) == (1, None)
