"""One story through everything: an agency speaks, an inspector's screen hears, the tables remember."""

import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import httpx2
import orjson
import pytest

from mingjing.services.stack.up import Stack

from .killable import key

pytestmark = pytest.mark.system

BATCH = "application/cloudevents-batch+json"
SHANGHAI = ZoneInfo("Asia/Shanghai")
PATIENCE_S = 60.0
FOOD_LICENCE = "11990100MB0000019L3000131003000"
CALL = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


@pytest.fixture(scope="module")
def client(stack: Stack, agency_key: str) -> Iterator[httpx2.Client]:
    address = f"http://{stack.settings.api_host}:{stack.settings.api_port}"
    with httpx2.Client(base_url=address, headers={"Authorization": f"Bearer {agency_key}"}, timeout=PATIENCE_S) as each:
        yield each


def _event(number: str, kind: str, at: datetime, subject: str, **more: object) -> dict[str, object]:
    plain = {"specversion": "1.0", "id": number, "source": "urn:test:agency", "type": kind, "subject": subject}
    return {**plain, "time": at.isoformat(), "item": FOOD_LICENCE, **more}


def _post(client: httpx2.Client, events: list[dict[str, object]], trace: str | None = None) -> dict[str, object]:
    headers = {"Content-Type": BATCH} | ({"traceparent": trace} if trace else {})
    answer = client.post("/v1/events", content=orjson.dumps(events), headers=headers)
    assert answer.status_code == httpx2.codes.ACCEPTED, answer.text
    told: dict[str, object] = answer.json()
    return told


def _first_card(
    client: httpx2.Client, rule: str, events: list[dict[str, object]], trace: str | None = None
) -> dict[str, object]:
    """Open the feed, send the events of one case, and return the first card of it by the rule that the feed brings."""
    case_key = key(str(events[0]["subject"]))
    with client.stream("GET", "/v1/cards/stream") as feed:
        assert feed.headers["content-type"].startswith("text/event-stream")
        _post(client, events, trace)
        until = time.monotonic() + PATIENCE_S
        for line in feed.iter_lines():
            if time.monotonic() > until:
                break
            if line.startswith("data: "):
                card: dict[str, object] = orjson.loads(line.removeprefix("data: "))
                if (card["rule"], card["case_key"]) == (rule, case_key):
                    return card
    raise AssertionError(f"the feed brought no card of {rule} for {case_key} in {PATIENCE_S} s")


def _eventually(client: httpx2.Client, path: str, field: str) -> dict[str, object]:
    """Return the answer once `field` of it is there and not empty."""
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        answer = client.get(path)
        if answer.status_code == httpx2.codes.OK and answer.json().get(field):
            found: dict[str, object] = answer.json()
            return found
    raise AssertionError(f"{path} never had {field}")


def test_a_faulty_notice_is_a_card_on_the_feed_and_in_the_table(client: httpx2.Client) -> None:
    now = datetime.now(SHANGHAI)
    refusal = _event("p-1", "case.not_accepted", now, "P2026-0001", data={"reason": "材料不符"})

    card = _first_card(client, "NTC-03", [refusal])

    assert card["level"] == "yellow"
    kept = _eventually(client, f"/v1/cards/{card['card_id']}", "history")
    assert kept["digest"] == card["digest"]


def test_what_never_happened_is_found_by_the_clock(client: httpx2.Client) -> None:
    applied = datetime.now(SHANGHAI) - timedelta(days=40)

    card = _first_card(client, "TL-01", [_event("q-1", "case.applied", applied, "Q2026-0001")])

    assert card["status"] == "standing"
    _eventually(client, f"/v1/cases/{card['case_key']}", "cards")
    case = _eventually(client, f"/v1/cases/{card['case_key']}", "events")
    clocks = {each["rule"]: each["explain"]["clock"] for each in case["cards"]}
    assert clocks == {"TL-01": "limit", "TL-04": "statutory"}  # deemed accepted, and never decided either
    assert case["review"]["clocks"][0]["ribbon"][0]["start"] is True


def test_a_late_proof_withdraws_the_card(client: httpx2.Client) -> None:
    applied = datetime.now(SHANGHAI) - timedelta(days=40)
    card = _first_card(client, "TL-01", [_event("r-1", "case.applied", applied, "R2026-0001")])
    proof = _event("r-2", "case.accepted", applied + timedelta(hours=1), "R2026-0001", data={"doc_no": "1"})

    later = _first_card(client, "TL-01", [proof])

    assert (later["card_id"], later["status"]) == (card["card_id"], "withdrawn")


def test_garbage_is_told_to_its_sender_and_kept(client: httpx2.Client) -> None:
    naive = _event("s-1", "case.applied", datetime.fromisoformat("2026-03-06T10:00:00"), "S2026-0001")

    told = _post(client, [naive])

    assert told["rejected"] == 1
    letters = _eventually(client, "/v1/dead-letters?code=naive_time", "items")
    assert letters["items"][0]["place"] == "$.time"


def test_the_trace_of_an_agencys_call_is_on_the_card_that_the_screen_is_given(client: httpx2.Client) -> None:
    refusal = _event("t-1", "case.not_accepted", datetime.now(SHANGHAI), "T2026-0001", data={"reason": "材料不符"})

    card = _first_card(client, "NTC-03", [refusal], CALL)

    assert card["traceparent"] == CALL
    assert _eventually(client, f"/v1/cards/{card['card_id']}", "history")["traceparent"] == CALL


def test_a_card_that_nobody_called_for_bears_the_trace_of_the_last_call_of_its_case(client: httpx2.Client) -> None:
    applied = datetime.now(SHANGHAI) - timedelta(days=40)

    card = _first_card(client, "TL-01", [_event("u-1", "case.applied", applied, "U2026-0001")], CALL)

    assert card["traceparent"] == CALL
