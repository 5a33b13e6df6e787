"""The answers to actions, as they come back on `card-stages`, and those who wait for them."""

import asyncio
from collections import OrderedDict

from mingjing.rules.card_action import Outcome
from mingjing.services.api.feed.entry import Head, StageHead

MOST = 20_000
"""Answers remembered; an older one is in the ledger."""


class Answers:
    """Wakes requests that wait for the outcome of their action; lives on the event loop."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._known: OrderedDict[str, Outcome] = OrderedDict()
        self._waiting: dict[str, asyncio.Future[Outcome]] = {}

    def hear(self, head: Head) -> None:
        """Take what a record of `card-stages` answers, if it answers anything."""
        if not isinstance(head, StageHead) or head.outcome is None:
            return
        outcome = head.outcome
        self._known[outcome.action_id] = outcome
        if len(self._known) > self._most:
            self._known.popitem(last=False)
        arrival = self._waiting.pop(outcome.action_id, None)
        if arrival is not None and not arrival.done():
            arrival.set_result(outcome)

    def forget(self, action_id: str) -> None:
        """Wait for another answer to an action that is asked for again."""
        self._known.pop(action_id, None)

    def known(self, action_id: str) -> Outcome | None:
        """Return the answer to an action if it was heard lately."""
        return self._known.get(action_id)

    async def wait(self, action_id: str, within_s: float) -> Outcome | None:
        """Return the answer to an action, None if there is none after `within_s` seconds."""
        known = self._known.get(action_id)
        if known is not None:
            return known
        arrival = self._waiting.setdefault(action_id, asyncio.get_running_loop().create_future())
        try:
            async with asyncio.timeout(within_s):
                return await asyncio.shield(arrival)
        except TimeoutError:
            self._waiting.pop(action_id, None)
            return None
