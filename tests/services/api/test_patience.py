"""A body that does not arrive in time ends its request; what has arrived is never hurried."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from fastapi import FastAPI, Request
from starlette.types import ASGIApp, Message

from mingjing.services.api import problems
from mingjing.services.api.patience import FILES, Patience

PART: Message = {"type": "http.request", "body": b"[", "more_body": True}
LAST: Message = {"type": "http.request", "body": b"]", "more_body": False}
GONE: Message = {"type": "http.disconnect"}


def asked(app: ASGIApp, messages: Sequence[Message], path: str = "/v1/events") -> list[Message]:
    """Post with these parts of a body, after which nothing ever comes; return what was answered."""
    waiting = list(messages)
    sent: list[Message] = []

    async def receive() -> Message:
        if waiting:
            return waiting.pop(0)
        await asyncio.Event().wait()
        raise AssertionError("nothing comes")

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": path, "headers": [], "query_string": b"", "http_version": "1.1"}
    asyncio.run(app(scope, receive, send))  # type: ignore[arg-type]  # an ASGI application's call is a coroutine
    return sent


def reading(**limits: float) -> ASGIApp:
    """Return an application that reads the body and says how long it is."""
    app = FastAPI()
    problems.install(app)

    @app.post("/v1/events")
    @app.post(FILES)
    async def length(request: Request) -> int:
        return len(await request.body())

    return Patience(app, **limits)


@pytest.mark.parametrize("path", ["/v1/events", FILES])
@pytest.mark.parametrize("messages", [[], [PART]], ids=["nothing", "a part"])
def test_a_body_that_does_not_come_to_its_end_in_time_is_answered_and_its_connection_ended(
    path: str, messages: list[Message]
) -> None:
    start, body = asked(reading(whole_s=0, file_whole_s=0), messages, path)

    assert (start["status"], dict(start["headers"])[b"connection"]) == (408, b"close")
    assert b"urn:mingjing:problem:too_slow" in body["body"]


def test_a_file_may_take_long_but_not_be_silent() -> None:
    assert asked(reading(whole_s=0, silent_s=0), [PART], FILES)[0]["status"] == 408
    assert asked(reading(whole_s=0), [PART, LAST], FILES)[0]["status"] == 200


def test_what_is_there_is_read_however_short_the_time() -> None:
    assert asked(reading(whole_s=0), [PART, PART, LAST])[1]["body"] == b"3"


def test_who_has_sent_all_may_listen_for_hours() -> None:
    heard: list[Message] = []

    async def listening(scope: Any, receive: Any, send: Any) -> None:  # noqa: ARG001  # an ASGI application
        heard.extend([await receive(), await receive()])

    asked(Patience(listening, whole_s=0), [LAST, GONE])

    assert heard == [LAST, GONE]
