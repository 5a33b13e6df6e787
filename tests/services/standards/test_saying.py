"""What a row says, and no longer says: held against the case that is made of it, in whichever order the rows arrive."""

import itertools
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from mingjing.rules.case import Case
from mingjing.rules.events import Event, fact_of
from mingjing.services.standards.rows import translate
from mingjing.services.standards.saying import NOTHING_SAID, Said
from mingjing.services.standards.shelf import shipped_standards

Told = tuple[Mapping[str, Any], Said, Mapping[str, Any] | None]

RESULT = {"project_no": "浙A1", "result_type": "1", "result_date": "2026-03-10 10:00:00"}
STEP = {"project_no": "浙A1", "process_name": "审查", "event_start_time": "2026-03-06 10:00:00"}
REFUSED = {"result_type": "4", "result_date": "2026-03-09 10:00:00"}
NEW = {"cd_operation": "I", "cd_time": "2026-03-10 10:05:00"}
CHANGED = {"cd_operation": "U", "cd_time": "2026-03-11 09:00:00"}
DELETED = {"cd_operation": "D", "cd_time": "2026-03-12 09:00:00"}


def row(cells: Mapping[str, Any], said: Said = NOTHING_SAID, before: Mapping[str, Any] | None = None) -> Told:
    return cells, said, before


def change(operation: str, minute: int, cells: Mapping[str, Any], before: Mapping[str, Any] | None = None) -> Told:
    at = datetime(2026, 3, 11, 1, minute, tzinfo=UTC)
    return cells, Said(operation=operation, recorded=at), before  # type: ignore[arg-type]  # one of the three


def stands(events: Sequence[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """Return what stands of all cases once the events were taken in: the case's number and the type."""
    cases: dict[str, Case] = {}
    for each in events:
        case = cases.setdefault(each["subject"], Case(each["subject"]))
        case.add(fact_of(msgspec.convert({**each, "ingestedtime": each["time"]}, Event)))
    return [(number, fact.type) for number, case in sorted(cases.items()) for fact in case.facts]


def events_of(object_name: str, told: Sequence[Told], standard: str = "up-pro") -> list[dict[str, Any]]:
    chosen = shipped_standards()[standard]
    form = chosen.objects[object_name]
    found = [translate(chosen, form, cells, "urn:a", said, before) for cells, said, before in told]
    assert not any(each.refused for each in found)
    return [event for each in found for event in each.events]


STORIES: dict[str, tuple[str, str, list[Told], list[tuple[str, str]]]] = {
    "the event is of another type": (
        "up-pro",
        "up_pro_result",
        [row({**RESULT, **NEW}), row({**RESULT, **REFUSED, **CHANGED})],
        [("浙A1", "case.not_accepted")],
    ),
    "a cell that told an event is empty by now": (
        "up-pro",
        "up_pro_result",
        [row({**RESULT, **NEW, "delivery_date": "2026-03-10 11:00:00"}), row({**RESULT, **CHANGED})],
        [("浙A1", "case.decided")],
    ),
    "the row is deleted, and told by its key alone": (
        "up-pro",
        "up_pro_result",
        [row({**RESULT, **NEW}), row({"project_no": "浙A1", **DELETED})],
        [],
    ),
    "the row is written again after it was deleted": (
        "up-pro",
        "up_pro_result",
        [row({**RESULT, **NEW}), row({**RESULT, **DELETED}), row({**RESULT, **NEW, "cd_time": "2026-03-13 09:00:00"})],
        [("浙A1", "case.decided")],
    ),
    "it is deleted in the second in which it was written": (
        "up-pro",
        "up_pro_result",
        [row({**RESULT, **NEW}), row({**RESULT, **NEW, "cd_operation": "D"})],
        [],
    ),
    "a database's log tells of another key": (
        "up-pro",
        "up_pro_process",
        [change("I", 1, STEP), change("U", 2, {**STEP, "event_start_time": "2026-03-05 10:00:00"}, STEP)],
        [("浙A1", "step.started")],
    ),
    "a database's log tells of another case": (
        "up-pro",
        "up_pro_process",
        [change("I", 1, STEP), change("U", 2, {**STEP, "project_no": "浙A2"}, STEP)],
        [("浙A2", "step.started")],
    ),
    "a database's log tells of a deletion in a standard without a column for it": (
        "guangdong",
        "SB",
        [
            change("I", 1, {"SBLSH": "1", "SBSJ": "2026-03-06 10:00:00"}),
            change("D", 2, {"SBLSH": "1", "SBSJ": "2026-03-06 10:00:00"}),
        ],
        [],
    ),
    "a row marks itself as deleted": (
        "up-pro",
        "up_pro_result",
        [change("I", 1, {**RESULT, **NEW}), change("U", 2, {**RESULT, **NEW, "cd_operation": "D"}, {**RESULT, **NEW})],
        [],
    ),
    "a time is put earlier where the standard has no time of its own for it": (
        "guangdong",
        "SL",
        [
            row({"SBLSH": "1", "SLZTDM": "1", "SLSJ": "2026-03-09 10:00:00", "cd_time": "2026-03-09 10:01:00"}),
            row({"SBLSH": "1", "SLZTDM": "0", "SLSJ": "2026-03-06 10:00:00", "cd_time": "2026-03-09 11:00:00"}),
        ],
        [("1", "case.not_accepted")],
    ),
}


@pytest.mark.parametrize("name", sorted(STORIES))
def test_what_a_row_said_last_stands_and_nothing_beside_it_in_whichever_order_it_came(name: str) -> None:
    standard, object_name, told, expected = STORIES[name]
    orders = itertools.permutations(events_of(object_name, told, standard))

    assert {tuple(stands(order)) for order in itertools.islice(orders, 720)} == {tuple(expected)}


def test_a_row_with_a_name_of_its_own_keeps_its_ids_whatever_its_key_becomes() -> None:
    named = Said(row="row_guid")
    moved = {**STEP, "event_start_time": "2026-03-05 10:00:00", "row_guid": "g1"}

    told = [row({**STEP, **NEW, "row_guid": "g1"}, named), row({**moved, **CHANGED}, named)]

    assert stands(events_of("up_pro_process", told)) == [("浙A1", "step.started")]


def test_a_new_row_takes_nothing_back() -> None:
    assert [each["type"] for each in events_of("up_pro_result", [row({**RESULT, **NEW})])] == ["case.decided"]


def test_a_change_that_cannot_be_told_from_what_it_changes_is_refused_with_the_remedy() -> None:
    chosen = shipped_standards()["up-pro"]

    told = translate(chosen, chosen.objects["up_pro_result"], {**RESULT, "cd_operation": "U"}, "urn:a")

    assert (told.events, "须填数据时间" in told.remarks[0].message) == ([], True)
