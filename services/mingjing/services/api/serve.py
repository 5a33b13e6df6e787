"""Serving the API: one process, until it is told to stop."""

import logging
import socket

import uvicorn
from fastapi import FastAPI

from mingjing.services.agencies import Agencies
from mingjing.services.api.app import build
from mingjing.services.api.feed.hub import Hub
from mingjing.services.ledger import open_ledger
from mingjing.services.rulebook_files import load_rulebook
from mingjing.services.settings import Settings

STOP_WITHIN_S = 4
LEDGER_CONNECTIONS = 8


class Server(uvicorn.Server):
    """A uvicorn that ends open card streams before it waits for open connections."""

    def __init__(self, config: uvicorn.Config, hub: Hub) -> None:
        super().__init__(config)
        self._hub = hub

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop listening, end streams, finish what is being answered, then stop the application's parts."""
        self._hub.end()
        await super().shutdown(sockets)


def serve(settings: Settings, agencies: Agencies) -> None:
    """Serve the API and the console until SIGTERM or SIGINT.

    Raises PackRefused or FileNotFoundError when the rules cannot be read.
    """
    rulebook = load_rulebook(settings.packs, settings.catalogue, settings.calendars, agencies.delays())
    # It repeats each failed attempt; that Kafka is away is said once, by its two users here.
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    hub = Hub()
    ledger = open_ledger(settings, connections=LEDGER_CONNECTIONS)
    try:
        app = build(settings, ledger, rulebook, agencies, hub=hub)
        server_of(app, hub, settings).run()
    finally:
        ledger.close()


def server_of(app: FastAPI, hub: Hub, settings: Settings) -> Server:
    """Return the server of `app` at the address of the settings."""
    config = uvicorn.Config(
        app,
        host=settings.api_host,
        port=settings.api_port,
        loop="uvloop",
        lifespan="on",
        access_log=False,  # /metrics counts requests by route; paths hold case numbers
        server_header=False,
        timeout_graceful_shutdown=STOP_WITHIN_S,
        log_level="warning",
    )
    return Server(config, hub)
