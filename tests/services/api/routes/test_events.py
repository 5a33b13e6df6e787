import base64
import gzip
import io
import zlib
from typing import Any

import orjson
import pytest
from fastapi.testclient import TestClient

from mingjing.services.auth.gate import Gate
from mingjing.services.auth.signature import authorization

from .conftest import EVENT

AUTH = {"Authorization": "Bearer key-of-the-market-bureau"}
STRUCTURED = {**AUTH, "Content-Type": "application/cloudevents+json"}
BATCH = {**AUTH, "Content-Type": "application/cloudevents-batch+json"}
INGEST = "ingest.91330100MA00000001"


def event(**changes: Any) -> dict[str, Any]:
    return EVENT | changes


def test_an_event_goes_to_its_agencys_topic_exactly_as_it_was_sent(client: TestClient, outbox: Any) -> None:
    body = b'{ "specversion":"1.0",' + orjson.dumps(event())[1:]

    answer = client.post("/v1/events", content=body, headers=STRUCTURED)

    assert answer.status_code == 202
    assert [each[:3] for each in outbox.sent] == [(INGEST, b"2026-1", body)]


def test_the_trace_of_the_call_goes_with_its_events(client: TestClient, outbox: Any) -> None:
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    body = orjson.dumps(event())

    client.post("/v1/events", content=body, headers=STRUCTURED | {"traceparent": trace})
    again = client.post("/v1/events", content=body, headers=STRUCTURED | {"traceparent": "no trace"})

    assert [orjson.loads(each.value) for each in outbox.sent] == [event(traceparent=trace)]
    assert again.json()["duplicate"] == 1


def test_the_receipt_says_what_became_of_each_event(client: TestClient) -> None:
    body = orjson.dumps([event(), event(id="e-2", time="2026-03-06T10:00:00")])

    receipt = client.post("/v1/events", content=body, headers=BATCH).json()

    assert (receipt["accepted"], receipt["rejected"]) == (1, 1)
    assert [(each["id"], each["result"], each["code"], each["place"]) for each in receipt["results"]] == [
        ("e-1", "accepted", None, None),
        ("e-2", "rejected", "naive_time", "$.time"),
    ]


def test_a_rejected_event_is_kept_with_its_original_bytes(client: TestClient, outbox: Any) -> None:
    client.post("/v1/events", content=b"{broken", headers=STRUCTURED)

    ((topic, _, value, _),) = outbox.sent
    letter = orjson.loads(value)
    assert (topic, letter["code"], letter["agency"]) == ("dead-letters", "bad_json", "91330100MA00000001")
    assert base64.b64decode(letter["original"]) == b"{broken"


def test_two_letters_never_share_a_place(client: TestClient, outbox: Any) -> None:
    client.post("/v1/events", content=b"[1, 2]", headers=BATCH)

    letters = [orjson.loads(value) for _, _, value, _ in outbox.sent]
    assert len({(letter["topic"], letter["partition"], letter["offset"]) for letter in letters}) == 2
    assert len({letter["letter_id"] for letter in letters}) == 2


def test_a_binary_event_is_the_event_its_headers_and_body_make(client: TestClient, outbox: Any) -> None:
    attributes = {f"ce-{name}": value for name, value in event(sequence="3", step="%E5%AE%A1%E6%9F%A5").items()}

    answer = client.post(
        "/v1/events", content=b'{"amount": 12.50}', headers=AUTH | attributes | {"Content-Type": "application/json"}
    )

    assert answer.json()["accepted"] == 1
    assert orjson.loads(outbox.sent[0].value) == event(
        sequence=3, step="审查", datacontenttype="application/json", data={"amount": 12.5}
    )


def test_a_binary_body_cannot_bring_attributes_along(client: TestClient, outbox: Any) -> None:
    attributes = {f"ce-{name}": value for name, value in event().items()}

    answer = client.post(
        "/v1/events", content=b'1, "agency": "x"', headers=AUTH | attributes | {"Content-Type": "application/json"}
    )

    assert (answer.status_code, outbox.sent) == (400, [])


def test_a_gzipped_batch_is_read(client: TestClient, outbox: Any) -> None:
    body = gzip.compress(orjson.dumps([event(), event(id="e-2")]))

    answer = client.post("/v1/events", content=body, headers=BATCH | {"Content-Encoding": "gzip"})

    assert answer.json()["accepted"] == len(outbox.sent) == 2


