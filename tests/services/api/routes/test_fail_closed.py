"""Without the trail nothing is done: every write of every role is refused while Kafka acknowledges nothing."""

from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from mingjing.services.auth.caller import ROLES

WRITES = ("post", "put", "patch", "delete")
OWN = {
    ("put", "/v1/filters/{name}"),
    ("delete", "/v1/filters/{name}"),
    ("delete", "/v1/sandbox"),
    ("post", "/v1/session/code"),
    ("post", "/v1/session/password"),
    ("delete", "/v1/session"),
}
"""What is the caller's alone and no affair of anybody else's, and the end of the caller's own session."""
NAMES = {
    "name": "wang",
    "key": "mk_0000000000000000",
    "session": "0" * 16,
    "card_id": "0" * 32,
}


def each_refused(answer: dict[str, Any]) -> bool:
    """Whether several things were asked for at once and none was done."""
    return bool(answer.get("results")) and all(each["state"] == "refused" for each in answer["results"])


@pytest.mark.parametrize("role", ROLES)
def test_no_write_is_done_without_the_trail(
    app: FastAPI, visitor: TestClient, sign_in: Any, outbox: Any, role: str
) -> None:
    sign_in(visitor, role, agency="91330100MA00000001" if role == "clerk" else None)
    outbox.ready = False
    done = []
    for path, methods in app.openapi()["paths"].items():
        for method in set(methods) & set(WRITES):
            if (method, path) in OWN:
                continue
            where = path.format(**{part.strip("{}"): NAMES.get(part.strip("{}"), "0" * 32) for part in path.split("/")})
            body = methods[method].get("requestBody", {}).get("content", {}).get("application/json", {}).get("example")
            headers = {"If-Match": '"r1"', "Idempotency-Key": f"{method}{path}"[:64]}
            answer = visitor.request(method.upper(), where, json=body, headers=headers)
            if answer.is_success and not each_refused(answer.json()):
                done.append((method, path, answer.status_code))

    assert done == []
    assert outbox.sent == []
