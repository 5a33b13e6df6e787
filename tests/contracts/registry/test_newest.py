"""Lists that go on where a page ended, on both databases: nothing twice and nothing left out."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from mingjing.services.registry import Account, ApiKey, Proposal, Registry, Upload

MADE_MS = (7, 5, 5, 5, 3)
"""When each was made: three in one millisecond."""
NEWEST_FIRST = ["1", "4", "3", "2", "5"]


def keep_keys(registry: Registry) -> Callable[..., Sequence[Any]]:
    key = {"title": "对账", "role": "auditor", "secret_sealed": "s", "made_by": "root"}
    for number, ms in enumerate(MADE_MS, 1):
        registry.keys.add(ApiKey(id=str(number), made_ms=ms, **key))
    return registry.keys.newest


def keep_proposals(registry: Registry) -> Callable[..., Sequence[Any]]:
    given: dict[str, Any] = {"title": "两日预警", "files": {}, "keys": (), "in_force_ms": 9, "backtest": None}
    for number, ms in enumerate(MADE_MS, 1):
        registry.proposals.add(
            Proposal(id=str(number), made_ms=ms, digest=None, made_by="gu", made_role="rule_admin", **given)
        )
    return registry.proposals.newest


def keep_uploads(registry: Registry) -> Callable[..., Sequence[Any]]:
    given: dict[str, Any] = {"caller": "wang", "source": "s", "standard": "up-pro", "object": "o", "dry_run": False}
    for agency in ("a", "b"):
        for number, ms in enumerate(MADE_MS, 1):
            ident = str(number) if agency == "a" else f"b{number}"
            registry.uploads.add(Upload(id=ident, agency=agency, name="三月.csv", made_ms=ms, **given))
    return lambda limit, before: registry.uploads.of_agency("a", limit, before)


KEPT = [keep_keys, keep_proposals, keep_uploads]


@pytest.mark.parametrize("keep", KEPT)
@pytest.mark.parametrize("size", [1, 2, 3, 5])
def test_pages_go_on_where_the_last_one_ended(
    registry: Registry, keep: Callable[[Registry], Callable[..., Sequence[Any]]], size: int
) -> None:
    newest, before, found = keep(registry), None, []
    while page := newest(size, before):
        found += [each.id for each in page]
        before = (page[-1].made_ms, page[-1].id)

    assert found == NEWEST_FIRST


@pytest.mark.parametrize("size", [1, 2, 5])
def test_accounts_go_on_by_name(registry: Registry, size: int) -> None:
    names = ["chen", "li", "li-2", "wang", "zhao"]
    for name in reversed(names):
        registry.accounts.add(Account(name=name, title=name, role="auditor"))
    after, found = None, []
    while page := registry.accounts.by_name(size, after):
        found += [each.name for each in page]
        after = page[-1].name

    assert found == [each.name for each in registry.accounts.all()]
    assert sorted(found) == names
