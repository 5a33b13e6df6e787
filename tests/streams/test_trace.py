"""The trace context of an agency's call, from its event to the card that the event drew."""

from collections.abc import Callable
from typing import Any

import msgspec
import orjson
import pytest

from mingjing.rules.engine import Engine
from mingjing.rules.pack import parse_pack
from mingjing.rules.rulebook import Rulebook
from mingjing.rules.tally import subjects_of
from mingjing.streams.dockets import CASES, SUBJECTS
from mingjing.streams.intake import Intake
from mingjing.streams.state import recover
from mingjing.streams.topics import CARDS, STATE, TALLIES, ingest_topic
from mingjing.streams.trace import is_trace, with_trace

from .test_intake import AGENCY, PARTITIONS, sent
from .test_owner import ignored, instant, owner_of, settled
from .test_tallies import owner

TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
OTHER = "00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-00"


@pytest.mark.parametrize(
    ("text", "valid"),
    [
        (TRACE, True),
        (None, False),
        ("", False),
        (TRACE.upper(), False),
        (TRACE + "-x", False),
        ("01" + TRACE[2:], False),
        ("00-" + "0" * 32 + TRACE[35:], False),
        (TRACE[:36] + "0" * 16 + "-01", False),
    ],
)
def test_a_trace_context_is_of_the_form_of_the_recommendation(text: str | None, *, valid: bool) -> None:
    assert is_trace(text) is valid


def test_the_trace_of_a_call_is_put_on_an_event_that_has_none() -> None:
    assert orjson.loads(with_trace(b'{"id": "1"}\n', TRACE)) == {"id": "1", "traceparent": TRACE}
    own = orjson.dumps({"id": "1", "traceparent": OTHER})
    assert with_trace(own, TRACE) == own
    assert with_trace(b"{}", None) == b"{}"


@pytest.mark.parametrize(
    ("attribute", "header", "found"),
    [
        (None, TRACE, TRACE),
        (OTHER, TRACE, OTHER),
        (OTHER, None, OTHER),
        ("no trace", None, None),
        (None, "no trace", None),
    ],
)
def test_intake_takes_the_trace_from_the_event_or_else_from_its_record(
    one_agency: Any, read: Callable[..., Any], attribute: str | None, header: str | None, found: str | None
) -> None:
    intake = Intake(one_agency, secret=b"s", partitions=PARTITIONS, wall_clock=None)
    headers = () if header is None else (("traceparent", header.encode()),)
    changes = {} if attribute is None else {"traceparent": attribute}
    outgoing = intake.sort([read(topic=ingest_topic(AGENCY), value=sent(**changes), headers=headers)])

    [[(_, value)]] = outgoing.values()
    assert orjson.loads(value).get("traceparent") == found


def traced(record: Any, trace: str) -> Any:
    record.value = with_trace(record.value, trace)
    return record


def traces(log: Any) -> set[tuple[str, str | None]]:
    said = [orjson.loads(value) for _, value in log.sent[CARDS]]
    return {(card["case_key"][-1], card["traceparent"]) for card in said}


def test_a_card_bears_the_trace_of_the_event_that_drew_it(
    engine: Engine, log: Any, case_event: Callable[..., Any]
) -> None:
    owner = owner_of(engine, log)
    opened = traced(case_event(0, "opened", "2026-03-02T09:00:00Z"), OTHER)
    owner.fold([opened, traced(case_event(1, "closed", "2026-03-02T12:00:00Z"), TRACE)], ignored)
    settled(owner)

    assert traces(log) == {("1", TRACE)}


def test_a_card_that_a_deadline_drew_bears_the_trace_of_the_last_call_of_its_case_where_there_was_one(
    engine: Engine, log: Any, case_event: Callable[..., Any]
) -> None:
    owner = owner_of(engine, log)
    owner.fold([traced(case_event(0, "opened", "2026-03-02T09:00:00Z"), TRACE)], ignored)
    owner.fold([case_event(1, "opened", "2026-03-02T09:00:00Z", case="2")], ignored)
    settled(owner)
    owner.rise(instant("2026-03-03T00:00:00Z"), highwater=2)
    settled(owner)

    assert traces(log) == {("1", TRACE), ("2", None)}


def test_a_later_call_that_nobody_traces_leaves_no_trace_of_an_earlier_one(
    engine: Engine, log: Any, case_event: Callable[..., Any]
) -> None:
    owner = owner_of(engine, log)
    owner.fold([traced(case_event(0, "opened", "2026-03-02T09:00:00Z"), TRACE)], ignored)
    owner.fold([case_event(1, "noted", "2026-03-02T09:10:00Z")], ignored)
    settled(owner)
    owner.rise(instant("2026-03-03T00:00:00Z"), highwater=2)
    settled(owner)

    assert traces(log) == {("1", None)}


def test_the_next_owner_knows_the_calls_that_came_before_it(
    engine: Engine, another_engine: Engine, log: Any, case_event: Callable[..., Any]
) -> None:
    before = owner_of(engine, log)
    before.fold([traced(case_event(0, "opened", "2026-03-02T09:00:00Z"), TRACE)], ignored)
    settled(before)
    after = owner_of(another_engine, log, recovered=recover(log.sent[STATE]), generation=2)
    after.rise(instant("2026-03-03T00:00:00Z"), highwater=1)
    settled(after)

    assert traces(log) == {("1", TRACE)}


PACK = """
pack: visits
version: "1"
rules:
  - {id: V, kind: frequency, of: visited, by: agency, at_least: 2, within: 30cd, cards: {yellow: reached}}
  - {id: L, kind: condition, at: visited, when: 'data.late', cards: {yellow: broken}}
  - {id: C, kind: frequency, of: {event: card.shown, where: 'data.rule == "L"'}, by: agency, at_least: 2, within: 30cd,
     cards: {red: reached}}
"""


@pytest.mark.parametrize("rule", ["V", "C"])
def test_a_card_across_cases_bears_the_trace_of_what_it_counted_last(
    engine: Engine, log: Any, case_event: Callable[..., Any], rule: str
) -> None:
    visits = Rulebook([parse_pack(PACK, "visits.yaml", {})], engine.rulebook.calendar)
    cases, subjects = (Engine(each, now=0) for each in (visits, subjects_of(visits)))
    told = [case_event(n, "visited", f"2026-03-02T0{n}:00:00Z", case=str(n)) for n in range(2)]
    for record, trace in zip(told, (OTHER, TRACE), strict=True):
        record.value = with_trace(record.value[:-1] + b',"data":{"late":true}}', trace)
    here = owner(CASES, cases, log)
    here.fold(told, ignored)
    settled(here)
    said = [(key, value) for key, value in log.sent[TALLIES] if key == f"across/{rule}/{AGENCY}".encode()]
    there = owner(SUBJECTS, subjects, log)
    tallies = [msgspec.structs.replace(told[0], offset=n, key=key, value=value) for n, (key, value) in enumerate(said)]
    there.fold(tallies, ignored)
    settled(there)

    found = {card["rule"]: card["traceparent"] for card in map(orjson.loads, (value for _, value in log.sent[CARDS]))}
    assert found[rule] == TRACE
