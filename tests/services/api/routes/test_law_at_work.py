"""What a published version marks as personal or confided is kept back from then on, with nothing restarted."""

from pathlib import Path
from typing import Any

import httpx
import msgspec
import orjson
import pytest
from fastapi.testclient import TestClient

from mingjing.rules.event_type import EventType
from mingjing.rules.pack import Pack
from mingjing.rules.rulebook import Rulebook
from mingjing.rules.vocabulary import Vocabulary
from mingjing.rules.zone import Zone
from mingjing.services.agencies import Agencies
from mingjing.services.api.app import build
from mingjing.services.rulebook_files import load_rulebook, shipped
from mingjing.services.settings import read_settings

from .test_actions import AGENCY

SUBJECT = "across/CMP-07/91330100MA2XHRP019|违规收费"


class Law:
    """The law at work; what is published becomes it."""

    def __init__(self, rulebook: Rulebook) -> None:
        self.rulebook = rulebook

    def __call__(self) -> Rulebook:
        return self.rulebook


@pytest.fixture
def law(rulebook: Rulebook) -> Law:
    return Law(rulebook)


@pytest.fixture
def app(
    ledger: Any,
    law: Law,
    agencies: Agencies,
    hub: Any,
    cards: Any,
    stages: Any,
    case_feed: Any,
    outbox: Any,
    gate: Any,
    book: Any,
    tmp_path: Path,
) -> Any:
    settings = read_settings(clock="event-time", clickhouse="127.0.0.1:1", data_dir=tmp_path / "data")
    return build(
        *(settings, ledger, law.rulebook, agencies, gate, book),
        hub=hub,
        cards=cards,
        stages=stages,
        cases_feed=case_feed,
        outbox=outbox,
        judged_by=law,
        dist=tmp_path / "dist",
    )


def test_a_field_that_a_published_vocabulary_marks_is_masked_at_once(
    client: TestClient, law: Law, make_case: Any
) -> None:
    def channel() -> str:
        return str(client.get(f"/v1/cases/{key}").json()["events"][0]["data"]["channel"])

    key = make_case()
    before = channel()
    fields = {"channel": {"title": "渠道", "personal": True}}
    types = {"case.applied": EventType("申请", fields=fields)}
    law.rulebook = Rulebook(
        [Pack("p", "p", "2", Vocabulary("approval", "审批", types, {}, {}), Zone("Asia/Shanghai"), (), ())],
        law.rulebook.calendar,
        law.rulebook.catalogue,
    )

    assert (before, channel()) == ("online", "o**")


def test_who_came_forward_is_not_told_any_more_once_the_law_says_so(
    visitor: TestClient, sign_in: Any, law: Law, ledger: Any, make_card: Any
) -> None:
    def subject() -> str:
        return str(visitor.get("/v1/cards").json()["items"][0]["case_key"])

    ledger.card_rows = [orjson.loads(msgspec.json.encode(make_card(1, case_key=SUBJECT, rule="CMP-07")))]
    sign_in(visitor, "clerk", agency=AGENCY)
    before = subject()
    law.rulebook = load_rulebook([shipped("packs") / "complaints.yaml"])

    assert (before, subject()) == (SUBJECT, "across/CMP-07/***")


def test_a_stream_that_is_open_does_not_tell_it_either(
    gateway: str, sign_in: Any, law: Law, ledger: Any, cards: Any, make_card: Any
) -> None:
    ledger.offsets = {"cards": {0: 0, 1: 0}, "card-stages": {0: 0, 1: 0}}
    with httpx.Client(base_url=gateway, timeout=60) as client:
        sign_in(client, "clerk", agency=AGENCY)
        start = client.get("/v1/cards").json()["feed"]
        with client.stream("GET", "/v1/cards/stream", params={"from": start}) as answer:
            told = (line for line in answer.iter_lines() if line.startswith("data: {"))
            cards.put(0, make_card(1, case_key=SUBJECT, rule="CMP-07"))
            before = next(told)
            law.rulebook = load_rulebook([shipped("packs") / "complaints.yaml"])
            cards.put(0, make_card(2, case_key=SUBJECT, rule="CMP-07"))
            after = next(told)

    assert SUBJECT in before
    assert SUBJECT not in after


def test_a_rule_is_told_as_it_is_in_force_and_not_as_it_was_announced(
    client: TestClient, law: Law, gate: Any, rulebook: Rulebook
) -> None:
    told = []
    for since_s in (3600, -1):
        later = load_rulebook([shipped("packs") / "complaints.yaml"])
        law.rulebook = rulebook.succeeded_by(later, gate.now_ms() * 1000 + since_s * 1_000_000)
        told.append([client.get(f"/v1/rules/CMP-07{each}").status_code for each in ("", "/examples/1.svg")])

    assert told[0] == [404, 404]
    assert told[1][0] == 200


def test_the_messages_agencies_may_send_are_those_of_the_newest_vocabulary(
    visitor: TestClient, law: Law, gate: Any, rulebook: Rulebook
) -> None:
    def types() -> set[str]:
        return set(visitor.get("/asyncapi.json").json()["components"]["messages"])

    before = types()
    later = load_rulebook([shipped("packs") / "complaints.yaml"])
    law.rulebook = rulebook.succeeded_by(later, gate.now_ms() * 1000)

    assert "cmp.received" in types() - before
    assert before - types() == set()
