"""The short ways in for plain posts: whoever comes by them is met exactly as at the route behind them."""

import gzip
from typing import Any

import orjson
import pytest
from fastapi.testclient import TestClient
from httpx import Response
from prometheus_client import REGISTRY

from mingjing.services.api.gateway.bodies import MAX_BODY
from mingjing.services.api.throttle import STRANGER

from .conftest import EVENT, MemoryOutbox

KEY = {"Authorization": "Bearer key-of-the-market-bureau"}
ONE = "application/cloudevents+json"
MANY = "application/cloudevents-batch+json"
LINES = "application/x-ndjson"
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
WAYS = ("/v1/events", "/v1/events?validate=false")


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        pytest.param(KEY | {"Content-Type": ONE}, orjson.dumps(EVENT), id="an event"),
        pytest.param(KEY | {"Content-Type": MANY}, orjson.dumps([EVENT, EVENT | {"time": "soon"}]), id="a batch"),
        pytest.param(KEY | {"Content-Type": LINES}, b"\n".join([orjson.dumps(EVENT), b"", b"{}"]), id="lines"),
        pytest.param(KEY | {"Content-Type": ONE, "traceparent": TRACE}, orjson.dumps(EVENT), id="a traced event"),
        pytest.param(KEY | {"Content-Type": f"{ONE}; charset=gbk"}, orjson.dumps(EVENT), id="another charset"),
        pytest.param(KEY | {"Content-Type": ONE, "Content-Encoding": "gzip"}, gzip.compress(b"{}"), id="gzip"),
        pytest.param(KEY | {"Content-Type": MANY}, b"[]", id="no event"),
        pytest.param(KEY | {"Content-Type": MANY}, b"{}", id="a batch that is none"),
        pytest.param(KEY | {"Content-Type": MANY}, b"[" * 5000, id="a batch too deep"),
        pytest.param(KEY | {"Content-Type": ONE}, b"", id="nothing"),
        pytest.param(KEY | {"Content-Type": LINES}, b"x" * (MAX_BODY + 1), id="too much"),
        pytest.param(KEY | {"Content-Type": ONE}, b"{broken", id="a broken event"),
        pytest.param(KEY | {"Content-Type": "text/plain"}, b"hello", id="another media type"),
        pytest.param(KEY | {"Content-Type": MANY}, orjson.dumps([EVENT] * 1001), id="too many events"),
        pytest.param(KEY | {"Content-Type": ONE, "Content-Encoding": "gzip"}, b"no gzip", id="a broken body"),
        pytest.param({"Content-Type": ONE}, orjson.dumps(EVENT), id="a stranger"),
        pytest.param(
            {"Authorization": "Bearer nobodys", "Content-Type": ONE}, orjson.dumps(EVENT), id="an unknown key"
        ),
    ],
)
def test_a_plain_post_is_answered_as_the_route_answers_it(
    client: TestClient, headers: dict[str, str], body: bytes
) -> None:
    routed = client.post("/v1/events?validate=false", content=body, headers=headers)
    plain = client.post("/v1/events", content=body, headers=headers)

    assert (plain.status_code, plain.headers["content-type"]) == (routed.status_code, routed.headers["content-type"])
    assert _judged(plain.json()) == _judged(routed.json())
    assert _told(plain) == _told(routed)


def test_without_kafka_a_plain_post_is_told_so_as_at_the_route(client: TestClient, outbox: MemoryOutbox) -> None:
    outbox.ready = False
    plain, routed = (
        client.post(path, content=orjson.dumps(EVENT), headers=KEY | {"Content-Type": ONE}) for path in WAYS
    )

    assert plain.status_code == 503
    assert (plain.json(), _told(plain)) == (routed.json(), _told(routed))


def test_what_nobody_foresaw_is_answered_with_a_number_and_no_more(
    client: TestClient, outbox: MemoryOutbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(_: object) -> None:
        raise ValueError("a secret")

    monkeypatch.setattr(outbox, "send", broken)
    plain, routed = (
        client.post(path, content=orjson.dumps(EVENT), headers=KEY | {"Content-Type": ONE}) for path in WAYS
    )

    assert (plain.status_code, routed.status_code) == (500, 500)
    assert "a secret" not in plain.text
    assert plain.json()["instance"].startswith("urn:mingjing:incident:")


def test_a_body_that_comes_in_pieces_is_taken(client: TestClient) -> None:
    whole = orjson.dumps([EVENT] * 3)
    answer = client.post("/v1/events", content=iter([whole[:7], whole[7:]]), headers=KEY | {"Content-Type": MANY})

    assert (answer.status_code, answer.json()["accepted"], answer.json()["duplicate"]) == (202, 1, 2)


def test_a_plain_post_is_counted_once_under_its_route(client: TestClient) -> None:
    labels = {"method": "POST", "route": "/v1/events", "status": "202"}
    before = REGISTRY.get_sample_value("mingjing_http_requests_total", labels) or 0
    client.post("/v1/events", content=orjson.dumps(EVENT), headers=KEY | {"Content-Type": ONE})

    assert REGISTRY.get_sample_value("mingjing_http_requests_total", labels) == before + 1


def test_who_guessed_too_often_is_refused_though_the_key_is_right_at_last(client: TestClient) -> None:
    for number in range(STRANGER.amount):
        client.post("/v1/events", content=b"{}", headers={"Authorization": f"Bearer {number}", "Content-Type": ONE})
    answer = client.post("/v1/events", content=orjson.dumps(EVENT), headers=KEY | {"Content-Type": ONE})

    assert answer.status_code == 429


def _told(answer: Response) -> dict[str, str]:
    """Return the headers but for the length, which the number of a receipt does not change but a duplicate does."""
    return {name: value for name, value in answer.headers.items() if name != "content-length"}


def _judged(answer: dict[str, Any]) -> dict[str, Any]:
    """Return what does not differ from one post of the same to the next."""
    told = {name: value for name, value in answer.items() if name not in {"receipt", "accepted", "duplicate"}}
    for each in told.get("results", []):
        each["result"] = each["result"].replace("duplicate", "accepted")
    return told
