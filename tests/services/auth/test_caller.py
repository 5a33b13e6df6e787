from typing import get_args

import pytest

from mingjing.services.auth.caller import ROLE_TITLES, ROLES, Action, Caller, Role, fault_of_reach
from mingjing.services.ledger.scope import Scope


def of(role: Role, region: str | None = None, agency: str | None = None) -> Caller:
    return Caller(name="x", title="x", role=role, region=region, agency=agency)


def test_every_role_has_a_title_and_something_to_do() -> None:
    assert [role for role in ROLES if role not in ROLE_TITLES or not of(role).actions] == []


def test_everything_there_is_to_do_is_somebodys() -> None:
    assert {action for role in ROLES for action in of(role).actions} == set(get_args(Action))


def test_who_administers_the_system_sees_no_case() -> None:
    assert of("system_admin").scope == Scope((), ())


@pytest.mark.parametrize("role", [role for role in ROLES if role != "system_admin"])
def test_all_others_see_their_region_and_agency_alone(role: Role) -> None:
    assert of(role, "330106000000", "A").scope == Scope(("330106000000",), ("A",))


def test_no_role_holds_two_of_the_three_powers() -> None:
    powers: tuple[Action, ...] = ("account.manage", "audit.read", "card.act")

    assert [role for role in ROLES if sum(of(role).may(power) for power in powers) > 1] == []


def test_who_offers_rules_does_not_approve_them() -> None:
    assert [role for role in ROLES if of(role).may("rule.publish") and of(role).may("rule.approve")] == []


@pytest.mark.parametrize(
    ("role", "region", "agency", "told"),
    [
        ("king", None, None, "没有角色"),
        ("clerk", None, None, "所属部门"),
        ("system_admin", "33", None, "不设区划"),
        ("inspector", "3301061", None, "前 2、4、6、9 位"),
        ("inspector", "33０１", None, "前 2、4、6、9 位"),
    ],
)
def test_a_reach_nobody_can_have_is_told(role: str, region: str | None, agency: str | None, told: str) -> None:
    assert told in (fault_of_reach(role, region, agency) or "")


@pytest.mark.parametrize(
    ("role", "region", "agency"),
    [("inspector", "330106000000", None), ("supervisor", None, None), ("clerk", None, "A"), ("inspector", "33", None)],
)
def test_a_reach_somebody_can_have_is_not_told(role: str, region: str | None, agency: str | None) -> None:
    assert fault_of_reach(role, region, agency) is None
