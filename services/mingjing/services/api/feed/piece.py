"""Whole messages that are new, for all who want the same: joined once, and framed once for a connection."""

from collections.abc import Sequence
from functools import cached_property

from mingjing.services.api.http_protocol import chunk_of


class Piece:
    """`text` is `count` messages."""

    def __init__(self, messages: Sequence[bytes]) -> None:
        self.text = b"".join(messages)
        self.count = len(messages)

    @cached_property
    def chunk(self) -> bytes:
        """The text as HTTP carries it."""
        return chunk_of(self.text)
