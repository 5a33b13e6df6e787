import pytest

from mingjing.services.ledger.scope import Scope, region_prefix
from mingjing.services.ledger.where import Where


@pytest.mark.parametrize(
    ("code", "prefix"),
    [
        ("330000000000", "33"),
        ("330100000000", "3301"),
        ("330106000000", "330106"),
        ("330106001000", "330106001"),
        ("330106001200", "330106001200"),
        ("3301", "3301"),
    ],
)
def test_the_zeros_that_fill_a_code_are_not_part_of_its_prefix(code: str, prefix: str) -> None:
    assert region_prefix(code) == prefix


def test_everything_needs_no_condition() -> None:
    assert Where(Scope.everything()).sql == "1"


@pytest.mark.parametrize("scope", [Scope((), None), Scope(None, ())])
def test_a_scope_of_nothing_is_never_true(scope: Scope) -> None:
    assert "0" in Where(scope).sql.split(" AND ")


def test_no_value_is_ever_part_of_the_sql() -> None:
    evil = "') OR 1=1 --"
    where = (
        Where(Scope((evil,), (evil,)))
        .equal("rule", evil)
        .within_region(evil)
        .contains(("subject",), evil)
        .below(("issued_ms", "card_id"), (1, evil))
    )

    assert evil not in where.sql
    assert where.params["p0"] == evil


def test_a_table_without_regions_shows_a_scope_of_regions_only_its_named_agencies() -> None:
    assert "0" in Where.without_region(Scope(("33",), None)).sql.split(" AND ")
    assert Where.without_region(Scope(("33",), ("A",))).sql == "agency IN %(p0)s"


@pytest.mark.parametrize(
    ("scope", "agency", "region", "narrowed"),
    [
        (Scope.everything(), None, None, Scope.everything()),
        (Scope.everything(), "A", "330100000000", Scope(("3301",), ("A",))),
        (Scope(("33",), None), None, "330106", Scope(("330106",), None)),
        (Scope(("330106000000",), None), None, "3301", Scope(("330106",), None)),
        (Scope(("3301",), None), None, "3302", Scope((), None)),
        (Scope(None, ("A", "B")), "B", None, Scope(None, ("B",))),
        (Scope(None, ("A",)), "B", None, Scope(None, ())),
    ],
)
def test_a_narrowed_scope_never_grows(scope: Scope, agency: str | None, region: str | None, narrowed: Scope) -> None:
    assert scope.narrowed(agency, region) == narrowed
