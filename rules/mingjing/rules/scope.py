"""Where a rule applies: what its scope asks of the ground and the attributes of a case."""

from collections.abc import Iterable, Mapping
from typing import Any

from mingjing.rules.calendar import TIERS
from mingjing.rules.values import value_at

Scope = Mapping[str, Iterable[str]]
"""By path, the values of which a case must have one."""

UNSAID = "none"
"""The value that stands for saying nothing."""


def in_scope(
    scope: Scope, region: str | None, agency: str | None, item: Mapping[str, Any], attributes: Mapping[str, Any]
) -> bool:
    """Whether a case has one of the values that the scope asks at each path."""
    return all(_meets(path, values, region, agency, item, attributes) for path, values in scope.items())


def of_ground(scope: Scope) -> dict[str, Iterable[str]]:
    """Return what the scope asks of the ground alone."""
    return {path: values for path, values in scope.items() if not _of_case(path)}


def asks_case(scope: Scope) -> bool:
    """Whether the scope asks for an attribute of the case."""
    return any(map(_of_case, scope))


def _of_case(path: str) -> bool:
    return path.startswith("case.")


def _meets(
    path: str,
    values: Iterable[str],
    region: str | None,
    agency: str | None,
    item: Mapping[str, Any],
    attributes: Mapping[str, Any],
) -> bool:
    if path in {"agency", "region"}:
        found = (region if path == "region" else agency) or ""
        return any(found == value or (path == "region" and _lies_in(found, value)) for value in values)
    here = value_at(path, data={}, case=attributes, item=item)
    if here is None:
        return UNSAID in values
    many = here if isinstance(here, list) else [here]
    return any(_written(each) in values for each in many if each is not None)


def _lies_in(region: str, area: str) -> bool:
    """Whether a region is `area` or a part of it, by the digits that name the area's tier."""
    digits = next((tier for tier in TIERS if not area[tier:].strip("0")), len(area))
    return region[:digits] == area[:digits]


def _written(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
