"""The API of an installation, put together from its parts."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any, Protocol

import orjson
from fastapi import Depends, FastAPI

from mingjing.rules.events import Fact
from mingjing.rules.review import review
from mingjing.rules.rulebook import Rulebook
from mingjing.services.agencies import Agencies
from mingjing.services.agencies_following import Live, followed
from mingjing.services.api import idempotency, openapi, problems
from mingjing.services.api.asyncapi import asyncapi_of
from mingjing.services.api.backtests import Backtests
from mingjing.services.api.desk.actions import ANSWER_WITHIN_S, Actions
from mingjing.services.api.desk.known_cards import KnownCards
from mingjing.services.api.desk.papers import Papers
from mingjing.services.api.desk.stage_feed import StageFeed
from mingjing.services.api.feed.case_feed import CaseFeed
from mingjing.services.api.feed.hub import Hub
from mingjing.services.api.feed.kafka_cards import KafkaCards
from mingjing.services.api.feed.stream import RunningLog
from mingjing.services.api.feed_watch import FeedWatch
from mingjing.services.api.gateway.door import Door
from mingjing.services.api.gateway.kafka_outbox import KafkaOutbox
from mingjing.services.api.gateway.lane import Lane
from mingjing.services.api.gateway.outbox import Outbox
from mingjing.services.api.gateway.remembered import Remembered
from mingjing.services.api.gateway.sandbox import Sandbox
from mingjing.services.api.known_query import known_query
from mingjing.services.api.law_desk import LawDesk
from mingjing.services.api.observed import Observed
from mingjing.services.api.outage_desk import OutageDesk
from mingjing.services.api.patience import Patience
from mingjing.services.api.personal import Marks, Personal
from mingjing.services.api.porter import Porter
from mingjing.services.api.present import present_of
from mingjing.services.api.references import reference_of
from mingjing.services.api.routes import (
    accounts,
    asyncapi,
    audit,
    authenticator,
    backtests,
    card_documents,
    case_clocks,
    cases,
    console,
    deliveries,
    enterprises,
    feed,
    feed_health,
    filters,
    health,
    keys,
    law,
    officers,
    oidc,
    overview,
    reference,
    report_months,
    reports,
    rules,
    runbooks,
    session,
    sessions,
    status,
    subscriptions,
    unmaskings,
)
from mingjing.services.api.routes import actions as actions_route
from mingjing.services.api.routes import cards as cards_route
from mingjing.services.api.rule_library import RuleLibrary
from mingjing.services.api.secure import Secured
from mingjing.services.api.sign_in import Entrance
from mingjing.services.api.status import StatusDesk
from mingjing.services.api.stewards import Stewards
from mingjing.services.api.throttle import Throttle
from mingjing.services.api.trail import Trail
from mingjing.services.api.upload_jobs import UploadJobs
from mingjing.services.api.ways_in import ways_in
from mingjing.services.audit.book import Book
from mingjing.services.auth.gate import Gate
from mingjing.services.confided import Confided
from mingjing.services.documents.shelf import load_templates
from mingjing.services.ledger.port import Ledger
from mingjing.services.reports.desk import ReportDesk
from mingjing.services.reports.opening import open_desk
from mingjing.services.rulebook.made_of_law import MadeOfLaw
from mingjing.services.rulebook.proposing import PublishedLaw
from mingjing.services.rulebook.topic import RulebookTopic
from mingjing.services.settings import Settings
from mingjing.streams.topics import CARD_STAGES, CARDS, CASE_FACTS

DIST = Path(__file__).parents[1] / "console" / "dist"


class Lifelong(Protocol):
    """A part that works while the process serves."""

    async def start(self) -> None:
        """Begin to work, and return without waiting for anything outside."""
        ...

    async def stop(self) -> None:
        """Stop working and let go of every connection."""
        ...


class RunningOutbox(Outbox, Lifelong, Protocol):
    """An outbox with a connection to keep."""


def build(
    settings: Settings,
    ledger: Ledger,
    rulebook: Rulebook,
    agencies: Agencies,
    gate: Gate,
    book: Book,
    *,
    hub: Hub | None = None,
    cards: RunningLog | None = None,
    stages: StageFeed | None = None,
    cases_feed: CaseFeed | None = None,
    answer_within_s: float = ANSWER_WITHIN_S,
    outbox: RunningOutbox | None = None,
    desk: ReportDesk | None = None,
    published: PublishedLaw | None = None,
    judged_by: Callable[[], Rulebook] | None = None,
    trials: Backtests | None = None,
    tried: Callable[[Sandbox], Lifelong] | None = None,
    recalls: Callable[[Remembered], Lifelong] | None = None,
    dist: Path = DIST,
) -> FastAPI:
    """Return the application; it starts and stops the feeds and `outbox`, and leaves ledger and registry to the caller.

    Kafka or ClickHouse need not be there: what needs them answers 503 until they
    are, everything else works. Whoever serves the application calls `hub.end()`
    before waiting for open connections, or streams would hold them for ever.
    Cases are reviewed by the rulebook that `judged_by` returns, which may become another meanwhile.
    A step that people take on a card is answered within `answer_within_s` or told to be pending.
    """
    hub = hub or Hub()
    cards = cards or KafkaCards(settings.broker, hub)
    judged_by = judged_by or (lambda: rulebook)
    personal, confided = Personal(MadeOfLaw(judged_by, Marks.of)), MadeOfLaw(judged_by, Confided.of)
    stages = stages or StageFeed.on_kafka(settings.broker, personal)
    cases_feed = cases_feed or CaseFeed.on_kafka(settings.broker)
    outbox = outbox or KafkaOutbox(settings.broker)
    desk = desk or open_desk(settings, judged_by, agencies)
    zone = rulebook.zone.info
    titles = Live(agencies.titles)
    present = present_of(settings.clock, zone, ledger, hub)
    porter = Porter(gate, agencies, Throttle())
    trail = Trail(outbox, gate)
    entrance = Entrance(porter, trail)
    stewards = Stewards(gate, trail)
    known_cards = KnownCards(ledger, hub, stages.hub, personal)
    papers = Papers(
        *(load_templates(settings.documents), gate.registry.documents, judged_by),
        issuer=settings.issuer,
        titles=titles,
        zone=zone,
    )
    actions = Actions(
        *(known_cards, stages.answers, outbox, trail, present),
        partitions=settings.partitions,
        answer_within_s=answer_within_s,
    )

    library, trials = RuleLibrary(judged_by, gate.now_ms), trials or Backtests(settings.data_dir / "backtests")
    probes = {
        "feed": hub.ready.is_set,
        "stages": stages.hub.ready.is_set,
        "cases": cases_feed.hub.ready.is_set,
        "gateway": lambda: outbox.ready,
        "registry": gate.registry.answers,
    }
    watch = FeedWatch(ledger, judged_by, agencies)
    published = published or RulebookTopic(settings.broker)
    known = Remembered()
    files = UploadJobs(settings.data_dir / "uploads", settings.secret, outbox, agencies, gate, known=known)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as running:
            for part in (
                *(cards, stages.log, cases_feed.log, outbox, files, trials, watch),
                *([tried(ways.sandbox)] if tried else []),
                *([recalls(known)] if recalls else []),
            ):
                await part.start()
                running.push_async_callback(part.stop)
            if settings.agencies is not None:
                running.enter_context(followed(agencies, settings.agencies))
            for each in (hub, stages.hub, cases_feed.hub):
                running.callback(each.end)
            if gate.provider is not None:
                running.push_async_callback(gate.provider.stop)
            running.callback(desk.close)
            yield

    app = FastAPI(
        title="明镜",
        summary="电子监察：报送、发牌、办件与总览",
        description="出错时一律返回 RFC 9457 problem+json；列表按游标翻页；读取结果带 ETag。",
        version=version("mingjing"),
        lifespan=lifespan,
        docs_url=None,  # its pages load scripts from the public Internet
        redoc_url=None,
        dependencies=[Depends(known_query)],
        telemetry={"tracing": False, "metrics": False, "logs": False},  # /metrics is ours, and nothing is exported
    )

    def messages(law: Rulebook) -> bytes:
        return orjson.dumps(asyncapi_of(law, settings.kafka_agencies or settings.kafka))

    def reviewed(case_key: str, facts: list[Fact], now: int) -> dict[str, Any]:
        return review(case_key, facts, judged_by(), now)

    problems.install(app)
    openapi.install(app)
    app.state.porter = porter
    idempotency.install(app)
    ways = ways_in(
        *(outbox, settings.secret, ledger, agencies, gate, files, trail, rulebook, personal, judged_by, known),
        live=settings.clock == "live",
    )
    app.add_middleware(Door, route=ways.plain, handlers=app.exception_handlers)
    app.add_middleware(Observed)
    app.add_middleware(Secured, https=gate.secure)
    lane = Lane(
        *(app.build_middleware_stack(), agencies, ways.quotas, ways.reception, porter.throttle),
        handlers=app.exception_handlers,
        https=gate.secure,
    )
    app.middleware_stack = Patience(lane)
    for router in (
        *ways.routers,
        asyncapi.router(MadeOfLaw(judged_by, messages)),
        feed_health.router(watch, OutageDesk(gate, trail, published), agencies),
        feed.router(hub, cards, confided),  # before the cards: /v1/cards/stream is no card's id
        feed.stage_router(stages.hub, stages.log, confided),
        feed.case_router(*cases_feed, trail),
        actions_route.router(gate, ledger, known_cards, actions, stages.answers),
        cards_route.router(ledger, hub, stages.hub, known_cards, trail, confided),
        card_documents.router(gate, known_cards, papers, trail, settings.font_dir, confided),
        cases.router(
            *(ledger, known_cards, reviewed, present, personal, trail, cases_feed.hub),
            partitions=settings.partitions,
        ),
        case_clocks.router(ledger, reviewed, present, trail),
        enterprises.router(ledger, trail, zone, Live(lambda: agencies.points)),
        officers.router(ledger, known_cards, trail, zone),
        unmaskings.router(ledger, known_cards, personal, trail),
        session.router(entrance),
        *([oidc.router(porter, entrance, gate.provider)] if gate.provider is not None else []),
        sessions.router(porter, trail),
        accounts.router(gate, stewards),
        keys.router(gate, stewards),
        authenticator.router(porter, trail),
        filters.router(gate),
        overview.router(
            ledger, present, clock=settings.clock, zone=zone, titles=titles, workdays=rulebook.calendar.workdays()
        ),
        reports.router(desk, settings.font_dir, settings.console),
        report_months.router(desk),
        subscriptions.router(gate, trail, folders=settings.report_folder is not None),
        reference.router(lambda: reference_of(judged_by(), agencies, gate.now_ms() * 1000)),
        law.router(gate, LawDesk(gate, trail, published, settings, agencies)),
        rules.router(library),
        backtests.router(gate, library, trials, trail),
        deliveries.router(gate.registry.deliveries, trail, gate.now_ms),
        audit.router(book, trail),
        health.router(ledger, probes),
        runbooks.router(),
        status.router(
            StatusDesk(
                ledger,
                judged_by,
                ((CARDS, "发牌", hub), (CARD_STAGES, "办牌", stages.hub), (CASE_FACTS, "办件", cases_feed.hub)),
                probes,
            )
        ),
        console.router(dist),
    ):
        app.include_router(router)
    return app