def test_a_small_body_that_unpacks_without_end_is_refused(client: TestClient) -> None:
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb") as file:
        for _ in range(64):
            file.write(bytes(1024 * 1024))

    answer = client.post("/v1/events", content=packed.getvalue(), headers=BATCH | {"Content-Encoding": "gzip"})

    assert (answer.status_code, answer.json()["type"]) == (413, "urn:mingjing:problem:body_too_large")


@pytest.mark.parametrize("body", [b"no gzip", gzip.compress(b"[]")[:-4], b"", zlib.compress(b"[]")])
def test_a_broken_gzip_stream_is_refused(client: TestClient, body: bytes) -> None:
    answer = client.post("/v1/events", content=body, headers=BATCH | {"Content-Encoding": "gzip"})

    assert (answer.status_code, answer.json()["type"]) == (400, "urn:mingjing:problem:bad_gzip")


def test_a_body_over_the_limit_is_refused(client: TestClient) -> None:
    answer = client.post("/v1/events", content=bytes(2 * 1024 * 1024 + 1), headers=STRUCTURED)

    assert answer.status_code == 413


def test_a_batch_over_the_limit_is_refused_whole(client: TestClient, outbox: Any) -> None:
    answer = client.post("/v1/events", content=orjson.dumps([1] * 1001), headers=BATCH)

    assert (answer.status_code, outbox.sent) == (413, [])


@pytest.mark.parametrize("body", [b"{}", b"[", b"[" * 100_000, b"\xff"])
def test_a_batch_that_is_no_list_is_refused_whole(client: TestClient, outbox: Any, body: bytes) -> None:
    answer = client.post("/v1/events", content=body, headers=BATCH)

    assert (answer.status_code, outbox.sent) == (400, [])


@pytest.mark.parametrize("body", [b"", b"\r\n\n"])
@pytest.mark.parametrize("media_type", [BATCH["Content-Type"], STRUCTURED["Content-Type"], "application/x-ndjson"])
def test_a_body_without_anything_is_refused_and_no_letter_is_kept(
    client: TestClient, outbox: Any, media_type: str, body: bytes
) -> None:
    answer = client.post("/v1/events", content=body, headers=AUTH | {"Content-Type": media_type})

    assert (answer.status_code, answer.json()["type"], outbox.sent) == (400, "urn:mingjing:problem:empty_body", [])


@pytest.mark.parametrize("headers", [STRUCTURED, AUTH | {"Content-Type": "application/x-ndjson"}])
def test_a_mark_that_an_editor_put_before_the_first_event_is_no_part_of_it(
    client: TestClient, outbox: Any, headers: dict[str, str]
) -> None:
    answer = client.post("/v1/events", content=b"\xef\xbb\xbf" + orjson.dumps(event()), headers=headers)

    assert (answer.json()["accepted"], outbox.sent[0].value) == (1, orjson.dumps(event()))


def test_an_event_in_another_encoding_is_told_so(client: TestClient) -> None:
    body = '[{"id": "受理"}]'.encode("gb18030")

    answer = client.post("/v1/events", content=body, headers=BATCH)

    assert "多半是 GBK" in answer.json()["results"][0]["message"]


@pytest.mark.parametrize("kind", ["application/x-ndjson", BATCH["Content-Type"], STRUCTURED["Content-Type"]])
def test_lines_and_batches_are_utf8_as_single_events_are(client: TestClient, kind: str) -> None:
    headers = AUTH | {"Content-Type": f"{kind}; charset=gbk"}

    answer = client.post("/v1/events", content=orjson.dumps(event()), headers=headers)

    assert (answer.status_code, answer.json()["type"]) == (415, "urn:mingjing:problem:unknown_charset")


def test_an_event_nested_without_end_is_rejected_and_kept(client: TestClient, outbox: Any) -> None:
    body = orjson.dumps(event())[:-1] + b',"data":{"a":' + b"[" * 50_000 + b"]" * 50_000 + b"}}"

    answer = client.post("/v1/events", content=body, headers=STRUCTURED)

    assert answer.json()["results"][0]["code"] == "too_large"
    assert outbox.sent[0].topic == "dead-letters"


@pytest.mark.parametrize("media_type", ["text/plain", "application/json", "application/cloudevents+json; charset=gbk"])
def test_a_body_of_another_kind_is_refused(client: TestClient, media_type: str) -> None:
    answer = client.post("/v1/events", content=orjson.dumps(event()), headers=AUTH | {"Content-Type": media_type})

    assert answer.status_code == 415


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic a2V5"}])
def test_without_a_known_key_nothing_is_read(client: TestClient, outbox: Any, headers: dict[str, str]) -> None:
    answer = client.post(
        "/v1/events", content=orjson.dumps(event()), headers=STRUCTURED | {"Authorization": ""} | headers
    )

    assert (answer.status_code, outbox.sent) == (401, [])
    assert answer.headers["www-authenticate"].startswith("Bearer")


