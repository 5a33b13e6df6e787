"""Lists of what the registry keeps: a page names where the next one begins, and a stranger's cursor is refused."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from fastapi.testclient import TestClient

from mingjing.services.api.backtests import JOB, BacktestJob
from mingjing.services.auth.gate import Gate
from mingjing.services.ledger.paging import closed
from mingjing.services.registry import Account, ApiKey, Proposal, Upload

from .conftest import AGENCY

WHO = {
    "/v1/accounts": "system_admin",
    "/v1/keys": "system_admin",
    "/v1/rulebook/proposals": "supervisor",
    "/v1/backtests": "supervisor",
    "/v1/uploads": "clerk",
}
"""Each list, and whom it is shown to."""


@pytest.fixture(params=WHO)
def listed(request: pytest.FixtureRequest, visitor: TestClient, sign_in: Any, gate: Gate, tmp_path: Path) -> str:
    """A list of five, asked for by somebody who may see it."""
    role = WHO[request.param]
    sign_in(visitor, role, name="a0", agency=AGENCY if role == "clerk" else None)
    for number in range(1, 6):
        _keep(gate, tmp_path / "data" / "backtests", number)
    return str(request.param)


def _keep(gate: Gate, trials: Path, number: int) -> None:
    kept, made = gate.registry, gate.now_ms() + number // 2
    if number < 5:  # the caller is the fifth
        kept.accounts.add(Account(name=f"a{number}", title="审计", role="auditor"))
    kept.keys.add(
        ApiKey(id=f"mk_{number:016x}", title="对账", role="auditor", secret_sealed="s", made_by="root", made_ms=made)  # noqa: S106  # no secret
    )
    given: dict[str, Any] = {"title": "两日预警", "files": {}, "keys": (), "in_force_ms": 9, "backtest": None}
    kept.proposals.add(
        Proposal(id=f"{number:016x}", digest=None, made_by="gu", made_role="rule_admin", made_ms=made, **given)
    )
    of = {"standard": "up-pro", "object": "up_pro_accept", "source": "s", "caller": "wang"}
    kept.uploads.add(
        Upload(id=f"20260306-{number:024x}", agency=AGENCY, name="三月.csv", dry_run=False, made_ms=made, **of)
    )
    job = BacktestJob(
        id=f"{made:013d}{number:08x}", rule="TL-04", pack="p", since=None, until="2026-03-31", state="done",
        made_by="gu", made_at="2026-03-06T10:00:00+08:00",
    )  # fmt: skip
    (trials / job.id).mkdir(parents=True)
    (trials / job.id / JOB).write_bytes(msgspec.json.encode(job))


@pytest.mark.parametrize("size", [1, 2, 5])
def test_every_page_says_where_the_next_begins(listed: str, visitor: TestClient, size: int) -> None:
    whole = visitor.get(listed, params={"limit": 200}).json()
    found, path = [], f"{listed}?limit={size}"
    while path:
        page = visitor.get(path)
        assert len(page.json()["items"]) == size or "link" not in page.headers
        found += page.json()["items"]
        path = page.links["next"]["url"] if "next" in page.links else ""

    assert found == whole["items"]
    assert (len(found), whole["next_cursor"]) == (5, None)


@pytest.mark.parametrize("cursor", ["elsewhere", "游标", closed([(1, "x"), (0, "y")], 1, "cards")])
def test_a_cursor_that_this_list_did_not_give_is_refused(listed: str, visitor: TestClient, cursor: str) -> None:
    refused = visitor.get(listed, params={"cursor": cursor})

    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (400, "/query/cursor")
    assert cursor in json.dumps(refused.json(), ensure_ascii=False)


@pytest.mark.parametrize("limit", ["0", "201", "many"])
def test_a_page_of_no_such_size_is_refused(listed: str, visitor: TestClient, limit: str) -> None:
    refused = visitor.get(listed, params={"limit": limit})

    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/query/limit")
