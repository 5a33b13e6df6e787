"""A parameter that a route does not know is refused, with the one that was meant."""

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from mingjing.services.api.routes.oidc import PATH as OIDC


@pytest.mark.parametrize(
    ("asked", "place", "meant"),
    [
        ("/v1/cards?regoin=33", "/query/regoin", "没有参数 regoin，是不是 region？"),
        ("/v1/reports/efficiency?month=2026-03&foo=1", "/query/foo", "没有参数 foo；可用：month、"),
    ],
)
def test_a_misspelt_parameter_is_refused_and_not_answered_for_everything(
    client: TestClient, asked: str, place: str, meant: str
) -> None:
    answer = client.get(asked)

    assert answer.status_code == 422
    assert answer.json()["type"] == "urn:mingjing:problem:unknown_parameter"
    [fault] = answer.json()["errors"]
    assert fault["pointer"] == place
    assert fault["detail"].startswith(meant)


def test_every_route_that_takes_parameters_promises_to_refuse_others(app: FastAPI) -> None:
    silent = [
        (method, path)
        for path, methods in app.openapi()["paths"].items()
        for method, operation in methods.items()
        if any(each["in"] == "query" for each in operation.get("parameters", ()))
        and "422" not in operation["responses"]
        and not path.startswith(OIDC)
    ]

    assert silent == []
