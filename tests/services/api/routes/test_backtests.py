"""A change of a rule tried from the page, with the command that judges played by a script."""

import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from mingjing.rules.rulebook import Rulebook
from mingjing.services.agencies import Agencies
from mingjing.services.api.app import build
from mingjing.services.api.backtests import BacktestJob, Backtests
from mingjing.services.api.desk.stage_feed import StageFeed
from mingjing.services.api.feed.hub import Hub
from mingjing.services.auth.gate import Gate
from mingjing.services.rulebook_files import load_rulebook
from mingjing.services.settings import read_settings

JUDGE = """
import sys, json
told = sys.argv[1:]
old, new, out = told[2], told[3], told[told.index("--out") + 1]
text = open(new, encoding="utf-8").read()
if "9wd before" in text:
    sys.exit("归档不可用")
json.dump({"digest": "d", "told": told, "same": text == open(old, encoding="utf-8").read()}, open(out, "w"))
"""
WANTED = {"rule": "TL-04", "until": "2026-03-31"}


@pytest.fixture(scope="module")
def law() -> Rulebook:
    return load_rulebook()


@pytest.fixture
def trials(tmp_path: Path) -> Backtests:
    script = tmp_path / "judge.py"
    script.write_text(JUDGE, "utf-8")
    return Backtests(tmp_path / "backtests", (sys.executable, str(script)))


@pytest.fixture
def app(  # an application has that many parts
    ledger: Any, law: Rulebook, agencies: Agencies, gate: Gate, book: Any, outbox: Any, hub: Hub, cards: Any,
    stages: StageFeed, trials: Backtests, tmp_path: Path,
) -> FastAPI:  # fmt: skip
    settings = read_settings(clickhouse="127.0.0.1:1", data_dir=tmp_path / "data")
    return build(
        *(settings, ledger, law, agencies, gate, book),
        hub=hub,
        cards=cards,
        stages=stages,
        outbox=outbox,
        trials=trials,
        dist=tmp_path / "dist",
    )


@pytest.fixture
def text(client: TestClient) -> str:
    said: str = client.get("/v1/rules/TL-04").json()["text"]
    return said


def ended(client: TestClient, trials: Backtests, ident: str) -> dict[str, Any]:
    """Return a back-test once it has ended."""

    async def over() -> None:
        assert trials.running is not None
        await trials.running

    client.portal.call(over)  # type: ignore[union-attr]  # entered
    told: dict[str, Any] = client.get(f"/v1/backtests/{ident}").json()
    return told


def test_a_change_is_tried_on_the_archive_and_its_record_kept(client: TestClient, trials: Backtests, text: str) -> None:
    changed = text.replace("2wd before", "3wd before")
    answer = client.post("/v1/backtests", json=WANTED | {"text": changed, "since": "2026-01-01"})
    told = ended(client, trials, answer.json()["id"])

    assert (answer.status_code, told["state"], told["record"]["same"]) == (201, "done", False)
    assert told["record"]["told"][4:8] == ["--until", "2026-03-31", "--since", "2026-01-01"]
    file = client.get(f"/v1/backtests/{told['id']}/pack.yaml").text
    assert "  warning: {at: 3wd before promised, id: TL-03}" in file
    assert [each["id"] for each in client.get("/v1/backtests").json()["items"]] == [told["id"]]


def test_a_rule_said_as_before_leaves_its_pack_as_it_was(client: TestClient, trials: Backtests, text: str) -> None:
    told = ended(client, trials, client.post("/v1/backtests", json=WANTED | {"text": text}).json()["id"])

    assert told["record"]["same"]


def test_what_stops_a_back_test_is_told(client: TestClient, trials: Backtests, text: str) -> None:
    changed = text.replace("2wd before", "9wd before")
    told = ended(client, trials, client.post("/v1/backtests", json=WANTED | {"text": changed}).json()["id"])

    assert (told["state"], told["record"], told["failure"]) == ("failed", None, "归档不可用")


def test_what_is_no_law_is_refused_with_its_place(client: TestClient, text: str) -> None:
    answer = client.post("/v1/backtests", json=WANTED | {"text": text.replace("limit: promised", "limit: soon")})

    assert answer.status_code == 422
    assert "'soon' is not a term" in answer.json()["errors"][0]["detail"]


@pytest.mark.parametrize("role", ["inspector", "auditor"])
def test_who_neither_writes_nor_approves_law_tries_none(visitor: TestClient, sign_in: Any, role: str) -> None:
    sign_in(visitor, role)

    assert visitor.get("/v1/backtests").status_code == 403


def test_who_sees_a_part_of_the_cases_tries_no_law_on_all(visitor: TestClient, sign_in: Any) -> None:
    sign_in(visitor, "rule_admin", region="330100000000")

    assert visitor.get("/v1/backtests").status_code == 403


def test_a_back_test_that_a_restart_cut_short_says_so(app: FastAPI, sign_in: Any, tmp_path: Path) -> None:
    place = tmp_path / "backtests" / ("1790000000000" + "0" * 8)
    place.mkdir(parents=True)
    job = BacktestJob(
        id=place.name, rule="TL-04", pack="p", since=None, until="2026-03-31", state="running", made_by="zhao",
        made_at="2026-09-21T14:13:20+00:00",
    )  # fmt: skip
    (place / "job.json").write_bytes(msgspec.json.encode(job))
    with TestClient(app) as client:
        sign_in(client, "rule_admin")

        assert client.get(f"/v1/backtests/{place.name}").json()["state"] == "failed"
