"""The connection of a stream, past the layers of the application.

To wake the task of a stream, and have it send through every layer, costs several times what
writing to its connection does; of a thousand streams that each hear of ten things a second
this is most of the work. So who has nothing waiting is written to at once.
"""

from collections.abc import Callable

Write = Callable[[bytes], bool]
"""Writes a chunk of an answer, or does nothing and returns False; see `CHUNK`."""


class Wire:
    """Writes nothing until it is laid, which it is not where the server has no such way."""

    def __init__(self) -> None:
        self._write: Write | None = None

    def lay(self, write: Write | None) -> None:
        """Write to the connection from now on."""
        self._write = write

    def take(self, chunk: bytes) -> bool:
        """Write a chunk; False where nothing was done, and it is to be sent as anything else is."""
        return self._write is not None and self._write(chunk)
