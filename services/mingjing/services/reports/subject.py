"""What a report is of: the place, agency or part of the business that its title names, and whose agencies it lists."""

from collections.abc import Sequence

from mingjing.services.ledger.scope import Scope, region_prefix
from mingjing.services.reports.cells import Wanted
from mingjing.services.reports.document import Titles

_NAMED = 3
"""So many places or agencies are named one by one."""


def subject(titles: Titles, scope: Scope, wanted: Wanted) -> str:
    """Return what the figures are of that `scope` sees of what is `wanted`, as a title begins.

    Who may see one county only is never shown its figures under the name of the city,
    nor anybody those of an item as if they were of all.
    """
    seen = scope.narrowed(wanted.agency, wanted.region)
    places = _listed(_places(titles, seen.regions or ((wanted.region,) if wanted.region else ())), "个区划")
    codes = seen.agencies or ((wanted.agency,) if wanted.agency else ())
    agencies = _listed([titles.agencies.get(code, code) for code in codes], "个部门")
    parts = [places] if agencies and places else []
    if wanted.item is not None:
        parts.append(titles.items.get(wanted.item, wanted.item))
    if wanted.post is not None:
        parts.append(f"岗位 {wanted.post}")
    if wanted.window is not None:
        parts.append(f"窗口 {wanted.window}")
    return (agencies or places or titles.place) + (f"（{'，'.join(parts)}）" if parts else "")


def agencies_of(titles: Titles, scope: Scope, wanted: Wanted) -> list[str]:
    """Return the agencies of which a report that compares agencies says that they had no case, if they had none.

    They are those at home where the report is of.
    """
    regions = scope.narrowed(None, wanted.region).regions
    if regions is None:
        return sorted(titles.agencies)
    prefixes = tuple(map(region_prefix, regions))
    return sorted(code for code in titles.agencies if titles.homes.get(code, "").startswith(prefixes))


def compares(scope: Scope, wanted: Wanted) -> bool:
    """Return whether agencies may be compared: a place among some, or in a part of the business, is no place."""
    return scope.agencies is None and all(
        each is None for each in (wanted.agency, wanted.item, wanted.post, wanted.window)
    )


def _places(titles: Titles, regions: Sequence[str]) -> list[str]:
    """Return the names of regions, none of one that holds the whole installation."""
    prefixes = [region_prefix(each) for each in regions]
    if any(titles.regions and all(code.startswith(prefix) for code in titles.regions) for prefix in prefixes):
        return []
    known = {region_prefix(code): title for code, title in titles.regions.items()}
    return [known.get(prefix, f"区划 {prefix}") for prefix in prefixes]


def _listed(names: Sequence[str], counted: str) -> str:
    if len(names) <= _NAMED:
        return "、".join(names)
    return f"{'、'.join(names[:_NAMED])}等 {len(names)} {counted}"
