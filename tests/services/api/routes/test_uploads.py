import hashlib
import io
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import openpyxl
import pytest
from fastapi.testclient import TestClient

from mingjing.services.auth.gate import Gate
from mingjing.services.auth.signature import signed_digest

AGENCY = "91330100MA00000001"
AUTH = {"Authorization": "Bearer key-of-the-market-bureau"}
ASKED = {"standard": "up-pro", "object": "up_pro_accept", "file": "三月.csv"}
HEADER = "办件编号,申请时间,受理时间,申请方式,申请人\n"
GOOD = "浙A1,2026-03-05 16:00,2026-03-06 10:00,2,王玥\n"
BAD = "浙A2,昨天,2026-03-06 10:00,2,李\n"


def handed_in(client: TestClient, text: str, **more: Any) -> dict[str, Any]:
    """Hand in a file and return its job once it is read."""
    answer = client.post("/v1/uploads", params=ASKED | more, content=text.encode(), headers=AUTH)
    assert answer.status_code == 202, answer.text
    for _ in range(2000):
        job: dict[str, Any] = client.get(answer.headers["location"], headers=AUTH).json()
        if job["state"] not in ("waiting", "reading"):
            return job
    pytest.fail("the file was not read after two thousand looks")


def test_the_rows_of_a_file_go_in_and_those_that_cannot_be_used_come_back(client: TestClient, outbox: Any) -> None:
    job = handed_in(client, HEADER + GOOD + BAD)
    sheet = openpyxl.load_workbook(io.BytesIO(client.get(job["errors"], headers=AUTH).content)).active

    assert [job[name] for name in ("state", "rows", "accepted", "returned", "events")] == ["done", 2, 1, 1, 2]
    assert {each.topic for each in outbox.sent} == {f"ingest.{AGENCY}"}
    assert sheet is not None
    assert sheet["A2"].value == "浙A2"


def test_a_file_has_a_receipt(client: TestClient) -> None:
    job = handed_in(client, HEADER + GOOD + BAD)
    receipt = client.get(f"/v1/receipts/{job['receipt']}", headers=AUTH).json()

    assert [receipt[name] for name in ("way", "events", "accepted", "rejected")] == ["upload", 2, 2, 0]
    assert receipt["detail"]["returned_rows"] == 1
    assert receipt["detail"]["file"] == "三月.csv"


def test_a_trial_of_a_file_sends_nothing(client: TestClient, outbox: Any) -> None:
    job = handed_in(client, HEADER + GOOD, validate="true")

    assert (job["accepted"], job["receipt"], outbox.sent) == (1, None, [])


def test_a_file_that_is_no_table_of_the_standard_is_refused_with_the_reason(client: TestClient) -> None:
    job = handed_in(client, "编号,时间\n1,2\n")

    assert job["state"] == "refused"
    assert "缺少列" in job["reason"]


def test_columns_of_the_agencys_own_are_read_as_it_says(client: TestClient) -> None:
    said = ["流水号=办件编号", "备注="]
    job = handed_in(client, "流水号,受理时间,备注\n浙A1,2026-03-06 10:00,急\n", column=said)
    receipt = client.get(f"/v1/receipts/{job['receipt']}", headers=AUTH).json()

    assert [job[name] for name in ("state", "accepted", "returned")] == ["done", 1, 0]
    assert receipt["detail"]["columns"] == {"流水号": "project_no", "备注": ""}


def test_a_column_that_is_none_of_the_standard_is_refused_at_once(client: TestClient) -> None:
    answer = client.post("/v1/uploads", params=ASKED | {"column": "流水号=办件编好"}, content=b"a", headers=AUTH)

    assert (answer.status_code, answer.json()["type"]) == (422, "urn:mingjing:problem:bad_columns")


def test_an_object_that_the_standard_does_not_have_is_named(client: TestClient) -> None:
    answer = client.post("/v1/uploads", params=ASKED | {"object": "x"}, content=b"a", headers=AUTH)

    assert (answer.status_code, "up_pro_accept" in answer.json()["detail"]) == (422, True)


