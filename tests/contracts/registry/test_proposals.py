"""Proposals to publish law, and who decides on them, on both databases."""

from typing import Any

import pytest

from mingjing.services.registry import Proposal, Registry


def proposal(ident: str = "1" * 16, **changes: Any) -> Proposal:
    known: dict[str, Any] = {
        "id": ident,
        "title": "两日预警",
        "files": {"p.yaml": "pack: p\nversion: 2\n"},
        "keys": ("pack/p/2",),
        "in_force_ms": 9_000_000,
        "backtest": "{}",
        "digest": "ab",
        "made_by": "chen",
        "made_role": "rule_admin",
        "made_ms": 1000,
    }
    return Proposal(**(known | changes))


@pytest.fixture
def held(registry: Registry) -> Registry:
    registry.proposals.add(proposal())
    return registry


def test_a_proposal_comes_back_as_it_was_entered(held: Registry) -> None:
    assert held.proposals.of("1" * 16) == proposal()
    assert held.proposals.of("2" * 16) is None


def test_the_newest_proposals_come_first(held: Registry) -> None:
    held.proposals.add(proposal("2" * 16, made_ms=2000))

    assert [each.id for each in held.proposals.newest(5)] == ["2" * 16, "1" * 16]
    assert [each.id for each in held.proposals.newest(1)] == ["2" * 16]


def test_of_two_who_approve_at_once_one_does(held: Registry) -> None:
    assert held.proposals.approving("1" * 16, by="li", role="supervisor", now_ms=2000)
    assert not held.proposals.approving("1" * 16, by="wang", role="supervisor", now_ms=2000)
    assert held.proposals.approving("1" * 16, by="li", role="supervisor", now_ms=2001)


def test_an_approval_that_could_not_be_published_leaves_the_proposal_open(held: Registry) -> None:
    held.proposals.approving("1" * 16, by="li", role="supervisor", now_ms=2000)

    assert held.proposals.reopen("1" * 16, by="li")
    assert held.proposals.of("1" * 16) == proposal()


def test_what_is_published_is_decided_on(held: Registry) -> None:
    held.proposals.approving("1" * 16, by="li", role="supervisor", now_ms=2000)

    assert held.proposals.published("1" * 16)
    assert not held.proposals.refuse("1" * 16, by="li", role="supervisor", reason="迟了", now_ms=3000)
    found = held.proposals.of("1" * 16)
    assert found is not None
    assert (found.state, found.decided_by, found.decided_role, found.decided_ms) == (
        "published",
        "li",
        "supervisor",
        2000,
    )


def test_what_is_refused_says_why_and_is_published_no_more(held: Registry) -> None:
    assert held.proposals.refuse("1" * 16, by="li", role="supervisor", reason="样例不足", now_ms=3000)
    assert not held.proposals.approving("1" * 16, by="wang", role="supervisor", now_ms=4000)
    found = held.proposals.of("1" * 16)
    assert found is not None
    assert (found.state, found.reason) == ("refused", "样例不足")
