import pytest

from mingjing.services.ledger.wires import CaseFigures, CaseRecord, ClockRecord


@pytest.mark.parametrize(
    ("level", "broken", "late"),
    [
        (None, [], False),
        ("warning", [], False),
        ("yellow", [], True),
        ("red", [], True),
        (None, ["TL-04/promised"], True),
    ],
)
def test_a_case_is_late_that_holds_a_card_of_its_limits_or_ended_past_one(
    level: str | None,
    broken: list[str],
    late: bool,  # noqa: FBT001  # a column of the table
) -> None:
    record = CaseRecord(
        case_key="9133/1",
        subject="1",
        state="decided",
        clocks=[ClockRecord(level)],
        figures=CaseFigures(broken=broken),
        events=1,
        ver=(1, 1, 1),
    )

    assert record.late is late
