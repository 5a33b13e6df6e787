"""Numbers, strings and packets of the native protocol, read and written.

The protocol is spoken at revision 54429: settings travel as strings, blocks carry
their block info, and nothing newer (addenda, custom serialisations) is expected.
"""

import struct
from collections.abc import Callable

REVISION = 54429

HELLO, DATA, EXCEPTION, PONG, END_OF_STREAM = 0, 1, 2, 4, 5
"""Packets a server sends."""

CLIENT_HELLO, CLIENT_QUERY, CLIENT_DATA, CLIENT_CANCEL, CLIENT_PING = range(5)
"""Packets a client sends."""

_CONTINUES = 0x80
_AT_ONCE = 1 << 18

_OVERFLOWS_FIELD, _BUCKET_FIELD = 1, 2
_BLOCK_INFO = b"\x01\x00\x02" + struct.pack("<i", -1) + b"\x00"


class Ended(Exception):  # the peer's going is how a conversation ends
    """The bytes ended; in the middle of something if `within`."""

    def __init__(self, *, within: bool) -> None:
        super().__init__("ended within a value" if within else "ended")
        self.within = within


class Reader:
    """Reads values off a stream of bytes; what has been passed since `mark` can be had again.

    `more` returns the next bytes, at least one, or none when there are no more.
    """

    def __init__(self, more: Callable[[int], bytes]) -> None:
        self._more = more
        self._buffer = bytearray()
        self._at = 0
        self._mark: int | None = None

    @classmethod
    def over(cls, body: bytes) -> "Reader":
        """Return a reader of `body` and nothing after it."""
        reader = cls(lambda _: b"")
        reader._buffer += body
        reader._mark = 0
        return reader

    @property
    def at(self) -> int:
        """Place of the next byte in what `over` was given."""
        return self._at

    def mark(self) -> None:
        """Keep everything from here on, until `since_mark`."""
        del self._buffer[: self._at]
        self._at = self._mark = 0

    def since_mark(self) -> bytes:
        """Return what has been read since `mark`, and let go of it."""
        body = bytes(memoryview(self._buffer)[self._mark : self._at])
        self._mark = None
        return body

    def ended(self) -> bool:
        """Return whether no byte is left; waits for one if need be."""
        return self._at == len(self._buffer) and not self._read_on(1)

    def skip(self, count: int) -> None:
        """Pass over `count` bytes."""
        self._need(count)
        self._at += count

    def take(self, count: int) -> bytes:
        """Return the next `count` bytes."""
        self._need(count)
        self._at += count
        return bytes(memoryview(self._buffer)[self._at - count : self._at])

    def byte(self) -> int:
        """Return the next byte as a number."""
        self._need(1)
        self._at += 1
        return self._buffer[self._at - 1]

    def u64(self) -> int:
        """Return a little-endian 64-bit number."""
        return int.from_bytes(self.take(8), "little")

    def varint(self) -> int:
        """Return a number in base 128, least significant digits first."""
        value = shift = 0
        while (byte := self.byte()) >= _CONTINUES:
            value |= (byte ^ _CONTINUES) << shift
            shift += 7
        return value | byte << shift

    def raw(self) -> bytes:
        """Return a string: its length and its bytes."""
        return self.take(self.varint())

    def text(self) -> str:
        """Return a string that must be UTF-8; UnicodeDecodeError if it is not."""
        return self.raw().decode()

    def skip_strings(self, count: int) -> None:
        """Pass over `count` strings, quickly: this is the inner loop of every insert."""
        buffer, at = self._buffer, self._at
        for _ in range(count):
            try:
                length = buffer[at]
            except IndexError:
                length = _CONTINUES  # let the careful way fetch what is missing
            if length < _CONTINUES and at + length < len(buffer):
                at += 1 + length
                continue
            self._at = at
            self.skip(self.varint())
            buffer, at = self._buffer, self._at
        self._at = at

    def _need(self, count: int) -> None:
        while len(self._buffer) - self._at < count:
            if not self._read_on(count):
                raise Ended(within=True)

    def _read_on(self, count: int) -> bool:
        if self._mark is None and self._at:
            del self._buffer[: self._at]
            self._at = 0
        got = self._more(max(count, _AT_ONCE))
        self._buffer += got
        return bool(got)


def varint(value: int) -> bytes:
    """Return `value` in base 128."""
    out = bytearray()
    while value >= _CONTINUES:
        out.append(value & 0x7F | _CONTINUES)
        value >>= 7
    out.append(value)
    return bytes(out)


def text(value: str) -> bytes:
    """Return a string with its length before it."""
    body = value.encode()
    return varint(len(body)) + body


def hello(version: tuple[int, int, int], timezone: str, name: str) -> bytes:
    """Return the server's greeting."""
    major, minor, patch = version
    return b"".join(
        (
            varint(HELLO),
            text("ClickHouse"),
            varint(major),
            varint(minor),
            varint(REVISION),
            text(timezone),
            text(name),
            varint(patch),
        )
    )


def data(block: bytes) -> bytes:
    """Return a packet that carries a block in Native format."""
    return varint(DATA) + text("") + _BLOCK_INFO + block


def exception(code: int, message: str) -> bytes:
    """Return a packet that carries an error, as the engine numbers it."""
    return varint(EXCEPTION) + struct.pack("<i", code) + text("DB::Exception") + text(message) + text("") + b"\x00"


def skip_block_info(reader: Reader) -> None:
    """Pass over what stands before the columns of a client's block."""
    while field := reader.varint():
        reader.skip({_OVERFLOWS_FIELD: 1, _BUCKET_FIELD: 4}[field])
