import pytest

from mingjing.rules.scope import asks_case, in_scope, of_ground


def _lies(scope: dict[str, list[str]], region: str | None = None, agency: str | None = None, **more: object) -> bool:
    return in_scope(scope, region, agency, more.get("item", {}), more.get("case", {}))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("region", "area", "lies"),
    [
        ("330102003000", "330000000000", True),  # a street of the province
        ("330102003000", "330100000000", True),
        ("330102003000", "330200000000", False),  # of another city
        ("330100000000", "330102000000", False),  # the whole is no part of its part
        (None, "330000000000", False),
    ],
)
def test_a_region_lies_in_every_area_above_it(region: str | None, area: str, *, lies: bool) -> None:
    assert _lies({"region": [area]}, region=region) is lies


def test_every_path_must_be_met_by_one_of_its_values() -> None:
    scope = {"agency": ["a", "b"], "item.kind": ["licence"]}

    assert _lies(scope, agency="b", item={"kind": "licence"})
    assert not _lies(scope, agency="b", item={"kind": "grant"})
    assert not _lies(scope, agency="c", item={"kind": "licence"})


def test_flags_and_lists_are_met_as_they_are_written() -> None:
    assert _lies({"item.tacit": ["true"]}, item={"tacit": True})
    assert _lies({"case.kinds": ["x"]}, case={"kinds": ["y", "x"]})
    assert not _lies({"case.kind": ["x"]})


def test_a_path_that_says_nothing_is_met_by_none_alone() -> None:
    scope = {"item.starts": ["none", "accepted"]}

    assert _lies(scope)
    assert _lies(scope, item={"starts": "accepted"})
    assert not _lies(scope, item={"starts": "applied"})
    assert not _lies({"item.starts": ["applied"]})


def test_what_asks_the_case_is_left_to_the_case() -> None:
    scope = {"region": ["330000000000"], "case.kind": ["x"]}

    assert asks_case(scope)
    assert of_ground(scope) == {"region": ["330000000000"]}
