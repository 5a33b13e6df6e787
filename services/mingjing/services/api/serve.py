"""Serving the API: one process, until it is told to stop."""

import gc
import logging
import socket
from collections.abc import Sequence
from functools import partial

import uvicorn
from fastapi import FastAPI

from mingjing.services.agencies import Agencies
from mingjing.services.api.app import build
from mingjing.services.api.desk.stage_feed import StageFeed
from mingjing.services.api.feed.case_feed import CaseFeed
from mingjing.services.api.feed.hub import Hub
from mingjing.services.api.gateway.kafka_outbox import KafkaOutbox
from mingjing.services.api.gateway.recalling import Recalling
from mingjing.services.api.gateway.sandbox_feed import SandboxFeed
from mingjing.services.api.http_protocol import Http
from mingjing.services.api.personal import Marks, Personal
from mingjing.services.audit.book import ClickHouseBook
from mingjing.services.auth.gate import Gate
from mingjing.services.ledger import open_ledger
from mingjing.services.ledger.connection import Pool
from mingjing.services.registry import open_registry
from mingjing.services.rulebook.following import RulebookFollower
from mingjing.services.rulebook.history import Installed
from mingjing.services.rulebook.made_of_law import MadeOfLaw
from mingjing.services.settings import Settings

STOP_WITHIN_S = 4
LEDGER_CONNECTIONS = 8
BOOK_CONNECTIONS = 2


class Server(uvicorn.Server):
    """A uvicorn that ends open streams before it waits for open connections."""

    def __init__(self, config: uvicorn.Config, hubs: Sequence[Hub]) -> None:
        super().__init__(config)
        self._hubs = hubs

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop listening, end streams, finish what is being answered, then stop the application's parts."""
        for hub in self._hubs:
            hub.end()
        await super().shutdown(sockets)


def serve(settings: Settings, agencies: Agencies) -> None:
    """Serve the API and the console until SIGTERM or SIGINT.

    Raises PackRefused or FileNotFoundError when the rules cannot be read, and
    RegistryRefused when the settings name no registry.
    """
    installed = Installed(settings, agencies)
    rulebook = installed.rulebook
    # It repeats each failed attempt; that Kafka is away is said once, by its two users here.
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    hub, cases, outbox = Hub(), CaseFeed.on_kafka(settings.broker), KafkaOutbox(settings.broker)
    ledger = open_ledger(settings, connections=LEDGER_CONNECTIONS)
    registry = open_registry(settings)
    pool = Pool(settings, BOOK_CONNECTIONS)
    laws = RulebookFollower(settings.broker, installed, wait=False)
    stages = StageFeed.on_kafka(settings.broker, Personal(MadeOfLaw(lambda: laws.heard.rulebook, Marks.of)))
    try:
        gate, book = Gate(settings, registry), ClickHouseBook(pool)
        app = build(
            *(settings, ledger, rulebook, agencies, gate, book),
            hub=hub,
            stages=stages,
            cases_feed=cases,
            outbox=outbox,
            judged_by=lambda: laws.heard.rulebook,
            tried=partial(SandboxFeed, settings.broker, agencies, outbox),
            recalls=partial(Recalling, settings.broker, agencies.agency_codes),
        )
        # What was made so far stays: looking through it again and again cost a tenth of taking events in.
        gc.collect()
        gc.freeze()
        gc.set_threshold(50_000, 20, 100)
        server_of(app, [hub, stages.hub, cases.hub], settings).run()
    finally:
        laws.close()
        ledger.close()
        pool.close()
        registry.database.close()


def server_of(app: FastAPI, hubs: Sequence[Hub], settings: Settings) -> Server:
    """Return the server of `app` at the address of the settings; it ends the streams of `hubs` before it stops."""
    config = uvicorn.Config(
        app,
        host=settings.api_host,
        port=settings.api_port,
        loop="uvloop",
        http=Http,
        ws="none",
        lifespan="on",
        access_log=False,  # /metrics counts requests by route; paths hold case numbers
        server_header=False,
        timeout_graceful_shutdown=STOP_WITHIN_S,
        log_level="warning",
    )
    return Server(config, hubs)
