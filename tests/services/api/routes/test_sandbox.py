"""With a sandbox key an agency tries its feed, and can do nothing else."""

import base64
import hashlib
import io
from pathlib import Path
from typing import Any

import msgspec
import openpyxl
import orjson
import pytest
from click.testing import CliRunner
from fastapi import FastAPI
from fastapi.testclient import TestClient

from mingjing.services.agencies import Agencies
from mingjing.services.cli import main
from mingjing.services.cli.upload import would_be

KEY = "sandbox-key-of-the-bureau"
BEARER = {"Authorization": f"Bearer {KEY}"}
EVENT = {
    "specversion": "1.0",
    "id": "e-1",
    "source": "urn:yunzhou:scjg",
    "type": "case.applied",
    "subject": "X1",
    "time": "2026-03-06T10:00:00+08:00",
}
STRUCTURED = {"Content-Type": "application/cloudevents+json", **BEARER}


@pytest.fixture
def agencies(agencies: Agencies) -> Agencies:
    trying = msgspec.structs.replace(agencies.agencies[0], sandbox_key_sha256=hashlib.sha256(KEY.encode()).hexdigest())
    return Agencies([trying], agencies.regions)


def test_what_is_tried_reaches_neither_kafka_nor_the_days_account(visitor: TestClient, outbox: Any, gate: Any) -> None:
    answer = visitor.post("/v1/events", content=orjson.dumps(EVENT), headers=STRUCTURED)

    assert (answer.status_code, answer.json()["accepted"], answer.json()["sandbox"]) == (202, 1, True)
    assert outbox.sent == []
    assert gate.registry.receipts.of(answer.json()["receipt"]) is None
    assert visitor.get("/v1/sandbox/cards", headers=BEARER).json()["events"] == 1


def test_a_sandbox_is_emptied(visitor: TestClient) -> None:
    visitor.post("/v1/events", content=orjson.dumps(EVENT), headers=STRUCTURED)

    assert visitor.delete("/v1/sandbox", headers=BEARER).status_code == 204
    assert visitor.get("/v1/sandbox/cards", headers=BEARER).json()["events"] == 0


def test_a_sandbox_key_opens_nothing_else(app: FastAPI, visitor: TestClient) -> None:
    opened = []
    for path, methods in app.openapi()["paths"].items():
        for method, operation in methods.items():
            if "security" not in operation or path.startswith(("/v1/sandbox", "/v1/events")):
                continue
            named = path.replace("{", "").replace("}", "")
            answer = visitor.request(method, named, headers=BEARER, content=b"{}")
            if answer.status_code < 400:
                opened.append((method, path))

    assert opened == []


def test_without_a_sandbox_key_there_is_no_sandbox(visitor: TestClient) -> None:
    refused = visitor.get("/v1/sandbox/cards", headers={"Authorization": "Bearer key-of-the-market-bureau"})

    assert (refused.status_code, refused.json()["type"].rsplit(":", 1)[-1]) == (403, "no_sandbox")


ACCEPTED = {"standard": "up-pro", "object": "up_pro_accept"}
ROWS = (
    "办件编号,申请时间,受理时间,申请方式,申请人\n"
    "浙A1,2026-03-05 16:00,2026-03-06 10:00,2,王玥\n"
    "浙A2,昨天,2026-03-06 10:00,2,李\n"
)


def test_a_file_is_tried_as_it_would_be_taken_and_reaches_nobody(visitor: TestClient, outbox: Any) -> None:
    told = visitor.post("/v1/sandbox/file", params=ACCEPTED, content=ROWS.encode(), headers=BEARER).json()
    sheet = openpyxl.load_workbook(io.BytesIO(base64.b64decode(told["errors"]))).active

    assert [told[name] for name in ("rows", "accepted", "returned", "events")] == [2, 1, 1, 2]
    assert sheet is not None
    assert sheet["A2"].value == "浙A2"
    assert outbox.sent == []
    assert visitor.get("/v1/sandbox/cards", headers=BEARER).json()["events"] == 2


def test_a_file_that_is_tried_twice_is_there_once(visitor: TestClient) -> None:
    for _ in range(2):
        visitor.post("/v1/sandbox/file", params=ACCEPTED, content=ROWS.encode(), headers=BEARER)

    assert visitor.get("/v1/sandbox/cards", headers=BEARER).json()["events"] == 2


def test_the_command_tries_a_file_and_writes_down_what_came_back(gateway: str, outbox: Any, tmp_path: Path) -> None:
    (tmp_path / "key").write_text(f"{KEY}\n", "utf-8")
    (tmp_path / "三月.csv").write_text(ROWS, "utf-8")
    asked = ["upload", str(tmp_path / "三月.csv"), "--url", gateway, "--key-file", str(tmp_path / "key"), "--sandbox"]
    told = CliRunner().invoke(main, [*asked, "--standard", "up-pro", "--object", "up_pro_accept"])

    assert (told.exit_code, "2 行：接收 1 行（2 个事件），退回 1 行（试投）" in told.output) == (1, True), told.output
    assert openpyxl.load_workbook(tmp_path / "三月-退回.xlsx").active["A2"].value == "浙A2"
    assert outbox.sent == []


def test_a_card_that_would_be_is_told_by_its_level_its_case_and_its_rule() -> None:
    card = {"case": "11330100MB1234567A/浙A1", "rule": "TL-04", "level": "red", "status": "standing"}

    assert would_be(card) == "会有 红牌：浙A1 TL-04"


def test_a_file_is_either_tried_or_checked() -> None:
    asked = ["upload", __file__, "--url", "http://127.0.0.1:1", "--key-file", __file__, "--sandbox", "--validate"]
    told = CliRunner().invoke(main, [*asked, "--standard", "up-pro", "--object", "up_pro_accept"])

    assert (told.exit_code, "只能用一个" in told.output) == (2, True)


def test_a_file_that_is_no_table_is_told(visitor: TestClient) -> None:
    answer = visitor.post("/v1/sandbox/file", params=ACCEPTED, content=b"PK\x03\x04 no table", headers=BEARER)

    assert (answer.status_code, answer.json()["type"]) == (422, "urn:mingjing:problem:no_sheet")


def test_a_sandbox_key_hands_in_no_file_for_good(visitor: TestClient, outbox: Any) -> None:
    answer = visitor.post("/v1/uploads", params=ACCEPTED, content=ROWS.encode(), headers=BEARER)

    assert (answer.status_code, outbox.sent) == (403, [])
