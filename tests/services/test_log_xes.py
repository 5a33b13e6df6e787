"""XES as process-mining tools write it."""

import io
from typing import Any

import pytest

from mingjing.services.log_xes import xes_rows

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<log xmlns="http://www.xes-standard.org/" xes.version="1849-2016">
<extension name="Concept" prefix="concept" uri="concept.xesext"/>
<global scope="trace"><string key="concept:name" value="UNKNOWN"/></global>
<global scope="event"><string key="concept:name" value="UNKNOWN"/></global>
<classifier name="Activity" scope="event" keys="concept:name lifecycle:transition"/>
<string key="source" value="registry"/>
"""


def _rows(body: str, head: str = HEAD) -> list[dict[str, Any]]:
    return list(xes_rows(io.BytesIO(f"{head}{body}</log>".encode())))


def test_an_event_has_its_own_attributes_and_those_of_its_trace() -> None:
    [row] = _rows(
        '<trace><string key="concept:name" value="N1"/><event><string key="concept:name" value="受理"/>'
        '<date key="time:timestamp" value="2026-03-06T10:00:00.000+08:00"/></event></trace>'
    )

    assert row == {
        "case:concept:name": "N1",
        "concept:name": "受理",
        "time:timestamp": "2026-03-06T10:00:00.000+08:00",
    }


def test_attributes_of_the_log_and_its_globals_are_no_part_of_a_row() -> None:
    [row] = _rows('<trace><event><int key="n" value="1"/></event></trace>')

    assert row == {"n": "1"}


@pytest.mark.parametrize("kind", ["string", "date", "int", "float", "boolean", "id"])
def test_a_value_of_every_type_stays_as_it_is_written(kind: str) -> None:
    [row] = _rows(f'<trace><event><{kind} key="k" value="true"/></event></trace>')

    assert row == {"k": "true"}


def test_an_attribute_inside_another_is_found_under_both_keys() -> None:
    [row] = _rows(
        '<trace><string key="org" value="A"><string key="role" value="lead"/></string>'
        '<event><string key="cost" value="5"><string key="currency" value="CNY"/></string></event></trace>'
    )

    assert row == {"case:org": "A", "case:org.role": "lead", "cost": "5", "cost.currency": "CNY"}


@pytest.mark.parametrize(
    "held",
    ['<values><string key="a" value="1"/><string key="a" value="2"/></values>', '<int value="1"/><int value="2"/>'],
)
def test_a_list_is_the_list_of_its_values(held: str) -> None:
    [row] = _rows(f'<trace><event><list key="materials">{held}</list></event></trace>')

    assert row == {"materials": ["1", "2"]}


def test_attributes_of_a_trace_that_stand_after_its_events_still_are_theirs() -> None:
    [row] = _rows('<trace><event><int key="n" value="1"/></event><string key="kind" value="x"/></trace>')

    assert row["case:kind"] == "x"


def test_traces_share_nothing() -> None:
    rows = _rows(
        '<trace><string key="a" value="1"/><event><int key="n" value="1"/></event></trace>'
        '<trace><event><int key="n" value="2"/></event></trace>'
    )

    assert rows == [{"case:a": "1", "n": "1"}, {"n": "2"}]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ('<event><int key="n" value="1"/></event>', "an event lies outside every trace"),
        ("<trace><event></trace>", "not XES"),
    ],
)
def test_what_is_no_log_of_cases_is_refused(body: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        _rows(body)


def test_entities_that_could_grow_without_end_are_refused() -> None:
    head = '<!DOCTYPE log [<!ENTITY a "aaaa">]><log>'

    with pytest.raises(ValueError, match="not XES"):
        _rows('<trace><event><string key="k" value="&a;"/></event></trace>', head)
