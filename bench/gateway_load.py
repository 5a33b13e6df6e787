"""A load of posts on kept connections: each sends its next request when the last was answered."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Sequence
from typing import NamedTuple

import orjson

STRUCTURED, BATCH, LINES = (
    "application/cloudevents+json",
    "application/cloudevents-batch+json",
    "application/x-ndjson",
)


class Told(NamedTuple):
    """What a load came to: the seconds each answered request took, the answers by status, when it ran."""

    took: list[float]
    statuses: Counter[int]
    seconds: float


def an_event(source: str, ident: str) -> bytes:
    """Return an event as agencies send it, some 400 bytes."""
    return orjson.dumps(
        {
            "specversion": "1.0",
            "id": ident,
            "source": source,
            "type": "case.accepted",
            "subject": f"BENCH{ident}",
            "time": "2026-03-06T10:00:00+08:00",
            "item": "11990000MB0000182N2000116005000",
            "region": "990100000000",
            "officer": "0042",
            "data": {"doc_no": f"云市监受〔2026〕{ident}号", "channel": "online", "applicant": "王某"},
        }
    )


def packed(form: str, events: Sequence[bytes]) -> bytes:
    """Return the body of a request with these events."""
    if form == STRUCTURED:
        return events[0]
    return b"[" + b",".join(events) + b"]" if form == BATCH else b"\n".join(events)


def post(path: str, media_type: str, body: bytes, key: str) -> bytes:
    """Return a whole request."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {key}\r\n"
        f"Content-Type: {media_type}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def load(
    port: int,
    seconds: float,
    connections: int,
    request_of: Callable[[int], bytes],
    answered: Callable[[int, int], None] | None = None,
    pause_s: float = 0.0,
) -> Told:
    """Post for `seconds`; `request_of` gives the n-th request, `answered` hears its number and status.

    Each connection waits `pause_s` between an answer and its next request.

    A connection that breaks counts as status 0 and is opened again.
    """
    took: list[float] = []
    statuses: Counter[int] = Counter()
    numbers = iter(range(1 << 62))
    began = time.perf_counter()

    async def client() -> None:
        link: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        while time.perf_counter() - began < seconds:
            number = next(numbers)
            asked = time.perf_counter()
            try:
                link = link or await asyncio.open_connection("127.0.0.1", port)
                link[1].write(request_of(number))
                status = await _status(link[0])
            except (OSError, asyncio.IncompleteReadError):
                link, status = None, 0
                await asyncio.sleep(0.05)
            took.append(time.perf_counter() - asked)
            statuses[status] += 1
            if answered is not None:
                answered(number, status)
            if pause_s:
                await asyncio.sleep(pause_s)
        if link is not None:
            link[1].close()

    await asyncio.gather(*(client() for _ in range(connections)))
    return Told(took, statuses, time.perf_counter() - began)


async def _status(reader: asyncio.StreamReader) -> int:
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(
        int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")
    )
    await reader.readexactly(length)
    return int(head[9:12])
