"""Publishing law takes two people of two roles, a back-test, and files that hold."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from mingjing.rules.publication import digest_of
from mingjing.services.auth.caller import Caller
from mingjing.services.registry import Account

PACK = """pack: trial-of-law
title: 试验
version: '{version}'
rules:
  - {{id: TRIAL-1, title: 办结时限, basis: [某法 第一条], kind: time-limit, start: A, stop: S, limit: 3wd,
     cards: {{yellow: past}}}}
examples:
  - name: 逾期
    story: [{{at: 2026-03-06 10:00, event: A}}]
    by: 2026-03-20
    expect: [{{at: 2026-03-12, rule: TRIAL-1, level: yellow}}]
  - name: 按期
    story: [{{at: 2026-03-06 10:00, event: A}}, {{at: 2026-03-09 10:00, event: S}}]
    by: 2026-03-20
    spares: [TRIAL-1]
"""

SignIn = Callable[..., Account]


def tried(text: str) -> dict[str, Any]:
    body = {"files": {"old": {}, "new": {"p.yaml": digest_of(text)}}, "cases": 5}
    return {**body, "digest": hashlib.sha256(orjson.dumps(body, option=orjson.OPT_SORT_KEYS)).hexdigest()}


@pytest.fixture
def offer(instant: Any) -> Callable[..., dict[str, Any]]:
    """Return what is posted to propose a version that comes into force so many minutes from now."""

    def make(minutes: int = 60, version: str = "1", **changes: Any) -> dict[str, Any]:
        text = PACK.format(version=version)
        at = datetime.fromtimestamp(instant.ms / 1000, UTC) + timedelta(minutes=minutes)
        made = {"title": "试验", "in_force": at.isoformat(), "files": {"p.yaml": text}, "backtest": tried(text)}
        return {name: value for name, value in (made | changes).items() if value is not None}

    return make


@pytest.fixture
def people(app: FastAPI, sign_in: SignIn) -> Callable[[str], TestClient]:
    """Return the browser of somebody of a role, signed in once."""
    known: dict[str, TestClient] = {}

    def of(name: str, role: str | None = None) -> TestClient:
        if name not in known:
            known[name] = TestClient(app)
            sign_in(known[name], role or name, name=name.replace("_", "-"))
        return known[name]

    return of


def proposal(people: Callable[..., TestClient], given: dict[str, Any]) -> dict[str, Any]:
    answer = people("rule_admin").post("/v1/rulebook/proposals", json=given)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def test_what_one_offers_another_approves_and_then_it_is_published_with_its_back_test(
    people: Callable[..., TestClient], offer: Callable[..., dict[str, Any]], published: Any, outbox: Any
) -> None:
    made = proposal(people, offer())
    answer = people("supervisor").post(f"/v1/rulebook/proposals/{made['id']}/approval")

    assert answer.status_code == 200, answer.text
    version = published.versions["pack/trial-of-law/1"]
    assert (version.by, version.approved_by, version.proposal) == ("rule-admin", "supervisor", made["id"])
    assert version.backtest == made["digest"]
    trail = [orjson.loads(each.value)["action"] for each in outbox.sent if each.topic == "audit"]
    assert trail[-2:] == ["law.proposed", "law.approved"]


def test_who_offers_may_not_approve_whatever_their_role_has_become(
    people: Callable[..., TestClient], offer: Callable[..., dict[str, Any]], gate: Any, published: Any
) -> None:
    made = proposal(people, offer())
    held = gate.registry.accounts.of("rule-admin")
    gate.registry.accounts.change("rule-admin", revision=held.revision, role="supervisor")
    answer = people("rule_admin").post(f"/v1/rulebook/proposals/{made['id']}/approval")

    assert answer.status_code == 403
    assert answer.json()["type"] == "urn:mingjing:problem:same_person"
    assert published.versions == {}


@pytest.mark.parametrize("role", ["rule_admin", "inspector", "auditor", "system_admin"])
def test_no_other_role_approves(
    people: Callable[..., TestClient], offer: Callable[..., dict[str, Any]], role: str, published: Any
) -> None:
    made = proposal(people, offer())
    answer = people(f"other_{role}", role).post(f"/v1/rulebook/proposals/{made['id']}/approval")

    assert answer.status_code == 403
    assert published.versions == {}


def test_a_program_is_no_second_person(
    app: FastAPI, people: Callable[..., TestClient], offer: Callable[..., dict[str, Any]], published: Any
) -> None:
    made = proposal(people, offer())
    porter = app.state.porter
    program = Caller(name="key:1", title="程序", role="supervisor", via="key")

    async def known(_: Any) -> Caller:
        return program

    porter.caller = known
    answer = TestClient(app).post(f"/v1/rulebook/proposals/{made['id']}/approval")

    assert answer.status_code == 403
    assert answer.json()["type"] == "urn:mingjing:problem:not_a_person"
    assert published.versions == {}


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"backtest": None}, "须附对这份文件的回测"),
        ({"files": {"q.yaml": "profile: q\nversion: '1'\ncards: {}\n"}, "backtest": None}, "须附对这份文件的回测"),
        ({"backtest": tried("other")}, "is not the file that was back-tested"),
        ({"files": {"p.yaml": PACK.format(version="1").replace("3wd", "9wd")}, "backtest": None}, "was not drawn"),
        ({"files": {"p.yaml": "pack: p\n"}, "backtest": None}, "'rules' is missing"),
        ({"minutes": 9}, "at least 10 minutes"),
    ],
)
def test_what_could_never_be_published_is_not_even_taken(
    people: Callable[..., TestClient], offer: Callable[..., dict[str, Any]], changes: dict[str, Any], why: str
) -> None:
    answer = people("rule_admin").post("/v1/rulebook/proposals", json=offer(**changes))

    assert answer.status_code == 422
    assert why in answer.text


def test_a_proposal_is_decided_on_once(people: Callable[..., TestClient], offer: Callable[..., dict[str, Any]]) -> None:
    made = proposal(people, offer())
    here = f"/v1/rulebook/proposals/{made['id']}"
    refused = people("supervisor").post(f"{here}/refusal", json={"reason": "样例不足"})

    assert refused.json()["state"] == "refused"
    assert people("supervisor").post(f"{here}/approval").status_code == 409
    assert people("supervisor").post(f"{here}/refusal", json={"reason": "样例不足"}).status_code == 409


def test_an_approval_that_comes_too_late_leaves_the_proposal_open(
    people: Callable[..., TestClient], offer: Callable[..., dict[str, Any]], instant: Any
) -> None:
    made = proposal(people, offer(minutes=20))
    instant.pass_minutes(15)
    answer = people("supervisor").post(f"/v1/rulebook/proposals/{made['id']}/approval")

    assert answer.status_code == 409
    assert "at least 10 minutes" in answer.json()["detail"]
    assert people("supervisor").get(f"/v1/rulebook/proposals/{made['id']}").json()["state"] == "open"


def test_what_does_not_go_with_the_other_files_is_not_published(
    people: Callable[..., TestClient], offer: Callable[..., dict[str, Any]], published: Any
) -> None:
    text = PACK.format(version="1").replace("trial-of-law", "another").replace("TRIAL-1", "TL-04")
    made = proposal(people, offer(files={"p.yaml": text}, backtest=tried(text)))
    answer = people("supervisor").post(f"/v1/rulebook/proposals/{made['id']}/approval")

    assert answer.status_code == 409
    assert "TL-04" in answer.json()["detail"]
    assert published.versions == {}


def test_the_versions_say_which_is_in_force_and_which_is_announced(
    people: Callable[..., TestClient], offer: Callable[..., dict[str, Any]], instant: Any
) -> None:
    for version, minutes in (("1", 20), ("2", 60)):
        made = proposal(people, offer(minutes=minutes, version=version))
        people("supervisor").post(f"/v1/rulebook/proposals/{made['id']}/approval")
    instant.pass_minutes(30)
    found = people("inspector").get("/v1/rulebook/versions").json()["items"]

    assert [(each["version"], each["state"]) for each in found] == [("2", "announced"), ("1", "in_force")]


def test_while_kafka_is_away_nobody_can_say_what_was_published(
    people: Callable[..., TestClient], published: Any
) -> None:
    published.away = True

    assert people("inspector").get("/v1/rulebook/versions").status_code == 503


def test_who_keeps_no_rules_reads_no_proposals(people: Callable[..., TestClient]) -> None:
    assert people("inspector").get("/v1/rulebook/proposals").status_code == 403
    assert people("auditor").get("/v1/rulebook/proposals").json()["items"] == []
