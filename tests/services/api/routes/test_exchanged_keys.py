"""A key exchanged or taken away in agencies.yaml under a running API."""

import asyncio
import hashlib
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import orjson
import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient

from mingjing.services.agencies import Agencies, read_agencies
from mingjing.services.api.porter import Porter

from .conftest import EVENT

OLD, NEW = "the-key-that-leaked", "the-key-after-it"
PATIENCE_S = 60
FILE = """\
agencies:
  - {{code: 91330100MA00000001, title: 市场局, region: "330100000000", sources: [urn:yunzhou:scjg]{key}}}
regions:
  - {{code: "330100000000", title: 云州市, tier: 市}}
"""


def write(file: Path, key: str | None) -> None:
    said = f', key_sha256: "{hashlib.sha256(key.encode()).hexdigest()}"' if key is not None else ""
    file.write_text(FILE.format(key=said), "utf-8")


@pytest.fixture
def agencies_file(tmp_path: Path) -> Path:
    file = tmp_path / "agencies.yaml"
    write(file, OLD)
    return file


@pytest.fixture
def agencies(agencies_file: Path) -> Agencies:
    return read_agencies(agencies_file)


def posted(client: TestClient, key: str) -> int:
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/cloudevents+json"}
    return client.post("/v1/events", content=orjson.dumps(EVENT), headers=headers).status_code


def refused_at_last(client: TestClient, key: str) -> bool:
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        if posted(client, key) == 401:
            return True
    return False


async def opened_with(porter: Porter, key: str) -> Callable[[], Awaitable[bool]]:
    scope = {"type": "http", "method": "GET", "path": "/v1/cards/stream", "query_string": b"", "client": ("::1", 1)}
    headers = [(b"authorization", f"Bearer {key}".encode())]
    caller = await porter.caller(Request({**scope, "headers": headers}))
    return lambda: porter.still(caller)


def test_a_running_api_refuses_the_old_key_and_takes_the_new_one(visitor: TestClient, agencies_file: Path) -> None:
    assert posted(visitor, OLD) == 202

    write(agencies_file, NEW)

    assert refused_at_last(visitor, OLD)
    assert posted(visitor, NEW) == 202


@pytest.mark.parametrize("key", [None, NEW])
def test_a_stream_opened_with_an_agencys_key_ends_with_the_key(
    app: FastAPI, agencies: Agencies, agencies_file: Path, key: str | None
) -> None:
    async def welcome_before_and_after() -> list[bool]:
        still = await opened_with(app.state.porter, OLD)
        before = await still()
        write(agencies_file, key)
        agencies.take(read_agencies(agencies_file))
        return [before, await still()]

    assert asyncio.run(welcome_before_and_after()) == [True, False]


def test_a_stream_goes_on_while_its_key_is_good(app: FastAPI, agencies: Agencies, agencies_file: Path) -> None:
    async def welcome_after_another_look() -> bool:
        still = await opened_with(app.state.porter, OLD)
        agencies.take(read_agencies(agencies_file))
        return await still()

    assert asyncio.run(welcome_after_another_look())
