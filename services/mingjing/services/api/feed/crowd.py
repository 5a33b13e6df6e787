"""Everybody who wants the same of a feed: what is new is filtered and joined once, and goes to all as the same bytes.

Telling a listener costs far more than a card does. After each time that many were told,
what is new is therefore gathered for a while, a tenth of a second for a thousand, so that
telling never takes all of an event loop's time. What comes alone goes out at once.
"""

import asyncio
from typing import Final

from mingjing.services.api.feed.listener import Listener
from mingjing.services.api.feed.piece import Piece
from mingjing.services.api.feed.wanted import Wanted

FEW: Final = 16
"""So many listeners of a hub are told of every card by itself."""

TELL_S: Final = 100e-6
"""Nothing is handed out for so long for each listener of a hub; to tell one takes about a fifth of it at 2 GHz."""


class Crowd:
    """The listeners of one `wanted`, and the messages that are being gathered for them.

    `size` counts also those who are not `members` yet, for they stand ahead of the hub.
    """

    def __init__(self, wanted: Wanted) -> None:
        self.wanted = wanted
        self.members: set[Listener] = set()
        self.size = 0
        self._frames: list[bytes] = []
        self._pause: asyncio.TimerHandle | None = None

    @property
    def gathers(self) -> bool:
        """Whether there is something that the members have not been given yet."""
        return bool(self._frames)

    def add(self, frame: bytes, listeners: int) -> None:
        """Take a message; it is handed out at once, or soon where `listeners` are many and have just been told."""
        self._frames.append(frame)
        if listeners <= FEW:
            self.hand_out()
        elif self._pause is None:
            self._go_on(listeners)

    def hand_out(self) -> None:
        """Give every member what has been gathered."""
        if self._frames:
            piece = Piece(self._frames)
            self._frames.clear()
            for listener in self.members:
                listener.give(piece)

    def _go_on(self, listeners: int) -> None:
        """Hand out, and again after a pause, until a pause has brought nothing."""
        if not self._frames:
            self._pause = None
            return
        self.hand_out()
        self._pause = asyncio.get_running_loop().call_later(listeners * TELL_S, self._go_on, listeners)
