"""A card worked by people through everything: Kafka, the desk, ClickHouse, the interface and the screen."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import datetime
from zoneinfo import ZoneInfo

import httpx2
import orjson
import pytest

from mingjing.services.auth.gate import Gate
from mingjing.services.ledger.connection import Connection
from mingjing.services.registry import Account, open_registry
from mingjing.services.stack.up import Stack

pytestmark = pytest.mark.system

PATIENCE_S = 30.0
BATCH = "application/cloudevents-batch+json"
PASSWORD = "Stone-over-water-7"  # noqa: S105  # of an installation that ends with the session
SHANGHAI = ZoneInfo("Asia/Shanghai")
PEOPLE = {"desk-clerk": "clerk", "desk-li": "supervisor", "desk-wu": "supervisor"}

People = dict[str, httpx2.Client]


@pytest.fixture(scope="module")
def people(stack: Stack, agency: str) -> Iterator[People]:
    """A clerk of the agency and two supervisors, each signed in."""
    registry = open_registry(stack.settings)
    gate = Gate(stack.settings, registry)
    for name, role in PEOPLE.items():
        account = Account(name=name, title=name, role=role, agency=agency if role == "clerk" else None)
        gate.people.add(account, PASSWORD, gate.now_ms())
        registry.accounts.change(name, must_change=False)
    registry.database.close()
    address = f"http://{stack.settings.api_host}:{stack.settings.api_port}"
    clients = {name: httpx2.Client(base_url=address, timeout=PATIENCE_S) for name in PEOPLE}
    for name, client in clients.items():
        opened = client.post("/v1/session", json={"name": name, "password": PASSWORD})
        client.headers["X-CSRF-Token"] = opened.json()["csrf"]
    yield clients
    for client in clients.values():
        client.close()


@pytest.fixture
def drawn(stack: Stack, agency: str, agency_key: str, people: People) -> Callable[[str], str]:
    """Draw a yellow card on a case of this number, and return its id once people can work it."""

    def made(number: str) -> str:
        address = f"http://{stack.settings.api_host}:{stack.settings.api_port}"
        event = {
            "specversion": "1.0",
            "id": f"desk-{number}",
            "source": "urn:test:agency",
            "type": "case.not_accepted",
            "subject": number,
            "time": datetime.now(SHANGHAI).isoformat(),
            "region": "330100000000",
            "data": {"reason": "材料不符"},
        }
        headers = {"Authorization": f"Bearer {agency_key}", "Content-Type": BATCH}
        sent = httpx2.post(f"{address}/v1/events", content=orjson.dumps([event]), headers=headers)
        assert sent.status_code == httpx2.codes.ACCEPTED, sent.text

        def workable() -> str | None:
            page = people["desk-li"].get("/v1/cards", params={"case": f"{agency}/{number}"}).json()
            ready = [each["card_id"] for each in page["items"] if each["rule"] == "NTC-03" and each["life"]]
            return ready[0] if ready else None

        return eventually(workable)

    return made


def eventually(ask: Callable[[], str | None]) -> str:
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        found = ask()
        if found is not None:
            return found
    raise AssertionError(f"not so within {PATIENCE_S} s")


def act(client: httpx2.Client, card_id: str, verb: str, expected: int, **fields: str) -> httpx2.Response:
    body = {"verb": verb, "expected": expected, "fields": fields}
    headers = {"Idempotency-Key": f"{card_id}-{verb}-{expected}"}
    return client.post(f"/v1/cards/{card_id}/actions", json=body, headers=headers)


def test_a_card_is_signed_for_appealed_verified_and_revoked(people: People, drawn: Callable[[str], str]) -> None:
    card_id = drawn("D2026-0001")
    clerk, li, wu = people.values()
    answers = [
        act(clerk, card_id, "sign", 1),
        act(clerk, card_id, "appeal", 2, ground="data-wrong", text="原因已告知，系统漏报"),
        act(li, card_id, "verify", 3),
        act(li, card_id, "revoke", 4, reason="属实"),
        act(wu, card_id, "revoke", 4, reason="属实"),
    ]

    assert [each.status_code for each in answers] == [200, 200, 200, 403, 200]
    assert answers[-1].json()["stage"] == "revoked"

    def written() -> str | None:
        page = li.get("/v1/cards", params={"stage": "revoked"}).json()
        return next((each["life"]["shown"] or "none" for each in page["items"] if each["card_id"] == card_id), None)

    assert eventually(written) == "none"


def test_of_two_who_act_at_once_one_is_told_how_the_card_now_stands(
    people: People, drawn: Callable[[str], str]
) -> None:
    card_id = drawn("D2026-0002")
    clerk, li, wu = people.values()
    act(clerk, card_id, "sign", 1)
    act(clerk, card_id, "explain", 2, text="系统切换")
    together = threading.Barrier(2)

    def race(client: httpx2.Client) -> httpx2.Response:
        together.wait()
        return act(client, card_id, "verify", 3)

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(race, (li, wu))

    assert sorted([first.status_code, second.status_code]) == [200, 409]
    late = first if first.status_code == httpx2.codes.CONFLICT else second
    assert late.json()["current"] == {"stage": "verifying", "revision": 4}


def test_a_step_is_on_the_screens_of_others(people: People, drawn: Callable[[str], str]) -> None:
    card_id = drawn("D2026-0003")
    clerk, li, _ = people.values()
    with li.stream("GET", "/v1/card-stages/stream") as feed:
        act(clerk, card_id, "sign", 1)
        for line in feed.iter_lines():
            if line.startswith("data: ") and (told := orjson.loads(line[6:])).get("card_id") == card_id:
                break

    assert (told["stage"], told["revision"]) == ("signed", 2)


def test_each_step_is_an_event_of_the_cards_own_case_which_nobody_lists(
    stack: Stack, agency: str, people: People, drawn: Callable[[str], str]
) -> None:
    card_id = drawn("D2026-0004")
    clerk, li, _ = people.values()
    act(clerk, card_id, "sign", 1)
    own = f"{agency}/D2026-0004#{card_id}"

    def archived() -> str | None:
        rows = connection.rows(
            "SELECT type FROM events FINAL WHERE case_key = %(own)s ORDER BY topic_offset", {"own": own}
        )
        return "archived" if [row[0] for row in rows] == ["card.drawn", "card.signed"] else None

    with closing(Connection(stack.settings)) as connection:
        assert eventually(archived) == "archived"
    assert li.get("/v1/cases", params={"q": card_id}).json()["items"] == []
