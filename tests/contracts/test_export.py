"""Cases as open data: what other tools read is what the engine judged."""

import gzip
import json
from collections.abc import Callable
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from jsonschema import Draft7Validator, FormatChecker

from mingjing.rules.events import Fact
from mingjing.rules.zone import Zone
from mingjing.services.archive.event_writer import EventWriter
from mingjing.services.export.archive import SettledCase, Wanted, settled_cases
from mingjing.services.export.ocel import write_ocel
from mingjing.services.export.standard_tables import card_rows, write_standard
from mingjing.services.export.xes import write_xes
from mingjing.services.ledger import Scope
from mingjing.services.ledger.connection import Connection
from mingjing.services.ledger.instants import millis
from mingjing.services.sink.source import Record
from mingjing.services.sink.writers import LedgerWriter
from mingjing.services.standards.shelf import shipped_standards

ZONE = Zone("Asia/Shanghai")
TOLD_AT = datetime(2026, 4, 1, tzinfo=UTC)
SAID = {"doc_no": 'A"<1>', "n": 2, "ok": True, "items": ["身份证", "申请书"]}
ENVELOPE = ("concept:name", "time:timestamp", "lifecycle:transition")


def _listed(*needed: str, **properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": {"type": "object", "properties": properties, "required": list(needed)}}


TEXT, INSTANT = {"type": "string"}, {"type": "string", "format": "date-time"}
TYPES = _listed("name", "attributes", name=TEXT, attributes=_listed("name", "type", name=TEXT, type=TEXT))
RELATED = _listed("objectId", "qualifier", objectId=TEXT, qualifier=TEXT)
VALUES = _listed("name", "value", name=TEXT, value=TEXT)
CHANGES = _listed("name", "value", "time", name=TEXT, value=TEXT, time=INSTANT)
OCEL = {
    "type": "object",
    "properties": {
        "eventTypes": TYPES,
        "objectTypes": TYPES,
        "events": _listed(
            "id", "type", "time", id=TEXT, type=TEXT, time=INSTANT, attributes=VALUES, relationships=RELATED
        ),
        "objects": _listed("id", "type", id=TEXT, type=TEXT, attributes=CHANGES, relationships=RELATED),
    },
    "required": ["eventTypes", "objectTypes", "events", "objects"],
}
"""The schema of OCEL 2.0 (JSON) as the standard words it: every value is a text."""

XES = "{http://www.xes-standard.org/}"


def _no_kind(_: str) -> None:
    return None


Make = Callable[..., dict[str, Any]]
Send = Callable[..., Record]


@pytest.fixture
def cases(
    connection: Connection, sink: LedgerWriter, record: Send, case: Make, card: Make
) -> Callable[..., list[SettledCase]]:
    """Write three cases, one of which has a duplicate, a correction and a card; return how to read them."""

    def sent(subject: str, ident: str, kind: str, time: str, **more: Any) -> Record:
        event = {"id": ident, "source": "urn:a", "type": kind, "subject": subject, "time": f"2026-03-{time}:00+08:00"}
        event |= {"casekey": f"9133/{subject}", "ingestedtime": "2026-03-31T10:00:00+08:00", "agency": "A", **more}
        return record("case-events", event)

    accepted = sent("1", "1", "case.accepted", "05T10:00", data=SAID, officer="o1")
    EventWriter(connection).write(
        [
            accepted,
            sent("1", "1", "case.accepted", "05T10:00", data=SAID, officer="o1"),
            sent("1", "2", "case.decided", "09T10:00", officer="o1"),
            sent("1", "3", "case.decided", "10T10:00", corrects="2", officer="o2"),
            sent("2", "4", "case.accepted", "06T10:00"),
            sent("3", "5", "case.accepted", "07T10:00", agency="B"),
        ]
    )
    known = [
        case("1", case_key="9133/1", agency="A", applied_at="2026-03-05T10:00:00+08:00"),
        case("2", case_key="9133/2", agency="A", applied_at="2026-03-06T10:00:00+08:00"),
        case("3", case_key="9133/3", agency="B", applied_at="2026-03-07T10:00:00+08:00"),
    ]
    sink.write([record("case-facts", each) for each in known])
    drawn = card("c1", case_key="9133/1", agency="A", officer="o1", level="red")
    withdrawn = card("c2", case_key="9133/1", agency="A", status="withdrawn")
    sink.write([record("cards", each) for each in (drawn, withdrawn)])

    def read(scope: Scope | None = None, **wanted: Any) -> list[SettledCase]:
        return list(settled_cases(connection, scope or Scope.everything(), Wanted(**wanted)))

    return read


def test_a_case_has_its_settled_facts_in_legal_order(cases: Callable[..., list[SettledCase]]) -> None:
    first = cases()[0]

    assert [(fact.type, fact.officer) for fact in first.facts] == [("case.accepted", "o1"), ("case.decided", "o2")]
    assert [each["card_id"] for each in first.cards] == ["c1"]
    assert [each["card_id"] for each in first.withdrawn] == ["c2"]


def test_a_card_is_told_as_it_was_drawn_and_counted_as_it_shows(
    cases: Callable[..., list[SettledCase]],
    sink: LedgerWriter,
    record: Send,
    card: Make,
    stage: Make,
    tmp_path: Path,
) -> None:
    left = {"c3": ("lowered", "yellow"), "c4": ("revoked", None), "c5": ("pending", None)}
    sink.write([record("cards", card(each, case_key="9133/1", agency="A", level="red")) for each in left])
    sink.write([record("card-stages", stage(each, stage=name, shown=level)) for each, (name, level) in left.items()])

    first = cases()[0]
    write_ocel([first], tmp_path / "log.json", ZONE)
    write_xes([first], tmp_path / "log.xes", ZONE)
    tables = write_standard(
        [first], shipped_standards()["gbt-39046"], tmp_path, ZONE, card_rows("监察局", {}, _no_kind, TOLD_AT)
    )

    log = json.loads((tmp_path / "log.json").read_bytes())
    objects = {each["id"]: {one["name"]: one["value"] for one in each["attributes"]} for each in log["objects"]}
    said = {ident: objects[f"card:{ident}"] for ident in ("c1", *left)}
    trace = ET.parse(tmp_path / "log.xes").getroot().find(f"{XES}trace")  # noqa: S314  # our own file
    assert {ident: (each["level"], each["shown"], each["stage"]) for ident, each in said.items()} == {
        "c1": ("red", "red", ""),
        "c3": ("red", "yellow", "lowered"),
        "c4": ("red", "", "revoked"),
        "c5": ("red", "", "pending"),
    }
    assert [each["type"] for each in log["events"]].count("card.red") == 4
    assert objects["case:9133/1"]["cards"] == "2"
    assert trace is not None
    assert [each.get("value") for each in trace if each.get("key") == "cards"] == ["2"]
    assert [each["card_id"] for each in first.taken_back] == ["c2", "c4"]
    assert tables == {"表11": 4}


def test_only_what_is_wanted_and_in_scope_is_read(cases: Callable[..., list[SettledCase]]) -> None:
    begin = millis("2026-03-05T00:00:00+08:00")

    assert [each.key for each in cases(agency="B")] == ["9133/3"]
    assert [each.key for each in cases(Scope.of_agency("A"))] == ["9133/1", "9133/2"]
    assert [each.key for each in cases(begin_ms=begin, end_ms=begin + 86_400_000)] == ["9133/1"]


def test_xes_has_a_trace_a_case_and_an_event_a_fact(cases: Callable[..., list[SettledCase]], tmp_path: Path) -> None:
    path = tmp_path / "log.xes.gz"

    written = write_xes(cases(), path, ZONE)

    log = ET.fromstring(gzip.decompress(path.read_bytes()))  # noqa: S314  # our own file
    traces = log.findall(f"{XES}trace")
    event = traces[0].findall(f"{XES}event")[0]
    told = {each.get("key"): each.get("value") for each in event}
    assert written == (3, 4)
    assert [len(trace.findall(f"{XES}event")) for trace in traces] == [2, 1, 1]
    assert (told["concept:name"], told["time:timestamp"]) == ("case.accepted", "2026-03-05T10:00:00+08:00")
    assert (told["doc_no"], told["n"], told["ok"], told["org:resource"]) == ('A"<1>', "2", "true", "o1")


def test_ocel_relates_every_event_to_objects_that_exist(
    cases: Callable[..., list[SettledCase]], tmp_path: Path
) -> None:
    path = tmp_path / "log.json"

    write_ocel(cases(), path, ZONE)

    log = json.loads(path.read_bytes())
    objects = {each["id"]: each["type"] for each in log["objects"]}
    types = {each["name"]: {attribute["name"] for attribute in each["attributes"]} for each in log["eventTypes"]}
    assert len({each["id"] for each in log["events"]}) == len(log["events"])
    for event in log["events"]:
        assert {each["name"] for each in event["attributes"]} <= types[event["type"]]
        assert all(each["objectId"] in objects for each in event["relationships"])
    assert set(objects.values()) <= {each["name"] for each in log["objectTypes"]}
    card = next(each for each in log["events"] if each["type"] == "card.red")
    assert {each["objectId"] for each in card["relationships"]} >= {"case:9133/1", "card:c1", "officer:o1"}


def test_ocel_is_what_the_schema_of_the_standard_takes(cases: Callable[..., list[SettledCase]], tmp_path: Path) -> None:
    path = tmp_path / "log.json"

    write_ocel(cases(), path, ZONE)

    log = json.loads(path.read_bytes())
    assert [fault.message for fault in Draft7Validator(OCEL, format_checker=FormatChecker()).iter_errors(log)] == []
    accepted = next(each for each in log["events"] if each["type"] == "case.accepted")
    kinds = {
        each["name"]: each["type"]
        for t in log["eventTypes"]
        if t["name"] == "case.accepted"
        for each in t["attributes"]
    }
    assert {each["name"]: (each["value"], kinds[each["name"]]) for each in accepted["attributes"]} == {
        "doc_no": ('A"<1>', "string"),
        "items": ("身份证、申请书", "string"),
        "n": ("2", "integer"),
        "ok": ("true", "boolean"),
    }


def test_a_field_that_means_two_types_is_text(tmp_path: Path) -> None:
    def fact(ident: str, value: object) -> Fact:
        return Fact(id=ident, source="urn:a", type="fee.charged", at=0, stamp=0, data={"amount": value})

    case = SettledCase("9133/1", "", "", "", [fact("1", 5), fact("2", "五元")], [])
    write_ocel([case], tmp_path / "log.json", ZONE)
    log = json.loads((tmp_path / "log.json").read_bytes())

    assert log["eventTypes"] == [{"name": "fee.charged", "attributes": [{"name": "amount", "type": "string"}]}]
    assert [event["attributes"][0]["value"] for event in log["events"]] == ["5", "五元"]


def test_xes_has_names_that_its_schema_takes_and_each_once(tmp_path: Path) -> None:
    said = {"step": "审核", "2nd note": "a\x00b\ufffe", "org:resource": "谁", "列 表": ["甲", "乙"], "inner": {"a": 1}}
    told = Fact(id="1", source="urn:a", type="x", at=0, stamp=0, officer="o1", step="决定", data=said)
    write_xes([SettledCase("9133/1", "", "", "", [told], [])], tmp_path / "log.xes", ZONE)

    log = ET.parse(tmp_path / "log.xes").getroot()  # noqa: S314  # our own file
    event = next(log.iter(f"{XES}event"))
    found = [(each.get("key"), each.get("value")) for each in event if each.get("key") not in ENVELOPE]
    assert sorted(found) == [("_2nd_note", "ab"), ("org:resource", "o1"), ("step", "决定"), ("列_表", "甲、乙")]
    assert (log.get("xes.version"), log.get("xes.features")) == ("1849.2016", "")  # a decimal and a token


@pytest.mark.filterwarnings("ignore")  # the library's own
def test_pm4py_reads_both(cases: Callable[..., list[SettledCase]], tmp_path: Path) -> None:
    of_traces = import_module("pm4py.objects.log.importer.xes.importer")
    of_objects = import_module("pm4py.objects.ocel.importer.jsonocel.importer")
    write_xes(cases(), tmp_path / "log.xes", ZONE)
    write_ocel(cases(), tmp_path / "log.json", ZONE)

    log = of_traces.apply(str(tmp_path / "log.xes"), parameters={"show_progress_bar": False})
    ocel = of_objects.apply(str(tmp_path / "log.json"), variant=of_objects.Variants.OCEL20_STANDARD)
    accepted = ocel.events[ocel.events["ocel:activity"] == "case.accepted"].iloc[0]

    assert [len(trace) for trace in log] == [2, 1, 1]
    assert len(ocel.events) == 5
    assert (log[0][0]["n"], log[0][0]["ok"]) == (accepted["n"], accepted["ok"]) == (2, True)
    assert set(ocel.objects["ocel:type"]) == {"case", "item", "agency", "officer", "card"}


@pytest.mark.parametrize(
    ("name", "counts"), [("up-pro", {"up_pro_accept": 3, "up_pro_result": 1}), ("gbt-39046", {"表11": 2})]
)
def test_the_archive_comes_out_as_the_tables_of_a_standard(
    cases: Callable[..., list[SettledCase]], tmp_path: Path, name: str, counts: dict[str, int]
) -> None:
    rows = card_rows("监察局", {}, _no_kind, TOLD_AT)

    assert write_standard(cases(), shipped_standards()[name], tmp_path, ZONE, rows) == counts
