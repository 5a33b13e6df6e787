"""The interface killed under load: cards wait on Kafka, screens take up where they were, and a step is taken once."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from itertools import chain
from typing import Any
from zoneinfo import ZoneInfo

import httpx2
import orjson
import pytest
from confluent_kafka import Producer
from tests.installation import settings_in

from mingjing.services.auth.gate import Gate
from mingjing.services.registry import Account, open_registry
from mingjing.services.stack.up import Stack
from mingjing.streams.topics import ingest_topic

pytestmark = pytest.mark.system

PATIENCE_S = 90.0
PASSWORD = "Stone-over-water-7"  # noqa: S105  # of an installation that ends with the session
BEFORE, AFTER, SIGNED = 20, 40, 5
"""Cases sent before the interface is killed and while it is away, and of the former so many cards are signed for."""

Json = dict[str, Any]


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory, agency: str) -> Iterator[Stack]:
    """A whole path of our own, for something of it is killed."""
    with Stack(settings_in(tmp_path_factory.mktemp("killed")), agencies=[agency]) as running:
        yield running


@pytest.fixture(scope="module")
def clerk(stack: Stack, agency: str) -> Iterator[httpx2.Client]:
    """A clerk of the agency, signed in."""
    registry = open_registry(stack.settings)
    gate = Gate(stack.settings, registry)
    gate.people.add(Account(name="clerk-k", title="经办", role="clerk", agency=agency), PASSWORD, gate.now_ms())
    registry.accounts.change("clerk-k", must_change=False)
    registry.database.close()
    address = f"http://{stack.settings.api_host}:{stack.settings.api_port}"
    with httpx2.Client(base_url=address, timeout=PATIENCE_S) as client:
        opened = client.post("/v1/session", json={"name": "clerk-k", "password": PASSWORD})
        client.headers["X-CSRF-Token"] = opened.json()["csrf"]
        yield client


class Screen:
    """A screen that follows the cards as a browser does: broken off, it asks again from the last it was given."""

    def __init__(self, client: httpx2.Client) -> None:
        self._client = client
        self._place: str | None = None
        self.breaks = 0
        self.told: list[Json] = []

    def follow(self, until: Callable[[], bool]) -> None:
        """Take in what is told until so much of it is there."""
        patience = time.monotonic() + PATIENCE_S
        while True:
            headers = {} if self._place is None else {"Last-Event-ID": self._place}
            try:
                with self._client.stream("GET", "/v1/cards/stream", headers=headers) as answer:
                    for told in _told(answer.iter_lines()):
                        self._take(told)
                        assert time.monotonic() < patience, f"told of {len(self.told)} cards only"
                        if until():
                            return
            except httpx2.TransportError:
                self.breaks += 1
            assert time.monotonic() < patience, "the interface does not come back"

    def _take(self, told: dict[str, str]) -> None:
        assert told.get("event") != "resync", "the screen had to begin anew"
        self._place = told.get("id", self._place)
        if "data" in told and "card_id" in (card := orjson.loads(told["data"])):
            self.told.append(card)

    def cards(self) -> dict[str, str]:
        """Return the cards of our cases by the number of the case."""
        numbers = ((each["case_key"].partition("/")[2], each["card_id"]) for each in self.told)
        return {number: card_id for number, card_id in numbers if number.startswith("K2026-")}


def _told(lines: Iterator[str]) -> Iterator[dict[str, str]]:
    """Yield each event of a stream that came whole; one that was broken off never was."""
    told: dict[str, str] = {}
    for line in lines:
        if line:
            name, _, value = line.partition(":")
            told[name] = value.removeprefix(" ")
        elif told:
            yield told
            told = {}


def test_an_interface_killed_under_load_loses_no_card_and_takes_no_step_twice(
    stack: Stack, agency: str, clerk: httpx2.Client
) -> None:
    screen = Screen(clerk)
    screen.follow(lambda: True)
    early, late = _send(stack, agency, 0, BEFORE), list[str]()
    screen.follow(lambda: set(early) <= screen.cards().keys())
    signed = [screen.cards()[number] for number in early[:SIGNED]]
    for card_id in signed:
        _until(lambda card_id=card_id: _life(clerk, card_id) is not None)

    def killed_half_way() -> bool:
        if len(late) == AFTER // 2 and len(screen.cards()) >= BEFORE + AFTER // 4:
            stack.programs["api"].kill()
            late.extend(_send(stack, agency, BEFORE + AFTER // 2, AFTER // 2))
        return len(late) == AFTER and {*early, *late} <= screen.cards().keys()

    with ThreadPoolExecutor(SIGNED) as pool:
        answers = [pool.submit(_sign, clerk, card_id) for card_id in signed]
        late += _send(stack, agency, BEFORE, AFTER // 2)
        screen.follow(killed_half_way)
        first = [each.result() for each in answers]

    assert screen.breaks
    assert [each["revision"] for each in first] == [2] * SIGNED
    assert [_sign(clerk, card_id) for card_id in signed] == first
    taken = chain.from_iterable(_life(clerk, card_id) or () for card_id in signed)
    assert [each["verb"] for each in taken] == ["draw", "sign"] * SIGNED
    said = [(each["card_id"], *each["ver"]) for each in screen.told]
    assert len(said) == len(set(said)), "a card was told twice"


def _send(stack: Stack, agency: str, first: int, count: int) -> list[str]:
    """Put cases that were not accepted, and whose reason was not told, on the agency's topic; return their numbers."""
    producer = Producer({"bootstrap.servers": stack.settings.kafka, "linger.ms": 5})
    numbers = [f"K2026-{number:04}" for number in range(first, first + count)]
    for number in numbers:
        event = {
            "specversion": "1.0",
            "id": f"kill-{number}",
            "source": "urn:test:agency",
            "type": "case.not_accepted",
            "subject": number,
            "time": datetime.now(ZoneInfo("Asia/Shanghai")).isoformat(),
            "region": "330100000000",
            "data": {"reason": "材料不符"},
        }
        producer.produce(ingest_topic(agency), orjson.dumps(event), key=number)
    assert producer.flush(30) == 0
    return numbers


def _sign(client: httpx2.Client, card_id: str) -> Json:
    """Sign for a card under one key, again and again until it is answered; return the answer."""
    patience = time.monotonic() + PATIENCE_S
    while time.monotonic() < patience:
        try:
            answer = client.post(
                f"/v1/cards/{card_id}/actions",
                json={"verb": "sign", "expected": 1, "fields": {}},
                headers={"Idempotency-Key": f"kill-{card_id}"},
            )
        except httpx2.TransportError:
            continue
        if answer.status_code == httpx2.codes.OK:
            found: Json = answer.json()
            return found
        assert answer.status_code in {httpx2.codes.ACCEPTED, httpx2.codes.SERVICE_UNAVAILABLE}, answer.text
    raise AssertionError(f"the step with {card_id} was never answered")


def _life(client: httpx2.Client, card_id: str) -> list[Json] | None:
    card = client.get(f"/v1/cards/{card_id}").json()
    return card["life"]["entries"] if card.get("life") else None


def _until(happened: Callable[[], bool]) -> None:
    patience = time.monotonic() + PATIENCE_S
    while not happened():
        assert time.monotonic() < patience
        time.sleep(0.1)
