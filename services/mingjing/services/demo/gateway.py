"""The API as the demo uses it: a program that posts events with its agency's key, and reads what came of them."""

import http.client
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import urlencode

import orjson

from mingjing.services.auth.signature import Issued, authorization
from mingjing.services.city.message import Message
from mingjing.services.demo.show import DemoRefused

BATCH: Final = 500
PAGE: Final = 200
PATIENCE_S: Final = 30
ACCEPTED: Final = 202
OK: Final = 200


class Gateway:
    """One connection to the API; every call waits for its answer, and DemoRefused carries any other.

    What it reads it signs for with `key`; what it posts it posts with the agency's.
    """

    def __init__(self, host: str, port: int, key: Issued) -> None:
        self._key = key
        self._connection = http.client.HTTPConnection(host, port, timeout=PATIENCE_S)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

    def post(self, key: str, messages: Sequence[Message]) -> None:
        """Post the messages of one agency: sound ones in batches, what is no event by itself, as it is."""
        sound = [message.body for message in messages if message.refused is None]
        for first in range(0, len(sound), BATCH):
            body = b"[" + b",".join(sound[first : first + BATCH]) + b"]"
            self._post(key, "application/cloudevents-batch+json", body)
        for message in messages:
            if message.refused is not None:
                self._post(key, "application/cloudevents+json", message.body)

    def overview(self) -> dict[str, Any]:
        """Return what the console's first page shows."""
        found: dict[str, Any] = self._get("/v1/overview")
        return found

    def cards(self) -> Iterator[dict[str, Any]]:
        """Yield the latest state of every card."""
        return self._pages("/v1/cards")

    def dead_letters(self) -> Counter[str]:
        """Return how many messages could not be used, by code."""
        return Counter(letter["code"] for letter in self._pages("/v1/dead-letters"))

    def _pages(self, path: str) -> Iterator[dict[str, Any]]:
        cursor = None
        while True:
            query = {"limit": str(PAGE)} | ({"cursor": cursor} if cursor else {})
            page = self._get(f"{path}?{urlencode(query)}")
            yield from page["items"]
            cursor = page["next_cursor"]
            if cursor is None:
                return

    def _get(self, path: str) -> Any:
        signed = authorization(self._key.key.id, self._key.secret, "GET", path, b"", int(time.time()))
        return self._answer("GET", path, OK, headers={"Authorization": signed})

    def _post(self, key: str, media_type: str, body: bytes) -> None:
        headers = {"Authorization": f"Bearer {key}", "Content-Type": media_type}
        self._answer("POST", "/v1/events", ACCEPTED, body, headers)

    def _answer(
        self, method: str, path: str, wanted: int, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> Any:
        self._connection.request(method, path, body, headers or {})
        response = self._connection.getresponse()
        said = response.read()
        if response.status != wanted:
            raise DemoRefused(f"{method} {path} 得到 {response.status}：{said.decode(errors='replace')[:400]}")
        return orjson.loads(said)
