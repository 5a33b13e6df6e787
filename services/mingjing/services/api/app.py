"""The API of an installation, put together from its parts."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Protocol

from fastapi import FastAPI

from mingjing.rules.review import review
from mingjing.rules.rulebook import Rulebook
from mingjing.services.agencies import Agencies
from mingjing.services.api import openapi, problems
from mingjing.services.api.feed.hub import Hub
from mingjing.services.api.feed.kafka_cards import KafkaCards
from mingjing.services.api.feed.stream import CardLog
from mingjing.services.api.gateway.kafka_outbox import KafkaOutbox
from mingjing.services.api.gateway.outbox import Outbox
from mingjing.services.api.gateway.reception import Reception
from mingjing.services.api.observed import Observed
from mingjing.services.api.present import present_of
from mingjing.services.api.references import reference_of
from mingjing.services.api.routes import cards as cards_route
from mingjing.services.api.routes import cases, console, dead_letters, events, feed, health, overview, reference
from mingjing.services.ledger.port import Ledger
from mingjing.services.settings import Settings

DIST = Path(__file__).parents[1] / "console" / "dist"


class Lifelong(Protocol):
    """A part that works while the process serves."""

    async def start(self) -> None:
        """Begin to work, and return without waiting for anything outside."""
        ...

    async def stop(self) -> None:
        """Stop working and let go of every connection."""
        ...


class Cards(CardLog, Lifelong, Protocol):
    """Keeps the hub fed from the `cards` topic and can read the topic again."""


class RunningOutbox(Outbox, Lifelong, Protocol):
    """An outbox with a connection to keep."""


def build(
    settings: Settings,
    ledger: Ledger,
    rulebook: Rulebook,
    agencies: Agencies,
    *,
    hub: Hub | None = None,
    cards: Cards | None = None,
    outbox: RunningOutbox | None = None,
    dist: Path = DIST,
) -> FastAPI:
    """Return the application; it starts and stops `cards` and `outbox`, and leaves the ledger to the caller.

    Kafka or ClickHouse need not be there: what needs them answers 503 until they
    are, everything else works. Whoever serves the application calls `hub.end()`
    before waiting for open connections, or streams would hold them for ever.
    """
    hub = hub or Hub()
    cards = cards or KafkaCards(settings.kafka, hub)
    outbox = outbox or KafkaOutbox(settings.kafka)
    zone = rulebook.zone.info
    present = present_of(settings.clock, zone, ledger, hub)
    known = reference_of(rulebook, agencies)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as running:
            for part in (cards, outbox):
                await part.start()
                running.push_async_callback(part.stop)
            running.callback(hub.end)
            yield

    app = FastAPI(
        title="明镜",
        summary="电子监察：报送、发牌、办件与总览",
        description="出错时一律返回 RFC 9457 problem+json；列表按游标翻页；读取结果带 ETag。",
        version=version("mingjing"),
        lifespan=lifespan,
        docs_url=None,  # its pages load scripts from the public Internet
        redoc_url=None,
    )
    problems.install(app)
    openapi.install(app)
    app.add_middleware(Observed)
    for router in (
        feed.router(hub, cards),  # before the cards: /v1/cards/stream is no card's id
        cards_route.router(ledger, hub),
        cases.router(ledger, lambda case_key, facts, now: review(case_key, facts, rulebook, now), present),
        overview.router(
            ledger,
            present,
            clock=settings.clock,
            zone=zone,
            titles={agency.code: agency.title for agency in known.agencies},
            workdays=rulebook.calendar.workdays(),
        ),
        reference.router(known),
        dead_letters.router(ledger),
        events.router(Reception(outbox, settings.secret), agencies),
        health.router(ledger, {"feed": hub.ready.is_set, "gateway": lambda: outbox.ready}),
        console.router(dist),
    ):
        app.include_router(router)
    return app
