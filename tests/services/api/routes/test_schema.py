"""Every answer of every route is one that OpenAPI promises, whatever is asked."""

import json
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
import schemathesis
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings, strategies
from limits import parse
from openapi_spec_validator import validate
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from mingjing.rules.card import Card
from mingjing.services.api import porter
from mingjing.services.api.feed.hub import Hub
from mingjing.services.api.porter import CSRF

from .conftest import AGENCY

CHECKS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
)
ROLES = {"/v1/accounts": "system_admin", "/v1/keys": "system_admin", "/v1/audit": "auditor"}
"""Whose routes these are; all others are tried as a supervisor."""
OTHERS = [("clerk", AGENCY), ("inspector", None), ("auditor", None)]
CASE = "91330100MA00000001/2026-1"

WITHOUT_CLICKHOUSE = "/v1/reports/"
"""Reports have a desk of their own, which no memory stands in for: it may say that it is away."""

SECRETS = ("/v1/session", "/v1/authenticator")
"""Where passwords and codes are asked for: who makes one up is turned away, and rightly."""

Known = dict[str, str]
"""What is there to be found, by the name of the parameter that it is asked for by."""


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nobody be asked to come again later: what is answered 429 is not tried at all."""
    for name in ("CALLER", "STRANGER"):
        monkeypatch.setattr(porter, name, parse("1000000/minute"))


@pytest.fixture
def known(ledger: Any, hub: Hub, make_card: Callable[..., Card]) -> Known:
    ledger.card_rows = [json.loads(msgspec.json.encode(make_card(number))) for number in (1, 2, 3)]
    hub.end()  # so that a stream has an end to be judged at
    return {"card_id": ledger.card_rows[0]["card_id"], "case_key": CASE, "agency": AGENCY}


@schemathesis.serializer("application/x-ndjson")
def as_lines(_: Any, value: Any) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()


def test_any_request_gets_a_promised_answer(app: FastAPI, visitor: TestClient, sign_in: Any, known: Known) -> None:
    operations = _operations(app)

    for number, operation in enumerate(operations):
        role = next((role for path, role in ROLES.items() if operation.path.startswith(path)), "supervisor")
        # Somebody new for each: what one operation does to their session is not the next one's affair.
        sign_in(visitor, role, name=f"{role}-{number}")
        _fuzz(operation, visitor, known, examples=15)

    assert len(operations) == len([method for path in app.openapi()["paths"].values() for method in path])


@pytest.mark.parametrize(("role", "agency"), OTHERS)
def test_any_request_of_any_role_gets_a_promised_answer(
    role: str, agency: str | None, app: FastAPI, visitor: TestClient, sign_in: Any, known: Known
) -> None:
    for number, operation in enumerate(_operations(app)):
        sign_in(visitor, role, agency=agency, name=f"{role}-{number}")
        _fuzz(operation, visitor, known, examples=5)


def _operations(app: FastAPI) -> list[Any]:
    promised = schemathesis.openapi.from_asgi("/openapi.json", app)
    # The session is what everybody here signs in by; made-up keys would leave nothing behind the door tried.
    promised.config.generation.update(with_security_parameters=False)
    return [operation.ok() for operation in promised.get_all_operations()]


def _fuzz(operation: Any, visitor: TestClient, known: Known, examples: int) -> None:
    """Ask one operation for made-up things, and for what is there; nothing may be turned away at the door."""
    headers, cookies = {CSRF: visitor.headers[CSRF]}, dict(visitor.cookies)

    @settings(max_examples=examples, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(operation.as_strategy(), strategies.booleans())
    def asked(case: schemathesis.Case, there: bool) -> None:  # noqa: FBT001  # drawn
        if there:
            case.path_parameters = {
                name: known.get(name, value) for name, value in (case.path_parameters or {}).items()
            }
        away = operation.path.startswith(WITHOUT_CLICKHOUSE)
        checks = [each for each in CHECKS if not (away and each is not_a_server_error)]
        answer = case.call_and_validate(checks=checks, headers=headers, cookies=cookies)
        seen.add(answer.status_code)

    seen: set[int] = set()
    asked()
    if not operation.path.startswith(SECRETS):
        assert 429 not in seen, operation.path
        assert seen != {401}, operation.path


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
