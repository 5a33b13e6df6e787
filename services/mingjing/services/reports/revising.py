"""What differs between two revisions of a frozen month, and what of them can be compared at all."""

from collections.abc import Collection, Mapping
from typing import Any

import msgspec

from mingjing.services.reports.apart import Snapshot, grains_of
from mingjing.services.reports.indicators import SOURCES

LATE_ARRIVALS = "冻结之后到达的事件改变了本月数字"


class Change(msgspec.Struct, frozen=True):
    """A sum that differs between two revisions."""

    agency: str
    region: str
    measure: str
    bucket: str
    before: int
    after: int


def shared(before: Snapshot, after: Snapshot) -> list[str]:
    """Return the measures that both were counted by, and by the same definition."""
    old, new = before["measures"], after["measures"]
    return sorted(name for name in old.keys() & new.keys() if old[name] == new[name])


def changes(before: Snapshot, after: Snapshot) -> list[Change]:
    """Return every sum of the `shared` measures that differs, in order: what is counted otherwise has not changed."""
    alike = shared(before, after)
    old, new = _flat(before["sums"], alike), _flat(after["sums"], alike)
    return [
        Change(*key, old.get(key, 0), new.get(key, 0))
        for key in sorted(old.keys() | new.keys())
        if old.get(key, 0) != new.get(key, 0)
    ]


def reason_of(before: Snapshot, after: Snapshot) -> str:
    """Return why a revision was made where nobody states another reason."""
    otherwise = sorted({*before["measures"], *after["measures"]}.difference(shared(before, after)))
    said = [f"与前版口径不同的有 {'、'.join(otherwise)}"] if otherwise else []
    if any(grains_of(before, source) != grains_of(after, source) for source in SOURCES):
        said.append("可按事项、岗位、窗口分开的数与前版不同")
    return LATE_ARRIVALS + (f"；并按现行口径统计，{'，'.join(said)}" if said else "")


def _flat(sums: Mapping[str, Any], measures: Collection[str]) -> dict[tuple[str, str, str, str], int]:
    return {
        (agency, region, measure, bucket): value
        for agency, regions in sums.items()
        for region, known in regions.items()
        for measure, buckets in known.items()
        if measure in measures
        for bucket, value in buckets.items()
    }
