import base64
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from mingjing.rules.events import Event
from mingjing.streams.faults import MAX_BYTES, MAX_DEPTH
from mingjing.streams.ports import Principal
from mingjing.streams.vouch import Refusal, Stamp, vouch

AGENCY = "91330100MA00000001"
SOURCE = "urn:yunzhou:scjg"
INGESTED = datetime(2026, 3, 6, 2, 0, 5, tzinfo=UTC)

PRINCIPAL = Principal(agency=AGENCY, sources=frozenset({SOURCE}))
STAMP = Stamp(secret=b"local-only", at=INGESTED)


def sent(**changes: Any) -> bytes:
    event = {
        "specversion": "1.0",
        "id": "e-1",
        "source": SOURCE,
        "type": "case.accepted",
        "subject": "2026-0001",
        "time": "2026-03-06T10:00:00+08:00",
        "officer": "001",
        "data": {"fee": 20},
    }
    event.update(changes)
    return orjson.dumps({name: value for name, value in event.items() if value is not ...})


def accepted(raw: bytes, principal: Principal = PRINCIPAL, stamp: Stamp = STAMP) -> Event:
    verdict = vouch(raw, principal, stamp)
    assert isinstance(verdict, Event), verdict
    return verdict


def refused(raw: bytes, principal: Principal = PRINCIPAL) -> Refusal:
    verdict = vouch(raw, principal, STAMP)
    assert isinstance(verdict, Refusal), verdict
    return verdict


def test_a_good_event_is_stamped_with_case_and_moment_of_ingest() -> None:
    event = accepted(sent())

    assert (event.casekey, event.ingestedtime) == (f"{AGENCY}/2026-0001", INGESTED)


def test_an_event_that_names_no_agency_is_its_principals() -> None:
    assert accepted(sent()).agency == AGENCY


def test_what_a_sender_stamps_itself_is_overwritten() -> None:
    event = accepted(sent(casekey="other/1", ingestedtime="2001-01-01T00:00:00Z"))

    assert (event.casekey, event.ingestedtime) == (f"{AGENCY}/2026-0001", INGESTED)


def test_a_national_number_is_one_case_for_every_agency() -> None:
    number = "3" * 31

    assert accepted(sent(subject=number)).casekey == f"cn/{number}"


def test_a_staff_number_leaves_only_as_a_keyed_hash() -> None:
    hashed = accepted(sent()).officer

    assert hashed is not None
    assert len(hashed) == 32
    assert hashed != accepted(sent(), stamp=Stamp(secret=b"another key", at=INGESTED)).officer


def test_the_same_number_in_two_agencies_is_two_people() -> None:
    other = Principal(agency="91330100MA00000002", sources=frozenset({SOURCE}))

    assert accepted(sent()).officer != accepted(sent(), other).officer


@pytest.mark.parametrize("blank", ["", "   ", None])
def test_a_blank_officer_is_nobody(blank: str | None) -> None:
    assert accepted(sent(officer=blank)).officer is None


def test_a_blank_item_is_absent() -> None:
    assert accepted(sent(item=" ")).item is None


def test_without_a_moment_of_ingest_the_events_own_time_is_taken() -> None:
    event = accepted(sent(), stamp=Stamp(secret=b"local-only"))

    assert event.ingestedtime == event.time


def test_a_watermark_belongs_to_no_case() -> None:
    event = accepted(
        sent(type="clock.tick", subject="clock"),
        Principal(agency=AGENCY, sources=frozenset({SOURCE}), types=frozenset({"case.accepted"})),
    )

    assert event.casekey is None


def test_an_absent_specversion_is_read_as_1_0() -> None:
    assert accepted(sent(specversion=...)).specversion == "1.0"


NESTED: Any = 1
for _ in range(MAX_DEPTH + 1):
    NESTED = [NESTED]

