"""HTTP on a real socket: a body behind an offer of HTTP/2 is read, and no head grows without end."""

import asyncio
from collections.abc import Sequence

import pytest
import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.server import ServerState

from mingjing.services.api.http_protocol import CHUNK, MAX_HEAD, WHOLE, Http, chunk_of

OFFER = b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAEAAEAAAAIAAAABAAMAAABk\r\n"
PATIENCE_S = 60


async def length_of_body(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer with the path, the method and the number of bytes that were sent."""
    length, more = 0, True
    while more:
        message = await receive()
        length += len(message.get("body", b""))
        more = message.get("more_body", False)
    told = f"{scope['method']} {scope['path']} {length};".encode()
    headers = [(b"content-length", str(len(told)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": told})


def answered(pieces: Sequence[bytes], until: bytes, app: ASGIApp = length_of_body) -> bytes:
    """Send the pieces over one connection, each once the last was taken, and read until `until` is told."""

    async def told() -> bytes:
        config = uvicorn.Config(app, http=Http, ws="none", log_config=None)
        config.load()
        state = ServerState()
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: Http(config, state, {}), "127.0.0.1", 0)
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
        async with asyncio.timeout(PATIENCE_S):
            said = await reader.readuntil(until)
        writer.close()
        server.close()
        return said

    return asyncio.run(told())


def post(length: int, more: bytes = b"", path: bytes = b"/v1/events") -> bytes:
    return b"POST %b HTTP/1.1\r\nHost: h\r\n%bContent-Length: %d\r\n\r\n" % (path, more, length)


@pytest.mark.parametrize(
    "pieces",
    [
        [post(5000, OFFER) + b"x" * 5000],
        [post(5000, OFFER), b"x" * 5000],
        [post(5000, OFFER)[:60], post(5000, OFFER)[60:] + b"x", b"x" * 4999],
    ],
    ids=["at once", "in two pieces", "in three pieces"],
)
def test_a_body_behind_an_offer_is_the_body_of_the_request(pieces: list[bytes]) -> None:
    assert b"POST /v1/events 5000;" in answered(pieces, b";")


def test_a_body_in_chunks_behind_an_offer_is_read_by_its_chunks() -> None:
    head = b"POST /c HTTP/1.1\r\nHost: h\r\n" + OFFER + b"Transfer-Encoding: chunked\r\n\r\n"

    assert b"POST /c 7;" in answered([head, b"3\r\nabc\r\n", b"4\r\ndefg\r\n0\r\n\r\n"], b";")


def test_the_connection_goes_on_after_an_offer() -> None:
    first, second = post(3, OFFER, b"/1") + b"abc", post(2, b"", b"/2") + b"de"

    assert b"POST /2 2;" in answered([first, second], b"/2 2;")


def test_requests_sent_ahead_behind_an_offer_are_answered_in_their_order() -> None:
    asked = (
        b"GET /1 HTTP/1.1\r\nHost: h\r\n" + OFFER + b"\r\n" + post(2, OFFER, b"/2") + b"de" + post(1, b"", b"/3") + b"f"
    )
    said = answered([asked], b"/3 1;")

    assert said.index(b"GET /1 0;") < said.index(b"POST /2 2;") < said.index(b"POST /3 1;")


def test_a_request_that_says_its_length_twice_is_refused() -> None:
    head = b"POST /s HTTP/1.1\r\nHost: h\r\n" + OFFER + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"

    assert answered([head], b"\r\n").startswith(b"HTTP/1.1 400")


async def length_as_may_be(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer in one piece, or in more where that is declined."""
    whole = []

    async def give(message: Message) -> None:
        if message["type"] == "http.response.body":
            whole.append(scope["extensions"][WHOLE](scope, 200, b"x-told: whole\r\n", message["body"]))

    await asyncio.sleep(0)
    await length_of_body(scope, receive, give)
    if not whole[0]:
        told = b"in pieces;"
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"10")]})
        await send({"type": "http.response.body", "body": told})


def test_a_whole_answer_has_the_head_of_one_in_pieces() -> None:
    said = answered([post(3, b"", b"/1") + b"abc"], b"/1 3;", length_as_may_be)

    assert said.startswith(b"HTTP/1.1 200 OK\r\n")
    assert said.endswith(b"content-length: 10\r\nx-told: whole\r\n\r\nPOST /1 3;")


def test_an_answer_to_a_request_with_another_sent_ahead_behind_it_goes_out_in_pieces() -> None:
    said = answered([post(1, b"", b"/1") + b"a" + post(1, b"", b"/2") + b"b"], b"/2 1;", length_as_may_be)

    assert said.index(b"in pieces;") < said.index(b"x-told: whole")


def test_after_the_last_answer_the_connection_is_closed_as_asked() -> None:
    said = answered([post(1, b"Connection: close\r\n", b"/1") + b"a"], b"in pieces;", length_as_may_be)

    assert b"connection: close" in said


async def ten_chunks(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer with chunks, every other past the layers, and say at the end which of those were taken."""
    await receive()
    write = scope["extensions"][CHUNK]
    taken = [write(chunk_of(b"early"))]
    await send({"type": "http.response.start", "status": 200, "headers": []})
    for number in range(0, 10, 2):
        await send({"type": "http.response.body", "body": b"%d," % number, "more_body": True})
        taken.append(write(chunk_of(b"%d," % (number + 1))))
    await send({"type": "http.response.body", "body": b"%a;" % taken})
    assert not write(chunk_of(b"late"))


def test_a_chunk_written_past_the_layers_stands_between_those_that_were_sent() -> None:
    said = answered([b"GET /1 HTTP/1.1\r\nHost: h\r\n\r\n"], b"0\r\n\r\n", ten_chunks)

    told = b"".join(said.split(b"\r\n\r\n", 1)[1].split(b"\r\n")[1::2])

    assert told == b"0,1,2,3,4,5,6,7,8,9,[False, True, True, True, True, True];"


class Wire(asyncio.Transport):
    """What a connection writes, kept."""

    def __init__(self) -> None:
        super().__init__({"peername": ("127.0.0.1", 1), "sockname": ("127.0.0.1", 2)})
        self.written = b""
        self.closed = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.written += bytes(data)

    def close(self) -> None:
        self.closed = True

    def is_closing(self) -> bool:
        return self.closed


def test_a_head_without_end_is_refused() -> None:
    async def sent() -> Wire:
        config = uvicorn.Config(length_of_body, http=Http, ws="none", log_config=None)
        config.load()
        connection, wire = Http(config, ServerState(), {}), Wire()
        connection.connection_made(wire)
        connection.data_received(b"GET / HTTP/1.1\r\nHost: h\r\n")
        for _ in range(1 + MAX_HEAD // 1024):
            connection.data_received(b"X-More: " + b"y" * 1014 + b"\r\n")
        return wire

    wire = asyncio.run(sent())

    assert wire.closed
    assert wire.written.startswith(b"HTTP/1.1 400")
    assert wire.written.endswith(b"Request head is too large.")