def test_a_dry_run_answers_the_same_and_passes_nothing_on(client: TestClient, outbox: Any) -> None:
    body = orjson.dumps([event(), event(source="urn:other")])

    answer = client.post("/v1/events?validate=true", content=body, headers=BATCH)

    assert (answer.status_code, outbox.sent) == (200, [])
    assert [each["code"] for each in answer.json()["results"]] == [None, "foreign_source"]


def test_nothing_is_confirmed_while_kafka_is_away(client: TestClient, outbox: Any) -> None:
    outbox.ready = False

    answer = client.post("/v1/events", content=orjson.dumps(event()), headers=STRUCTURED)

    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert "重发" in answer.json()["detail"]


def test_events_may_come_one_a_line(client: TestClient, outbox: Any) -> None:
    lines = orjson.dumps(event()) + b"\n\n" + orjson.dumps(event(id="e-2")) + b"\r\n"

    answer = client.post("/v1/events", content=lines, headers=AUTH | {"Content-Type": "application/x-ndjson"})

    assert (answer.json()["accepted"], len(outbox.sent)) == (2, 2)


def test_an_event_sent_again_byte_for_byte_is_told_as_a_duplicate(client: TestClient, outbox: Any) -> None:
    body = orjson.dumps([event(), event()])
    client.post("/v1/events", content=body, headers=BATCH)

    again = client.post("/v1/events", content=body, headers=BATCH).json()

    assert [again[name] for name in ("accepted", "duplicate", "rejected")] == [0, 2, 0]
    assert len(outbox.sent) == 1


def test_a_corrected_event_of_the_same_id_is_no_duplicate(client: TestClient) -> None:
    client.post("/v1/events", content=orjson.dumps(event()), headers=STRUCTURED)

    body = orjson.dumps(event(recordedtime="2026-03-07T10:00:00+08:00"))

    assert client.post("/v1/events", content=body, headers=STRUCTURED).json()["accepted"] == 1


def test_what_kafka_did_not_take_is_no_duplicate_afterwards(client: TestClient, outbox: Any) -> None:
    outbox.ready = False
    assert client.post("/v1/events", content=orjson.dumps(event()), headers=STRUCTURED).status_code == 503
    outbox.ready = True

    assert client.post("/v1/events", content=orjson.dumps(event()), headers=STRUCTURED).json()["accepted"] == 1


def test_a_request_repeated_under_its_key_gets_the_first_answer(client: TestClient, outbox: Any) -> None:
    headers = STRUCTURED | {"Idempotency-Key": "batch-7"}
    first = client.post("/v1/events", content=orjson.dumps(event()), headers=headers)

    again = client.post("/v1/events", content=orjson.dumps(event()), headers=headers)

    assert (again.status_code, again.json(), len(outbox.sent)) == (202, first.json(), 1)


def test_a_programs_signature_opens_the_gateway_of_its_agency(visitor: TestClient, gate: Gate, outbox: Any) -> None:
    issued = gate.signatures.issue(
        title="报送程序", role="clerk", region=None, agency="91330100MA00000001", made_by="zhou", now_ms=gate.now_ms()
    )
    body = orjson.dumps(event())
    said = authorization(issued.key.id, issued.secret, "POST", "/v1/events", body, gate.now_ms() // 1000)

    answer = visitor.post(
        "/v1/events", content=body, headers={"Authorization": said, "Content-Type": "application/cloudevents+json"}
    )

    assert (answer.status_code, len(outbox.sent)) == (202, 1)


def test_a_plain_post_is_counted_by_its_route_and_answered_as_securely(client: TestClient) -> None:
    answer = client.post("/v1/events", content=orjson.dumps(event()), headers=STRUCTURED)

    assert answer.headers["cache-control"] == "no-store"
    assert 'method="POST",route="/v1/events",status="202"' in client.get("/metrics").text


def test_what_nobody_expected_is_a_problem_of_ours(visitor: TestClient, outbox: Any) -> None:
    async def failing(_: object) -> None:
        raise RuntimeError("no such luck")

    outbox.send = failing
    answer = visitor.post("/v1/events", content=orjson.dumps(event()), headers=STRUCTURED)

    assert (answer.status_code, answer.json()["type"]) == (500, "urn:mingjing:problem:internal")
