"""HTTP/1.1 as this server speaks it: parsed in C, and deaf to offers of another protocol.

A client may offer to go on in HTTP/2 (`Upgrade: h2c`), as Java's own does with the first
request of every connection; who does not take the offer up answers in HTTP/1.1 (RFC 9110
§7.8). httptools stops at the offer and takes the body behind it for the other protocol, so
that such a post would be read as an empty one. Here its body is read on by a second parser,
which is told how the body is framed in the words of the request's own headers.

This leans on what is private in uvicorn 0.54: the callbacks that httptools calls on its
`HttpToolsProtocol`, `headers` among what they fill, and `parser`, which may be replaced.
"""

from typing import Any

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MAX_HEAD = 64 * 1024
"""Bytes of a request's head beyond the piece it begins in; httptools itself would keep as much as is sent."""

_FRAMING = frozenset((b"content-length", b"transfer-encoding"))


class Http(HttpToolsProtocol):
    """A connection."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._heading = False
        self._head = 0
        self._reading_on = False

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
        self.parser = httptools.HttpRequestParser(self)
        if framing:
            self._reading_on = True
            self.parser.feed_data(b"POST / HTTP/1.1\r\n%b\r\n" % b"".join(framing))
            self._reading_on = False

    def _framing(self) -> list[bytes]:
        """Return what the request's headers say of its body, as lines; none where there is none."""
        return [b"%b: %b\r\n" % (name, value) for name, value in self.headers if name in _FRAMING]

    def _refuse(self, why: str) -> None:
        self.logger.warning(why)
        self.send_400_response(why)

    def on_message_begin(self) -> None:
        """Begin a request."""
        if not self._reading_on:
            self._heading, self._head = True, 0
            super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        """Hear what is asked for."""
        if not self._reading_on:
            super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Hear a header."""
        if not self._reading_on:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Hand the request to the application."""
        if not self._reading_on:
            self._heading = False
            super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Tell the application that the body has ended, unless it lies behind an offer."""
        if not (self.parser.should_upgrade() and self._framing()):
            super().on_message_complete()