def test_an_agency_cannot_hand_in_for_a_source_of_another(client: TestClient) -> None:
    answer = client.post("/v1/uploads", params=ASKED | {"source": "urn:other"}, content=b"a", headers=AUTH)

    assert (answer.status_code, answer.json()["type"]) == (422, "urn:mingjing:problem:foreign_source")


def test_an_inspector_hands_in_nothing(client: TestClient) -> None:
    assert client.post("/v1/uploads", params=ASKED, content=b"a").status_code == 403


def test_a_clerk_of_another_agency_does_not_find_the_file(client: TestClient, sign_in: Any) -> None:
    job = handed_in(client, HEADER + GOOD)
    sign_in(client, "clerk", agency="91330100MA0000000X")

    assert client.get(f"/v1/uploads/{job['id']}").status_code == 403


def test_the_latest_files_of_the_agency_are_listed(client: TestClient) -> None:
    job = handed_in(client, HEADER + GOOD)

    assert [each["id"] for each in client.get("/v1/uploads", headers=AUTH).json()["items"]] == [job["id"]]


def test_every_standard_names_the_form_of_each_object_and_each_form_opens(client: TestClient) -> None:
    told = client.get("/v1/standards", headers=AUTH).json()
    blanks = [form["blank"] for standard in told["standards"] for form in standard["objects"]]

    assert told["sources"] == ["urn:yunzhou:scjg"]
    for blank in blanks:
        answer = client.get(blank, headers=AUTH)
        assert (blank, answer.status_code, answer.content[:2]) == (blank, 200, b"PK")


def signed_upload(client: TestClient, gate: Gate, content: bytes, digest: str) -> httpx.Response:
    """Hand in a file as a program does that signs the digest of what it sends."""
    issued = gate.signatures.issue(
        title="台账程序", role="clerk", region=None, agency=AGENCY, made_by="zhou", now_ms=gate.now_ms()
    )
    target = "/v1/uploads?" + urlencode(ASKED)
    timestamp, nonce = str(gate.now_ms() // 1000), secrets.token_hex(16)
    signature = signed_digest(issued.secret, "MJ-HMAC-SHA256", "POST", target, timestamp, nonce, digest)
    told = f"MJ-HMAC-SHA256 key={issued.key.id},timestamp={timestamp},nonce={nonce},signature={signature}"
    return client.post(target, content=content, headers={"Authorization": told, "X-Content-SHA256": digest})


def test_a_signed_file_may_be_larger_than_a_signed_request(visitor: TestClient, gate: Gate) -> None:
    content = (HEADER + GOOD).encode() + b"," * 3 * 1024 * 1024

    answer = signed_upload(visitor, gate, content, hashlib.sha256(content).hexdigest())

    assert answer.status_code == 202, answer.text


def test_a_file_that_is_not_the_one_signed_for_is_not_kept(visitor: TestClient, gate: Gate, tmp_path: Path) -> None:
    answer = signed_upload(visitor, gate, (HEADER + GOOD).encode(), hashlib.sha256(b"another").hexdigest())

    assert (answer.status_code, answer.json()["type"].rsplit(":", 1)[-1]) == (400, "other_content")
    assert gate.registry.uploads.of_agency(AGENCY, 10) == []
    assert not list((tmp_path / "data" / "uploads").glob("*/file"))


def test_a_digest_is_believed_beside_a_file_alone(visitor: TestClient, gate: Gate) -> None:
    issued = gate.signatures.issue(
        title="程序", role="clerk", region=None, agency=AGENCY, made_by="zhou", now_ms=gate.now_ms()
    )
    timestamp, nonce, digest = str(gate.now_ms() // 1000), secrets.token_hex(16), hashlib.sha256(b"good").hexdigest()
    signature = signed_digest(issued.secret, "MJ-HMAC-SHA256", "POST", "/v1/events", timestamp, nonce, digest)
    told = f"MJ-HMAC-SHA256 key={issued.key.id},timestamp={timestamp},nonce={nonce},signature={signature}"

    answer = visitor.post("/v1/events", content=b"{}", headers={"Authorization": told, "X-Content-SHA256": digest})

    assert answer.status_code == 401
