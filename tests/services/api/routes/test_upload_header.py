"""Before a file is handed in, its agency learns which of its columns are known."""

from typing import Any

import httpx
from fastapi.testclient import TestClient

from mingjing.services.auth.gate import Gate

AGENCY = "91330100MA00000001"
AUTH = {"Authorization": "Bearer key-of-the-market-bureau"}
ASKED = {"standard": "up-pro", "object": "up_pro_accept"}


def read(client: TestClient, content: bytes, **more: str) -> httpx.Response:
    return client.post("/v1/uploads/header", params=ASKED | more, content=content, headers=AUTH)


def test_the_columns_of_a_file_and_of_the_standard_are_told(client: TestClient) -> None:
    told = read(client, "流水号,申请时间\n浙A1,2026-03-05\n".encode()).json()

    assert [(each["header"], each["column"], each["samples"]) for each in told["cells"]] == [
        ("流水号", None, ["浙A1"]),
        ("申请时间", "apply_date", ["2026-03-05"]),
    ]
    assert {"name": "project_no", "title": "办件编号", "needed": True} in told["columns"]


def test_a_file_in_the_encoding_of_older_spreadsheets_is_read(client: TestClient) -> None:
    told = read(client, "办件编号\n浙A1\n".encode("gb18030")).json()

    assert told["cells"][0]["column"] == "project_no"


def test_nothing_is_handed_in(client: TestClient, outbox: Any, gate: Gate) -> None:
    read(client, "办件编号\n浙A1\n".encode())

    assert (outbox.sent, gate.registry.uploads.of_agency(AGENCY, 10)) == ([], [])


def test_what_is_no_table_is_refused_with_the_reason(client: TestClient) -> None:
    answer = read(client, b"\0\0\0")

    assert (answer.status_code, answer.json()["type"]) == (422, "urn:mingjing:problem:no_sheet")


def test_an_object_of_no_standard_is_refused_before_the_file_is_read(client: TestClient) -> None:
    answer = read(client, b"a", object="x")

    assert (answer.status_code, answer.json()["type"]) == (422, "urn:mingjing:problem:no_form")


def test_who_hands_in_nothing_asks_nothing(client: TestClient) -> None:
    assert client.post("/v1/uploads/header", params=ASKED, content=b"a").status_code == 403
