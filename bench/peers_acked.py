"""An application that gives Kafka the events of a request and answers 202 when all have them: what that alone costs.

usage: python bench/peers_acked.py BOOTSTRAP TOPIC PORT
Server, cutting into events and outbox are those of `mingjing api`; between them nothing is asked. It knows nobody,
reads no event, keeps no receipt and remembers nothing, so that what `gateway.py` shows above it is what those cost.
"""

import itertools
import sys
from typing import Any

import uvicorn

from mingjing.services.api.gateway.cloudevents import CUTS
from mingjing.services.api.gateway.kafka_outbox import KafkaOutbox
from mingjing.services.api.gateway.outbox import Outgoing
from mingjing.services.api.http_protocol import Http
from mingjing.streams.broker import Broker


class Acked:
    """The application; each event has a key of its own, as events of different cases have."""

    def __init__(self, bootstrap: str, topic: str) -> None:
        self._outbox = KafkaOutbox(Broker(bootstrap))
        self._topic = topic
        self._keys = itertools.count()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer a request; one that Kafka does not take ends in an error, which the load counts."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        body = b""
        more = True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        if scope["method"] == "POST":
            cut = CUTS[dict(scope["headers"])[b"content-type"]]
            await self._outbox.send([Outgoing(self._topic, b"%d" % next(self._keys), raw) for raw in cut(body)])
        status = 202 if self._outbox.ready else 503
        await send({"type": "http.response.start", "status": status, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body", "body": b""})

    async def _live(self, receive: Any, send: Any) -> None:
        await receive()
        await self._outbox.start()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self._outbox.stop()
        await send({"type": "lifespan.shutdown.complete"})


if __name__ == "__main__":
    uvicorn.run(
        Acked(sys.argv[1], sys.argv[2]),
        port=int(sys.argv[3]),
        loop="uvloop",
        http=Http,
        lifespan="on",
        access_log=False,
        log_level="warning",
    )
