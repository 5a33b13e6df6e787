"""The door for plain posts: whoever comes through it is met exactly as at the route behind it."""

from typing import Any

import orjson
import pytest
from fastapi.testclient import TestClient

KEY = {"Authorization": "Bearer key-of-the-market-bureau"}
ONE = "application/cloudevents+json"
MANY = "application/cloudevents-batch+json"
EVENT: dict[str, Any] = {
    "specversion": "1.0",
    "id": "e-1",
    "source": "urn:yunzhou:scjg",
    "type": "case.accepted",
    "subject": "2026-1",
    "time": "2026-03-06T10:00:00+08:00",
}


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        pytest.param(KEY | {"Content-Type": ONE}, orjson.dumps(EVENT), id="an event"),
        pytest.param(KEY | {"Content-Type": MANY}, orjson.dumps([EVENT, EVENT | {"time": "soon"}]), id="a batch"),
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
    assert set(plain.headers) == set(routed.headers)


def _judged(answer: dict[str, Any]) -> dict[str, Any]:
    """Return what does not differ from one post of the same to the next."""
    told = {name: value for name, value in answer.items() if name not in {"receipt", "accepted", "duplicate"}}
    for each in told.get("results", []):
        each["result"] = each["result"].replace("duplicate", "accepted")
    return told
