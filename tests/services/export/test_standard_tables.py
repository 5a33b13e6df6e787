"""Cases as the tables of exchange standards: what is exported can be handed in again."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from mingjing.rules.case import Case
from mingjing.rules.events import Event, fact_of
from mingjing.rules.zone import Zone
from mingjing.services.export.archive import SettledCase
from mingjing.services.export.standard_tables import card_rows, write_standard
from mingjing.services.standards.rows import translate
from mingjing.services.standards.shelf import shipped_standards
from mingjing.services.standards.table11 import OBJECT
from mingjing.services.uploads.sheet import open_sheet

ZONE = Zone("Asia/Shanghai")
TOLD_AT = datetime(2026, 3, 31, 16, tzinfo=UTC)
AGENCY = "91330100MA00000001"
ROWS: dict[str, dict[str, list[dict[str, str]]]] = {
    "up-pro": {
        "up_pro_accept": [
            {"project_no": "浙1", "apply_date": "2026-03-05 16:00:00", "accept_date": "2026-03-06 10:00:00"}
        ],
        "up_pro_result": [{"project_no": "浙1", "result_type": "1", "result_date": "2026-03-13 15:00:00"}],
    },
    "guangdong": {
        "SB": [{"SBLSH": "浙1", "SBSJ": "2026-03-05 16:00:00"}],
        "BJ": [{"SBLSH": "浙1", "BJJGDM": "2", "BJSJ": "2026-03-13 15:00:00", "ZFHTHYY": "不符合条件"}],
    },
    "gbt-39046": {
        "表7": [
            {
                "办件编号": "浙1",
                "环节名称": "审查",
                "开始时间": "2026-03-06 11:00:00",
                "结束时间": "2026-03-09 09:00:00",
            }
        ]
    },
}
CARD = {
    "card_id": "c1",
    "case_key": f"{AGENCY}/浙1",
    "title": "办结时限",
    "agency": AGENCY,
    "item": "i-1",
    "rung": "TL-05",
    "level": "red",
    "shown": "red",
    "stage": "drawn",
    "issued_at": "2026-03-12T00:00:01+08:00",
    "violated_at": "2026-03-12T00:00:00+08:00",
    "explain": {"sentences": ["应于3月11日办结"]},
}


def events_of(name: str, rows: dict[str, list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """Return the events that rows of a standard stand for, in legal order."""
    standard = shipped_standards()[name]
    events = [
        event
        for object_name, of_object in rows.items()
        for row in of_object
        for event in translate(standard, standard.objects[object_name], row, "urn:a").events
    ]
    return sorted(events, key=lambda each: (each["time"], each["sequence"]))


def settled(
    events: list[dict[str, Any]], cards: list[dict[str, object]], withdrawn: list[dict[str, object]] | None = None
) -> SettledCase:
    case = Case(f"{AGENCY}/浙1")
    for event in events:
        case.add(fact_of(msgspec.convert({**event, "ingestedtime": event["time"]}, Event)))
    return SettledCase(case.key, "i-1", AGENCY, "", case.facts, cards, withdrawn or [])


def rows_in(path: Path) -> list[dict[str, Any]]:
    sheet = open_sheet(path)
    return [dict(zip(sheet.header, line.cells, strict=True)) for line in sheet.lines]


def exported(
    name: str, folder: Path, events: list[dict[str, Any]], cards: list[dict[str, object]] | None = None
) -> dict[str, int]:
    rows = card_rows("监察局", {AGENCY: "市场局"}, lambda _: "licence", TOLD_AT)
    return write_standard(
        [settled(events, [CARD] if cards is None else cards)], shipped_standards()[name], folder, ZONE, rows
    )


@pytest.mark.parametrize("name", sorted(ROWS))
def test_what_is_exported_and_handed_in_again_is_the_same_case(name: str, tmp_path: Path) -> None:
    events = events_of(name, ROWS[name])

    counts = exported(name, tmp_path, events)

    again = {each: rows_in(tmp_path / f"{each}.csv") for each in counts if each != OBJECT}
    assert events_of(name, again) == events


def test_cards_are_told_as_the_national_standard_exchanges_them(tmp_path: Path) -> None:
    exported("gbt-39046", tmp_path, events_of("gbt-39046", ROWS["gbt-39046"]))

    (row,) = rows_in(tmp_path / "表11.csv")
    told = (row["办件编号"], row["监察规则编号"], row["监察预警类型代码"], row["责任部门"], row["事项类型代码"])
    assert told == ("浙1", "TL-05", "3", "市场局", "01")


def test_a_card_that_is_exported_and_handed_in_elsewhere_is_there_a_finding_of_ours(tmp_path: Path) -> None:
    exported("gbt-39046", tmp_path, [], [CARD])

    (found,) = events_of("gbt-39046", {OBJECT: rows_in(tmp_path / "表11.csv")})

    assert (found["id"], found["type"], found["subject"]) == ("表11/浙1/c1/act.found", "act.found", "浙1")
    assert (found["time"], found["recordedtime"]) == ("2026-03-12T00:00:01+08:00", "2026-04-01T00:00:00+08:00")
    assert found["data"] == {
        "record_no": "c1",
        "level": "red",
        "rule": "TL-05",
        "since": "2026-03-12T00:00:00+08:00",
        "content": "办结时限",
        "facts": "应于3月11日办结",
        "issuer": "监察局",
        "liable": "市场局",
        "item_kind": "licence",
    }


def test_what_another_system_found_is_passed_on_beside_our_own_cards(tmp_path: Path) -> None:
    exported("gbt-39046", tmp_path / "below", [], [CARD])
    below = rows_in(tmp_path / "below" / "表11.csv")

    exported("gbt-39046", tmp_path / "above", events_of("gbt-39046", {OBJECT: below}), [{**CARD, "card_id": "c2"}])

    above = rows_in(tmp_path / "above" / "表11.csv")
    assert [row["监察编号"] for row in above] == ["c1", "c2"]
    assert [{name: cell for name, cell in row.items() if name != "cd_time"} for row in above[:1]] == [
        {name: cell for name, cell in row.items() if name != "cd_time"} for row in below
    ]


def test_a_card_that_rose_replaces_what_was_said_of_it() -> None:
    was = {"办件编号": "浙1", "督办发出时间": "2026-03-12", "监察编号": "c1", "监察预警类型代码": "2"}
    said = events_of("gbt-39046", {OBJECT: [{**was, "cd_time": "2026-03-12"}]})
    rose = events_of("gbt-39046", {OBJECT: [{**was, "监察预警类型代码": "3", "cd_time": "2026-03-20"}]})

    case = settled(said + rose, [])

    assert [fact.data["level"] for fact in case.facts] == ["red"]


def test_a_card_that_was_taken_back_below_stands_no_longer() -> None:
    was = {"办件编号": "浙1", "督办发出时间": "2026-03-12", "监察编号": "c1", "监察预警类型代码": "2"}
    said = events_of("gbt-39046", {OBJECT: [{**was, "cd_time": "2026-03-12"}]})
    gone = events_of("gbt-39046", {OBJECT: [{**was, "cd_operation": "D", "cd_time": "2026-03-20"}]})

    assert settled(said + gone, []).facts == []


def test_a_card_that_was_revoked_is_told_as_taken_back_and_stands_nowhere_any_more(tmp_path: Path) -> None:
    exported("gbt-39046", tmp_path / "march", [], [CARD])
    said = events_of("gbt-39046", {OBJECT: rows_in(tmp_path / "march" / "表11.csv")})
    later = card_rows("监察局", {}, lambda _: None, TOLD_AT + timedelta(days=30))
    revoked: dict[str, object] = {**CARD, "shown": "", "stage": "revoked"}

    write_standard([settled([], [revoked])], shipped_standards()["gbt-39046"], tmp_path / "april", ZONE, later)

    (row,) = again = rows_in(tmp_path / "april" / "表11.csv")
    assert (row["监察编号"], row["cd_operation"], row["监察预警类型代码"]) == ("c1", "D", "3")
    assert settled(said + events_of("gbt-39046", {OBJECT: again}), []).facts == []


def test_of_cards_taken_back_only_those_are_told_that_may_have_been_told_of() -> None:
    left = {"c1": "revoked", "c2": "exempted", "c3": "pending", "c4": "dismissed"}
    cards: list[dict[str, object]] = [{**CARD, "card_id": each, "shown": "", "stage": left[each]} for each in left]
    withdrawn: list[dict[str, object]] = [{**CARD, "card_id": "c5"}, {**CARD, "card_id": "c6", "stage": "pending"}]

    assert [each["card_id"] for each in settled([], cards, withdrawn).taken_back] == ["c5", "c1", "c2"]


def test_no_cell_is_a_formula_to_a_spreadsheet(tmp_path: Path) -> None:
    rows = {"BJ": [{"SBLSH": "浙1", "BJJGDM": "2", "BJSJ": "2026-03-13 15:00:00", "ZFHTHYY": "=HYPERLINK(1)"}]}

    exported("guangdong", tmp_path, events_of("guangdong", rows))

    assert rows_in(tmp_path / "BJ.csv")[0]["ZFHTHYY"] == "'=HYPERLINK(1)"
