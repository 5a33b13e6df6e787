"""The oracle against logs written by hand: fees, joint review, inspections, penalties, decisions, duties."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import orjson
import pytest

from mingjing.services.city.message import ZONE, Message
from mingjing.services.city.oracle.oracle import Oracle
from mingjing.services.city.world import NO_ITEM, Item, World

Told = tuple[str, str, dict[str, Any]]
Finds = Callable[..., set[tuple[str, str, str]]]

INSPECTED = {"form_no": "1", "officers": ["a", "b"], "cert_no": "99010019001", "mode": "plan"}
AGENCY = "11990100MB0000019L"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.fixture(scope="module")
def finds(world: World) -> Finds:
    def find(*told: Told, about: Item = NO_ITEM, until: str = "2026-10-31 00:00") -> set[tuple[str, str, str]]:
        agency = world.agencies[about.agency or AGENCY]
        log = []
        for number, (when, kind, data) in enumerate(told):
            event: dict[str, Any] = {
                "id": f"e{number}",
                "source": agency.source,
                "type": kind,
                "subject": "case-1",
                "time": at(when).isoformat(),
                "agency": agency.code,
                "officer": f"o{number}",
                "data": data,
            }
            if about.code:
                event["item"] = about.code
            log.append(Message(at(when), agency.code, orjson.dumps(event)))
        found = Oracle(world, at(until)).derive(log)
        return {(each.rule, each.level, f"{each.violated_at:%m-%d %H:%M}") for each in found}

    return find


def test_an_inspection_approved_after_it_began_is_found(finds: Finds) -> None:
    found = finds(
        ("2026-09-07 09:00", "insp.notified", {}),
        ("2026-09-08 09:00", "insp.checked_in", INSPECTED),
        ("2026-09-08 10:00", "insp.filed", {}),
    )

    assert found == {("INS-02", "yellow", "09-08 09:00")}


def test_an_inspection_on_the_spot_needs_no_approval_but_a_form(finds: Finds) -> None:
    visit = {"officers": ["a", "b"], "cert_no": "99010019001", "mode": "spot"}

    assert finds(("2026-09-08 09:00", "insp.checked_in", visit)) == {("INS-01", "red", "09-08 09:00")}


@pytest.mark.parametrize(("day", "soon"), [("10-08", True), ("10-09", True), ("10-10", False)])
def test_a_penalty_decided_before_the_fifth_working_day_after_the_notice_is_over_is_too_soon(
    finds: Finds, day: str, *, soon: bool
) -> None:
    # 9-24 Thursday; 中秋 is 9-25 to 9-27; 9-28, 29, 30 are the first three days, 10-8 and 10-9 the last two.
    found = finds(
        ("2026-09-21 09:00", "pun.filed", {}),
        ("2026-09-24 09:00", "pun.noticed", {"hearing": True}),
        (f"2026-{day} 09:00", "pun.decided", {"basis": "XF-60", "band": "normal", "amount": 20000}),
        (f"2026-{day} 10:00", "pun.served", {}),
    )

    assert found == ({("PUN-02-QX", "red", f"{day} 09:00")} if soon else set())


def test_a_fine_over_its_band_is_found(finds: Finds) -> None:
    found = finds(
        ("2026-09-07 09:00", "pun.noticed", {}),
        ("2026-09-08 09:00", "pun.decided", {"basis": "XF-60", "band": "normal", "amount": 35001}),
        ("2026-09-08 10:00", "pun.served", {}),
    )

    assert found == {("PUN-04", "yellow", "09-08 09:00")}


def test_a_decision_after_twenty_nine_days_of_publicity_is_early(finds: Finds) -> None:
    found = finds(
        ("2026-07-01 09:00", "bizdec.started", {"interests": True}),
        ("2026-07-02 09:00", "bizdec.published", {}),
        ("2026-07-20 09:00", "bizdec.reviewed", {}),
        ("2026-07-21 09:00", "bizdec.deliberated", {}),
        ("2026-07-31 09:00", "bizdec.decided", {}),
    )

    assert found == {("SEQ-08-QX", "yellow", "07-31 09:00")}


def test_a_task_thirty_days_overdue_is_yellow(finds: Finds) -> None:
    found = finds(("2026-08-03 09:00", "task.assigned", {"due_on": "2026-08-31"}))

    assert found == {("ACT-06", "yellow", "10-01 00:00")}


def test_a_bill_is_paid_into_the_treasury_in_two_working_days(world: World, finds: Finds) -> None:
    deed = next(item for item in world.items if "BDC-01" in item.fees)
    voucher = {"doc_no": "1", "doc_date": "2026-09-07", "seal": "章"}

    found = finds(
        ("2026-09-07 09:00", "case.accepted", voucher),
        ("2026-09-07 09:10", "fee.noticed", {}),
        ("2026-09-07 09:20", "fee.charged", {"code": "BDC-01", "amount": 81, "quantity": 1, "doc_no": "7"}),
        ("2026-09-07 10:00", "case.decided", {"result": "granted"}),
        ("2026-09-07 11:00", "case.delivered", {"receipt_no": "1"}),
        ("2026-09-10 09:00", "fee.paid", {"doc_no": "7"}),
        about=deed,
    )

    assert found == {("FEE-02", "red", "09-07 09:20"), ("FEE-06", "yellow", "09-10 00:00")}
