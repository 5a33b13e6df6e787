"""Feeds under watch: how each agency's is, when asked, and every quarter of an hour for `/metrics`."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime

import structlog
from starlette.concurrency import run_in_threadpool

from mingjing.rules.rulebook import Rulebook
from mingjing.services.agencies import Agencies, Agency
from mingjing.services.api import metrics
from mingjing.services.conformance.health import CASES, FeedHealth, health_of
from mingjing.services.ledger.errors import LedgerError
from mingjing.services.ledger.port import CardFilter, Ledger
from mingjing.services.ledger.scope import Scope

EVERY_S = 900.0

_log = structlog.get_logger(__name__)


class FeedWatch:
    """Looks at feeds; a part of the application that works while it serves."""

    def __init__(self, ledger: Ledger, judged_by: Callable[[], Rulebook], agencies: Agencies) -> None:
        self._ledger = ledger
        self._judged_by = judged_by
        self._agencies = agencies
        self._watching: asyncio.Task[None] | None = None

    def health(self, agency: Agency) -> FeedHealth:
        """Return how the agency's feed is; blocks on the ledger, and raises what it raises."""
        scope, rulebook, now = Scope.of_agency(agency.code), self._judged_by(), datetime.now(UTC)
        zone = rulebook.zone.info
        sample = self._ledger.feed_sample(scope, agency.code, CASES, zone, int(now.timestamp() * 1000))
        rules = [rule.id for rule in rulebook.across if rule.kind == "silence"]
        wanted = [CardFilter(rule=rule, agency=agency.code, statuses=("standing",)) for rule in rules]
        silences = [card["card_id"] for each in wanted for card in self._ledger.cards(scope, each, limit=10).items]
        health = health_of(agency, sample, silences, rulebook.outages.get(agency.code, ()), now, zone)
        metrics.FEED_MISSED.labels(agency.code).set(health.rhythm.missed)
        if health.rhythm.usual_s is not None:
            metrics.FEED_USUAL_INTERVAL.labels(agency.code).set(health.rhythm.usual_s)
        if health.lag_s is not None:
            metrics.FEED_LAG.labels(agency.code).set(health.lag_s)
        if health.quality.points is not None:
            metrics.FEED_QUALITY.labels(agency.code).set(health.quality.points)
        for part in health.quality.parts:
            if part.share is not None:
                metrics.FEED_QUALITY_PART.labels(agency.code, part.name).set(part.share)
        if health.last_event_at is not None:
            at = datetime.fromisoformat(health.last_event_at)
            metrics.FEED_LAST_EVENT.labels(agency.code).set(at.timestamp())
        return health

    async def start(self) -> None:
        """Begin to watch; the first look is an interval away, when everything else has started."""
        self._watching = asyncio.create_task(self._watch(), name="feed-watch")

    async def stop(self) -> None:
        """Stop watching."""
        if self._watching is not None:
            self._watching.cancel()
            with suppress(asyncio.CancelledError):
                await self._watching

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(EVERY_S)
            for agency in self._agencies.agencies:
                try:
                    await run_in_threadpool(self.health, agency)
                except LedgerError as exc:
                    _log.warning("feeds_unwatched", reason=str(exc), again_in_s=EVERY_S)
                    break
