"""What a request that does not fit is told: where, what it should be, and in an address also what stood there."""

from datetime import date, datetime
from typing import Annotated, Literal

import pytest
from fastapi import FastAPI, Query
from fastapi.testclient import TestClient
from pydantic import AwareDatetime, BaseModel, ConfigDict

from mingjing.services.api.problems import install


class Wish(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    why: str
    at: AwareDatetime | None = None


@pytest.fixture
def client() -> TestClient:
    app = FastAPI()
    install(app)

    @app.get("/asked")
    def asked(
        day: date, form: Literal["json", "csv"] = "json", until: AwareDatetime | None = None, most: int = 1
    ) -> None: ...

    @app.post("/wished")
    def wished(wish: Wish, since: Annotated[datetime | None, Query()] = None) -> None: ...

    return TestClient(app)


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("day=2026-13-24", "应为日期，如 2026-03-06；此处为 '2026-13-24'"),
        ("day=2026-03-06&form=xlsx", "只能是 'json'、'csv'；此处为 'xlsx'"),
        ("day=2026-03-06&until=2026-06-01T00:00:00", "时间没有时区；请写明，如 2026-03-06T10:00:00+08:00"),
        ("day=2026-03-06&most=many", "应为整数；此处为 'many'"),
        ("", "缺少此项"),
    ],
)
def test_a_parameter_that_does_not_fit_is_told_its_value_and_its_form(
    client: TestClient, query: str, told: str
) -> None:
    (fault,) = client.get(f"/asked?{query}").json()["errors"]

    assert told in fault["detail"]


@pytest.mark.parametrize(
    ("body", "pointer", "told"),
    [
        ({"why": 5}, "/body/why", "应为文字（带引号）"),
        ({"why": "x", "whi": "y"}, "/body/whi", "没有这一项"),
        ([], "/body", "应为 JSON 对象"),
        ({"why": "x", "at": "soon"}, "/body/at", "应为带时区的时间"),
    ],
    ids=["a number", "another name", "a list", "no time"],
)
def test_a_body_that_does_not_fit_is_told_in_chinese_and_not_repeated(
    client: TestClient, body: object, pointer: str, told: str
) -> None:
    (fault,) = client.post("/wished", json=body).json()["errors"]

    assert (fault["pointer"], told in fault["detail"], "此处为" in fault["detail"]) == (pointer, True, False)


def test_a_body_that_is_no_json_is_told_so(client: TestClient) -> None:
    answer = client.post("/wished", content=b"{", headers={"Content-Type": "application/json"})

    assert "不是合法的 JSON" in answer.json()["errors"][0]["detail"]


def test_another_method_is_told_which_there_is(client: TestClient) -> None:
    assert client.put("/wished").json()["detail"] == "PUT /wished：不支持此方法；可用 POST"
