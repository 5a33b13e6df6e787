"""What is plain has no fault: whoever looks at it event by event finds the same."""

from typing import Any

import msgspec
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingjing.rules.events import Event
from mingjing.services.api.gateway.plain import Words, plain_words_in
from mingjing.streams.faults import MAX_ATTRIBUTE, MAX_BYTES, MAX_SUBJECT
from mingjing.streams.ports import Principal
from mingjing.streams.vouch import Refusal, vet

AGENCY, SOURCE = "91330100MA00000001", "urn:yunzhou:scjg"
US = Principal(agency=AGENCY, sources=frozenset({SOURCE, "urn:\x07"}))
EVENT: dict[str, Any] = {
    "specversion": "1.0",
    "id": "e-1",
    "source": SOURCE,
    "type": "case.accepted",
    "subject": "2026-0001",
    "time": "2026-03-06T10:00:00+08:00",
    "data": {"fee": 20, "case": {"class": "licence"}, "papers": ["申请书"], "rate": 0.5, "note": None},
}

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**64), 2**64) | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
INSTANTS = st.sampled_from(
    [
        *("1969-12-31T23:59:59Z", "1970-06-01T00:00:00Z", "1971-01-01T00:00:00+08:00", "2026-03-06T10:00:00", "soon"),
        *("2026-03-06T10:00:00.123456Z", "2098-12-31T00:00:00Z", "2099-12-31T23:00:00-08:00", "2100-01-01T00:00:00Z"),
    ]
)
CHANGES = st.fixed_dictionaries(
    {},
    optional={
        **{name: st.text(max_size=4) | VALUES for name in (*("id", "subject", "item", "region", "officer"), "post")},
        "specversion": st.sampled_from(["1.0", "0.3", ""]) | VALUES,
        "source": st.sampled_from([SOURCE, "urn:\x07", "urn:else"]) | VALUES,
        "type": st.sampled_from(["case.decided", "clock.tick", "card.shown", "odd\u0000"]) | VALUES,
        "agency": st.sampled_from([AGENCY, "", None, "91330100MA00000002"]) | VALUES,
        "time": INSTANTS | VALUES,
        "recordedtime": INSTANTS | VALUES,
        "sequence": VALUES,
        "data": VALUES,
        "data_base64": VALUES,
        "another": VALUES,
    },
)


def sent(**changes: Any) -> bytes:
    return msgspec.json.encode(EVENT | changes)


def rows(told: Words) -> list[tuple[str, ...]]:
    return list(zip(told.ids, told.sources, told.types, told.subjects, strict=True))


def words(verdict: Event | Refusal) -> tuple[str, ...]:
    assert isinstance(verdict, Event), verdict
    return verdict.id, verdict.source, verdict.type, verdict.subject


def test_events_in_order_are_what_they_are_one_by_one() -> None:
    raw_events = [sent(id="e-1"), sent(id="e-2", recordedtime="2026-03-06T10:05:00Z", sequence=3, agency=AGENCY)]

    told = plain_words_in(raw_events, US)

    assert told is not None
    verdicts = [vet(raw, US) for raw in raw_events]
    assert rows(told) == [words(each) for each in verdicts]
    assert told.latest == max(each.time for each in verdicts if isinstance(each, Event))


@given(st.lists(CHANGES, min_size=1, max_size=3), st.sampled_from([None, frozenset({"case.accepted", "case.decided"})]))
def test_what_is_plain_has_no_fault(changes: list[dict[str, Any]], types: frozenset[str] | None) -> None:
    principal = msgspec.structs.replace(US, types=types)
    raw_events = [sent(**each) for each in changes]

    told = plain_words_in(raw_events, principal)

    if told is not None:
        assert rows(told) == [words(vet(raw, principal)) for raw in raw_events]


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{broken",
        b"[]",
        b"\xff",
        b"[" * 100_000,
        sent(id=" "),
        sent(id="e\x00"),
        sent(id="e" * (MAX_ATTRIBUTE + 1)),
        sent(subject="\u3000"),
        sent(subject="2" * (MAX_SUBJECT + 1)),
        sent(source="urn:else"),
        sent(source="urn:\x07"),
        sent(type="card.shown"),
        sent(specversion="0.3"),
        sent(agency="91330100MA00000002"),
        sent(time="2026-03-06T10:00:00"),
        sent(time="2100-01-01T00:00:00Z"),
        sent(recordedtime="1969-12-31T23:59:59Z"),
        sent(sequence=2**63),
        sent(data_base64="eA=="),
        sent(data={"no": 2**63}),
        sent(data={"deep": {"deeper": {"deepest": 1}}}),
        orjson.dumps(EVENT | {"data": {"text": "x" * MAX_BYTES}}),
    ],
)
def test_one_event_in_doubt_leaves_all_to_be_looked_at(raw: bytes) -> None:
    assert plain_words_in([sent(), raw, sent()], US) is None
