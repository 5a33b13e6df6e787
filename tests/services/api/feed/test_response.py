"""A stream on a real socket: what is new goes straight to the connection, in order, behind what was sent before."""

import asyncio
from typing import Any

import uvicorn
from starlette.types import Receive, Scope, Send
from uvicorn.server import ServerState

from mingjing.services.api.caller import permits
from mingjing.services.api.feed.hub import Hub
from mingjing.services.api.feed.response import FeedResponse
from mingjing.services.api.feed.stream import stream
from mingjing.services.api.feed.wanted import Wanted
from mingjing.services.api.feed.wire import Wire
from mingjing.services.api.http_protocol import Http
from mingjing.services.ledger.scope import Scope as Seen

PATIENCE_S = 60


class Counted(Wire):
    """A wire that counts what it takes."""

    taken = 0

    def take(self, chunk: bytes) -> bool:
        done = super().take(chunk)
        self.taken += done
        return done


def test_what_is_new_is_written_to_the_connection_behind_what_was_caught_up(
    hub: Hub, cards: Any, make_card: Any
) -> None:
    async def heard() -> tuple[list[bytes], int]:
        cards.follow()
        start = hub.present
        cards.put(0, make_card(1))
        wire = Counted()

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            wanted = Wanted(permits=permits(Seen.everything()))
            chunks = stream(hub, cards, wanted, start, keep_alive_s=PATIENCE_S, wire=wire)
            await FeedResponse(chunks, wire)(scope, receive, send)

        config = uvicorn.Config(app, http=Http, ws="none", log_config=None)
        config.load()
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: Http(config, ServerState(), {}), "127.0.0.1", 0)
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        writer.write(b"GET / HTTP/1.1\r\nHost: h\r\n\r\n")
        said = b""
        async with asyncio.timeout(PATIENCE_S):
            for number in (2, 3):
                said += await reader.readuntil(b"2026-%d" % (number - 1))
                cards.put(0, make_card(number))
            said += await reader.readuntil(b"2026-3")
        hub.end()
        said += await reader.read()
        writer.close()
        server.close()
        return said.split(b"\r\n"), wire.taken

    lines, taken = asyncio.run(heard())
    told = b"".join(lines[lines.index(b"") + 2 :: 2])

    assert [b"2026-%d" % number in each for number, each in enumerate(told.split(b"event: card")[1:], 1)] == [True] * 3
    assert lines[-3:] == [b"0", b"", b""]
    assert taken == 2
