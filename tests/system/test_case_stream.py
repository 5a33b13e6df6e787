"""A case page that stays open: what an agency posts reaches it though the interface is killed, and reaches no other."""

import statistics
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import Any, Self
from zoneinfo import ZoneInfo

import httpx2
import orjson
import pytest
import yaml
from confluent_kafka import Producer
from tests.installation import settings_in

from mingjing.services.api.feed.vector import decode
from mingjing.services.auth.gate import Gate
from mingjing.services.registry import Account, open_registry
from mingjing.services.stack.up import Stack
from mingjing.streams.topics import CASE_FACTS, ingest_topic

from .killable import Reader

pytestmark = pytest.mark.system

PATIENCE_S = 90.0
PASSWORD = "Stone-over-water-7"  # noqa: S105  # of an installation that ends with the session
STRANGER = "11330100MB7654321B"
CASE = "F2026-0001"
STEPS = 20

Json = dict[str, Any]


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory, agency: str) -> Iterator[Stack]:
    """A whole path of our own, for its interface is killed; two agencies report to it."""
    settings = settings_in(tmp_path_factory.mktemp("followed"))
    _add_agency(settings.agencies)
    with Stack(settings, agencies=[agency, STRANGER]) as running:
        yield running


@pytest.fixture(scope="module")
def clerks(stack: Stack, agency: str) -> Iterator[dict[str, httpx2.Client]]:
    """A clerk of each agency, signed in, by the agency's code."""
    registry = open_registry(stack.settings)
    gate = Gate(stack.settings, registry)
    for name, code in (("clerk-f", agency), ("clerk-s", STRANGER)):
        gate.people.add(Account(name=name, title="经办", role="clerk", agency=code), PASSWORD, gate.now_ms())
        registry.accounts.change(name, must_change=False)
    registry.database.close()
    with ExitStack() as opened:
        ours, theirs = (opened.enter_context(httpx2.Client(base_url=_url(stack), timeout=PATIENCE_S)) for _ in range(2))
        for name, client in (("clerk-f", ours), ("clerk-s", theirs)):
            assert client.post("/v1/session", json={"name": name, "password": PASSWORD}).is_success
        yield {agency: ours, STRANGER: theirs}


class Page:
    """One opening of the stream of a case; `place` is where its reader stands, `told` how the case was told to be."""

    def __init__(self, client: httpx2.Client, case: str, place: str | None = None) -> None:
        self._opened = client.stream(
            "GET",
            "/v1/cases/stream",
            params={"case": case},
            headers={} if place is None else {"Last-Event-ID": place},
        )
        self.place = place
        self.told: list[Json] = []

    def __enter__(self) -> Self:
        answer = self._opened.__enter__()
        assert answer.status_code == httpx2.codes.OK
        self._lines = answer.iter_lines()
        return self

    def __exit__(self, *error: object) -> None:
        self._opened.__exit__(*error)  # type: ignore[arg-type]  # as they came

    def next(self) -> None:
        """Take in the stream's next place, with what was told on the way to it."""
        told: list[Json] = []
        for line in self._lines:
            name, _, value = line.partition(": ")
            assert (name, value) != ("event", "resync"), "the page had to begin anew"
            if name == "data":
                told.append(orjson.loads(value))
            if name == "id":
                self.place, self.told = value, self.told + told
                return
        raise AssertionError("the stream ended")

    def until_told(self, events: int) -> Json:
        """Read on until the case is told with so many events, and return what was told."""
        patience = time.monotonic() + PATIENCE_S
        while not self.told or self.told[-1]["events"] < events:
            assert time.monotonic() < patience, f"told {len(self.told)} times, never of {events} events"
            self.next()
        return self.told[-1]

    def until_past(self, place: str) -> None:
        """Read on until this page has been served all that lay before `place`."""
        patience = time.monotonic() + PATIENCE_S
        while self.place is None or any(
            ours < theirs for ours, theirs in zip(decode(self.place).offsets, decode(place).offsets, strict=True)
        ):
            assert time.monotonic() < patience, "the stream does not move on"
            self.next()


