"""The gateway as one would write it with FastAPI, pydantic and aiokafka, for `gateway.py` to measure ours against.

usage: python bench/peers_gateway.py BOOTSTRAP TOPIC PORT
It takes the same three forms, validates each event as a pydantic model, and answers when Kafka has them (acks=all,
idempotent, lz4). It knows nobody, keeps no receipt, remembers no duplicate and has no dead letters.
"""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import uvicorn
from aiokafka import AIOKafkaProducer
from fastapi import FastAPI, Request
from pydantic import AwareDatetime, BaseModel, ConfigDict


class Event(BaseModel):
    """A CloudEvent of a case."""

    model_config = ConfigDict(extra="allow")

    specversion: str
    id: str
    source: str
    type: str
    subject: str
    time: AwareDatetime
    data: dict[str, Any] = {}


class Result(BaseModel):
    """What became of one event."""

    index: int
    id: str
    source: str
    result: str = "accepted"


class Receipt(BaseModel):
    """The answer."""

    accepted: int
    results: list[Result]


def application(bootstrap: str, topic: str) -> FastAPI:
    """Return the application."""
    producers: list[AIOKafkaProducer] = []

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        producer = AIOKafkaProducer(
            bootstrap_servers=bootstrap, enable_idempotence=True, acks="all", compression_type="lz4", linger_ms=2
        )
        await producer.start()
        producers.append(producer)
        yield
        await producer.stop()

    app = FastAPI(lifespan=lifespan)

    async def passed_on(events: list[Event]) -> Receipt:
        sent = [
            await producers[0].send(topic, each.model_dump_json(exclude_unset=True).encode(), key=each.subject.encode())
            for each in events
        ]
        await asyncio.gather(*sent)
        results = [Result(index=index, id=each.id, source=each.source) for index, each in enumerate(events)]
        return Receipt(accepted=len(events), results=results)

    @app.post("/single", status_code=202)
    async def single(event: Event) -> Receipt:
        return await passed_on([event])

    @app.post("/batch", status_code=202)
    async def batch(events: list[Event]) -> Receipt:
        return await passed_on(events)

    @app.post("/lines", status_code=202)
    async def lines(request: Request) -> Receipt:
        return await passed_on([Event.model_validate_json(line) for line in (await request.body()).splitlines()])

    return app


if __name__ == "__main__":
    uvicorn.run(
        application(sys.argv[1], sys.argv[2]),
        port=int(sys.argv[3]),
        loop="uvloop",
        http="httptools",
        access_log=False,
        log_level="warning",
    )
