"""On whose behalf the ledger is read.

A scope is the caller's region prefixes and agencies, the two joined by *and*.
`None` means any; an empty tuple means none at all. `where` turns it into SQL, and
begins every condition the ledger writes, so that no query can forget it.
"""

from typing import Self

import msgspec

_TIERS = (2, 4, 6, 9)
"""Where a 12-digit region code ends for 省, 市, 县 and 镇; a 村 uses all of it."""


class Scope(msgspec.Struct, frozen=True):
    """Which regions and agencies a reader may see.

    A region is a 12-digit code or the beginning of one; the zeros that fill a
    higher tier's code are not part of its prefix, so 330100000000 holds 330106.
    """

    regions: tuple[str, ...] | None
    agencies: tuple[str, ...] | None

    @classmethod
    def everything(cls) -> Self:
        """Return the scope without limits: the whole installation."""
        return cls(None, None)

    def narrowed(self, agency: str | None, region: str | None) -> Self:
        """Return what of this scope lies with `agency` and within `region`; None narrows nothing."""
        agencies, regions = self.agencies, self.regions
        if agency is not None:
            agencies = (agency,) if agencies is None or agency in agencies else ()
        if region is not None:
            wished = region_prefix(region)
            held = (wished,) if regions is None else tuple(map(region_prefix, regions))
            regions = tuple(max(each, wished, key=len) for each in held if _nested(each, wished))
        return type(self)(regions, agencies)

    @classmethod
    def of_region(cls, *regions: str) -> Self:
        """Return the scope of all agencies within `regions`."""
        return cls(regions, None)

    @classmethod
    def of_agency(cls, *agencies: str) -> Self:
        """Return the scope of `agencies`, wherever they act."""
        return cls(None, agencies)


def region_prefix(code: str) -> str:
    """Return what the codes of all regions within `code` begin with."""
    if len(code) == 12:  # noqa: PLR2004  # GB/T 10114: a full code
        for tier in _TIERS:
            if not code[tier:].strip("0"):
                return code[:tier]
    return code


def _nested(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)
