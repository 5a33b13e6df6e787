"""What the engine is meant to reach on one core of a machine with two, beside what it reached."""

from collections.abc import Mapping, Sequence
from typing import Any

RATES = {"city, 3 rules": 200_000, "city, full packs": 50_000}
"""By workload: events judged a second, at least."""

PACKED = 600
"""Bytes that a case of eight events weighs at rest, at most."""


def beside_targets(speeds: Sequence[Mapping[str, Any]], packed: int) -> list[dict[str, Any]]:
    """Return a row for each target and each form of the engine that was measured; `packed` is in bytes a case."""
    rates = [
        {
            "target": f"{row['workload']}: events judged a second",
            "form": row["form"],
            "wanted": f"≥ {least:,}",
            "reached": f"{row['judged/s']:,}",
            "of the target": f"{row['judged/s'] / least:.0%}",
            "met": "yes" if row["judged/s"] >= least else "no",
        }
        for name, least in RATES.items()
        for row in speeds
        if row["workload"] == name
    ]
    weight = {
        "target": "packed case of 8 events: bytes",
        "form": "either",
        "wanted": f"≤ {PACKED:,}",
        "reached": f"{packed:,}",
        "of the target": f"{packed / PACKED:.0%}",
        "met": "yes" if packed <= PACKED else "no",
    }
    return [*rates, weight]
