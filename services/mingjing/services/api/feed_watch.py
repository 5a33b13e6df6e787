"""Feeds under watch: how each agency's is, when asked, and every quarter of an hour for `/metrics`."""

import asyncio
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import get_args

import structlog
from starlette.concurrency import run_in_threadpool

from mingjing.rules.kinds.silence import Silence
from mingjing.rules.rule import Rule
from mingjing.rules.rulebook import Rulebook
from mingjing.services.agencies import Agencies, Agency
from mingjing.services.api import metrics
from mingjing.services.api.tasks import ended
from mingjing.services.conformance.health import CASES, FeedHealth, State, health_of
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
        wanted = [
            CardFilter(rule=rule, agency=agency.code, statuses=("standing",)) for rule in on_any_word(rulebook.across)
        ]
        silences = [card["card_id"] for each in wanted for card in self._ledger.cards(scope, each, limit=10).items]
        outages = rulebook.outages.get(agency.code, ())
        workdays = rulebook.calendar.workdays(agency.region, agency.code)
        listed = {code for era in rulebook.eras for code in era.catalogue.versions}
        health = health_of(agency, sample, silences, outages, now, zone, workdays, listed)
        _tell(health)
        return health

    async def start(self) -> None:
        """Begin to watch; the first look is an interval away, when everything else has started."""
        self._watching = asyncio.create_task(self._watch(), name="feed-watch")

    async def stop(self) -> None:
        """Stop watching."""
        await ended(self._watching)

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(EVERY_S)
            for agency in self._agencies.agencies:
                try:
                    await run_in_threadpool(self.health, agency)
                except LedgerError as exc:
                    _log.warning("feeds_unwatched", reason=str(exc), again_in_s=EVERY_S)
                    break


def on_any_word(rules: Iterable[Rule]) -> list[str]:
    """Return the rules that hear an agency by whatever it reports; one that waits for a visit says nothing of feeds."""
    return [
        rule.id
        for rule in rules
        if isinstance(rule.judge, Silence) and rule.judge.of.types is None and rule.judge.by == ("agency",)
    ]


def _tell(health: FeedHealth) -> None:
    """Tell Prometheus how a feed is."""
    for state in get_args(State):
        metrics.FEED_STATE.labels(health.agency, state).set(state == health.state)
    last = health.last_event_at
    for gauge, value in (
        (metrics.FEED_MISSED, health.rhythm.missed),
        (metrics.FEED_USUAL_INTERVAL, health.rhythm.usual_s),
        (metrics.FEED_LAG, health.lag_s),
        (metrics.FEED_QUALITY, health.quality.points),
        (metrics.FEED_LAST_EVENT, None if last is None else datetime.fromisoformat(last).timestamp()),
    ):
        metrics.set_known(gauge, value, health.agency)
    for part in health.quality.parts:
        metrics.set_known(metrics.FEED_QUALITY_PART, part.share, health.agency, part.name)
