import gzip
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from mingjing.rules.events import Fact
from mingjing.rules.yaml_page import PackRefused
from mingjing.rules.zone import Zone
from mingjing.services.log_mapping import read_mapping
from mingjing.services.log_rows import LogRefused
from mingjing.services.logs import read_log

ROME = Zone("Europe/Rome")
MAP = "case: case_id\nevent: activity\ntime: timestamp\nzone: Europe/Rome\n"
HEADER = "case_id,activity,timestamp,seq,resource,amount,case:kind\n"
Read = Callable[..., list[tuple[str, Fact]]]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Return the facts of a log of this text through this mapping."""

    def make(log: str, mapping: str = MAP, name: str = "log.csv") -> list[tuple[str, Fact]]:
        (tmp_path / "map.yaml").write_text(mapping, "utf-8")
        path = tmp_path / name
        packed = log.encode("utf-8")
        path.write_bytes(gzip.compress(packed) if name.endswith(".gz") else packed)
        return list(read_log(path, read_mapping(tmp_path / "map.yaml")))

    return make


ROW = "N1,accepted,2026-03-06 10:00,7,o1,12.5,large\n"
FULL = MAP + "order: seq\nofficer: resource\ndata: [amount]\ncase_data: 'case:'\n"


def test_a_row_is_a_fact_by_its_mapping(read: Read) -> None:
    [(case, fact)] = read(HEADER + ROW, FULL)

    assert (case, fact.type, fact.at, fact.stamp) == ("N1", "accepted", *[ROME.parse("2026-03-06 10:00")[0]] * 2)
    assert (fact.id, fact.source, fact.sequence, fact.officer) == ("1", "log.csv", 7, "o1")
    assert (fact.data["amount"], fact.case_data) == ("12.5", {"kind": "large"})


def test_beside_the_data_it_lists_a_mapping_keeps_only_the_columns_it_names(read: Read) -> None:
    [(_, fact)] = read(HEADER + ROW, FULL.replace("[amount]", "[]"))

    assert set(fact.data) == {"case_id", "activity", "timestamp", "seq", "resource"}


def test_a_condition_of_the_mapping_may_ask_for_columns_that_are_not_kept(read: Read) -> None:
    log = "c,e,t,lifecycle:transition\nN1,a,2026-03-06,start\nN1,a,2026-03-07,complete\n"
    where = 'where: \'data["lifecycle:transition"] == "complete"\'\n'

    assert [fact.id for _, fact in read(log, "case: c\nevent: e\ntime: t\ndata: []\n" + where)] == ["2"]


@pytest.mark.parametrize(
    ("written", "form"),
    [
        ("06.03.2026 10:00", "%d.%m.%Y %H:%M"),
        ("2026年3月6日 10:00", "%Y年%m月%d日 %H:%M"),
        ("2026-03-06T10:00:00.000+0100", "%Y-%m-%dT%H:%M:%S.%f%z"),
        ("1772787600", "epoch-s"),
        ("1772787600.5", "epoch-s"),
        ("1772787600000", "epoch-ms"),
        ("1772787600000000", "epoch-us"),
    ],
)
def test_instants_may_be_written_in_a_form_of_their_own(read: Read, written: str, form: str) -> None:
    [(_, fact)] = read(HEADER + ROW.replace("2026-03-06 10:00", written), MAP + f"time_format: '{form}'\n")

    assert fact.at - (500_000 if "." in written and form == "epoch-s" else 0) == ROME.parse("2026-03-06 10:00")[0]


@pytest.mark.parametrize(
    ("written", "forms"),
    [
        ("6.3.2026 10:00", "'%d.%m.%Y %H:%M'"),
        ("2026/3/6 9:05", "'%Y/%m/%d %H:%M'"),
        ("3/6/2026 9:05", "'%d/%m/%Y %H:%M' or '%m/%d/%Y %H:%M'"),
        ("25/3/2026", "'%d/%m/%Y'"),
        ("03/25/2026 02:35:12 PM", "'%m/%d/%Y %I:%M:%S %p'"),
        ("25-03-2026 13:53:00.000000", "'%d-%m-%Y %H:%M:%S.%f'"),
        ("25-MAR-2026", "'%d-%b-%Y'"),
        ("3/25/26 14:35", "'%m/%d/%y %H:%M'"),
        ("2026-3-6 9:05", "'%Y-%m-%d %H:%M'"),
        ("2026-03-06 09:05:00 UTC", "'%Y-%m-%d %H:%M:%S UTC', and zone: UTC"),
        ("20260306090500", "'%Y%m%d%H%M%S'"),
        ("1772787600", "epoch-s"),
        ("1772787600000", "epoch-ms"),
        ("1772787600000000", "epoch-us"),
    ],
)
def test_an_instant_in_another_form_is_refused_with_the_forms_that_fit(read: Read, written: str, forms: str) -> None:
    with pytest.raises(LogRefused) as refused:
        read(HEADER + ROW.replace("2026-03-06 10:00", written))

    assert str(refused.value).endswith(f"; or say in the mapping how it is written: time_format: {forms}")


@pytest.mark.parametrize("written", ["soon", "NULL", "0000-00-00 00:00:00", "999999"])
def test_what_is_no_instant_in_any_form_is_said_to_be_left_out_by_a_condition(read: Read, written: str) -> None:
    with pytest.raises(LogRefused, match="rows without an instant are left out by a `where`"):
        read(HEADER + ROW.replace("2026-03-06 10:00", written))


def test_a_count_in_another_unit_is_refused_with_the_unit_that_was_meant(read: Read) -> None:
    told = "'1772787600000' counted in epoch-s is in none of the years 1 to 9999; as epoch-ms it would be one"

    with pytest.raises(LogRefused, match=told):
        read(HEADER + ROW.replace("2026-03-06 10:00", "1772787600000"), MAP + "time_format: epoch-s\n")


@pytest.mark.parametrize(
    ("left", "where"),
    [
        (ROW.replace("N1", ""), "has(data.case_id)"),
        (ROW.replace("2026-03-06 10:00", ""), "has(data.timestamp)"),
        (ROW.replace("2026-03-06 10:00", "NULL"), 'data.timestamp != "NULL"'),
    ],
)
def test_a_row_that_the_condition_leaves_out_need_not_be_readable(read: Read, left: str, where: str) -> None:
    assert len(read(HEADER + left + ROW, FULL + f"where: '{where}'\n")) == 1


def test_a_condition_on_the_instant_leaves_out_no_row_without_one(read: Read) -> None:
    left = ROW.replace("2026-03-06 10:00", "NULL")

    with pytest.raises(LogRefused, match="'NULL' is neither a date"):
        read(HEADER + left + ROW, FULL + "where: 'event.time > timestamp(\"2026-01-01T00:00:00Z\")'\n")


@pytest.mark.parametrize(
    ("form", "told"), [("%d/%m/%Y %H:%M %p", "`%p` (AM, PM) is heard only with `%I`"), ("%Y %Z", "`%Z` reads the name")]
)
def test_a_form_that_would_misread_without_a_word_is_refused(read: Read, form: str, told: str) -> None:
    with pytest.raises(PackRefused) as refused:
        read(HEADER + ROW, MAP + f"time_format: '{form}'\n")

    assert told in str(refused.value)


@pytest.mark.parametrize(
    ("form", "time", "due", "iso"),
    [
        ("%d.%m.%Y", "06.03.2026", "20.03.2026", "2026-03-20"),
        ("%d.%m.%Y %H:%M", "06.03.2026 10:00", "20.03.2026 12:30", "2026-03-20T12:30:00+01:00"),
    ],
)
def test_dates_among_the_attributes_are_read_as_the_time_is_written(
    read: Read, form: str, time: str, due: str, iso: str
) -> None:
    mapping = MAP.replace("case_id", "c").replace("activity", "e").replace("timestamp", "t")
    mapping += f"data: '*'\ncase_data: 'case:'\ntime_format: '{form}'\ndates: [d, 'case:due']\n"
    [(_, first), (_, second)] = read(f"c,e,t,d,case:due\nN1,a,{time},{due},{due}\nN1,b,{time},,\n", mapping)

    assert (first.data["d"], first.case_data) == (iso, {"due": iso})
    assert "d" not in second.data


def test_a_date_nobody_can_read_is_told_by_row_and_column(read: Read) -> None:
    with pytest.raises(LogRefused, match=r"log.csv row 1: column 'd': time data '2026-03-20' does not match"):
        read("c,e,t,d\nN1,a,06.03.2026,2026-03-20\n", "case: c\nevent: e\ntime: t\ntime_format: '%d.%m.%Y'\ndates: d\n")


@pytest.mark.parametrize(("between", "written"), [(";", "';'"), ("\t", '"\\t"'), ("|", "'|'")])
def test_a_table_with_other_delimiters_is_refused_with_what_is_between(read: Read, between: str, written: str) -> None:
    with pytest.raises(LogRefused) as refused:
        read(HEADER.replace(",", between) + ROW.replace(",", between))

    assert str(refused.value).endswith(f"; say in the mapping what is between: delimiter: {written}")


@pytest.mark.parametrize(
    ("mapping", "told"),
    [
        (
            FULL.replace("officer: resource", "officer: resurce"),
            "'resurce'; did you mean 'resource'?; columns are case_id",
        ),
        (FULL.replace("order: seq", "order: place"), "'place'; columns are case_id"),
        (FULL.replace("[amount]", "[amount, fee]"), "'fee'; columns are case_id"),
    ],
)
def test_a_column_of_the_mapping_that_a_table_lacks_is_refused_at_its_first_row(
    read: Read, mapping: str, told: str
) -> None:
    with pytest.raises(LogRefused, match=re.escape(f"log.csv row 1: there is no column {told}")):
        read(HEADER + ROW, mapping)


def test_an_attribute_of_the_mapping_that_no_event_has_is_refused_and_one_that_some_have_is_not(read: Read) -> None:
    some = '{"c": "N1", "e": "a", "t": "2026-03-06"}\n{"c": "N1", "e": "b", "t": "2026-03-07", "who": "o1"}\n'
    mapping = "case: c\nevent: e\ntime: t\nofficer: "

    assert [fact.officer for _, fact in read(some, mapping + "who\n", "log.jsonl")] == [None, "o1"]
    with pytest.raises(LogRefused, match=r"log\.jsonl row 1 to 2: there is no column 'post'"):
        read(some, mapping + "post\n", "log.jsonl")


def test_a_log_without_an_event_is_refused(read: Read) -> None:
    with pytest.raises(LogRefused, match="there is no event in it"):
        read(HEADER, FULL)


def test_an_order_too_great_for_a_float_is_kept_to_the_last_digit(read: Read) -> None:
    [(_, fact)] = read(HEADER + ROW.replace(",7,", ",9007199254740993,"), FULL)

    assert fact.sequence == 9007199254740993


@pytest.mark.parametrize("order", ["7.5", "", "inf", "nan"])
def test_an_order_that_is_no_whole_number_is_refused(read: Read, order: str) -> None:
    with pytest.raises(LogRefused, match="is not a whole number"):
        read(HEADER + ROW.replace(",7,", f",{order},"), FULL)


def test_a_star_takes_every_column_as_data_but_those_of_the_case(read: Read) -> None:
    [(_, fact)] = read(HEADER + ROW, MAP + "data: '*'\ncase_data: 'case:'\n")

    assert set(fact.data) == {"case_id", "activity", "timestamp", "seq", "resource", "amount"}


def test_an_empty_cell_is_absent(read: Read) -> None:
    [(_, fact)] = read(HEADER + "N1,accepted,2026-03-06,7,,,\n", FULL)

    assert (fact.officer, fact.data.keys() & {"resource", "amount"}, fact.case_data) == (None, set(), {})


def test_rows_without_an_order_lie_as_in_the_file(read: Read) -> None:
    rows = read(HEADER + ROW + ROW.replace("accepted", "decided"))

    assert [fact.sequence for _, fact in rows] == [1, 2]


@pytest.mark.parametrize("name", ["log.jsonl", "log.ndjson", "log.jsonl.gz"])
def test_json_lines_are_read_with_their_types(read: Read, name: str) -> None:
    log = '{"case_id": 5, "activity": "a", "timestamp": "2026-03-06T09:00:00Z", "amount": 3}\n\n'
    [(case, fact)] = read(log, MAP + "data: '*'\n", name)

    assert (case, fact.data["amount"], fact.at) == ("5", 3, ROME.parse("2026-03-06 10:00")[0])


@pytest.mark.parametrize("name", ["log.csv.gz", "log.csv"])
def test_a_packed_log_reads_like_a_plain_one(read: Read, name: str) -> None:
    assert len(read(HEADER + ROW, FULL, name)) == 1


def test_a_byte_order_mark_is_read_over(read: Read) -> None:
    assert len(read("\ufeff" + HEADER + ROW)) == 1


def test_another_delimiter_is_read(read: Read) -> None:
    assert len(read((HEADER + ROW).replace(",", ";"), MAP + "delimiter: ';'\n")) == 1


def test_only_rows_that_meet_the_condition_are_facts(read: Read) -> None:
    log = HEADER + ROW + ROW.replace("o1", "o2")

    assert [fact.officer for _, fact in read(log, FULL + "where: 'event.officer == \"o2\"'\n")] == ["o2"]


def test_ids_sources_and_instants_of_record_and_ingest_are_taken_where_they_are_named(read: Read) -> None:
    log = "c,e,t,i,s,r,n\nN1,a,2026-03-06,9,urn:x,2026-03-07 10:00,2026-03-08 10:00\n"
    mapping = "case: c\nevent: e\ntime: t\nid: i\nsource: s\nrecorded: r\ningested: n\nzone: Europe/Rome\n"
    [(_, fact)] = read(log, mapping)

    assert (fact.id, fact.source) == ("9", "urn:x")
    assert (fact.recorded_at, fact.stamp) == tuple(ROME.parse(f"2026-03-0{day} 10:00")[0] for day in (7, 8))


@pytest.mark.parametrize(
    ("log", "message"),
    [
        (
            HEADER.replace("activity", "act") + ROW,
            "log.csv row 1: there is no column 'activity'; columns are case_id, act",
        ),
        (HEADER + ROW + ROW.replace("N1", ""), "log.csv row 2: column 'case_id' is empty"),
        (
            HEADER + ROW.replace("2026-03-06 10:00", "soon"),
            "log.csv row 1: column 'timestamp': 'soon' is neither a date",
        ),
        (HEADER + ROW.replace(",7,", ",seven,"), "log.csv row 1: column 'seq' = 'seven' is not a whole number"),
    ],
)
def test_a_row_nobody_can_read_is_told_by_number_and_column(read: Read, log: str, message: str) -> None:
    with pytest.raises(LogRefused) as caught:
        read(log, FULL)
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize(
    ("mapping", "message"),
    [
        ("case: c\nevent: e\n", "key 'time' is missing"),
        (MAP + "officers: x\n", "key 'officers' is not known here; did you mean 'officer'?"),
        (MAP.replace("Rome", "Roma"), "time zone 'Europe/Roma' is not known"),
        (MAP + "where: 'event.x =='\n", "map.yaml:5:8: "),
        (MAP + "where: 'now > 1'\n", "now is not known here"),
        (MAP + "delimiter: ';;'\n", "';;' is not one character"),
        (MAP + "dates: [x]\n", "`dates` are written in `time_format`; give it, or leave them as ISO dates"),
        (MAP + "encoding: gb18300\n", "'gb18300' is no encoding we know"),
    ],
)
def test_a_fault_in_a_mapping_is_told_at_its_place(read: Read, mapping: str, message: str) -> None:
    with pytest.raises(PackRefused) as caught:
        read(HEADER + ROW, mapping)
    assert message in str(caught.value)
    assert str(caught.value).startswith("map.yaml:")


NUMBERS = "case: c\nevent: e\ntime: t\ndata: '*'\ncase_data: 'case:'\nnumbers: [n, 'case:m']\n"


@pytest.mark.parametrize(
    ("written", "mark", "number"),
    [
        ("1500", ".", 1500),
        ("-3", ".", -3),
        ("1,234.50", ".", 1234.5),
        ("1.234,50", ",", 1234.5),
        ("1 234,5", ",", 1234.5),
        ("12\u00a0345", ".", 12345),
        ("1,5", ",", 1.5),
        ("1.5E3", ".", 1500.0),
    ],
)
def test_cells_named_as_numbers_are_numbers(read: Read, written: str, mark: str, number: float) -> None:
    mapping = f"{NUMBERS}decimal: '{mark}'\n"
    [(_, fact)] = read(f'c,e,t,n,case:m\nN1,a,2026-03-06,"{written}","{written}"\n', mapping)

    assert (fact.data["n"], fact.case_data["m"]) == (number, number)
    assert type(fact.data["n"]) is type(number)


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("1,5", "'1,5' is no number with '.' before its decimals; write in the mapping: decimal: ','"),
        ("€ 15", "'€ 15' is no number with '.' before its decimals"),
        ("12,34,567.0", "'12,34,567.0' is no number"),
    ],
)
def test_a_cell_that_is_no_number_is_refused_and_never_guessed(read: Read, written: str, told: str) -> None:
    with pytest.raises(LogRefused) as refused:
        read(f'c,e,t,n,case:m\nN1,a,2026-03-06,"{written}",1\n', NUMBERS)

    assert f"log.csv row 1: column 'n': {told}" in str(refused.value)


def test_decimals_are_those_of_numbers(read: Read) -> None:
    with pytest.raises(PackRefused, match="`decimal` stands in `numbers`; name the columns that hold numbers"):
        read(HEADER + ROW, MAP + "decimal: ','\n")


@pytest.mark.parametrize(
    ("log", "mapping", "told"),
    [
        ("c,e,t\n,a,2026-03-06\n", "case: c\nevent: e\ntime: t\n", "column 'c' is empty; .*'has\\(data.c\\)'"),
        (
            "case:no,e,t\n,a,2026-03-06\n",
            "case: case:no\nevent: e\ntime: t\ncase_data: 'case:'\n",
            "column 'case:no' is empty; .*'has\\(case.no\\)'",
        ),
        ("c,e,the time\n1,a,\n", "case: c\nevent: e\ntime: the time\n", "'has\\(data\\[\"the time\"\\]\\)'"),
    ],
)
def test_an_empty_cell_is_refused_with_the_condition_that_leaves_it_out(
    read: Read, log: str, mapping: str, told: str
) -> None:
    with pytest.raises(LogRefused, match=told) as refused:
        read(log, mapping)
    condition = str(refused.value).partition("where: ")[2]

    assert read(log, f"{mapping}where: {condition}\n") == []


CALLS = (
    "case: number\nevents: {call.opened: opened, call.closed: closed}\nzone: Europe/Rome\nofficer: clerk\ndata: [due]\n"
)
CALLS_HEADER = "number,opened,due,closed,clerk\n"


def test_a_row_that_is_a_whole_case_tells_of_each_event_whose_column_is_filled(read: Read) -> None:
    log = CALLS_HEADER + "N1,2026-03-02 09:00,2026-03-05,2026-03-04 10:00,o1\nN2,2026-03-03 09:00,2026-03-06,,o2\n"
    found = read(log, CALLS)

    assert [(case, fact.type, ROME.text(fact.at)[:16]) for case, fact in found] == [
        ("N1", "call.opened", "2026-03-02T09:00"),
        ("N1", "call.closed", "2026-03-04T10:00"),
        ("N2", "call.opened", "2026-03-03T09:00"),
    ]
    assert [fact.id for _, fact in found] == ["1/call.opened", "1/call.closed", "2/call.opened"]
    assert {fact.data["due"] for case, fact in found if case == "N1"} == {"2026-03-05"}
    assert [fact.officer for _, fact in found] == ["o1", "o1", "o2"]


def test_what_a_row_tells_of_at_one_instant_stands_in_the_order_of_the_mapping(read: Read) -> None:
    [(_, opened), (_, closed)] = read(CALLS_HEADER + "N1,2026-03-02 09:00,,2026-03-02 09:00,o1\n", CALLS)

    assert opened.order < closed.order


def test_a_condition_of_the_mapping_is_asked_of_each_event_of_a_row(read: Read) -> None:
    log = CALLS_HEADER + "N1,2026-03-02 09:00,,2026-03-04 10:00,o1\nN2,,,,o2\n"

    found = read(log, CALLS + "where: 'has(data.opened) && event.type == \"call.closed\"'\n")

    assert [fact.type for _, fact in found] == ["call.closed"]


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("N1,yesterday,,,o1", "log.csv row 1: column 'opened'"),
        ("N1,2026-03-02 09:00,,soon,o1", "log.csv row 1: column 'closed'"),
        ("N1,,2026-03-05,,o1", "log.csv row 1: none of columns 'opened', 'closed' says when anything happened"),
        (",2026-03-02 09:00,,,o1", "log.csv row 1: column 'number' is empty"),
    ],
)
def test_a_row_of_a_whole_case_that_cannot_be_read_is_named_with_its_column(read: Read, row: str, told: str) -> None:
    with pytest.raises(LogRefused, match=re.escape(told)):
        read(CALLS_HEADER + row + "\n", CALLS)


def test_a_column_of_an_event_that_no_row_has_is_named(read: Read) -> None:
    with pytest.raises(LogRefused, match="there is no column 'ended'"):
        read(CALLS_HEADER + "N1,2026-03-02 09:00,,,o1\n", CALLS.replace("closed: closed", "closed: ended"))


@pytest.mark.parametrize(
    ("mapping", "told"),
    [
        (CALLS + "time: opened\n", "leave `time` out"),
        ("case: number\nevents: {}\n", "`events` names no event"),
    ],
)
def test_a_mapping_says_either_that_a_row_is_an_event_or_that_it_is_a_case(read: Read, mapping: str, told: str) -> None:
    with pytest.raises(PackRefused, match=re.escape(told)):
        read(CALLS_HEADER + "N1,2026-03-02 09:00,,,o1\n", mapping)