def test_an_open_case_page_is_told_of_every_event_though_the_interface_is_killed(
    stack: Stack, agency: str, agency_key: str, clerks: dict[str, httpx2.Client]
) -> None:
    case, taken = f"{agency}/{CASE}", list[float]()
    with ExitStack() as open_pages:
        page = open_pages.enter_context(Page(clerks[agency], case))
        strangers = open_pages.enter_context(Page(clerks[STRANGER], case))
        page.next()
        strangers.next()
        begun = strangers.place
        for number in range(STEPS):
            posted = time.monotonic()
            _post(stack, agency_key, number)
            assert page.until_told(number + 1)["last_event_type"] == _event(number)["type"]
            taken.append(time.monotonic() - posted)
        assert page.place is not None
        strangers.until_past(page.place)
        stack.programs["api"].kill()
        with pytest.raises(httpx2.TransportError):
            page.until_told(STEPS + 1)
    _put(stack, agency, [STEPS, STEPS + 1])
    lying = _facts_on_the_topic(stack, case, STEPS + 2)
    stack.programs["api"].wait_ready()

    with Page(clerks[agency], case, page.place) as again, Page(clerks[STRANGER], case, begun) as strangers_again:
        again.until_told(STEPS + 2)
        _post(stack, agency_key, STEPS + 2)
        again.until_told(STEPS + 3)
        assert again.place is not None
        strangers_again.until_past(again.place)
    lying = _facts_on_the_topic(stack, case, STEPS + 3)

    assert [each["ver"] for each in page.told + again.told] == [each["ver"] for each in lying]
    assert strangers.told + strangers_again.told == []
    print(f"post to page: median {statistics.median(taken):.3f} s, longest {max(taken):.3f} s of {STEPS}")  # noqa: T201  # told with -s


def _event(number: int) -> Json:
    """Return the event of that number in the story of our case."""
    return {
        "specversion": "1.0",
        "id": f"follow-{number}",
        "source": "urn:test:agency",
        "type": "case.applied" if number == 0 else "step.started" if number % 2 else "step.completed",
        "subject": CASE,
        "time": datetime.now(ZoneInfo("Asia/Shanghai")).isoformat(),
        "region": "330100000000",
        "step": f"s{(number + 1) // 2}",
    }


def _post(stack: Stack, agency_key: str, number: int) -> None:
    """Post an event at the interface, as an agency does."""
    headers = {"Authorization": f"Bearer {agency_key}", "Content-Type": "application/cloudevents+json"}
    answer = httpx2.post(
        f"{_url(stack)}/v1/events", content=orjson.dumps(_event(number)), headers=headers, timeout=PATIENCE_S
    )
    assert (answer.status_code, answer.json()["accepted"]) == (httpx2.codes.ACCEPTED, 1), answer.text


def _put(stack: Stack, agency: str, numbers: Sequence[int]) -> None:
    """Put events on the agency's topic, while there is no interface to post them at."""
    producer = Producer({"bootstrap.servers": stack.settings.kafka})
    for number in numbers:
        producer.produce(ingest_topic(agency), orjson.dumps(_event(number)), key=CASE)
    assert producer.flush(30) == 0


def _facts_on_the_topic(stack: Stack, case: str, events: int) -> list[Json]:
    """Return what the worker wrote of the case, once that is all of so many events."""
    reader = Reader(stack.settings.kafka, CASE_FACTS, stack.settings.partitions)

    def of_case() -> list[Json]:
        return [each for each in reader.read if each["case_key"] == case]

    reader.until(lambda _: any(each["events"] == events for each in of_case()))
    reader.close()
    return of_case()


def _url(stack: Stack) -> str:
    return f"http://{stack.settings.api_host}:{stack.settings.api_port}"


def _add_agency(path: Path) -> None:
    """Have the installation know another agency, which has nothing to do with our case."""
    listed = yaml.safe_load(path.read_text("utf-8"))
    stranger = {"code": STRANGER, "title": "云州市文化局", "region": "330100000000", "sources": ["urn:test:stranger"]}
    listed["agencies"].append(stranger)
    path.write_text(yaml.safe_dump(listed, allow_unicode=True), "utf-8")
