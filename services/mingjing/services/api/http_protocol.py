"""HTTP/1.1 as this server speaks it: parsed in C, and deaf to offers of another protocol.

A client may offer to go on in HTTP/2 (`Upgrade: h2c`), as Java's own does with the first
request of every connection; who does not take the offer up answers in HTTP/1.1 (RFC 9110
§7.8). httptools stops at the offer and takes the body behind it for the other protocol, so
that such a post would be read as an empty one. Here its body is read on by a second parser,
which is told how the body is framed in the words of the request's own headers.

This leans on what is private in uvicorn 0.54: the callbacks that httptools calls on its
`HttpToolsProtocol`, `headers` among what they fill, and `parser`, which may be replaced.
"""

from functools import partial
from typing import Any, Final

import httptools
from starlette.types import Scope
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

MAX_HEAD = 64 * 1024
"""Bytes of a request's head beyond the piece it begins in; httptools itself would keep as much as is sent."""

WHOLE: Final = "mingjing.whole"
"""The extension of a scope that gives a whole answer at once: it is called with scope, status, head and body.

The head is lines that each end with CRLF, and tells no length. It returns False where nothing was done, and `send`
is to be used.
"""

CHUNK: Final = "mingjing.chunk"
"""The extension of a scope that writes a chunk of an open answer at once: it is called with what `chunk_of` returns.

It waits for nothing and passes no layer of the application. It returns False where nothing was done, and `send` is
to be used: before the head of the answer and after its end, and while the client does not take what it was sent.
Nobody may be inside `send` meanwhile, or a chunk would overtake another.
"""

_FRAMING = frozenset((b"content-length", b"transfer-encoding"))


def chunk_of(text: bytes) -> bytes:
    """Return the text, which is not empty, framed as a chunk of a body."""
    return b"%x\r\n%b\r\n" % (len(text), text)


class Http(HttpToolsProtocol):
    """A connection."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._heading = False
        self._head = 0

    def data_received(self, data: bytes) -> None:
        """Take what has come; a request that cannot be one is answered 400, and the connection closed."""
        self._unset_keepalive_if_required()
        heading = self._heading
        try:
            self._feed(data)
        except httptools.HttpParserError:
            self._refuse("Invalid HTTP request received.")
            return
        if heading and self._heading:
            self._head += len(data)
            if self._head > MAX_HEAD:
                self._refuse("Request head is too large.")

    def _feed(self, data: bytes) -> None:
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade as offer:
            self._read_on()
            rest = data[offer.args[0] :]
            if rest:
                self._feed(rest)

    def _read_on(self) -> None:
        """Let another parser go on where the offer was made: with the body, or with the next request."""
        framing = self._framing()
        listener = _Listener(self)
        self.parser = httptools.HttpRequestParser(listener)
        if framing:
            listener.hears = False
            self.parser.feed_data(b"POST / HTTP/1.1\r\n%b\r\n" % b"".join(framing))
            listener.hears = True

    def _framing(self) -> list[bytes]:
        """Return what the request's headers say of its body, as lines; none where there is none."""
        return [b"%b: %b\r\n" % (name, value) for name, value in self.headers if name in _FRAMING]

    def _refuse(self, why: str) -> None:
        self.logger.warning(why)
        self.send_400_response(why)

    def on_message_begin(self) -> None:
        """Begin a request."""
        self._heading, self._head = True, 0
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Hand the request to the application."""
        self._heading = False
        super().on_headers_complete()
        self.scope["extensions"] = {WHOLE: self.answer, CHUNK: partial(_write_chunk, self.cycle)}  # type: ignore[dict-item]  # callables, not tables

    def on_message_complete(self) -> None:
        """Tell the application that the body has ended, unless it lies behind an offer."""
        if not (self.parser.should_upgrade() and self._framing()):
            super().on_message_complete()

    def answer(self, scope: Scope, status: int, head: bytes, body: bytes) -> bool:
        """Write the whole answer to the request of `scope` as one piece; see `WHOLE`."""
        cycle = self.cycle
        if cycle.scope is not scope or cycle.flow.write_paused or not cycle.keep_alive:
            return False
        if not cycle.disconnected:
            cycle.response_started = cycle.response_complete = True
            cycle.waiting_for_100_continue = False
            told = [b"%b: %b\r\n" % each for each in cycle.default_headers]
            length = b"content-length: %d\r\n" % len(body)
            self.transport.write(b"".join((STATUS_LINE[status], *told, length, head, b"\r\n", body)))
            cycle.message_event.set()
            cycle.on_response()
        return True


def _write_chunk(cycle: RequestResponseCycle, chunk: bytes) -> bool:
    """Write a chunk of the answer of `cycle`; see `CHUNK`."""
    if cycle.flow.write_paused or not cycle.chunked_encoding or cycle.response_complete:
        return False
    if not cycle.disconnected and not cycle.transport.is_closing():
        cycle.transport.write(chunk)
    return True


class _Listener:
    """Hears for a connection what a parser says of it, but for the head in which a body is framed once more."""

    def __init__(self, connection: Http) -> None:
        self.hears = True
        self.on_body = connection.on_body
        self.on_message_complete = connection.on_message_complete
        self._connection = connection

    def on_message_begin(self) -> None:
        if self.hears:
            self._connection.on_message_begin()

    def on_url(self, url: bytes) -> None:
        if self.hears:
            self._connection.on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        if self.hears:
            self._connection.on_header(name, value)

    def on_headers_complete(self) -> None:
        if self.hears:
            self._connection.on_headers_complete()
