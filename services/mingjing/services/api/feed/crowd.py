"""Everybody who wants the same of a feed: what is new is filtered and joined once, and goes to all as the same bytes.

Waking a listener costs far more than a card does. The more of them are open, the longer
what is new is therefore gathered before it is handed out: a tenth of a second for a
thousand, and nothing for a few, so that waking never takes all of an event loop's time.
"""

import asyncio
from typing import Final

from mingjing.services.api.feed.listener import Listener
from mingjing.services.api.feed.wanted import Wanted

FEW: Final = 16
"""So many listeners of a hub are woken by every card."""

WAKE_S: Final = 100e-6
"""What is gathered for each listener of a hub; to wake one costs about half of it on a core of 2 GHz."""


class Crowd:
    """The listeners of one `wanted`, and the messages that are being gathered for them.

    `size` counts also those who are not `members` yet, for they stand ahead of the hub.
    """

    def __init__(self, wanted: Wanted) -> None:
        self.wanted = wanted
        self.members: set[Listener] = set()
        self.size = 0
        self._frames: list[bytes] = []
        self._due: asyncio.TimerHandle | None = None

    def add(self, frame: bytes, listeners: int) -> None:
        """Gather a message; it is handed out at once, or soon where `listeners` are many."""
        self._frames.append(frame)
        if listeners <= FEW:
            self.hand_out()
        elif self._due is None:
            self._due = asyncio.get_running_loop().call_later(listeners * WAKE_S, self.hand_out)

    def hand_out(self) -> None:
        """Give every member what has been gathered."""
        if self._due is not None:
            self._due.cancel()
            self._due = None
        if self._frames:
            piece, count = b"".join(self._frames), len(self._frames)
            self._frames.clear()
            for listener in self.members:
                listener.give(piece, count)
