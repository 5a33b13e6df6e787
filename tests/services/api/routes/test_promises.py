"""What every route of the API keeps to, whoever wrote it and whenever it came."""

import re
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
from fastapi import FastAPI

UNSAFE = {"post", "put", "patch", "delete"}
KEY = "Idempotency-Key"
WAYS_IN = {
    ("post", "/v1/session"),
    ("delete", "/v1/session"),
    ("post", "/v1/session/code"),
    ("post", "/v1/session/password"),
}
"""Who they are is known only once these are done; doing one twice is harmless or is refused."""
READS = {
    ("post", "/v1/unmaskings"),
    ("post", "/v1/unmaskings/cards"),
    ("post", "/v1/unmaskings/letters"),
    ("post", "/v1/uploads/header"),
}
"""A read with a reason, which is on the trail each time, and a read of what is sent: nothing of either is kept."""
OF_THE_MOMENT = {
    "/v1/session",
    "/v1/status",
    "/v1/sandbox/cards",
    "/v1/actions/{action_id}",
    "/v1/reports/jobs/{job}",
}
"""How something is coming along: nobody keeps such an answer."""
JSON = ("application/json", "application/problem+json")

Operation = tuple[str, str, dict[str, Any]]


@pytest.fixture
def document(app: FastAPI) -> dict[str, Any]:
    return app.openapi()


def operations(document: dict[str, Any]) -> Iterator[Operation]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield method, path, operation


def headers_of(operation: dict[str, Any]) -> set[str]:
    return {each["name"] for each in operation.get("parameters", []) if each["in"] == "header"}


def test_every_write_can_be_sent_twice_and_done_once(document: dict[str, Any]) -> None:
    without = [
        (method, path)
        for method, path, operation in operations(document)
        if method in UNSAFE and KEY not in headers_of(operation) and (method, path) not in WAYS_IN | READS
    ]

    assert not without, "\n".join(map(str, without))


def test_every_write_that_can_be_sent_twice_may_still_be_at_work(document: dict[str, Any]) -> None:
    silent = [
        (method, path)
        for method, path, operation in operations(document)
        if KEY in headers_of(operation) and not {"409", "422"} <= set(operation["responses"])
    ]

    assert not silent, silent


def test_every_read_of_json_is_tagged_by_its_content(document: dict[str, Any]) -> None:
    untagged = [
        path
        for method, path, operation in operations(document)
        if method == "get"
        and path.startswith("/v1/")
        and path not in OF_THE_MOMENT
        and "application/json" in operation["responses"].get("200", {}).get("content", {})
        and not ("304" in operation["responses"] and "ETag" in operation["responses"]["200"].get("headers", {}))
    ]

    assert not untagged, untagged


def test_every_list_that_can_be_long_goes_on_by_cursor(document: dict[str, Any]) -> None:
    for method, path, operation in operations(document):
        named = {each["name"] for each in operation.get("parameters", [])}
        assert not named & {"offset", "page_number", "skip"}, (method, path)
        answer = operation["responses"].get("200", {})
        shape = answer.get("content", {}).get("application/json", {}).get("schema", {}).get("$ref", "").split("/")[-1]
        if "next_cursor" in document["components"]["schemas"].get(shape, {}).get("properties", {}):
            assert named >= {"limit", "cursor"}, (method, path)
            assert "Link" in answer["headers"], (method, path)
            assert "400" in operation["responses"], (method, path)


def test_every_answer_has_a_chinese_description(document: dict[str, Any]) -> None:
    for method, path, operation in operations(document):
        for status, answer in operation["responses"].items():
            assert re.search(r"[一-鿿]", answer["description"]), (method, path, status)


def test_every_json_answer_has_an_example_that_its_schema_allows(document: dict[str, Any]) -> None:
    for method, path, operation in operations(document):
        for status, answer in operation["responses"].items():
            for media_type, content in answer.get("content", {}).items():
                if media_type not in JSON:
                    continue
                assert "example" in content, (method, path, status)
                whole = {**content["schema"], "components": document["components"]}
                jsonschema.Draft202012Validator(whole).validate(content["example"])


def test_every_body_that_is_taken_has_an_example(document: dict[str, Any]) -> None:
    for method, path, operation in operations(document):
        content = operation.get("requestBody", {}).get("content", {}).get("application/json")
        if content is not None:
            assert "example" in content, (method, path)
            whole = {**content["schema"], "components": document["components"]}
            jsonschema.Draft202012Validator(whole).validate(content["example"])
