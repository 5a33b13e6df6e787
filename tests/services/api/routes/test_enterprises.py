from typing import Any

import orjson
import pytest
from fastapi.testclient import TestClient

from mingjing.services.audit.entry import TOPIC
from mingjing.services.ledger.enterprise import EnterpriseAgency, EnterpriseCounts

SHOP, MILL = "91330100MA2XHRP019", "91330100MA2MAKE01X"


def counts(enterprise: str, **changes: int) -> EnterpriseCounts:
    counted = dict.fromkeys(EnterpriseCounts.__struct_fields__[1:], 0) | {"cases": 1} | changes
    return EnterpriseCounts(enterprise=enterprise, **counted)


@pytest.fixture(autouse=True)
def town(ledger: Any) -> None:
    ledger.enterprise_rows = [counts(SHOP, reflections=3, answered=2, last_ms=1_772_762_400_000), counts(MILL)]
    ledger.inspecting = [EnterpriseAgency(agency="A", cases=2, inspections=2, penalties=0, last_ms=0)]


def test_an_enterprise_is_told_with_who_inspected_it(client: TestClient) -> None:
    found = client.get(f"/v1/enterprises/{SHOP}").json()

    assert (found["enterprise"]["reflections"], found["enterprise"]["last_at"]) == (3, "2026-03-06T10:00:00+08:00")
    assert [each["agency"] for each in found["agencies"]] == ["A"]


def test_a_monitoring_point_on_the_roll_is_told_with_its_name(client: TestClient) -> None:
    listed = client.get("/v1/enterprises").json()["items"]

    assert {each["enterprise"]: each["title"] for each in listed} == {SHOP: "云州市清源食品有限公司", MILL: None}
    assert client.get(f"/v1/enterprises/{SHOP}").json()["enterprise"]["title"] == "云州市清源食品有限公司"


def test_monitoring_points_are_listed_apart(client: TestClient) -> None:
    found = client.get("/v1/enterprises?monitoring=true").json()

    assert [each["enterprise"] for each in found["items"]] == [SHOP]


@pytest.mark.parametrize("sought", ["清源", " 清源食品 ", "91330100ma2x", SHOP])
def test_an_enterprise_is_found_by_its_name_or_the_beginning_of_its_code(client: TestClient, sought: str) -> None:
    found = client.get("/v1/enterprises", params={"q": sought}).json()

    assert [each["enterprise"] for each in found["items"]] == [SHOP]


@pytest.mark.parametrize("sought", ["某某公司", "  ", "%"])
def test_what_is_neither_name_nor_code_finds_no_enterprise(client: TestClient, sought: str) -> None:
    assert client.get("/v1/enterprises", params={"q": sought}).json() == {"items": [], "next_cursor": None}


def test_an_enterprise_no_case_in_reach_names_is_not_found(client: TestClient) -> None:
    answer = client.get("/v1/enterprises/91330100MA2NTHERE1")

    assert (answer.status_code, answer.json()["type"]) == (404, "urn:mingjing:problem:no_such_enterprise")


@pytest.mark.parametrize(
    "path",
    ["/v1/enterprises", f"/v1/enterprises/{SHOP}", f"/v1/cases?enterprise={SHOP}", f"/v1/cards?enterprise={SHOP}"],
)
def test_the_supervised_do_not_look_up_who_complains_of_them(visitor: TestClient, sign_in: Any, path: str) -> None:
    sign_in(visitor, "clerk", None, "91330100MA00000001")

    assert visitor.get(path).status_code == 403


@pytest.mark.parametrize("path", ["/v1/enterprises/{}", "/v1/cases?enterprise={}", "/v1/cards?enterprise={}"])
def test_whoever_looks_up_an_enterprise_is_on_the_trail(client: TestClient, outbox: Any, path: str) -> None:
    client.get(path.format(SHOP))

    (entry,) = [orjson.loads(each.value) for each in outbox.sent if each.topic == TOPIC]
    assert (entry["action"], entry["object"]) == ("enterprise.opened", SHOP)


@pytest.mark.parametrize("path", ["/v1/enterprises/{}", "/v1/cases?enterprise={}", "/v1/cards?enterprise={}"])
def test_a_name_in_the_place_of_a_code_is_refused(client: TestClient, path: str) -> None:
    assert client.get(path.format("某某公司")).status_code == 422
