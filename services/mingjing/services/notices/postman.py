"""Carrying what is due, each channel for itself: one that does not answer keeps no other waiting."""

import asyncio
import smtplib
import time
from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Concatenate, ParamSpec, TypeVar

import structlog

from mingjing.services.notices.channel import Channel, Mailbox
from mingjing.services.notices.channels.mail import letter, post
from mingjing.services.notices.courier import Courier
from mingjing.services.notices.metrics import NotifyMetrics
from mingjing.services.notices.plan import Plan
from mingjing.services.notices.retrying import next_try
from mingjing.services.notices.telling import Telling, Words
from mingjing.services.registry import Deliveries, Delivery, RegistryUnavailable

_LOOK_EVERY_S = 0.25
_AGAIN_S = 2.0
_ANSWER_S = 30.0
_MINUTE_MS = 60_000
_LEASE_MS = 60_000
"""Longer than any receiver is waited for: what was in hand when the process died is taken up again after it."""

P = ParamSpec("P")
T = TypeVar("T")

log = structlog.get_logger()


class Postman:
    """Takes deliveries from the registry, offers them to their receivers, and writes down what came of it."""

    def __init__(
        self, plan: Plan, deliveries: Deliveries, words: Words, metrics: NotifyMetrics, now_ms: Callable[[], int]
    ) -> None:
        self._plan = plan
        self._deliveries = deliveries
        self._words = words
        self._metrics = metrics
        self._now_ms = now_ms
        self._gone: defaultdict[str, deque[int]] = defaultdict(deque)

    async def run(self, stopping: Callable[[], bool]) -> None:
        """Carry until `stopping`; what is on its way then is finished."""
        courier = Courier(self._plan.hosts)
        try:
            async with asyncio.TaskGroup() as channels:
                for channel in self._plan.channels.values():
                    channels.create_task(self._serve(channel, courier, stopping))
        finally:
            await courier.close()

    async def carry_due(self, channel: Channel, courier: Courier) -> bool:
        """Carry the next message that is due by this channel; False when there is none, or none may go yet."""
        now_ms = self._now_ms()
        if not self._may_go(channel, now_ms):
            return False
        taken = await asyncio.to_thread(self._deliveries.take, channel.name, now_ms, now_ms + _LEASE_MS)
        if not taken:
            return False
        self._gone[channel.name].append(now_ms)
        began = time.monotonic()
        failure = await offer(channel, self._words.of(taken), courier, now_ms)
        outcome = await self._noted(taken, failure)
        self._metrics.tried(channel.name, outcome, time.monotonic() - began)
        said = {"channel": channel.name, "delivery": taken[0].batch, "cards": len(taken), "tries": taken[0].tries + 1}
        if failure is None:
            log.info("told", **said)
        else:
            log.warning("not told", outcome=outcome, why=failure, **said)
        return True

    def _may_go(self, channel: Channel, now_ms: int) -> bool:
        """Whether fewer messages went this way within the last minute than its receiver takes."""
        gone = self._gone[channel.name]
        while gone and gone[0] <= now_ms - _MINUTE_MS:
            gone.popleft()
        return channel.most_a_minute is None or len(gone) < channel.most_a_minute

    async def _serve(self, channel: Channel, courier: Courier, stopping: Callable[[], bool]) -> None:
        while not stopping():
            try:
                worked = await self.carry_due(channel, courier)
            except RegistryUnavailable as exc:
                log.warning("registry away, nothing can be sent", reason=str(exc))
                await asyncio.sleep(_AGAIN_S)
            else:
                if not worked:
                    await asyncio.sleep(_LOOK_EVERY_S)

    async def _noted(self, taken: Sequence[Delivery], failure: str | None) -> str:
        """Write down what came of it, however long the registry is away, and return the outcome."""
        ids = [each.id for each in taken]
        now_ms = self._now_ms()
        if failure is None:
            await _patiently(self._deliveries.sent, ids, now_ms)
            return "sent"
        again = next_try(taken[0].tries + 1, datetime.fromtimestamp(now_ms / 1000, UTC), taken[0].batch)
        await _patiently(self._deliveries.failed, ids, failure, None if again is None else _millis(again))
        return "given_up" if again is None else "failed"


async def offer(channel: Channel, telling: Telling, courier: Courier, now_ms: int) -> str | None:
    """Offer one message to its receiver; return why it was not taken, with nothing in it that is secret, or None."""
    address = channel.address
    try:
        async with asyncio.timeout(_ANSWER_S):
            if isinstance(address, Mailbox):
                await asyncio.to_thread(
                    post, address.host, letter(address.host, address.to, telling.message, telling.delivery)
                )
                return None
            failure = (await courier.carry(address.outbound(telling, now_ms))).failure
    except TimeoutError:
        failure = f"{_ANSWER_S:.0f} 秒内没有答复完毕"
    except (OSError, smtplib.SMTPException) as exc:
        failure = f"{type(exc).__name__}：{exc}"
    return None if failure is None else channel.masked(failure)


async def _patiently(
    act: Callable[Concatenate[Sequence[str], P], T], ids: Sequence[str], *args: P.args, **more: P.kwargs
) -> T:
    while True:
        try:
            return await asyncio.to_thread(act, ids, *args, **more)
        except RegistryUnavailable as exc:
            log.warning("registry away, an outcome waits to be written down", reason=str(exc))
            await asyncio.sleep(_AGAIN_S)


def _millis(at: datetime) -> int:
    return int(at.timestamp() * 1000)