FAULTS = [
    (b"{", "bad_json", "$"),
    (b'{"id":"\xff"}', "bad_json", "$"),
    (b"", "bad_json", "$"),
    (b'{"id":NaN}', "bad_json", "$"),
    (b"[]", "not_cloudevent", "$"),
    (b"17", "not_cloudevent", "$"),
    (sent(specversion="0.3"), "not_cloudevent", "$.specversion"),
    (sent(id=...), "missing_attribute", "$.id"),
    (sent(subject=None), "missing_attribute", "$.subject"),
    (sent(subject="  "), "missing_attribute", "$.subject"),
    (sent(time=...), "missing_attribute", "$.time"),
    (sent(time=""), "bad_time", "$.time"),
    (sent(time="2026-13-01T00:00:00Z"), "bad_time", "$.time"),
    (sent(time=1770000000), "bad_time", "$.time"),
    (sent(time="1949-10-01T00:00:00Z"), "bad_time", "$.time"),
    (sent(time="2026-03-06T10:00:00"), "naive_time", "$.time"),
    (sent(recordedtime="2026-03-06 10:00:00"), "naive_time", "$.recordedtime"),
    (sent(recordedtime="yesterday"), "bad_time", "$.recordedtime"),
    (sent(id=5), "not_cloudevent", "$.id"),
    (sent(data=[1]), "not_cloudevent", "$.data"),
    (sent(data_base64=base64.b64encode(b"{}").decode()), "not_cloudevent", "$.data_base64"),
    (sent(subject="a\nb"), "not_cloudevent", "$.subject"),
    (sent(subject="2026-0001\u200b"), "not_cloudevent", "$.subject"),
    (sent(id="\ufeffe-1"), "not_cloudevent", "$.id"),
    (sent(subject="1000-\u202e6202"), "not_cloudevent", "$.subject"),
    (b"[" * 5000 + b"]" * 5000, "too_large", "$"),
    (sent()[:-1] + b',"sequence":' + b"9" * 30 + b"}", "not_cloudevent", "$.sequence"),
    (sent(data=...)[:-1] + b',"data":{"n":[' + b"9" * 30 + b"]}}", "not_cloudevent", "$.data.n[0]"),
    (sent(data=...)[:-1] + b',"data":{"n":1e999}}', "bad_json", "$"),
    (sent(agency="91330100MA00000002"), "foreign_agency", "$.agency"),
    (sent(source="urn:elsewhere"), "foreign_source", "$.source"),
    (sent(subject="长" * 129), "too_large", "$.subject"),
    (sent(data={"a": NESTED}), "too_large", "$.data.a" + "[0]" * (MAX_DEPTH - 1)),
    (sent(data=...)[:-1] + b',"data":{"a":' + b"[" * 5000 + b"]" * 5000 + b"}}", "too_large", "$"),
    (sent(data=...)[:-1] + b',"deep":' + b"[" * 5000 + b"]" * 5000 + b',"data":{"data_base64":1}}', "too_large", "$"),
    (sent(data={"text": "x" * MAX_BYTES}), "too_large", "$"),
]


@pytest.mark.parametrize(("raw", "code", "place"), FAULTS, ids=lambda part: str(part)[:40])
def test_a_fault_is_named_with_its_place(raw: bytes, code: str, place: str) -> None:
    refusal = refused(raw)

    assert (refusal.code, refusal.place) == (code, place)


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (sent(id=5), "id 为 5，应为 文字（带引号）"),
        (sent(item=[1]), "item 为 [1]，应为 文字（带引号）"),
        (sent(sequence="1"), "sequence 为 '1'，应为 整数（不带引号）"),
        (sent(data="免费"), "data 为 '免费'，应为 JSON 对象"),
        (sent(subject="件\u200b1"), "含看不见的字符 U+200B"),
        (sent(data=...)[:-1] + b',"data":{"n":18446744073709551616}}', "整数 18446744073709551616 超出 64 位"),
    ],
    ids=["a number", "a list", "a quoted number", "a text", "no width", "a long number"],
)
def test_a_refusal_shows_the_value_and_says_what_it_should_be(raw: bytes, says: str) -> None:
    assert says in refused(raw).message


@pytest.mark.parametrize("subject", ["办件①🀄", "件\u3000号", "𠀀-1"])
def test_a_case_number_may_hold_any_character_that_is_seen(subject: str) -> None:
    assert accepted(sent(subject=subject)).subject == subject


@pytest.mark.parametrize("raw", [fault[0] for fault in FAULTS], ids=range(len(FAULTS)))
def test_a_refusal_tells_the_agency_in_chinese(raw: bytes) -> None:
    assert any("一" <= letter <= "鿿" for letter in refused(raw).message)


def test_a_type_outside_the_principals_list_is_refused() -> None:
    principal = Principal(agency=AGENCY, sources=frozenset({SOURCE}), types=frozenset({"case.decided"}))

    assert refused(sent(), principal).code == "unknown_type"


def test_whoever_may_send_a_type_may_take_it_back() -> None:
    principal = Principal(agency=AGENCY, sources=frozenset({SOURCE}), types=frozenset({"case.decided"}))

    assert accepted(sent(type="event.voided", corrects="e-0"), principal).corrects == "e-0"


def test_a_refusal_names_the_event_where_it_can_be_read() -> None:
    refusal = refused(sent(time="soon"))

    assert (refusal.source, refusal.event_id) == (SOURCE, "e-1")


def test_the_words_data_base64_inside_data_are_only_words() -> None:
    assert accepted(sent(data={"data_base64": "x"})).data == {"data_base64": "x"}


@pytest.mark.parametrize("own", ["card.shown", "report.figured", "source.heard", "tally.INS-04"])
def test_a_type_that_only_the_system_states_is_refused_from_everybody(own: str) -> None:
    refusal = refused(sent(type=own))

    assert (refusal.code, refusal.place) == ("unknown_type", "$.type")
