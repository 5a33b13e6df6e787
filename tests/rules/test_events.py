from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from mingjing.rules.events import Event, content_hash, fact_of, instant, micros

WHEN = datetime(2026, 3, 6, 2, 0, 0, 5, tzinfo=UTC)


def _event(**more: object) -> Event:
    event = Event(id="1", source="urn:a", type="case.accepted", subject="N1", time=WHEN, ingestedtime=WHEN)
    return msgspec.structs.replace(event, **more)


def test_an_instant_goes_through_microseconds_unharmed() -> None:
    assert instant(micros(WHEN)) == WHEN


def test_an_instant_before_1970_is_exact_too() -> None:
    early = datetime(1949, 10, 1, 7, 0, 0, 1, tzinfo=UTC)

    assert instant(micros(early)) == early


def test_the_offset_of_an_instant_is_taken_into_account() -> None:
    assert micros(datetime.fromisoformat("2026-03-06T10:00:00.000005+08:00")) == micros(WHEN)


def test_an_instant_without_offset_is_refused() -> None:
    with pytest.raises(ValueError, match="has no UTC offset"):
        micros(WHEN.replace(tzinfo=None))


def test_attributes_of_the_case_are_set_apart_from_the_data() -> None:
    fact = fact_of(_event(data={"a": 1, "case": {"kind": "x"}}))

    assert (fact.data, fact.case_data) == ({"a": 1}, {"kind": "x"})


def test_a_case_field_that_is_no_mapping_stays_data() -> None:
    fact = fact_of(_event(data={"case": "N1"}))

    assert (fact.data, fact.case_data) == ({"case": "N1"}, {})


def test_an_event_that_intake_never_stamped_is_no_fact() -> None:
    with pytest.raises(ValueError, match="urn:a 1 was never stamped"):
        fact_of(_event(ingestedtime=None))


def test_the_hash_of_a_fact_leaves_out_when_it_reached_us() -> None:
    later = _event(ingestedtime=WHEN + timedelta(hours=1))

    assert content_hash(fact_of(_event())) == content_hash(fact_of(later))


@pytest.mark.parametrize(
    "change", [{"officer": "o"}, {"data": {"a": 1}}, {"sequence": 1}, {"time": WHEN + timedelta(microseconds=1)}]
)
def test_the_hash_of_a_fact_is_that_of_all_it_says(change: dict[str, object]) -> None:
    assert content_hash(fact_of(_event())) != content_hash(fact_of(_event(**change)))


def test_the_order_of_keys_in_the_data_says_nothing() -> None:
    one, other = ({"a": 1, "b": 2}, {"b": 2, "a": 1})

    assert content_hash(fact_of(_event(data=one))) == content_hash(fact_of(_event(data=other)))
