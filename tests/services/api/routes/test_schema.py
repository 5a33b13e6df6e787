"""Every answer of every route is one that OpenAPI promises, whatever is asked."""

import json
from collections.abc import Callable
from typing import Any

import msgspec
import schemathesis
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from openapi_spec_validator import validate
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from mingjing.rules.card import Card
from mingjing.services.api.feed.hub import Hub
from mingjing.services.api.porter import CSRF

CHECKS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
)
ROLES = {"/v1/accounts": "system_admin", "/v1/keys": "system_admin", "/v1/audit": "auditor"}
"""Whose routes these are; all others are tried as a supervisor."""
CASE = "91330100MA00000001/2026-1"


@schemathesis.serializer("application/x-ndjson")
def as_lines(_: Any, value: Any) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()


def test_any_request_gets_a_promised_answer(
    app: FastAPI, hub: Hub, ledger: Any, make_card: Callable[..., Card], visitor: TestClient, sign_in: Any
) -> None:
    ledger.card_rows = [json.loads(msgspec.json.encode(make_card(number))) for number in (1, 2, 3)]
    hub.end()  # so that a stream has an end to be judged at
    promised = schemathesis.openapi.from_asgi("/openapi.json", app)
    operations = [operation.ok() for operation in promised.get_all_operations()]

    for number, operation in enumerate(operations):
        role = next((role for path, role in ROLES.items() if operation.path.startswith(path)), "supervisor")
        # Somebody new for each: what one operation does to their session is not the next one's affair.
        sign_in(visitor, role, name=f"{role}-{number}")
        _fuzz(operation, {CSRF: visitor.headers[CSRF]}, dict(visitor.cookies))

    assert len(operations) == len([method for path in app.openapi()["paths"].values() for method in path])


def _fuzz(operation: Any, headers: dict[str, str], cookies: dict[str, str]) -> None:
    @settings(max_examples=15, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(operation.as_strategy())
    def asked(case: schemathesis.Case) -> None:
        case.call_and_validate(checks=CHECKS, headers=headers, cookies=cookies)

    asked()


def test_every_route_has_a_chinese_summary_and_its_problems(app: FastAPI) -> None:
    for path, methods in app.openapi()["paths"].items():
        for method, operation in methods.items():
            assert operation["summary"] > "一", (path, method)
            assert "application/problem+json" in operation["responses"]["500"]["content"], (path, method)


def test_the_schema_needs_nothing_that_is_not_in_it(app: FastAPI) -> None:
    document = app.openapi()
    text = json.dumps(document)
    named = {part.split('"')[0] for part in text.split('"#/components/schemas/')[1:]}

    assert named - set(document["components"]["schemas"]) == set()


def test_the_document_is_openapi_by_its_own_standard(visitor: TestClient) -> None:
    validate(visitor.get("/openapi.json").json())
