"""By what figures can be had apart, today and in months that were frozen earlier, and what is missing where not."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import msgspec

from mingjing.services.reports.indicators import FACETS, GRAINS, SOURCES, Definitions, Facet, Source

NOT_THEN = "该月冻结时尚无此口径"
"""What is missing of a month that was frozen before it was counted so."""

_EARLIER: dict[Source, tuple[Facet, ...]] = {
    "cases": GRAINS,
    "filed": GRAINS,
    "cards": ("item", "post"),
    "events": ("item", "post"),
    "facts": ("item", "post"),
    "errands": ("item",),
}
"""By what was counted apart in months whose snapshots do not say so."""

Snapshot = Mapping[str, Any]
"""A snapshot as `freezing` takes it."""


def cut(definitions: Definitions, grain: str, *, region: bool) -> Definitions:
    """Return the definitions as far as they can be had by `grain` (blank: none), and of a `region`.

    A nought of what cannot be had so would be taken for none.
    """
    facets: list[Facet] = [*(each for each in GRAINS if each == grain), *(("region",) if region else ())]

    def missing(measure: str) -> list[str]:
        lacks = definitions.lacks.get(definitions.measures[measure].source, {})
        return [f"按{FACETS[facet]}分开的数（{lacks[facet]}）" for facet in facets if facet in lacks]

    def awaited_by(measures: Collection[str]) -> str:
        return "；".join(dict.fromkeys(text for each in measures for text in missing(each)))

    return msgspec.structs.replace(
        definitions,
        indicators=[
            each.awaiting(awaited) if (awaited := awaited_by(each.measures)) else each
            for each in definitions.indicators
        ],
    )


def as_then(definitions: Definitions, snapshots: Sequence[Snapshot]) -> Definitions:
    """Return the definitions lacking what any of these months were not counted by."""
    lacks: dict[Source, dict[Facet, str]] = {}
    for source in SOURCES:
        known = [grains_of(each, source) for each in snapshots]
        then: dict[Facet, str] = {name: NOT_THEN for name in GRAINS if not all(name in each for each in known)}
        lacks[source] = then | definitions.lacks.get(source, {})
    return msgspec.structs.replace(definitions, lacks=lacks)


def parted(before: Snapshot, after: Snapshot, definitions: Definitions) -> list[tuple[str, str]]:
    """Return each grain and measure by which only one of two months, as they were counted, is divided."""
    found = []
    for name, measure in sorted(definitions.measures.items()):
        old, new = (set(grains_of(each, measure.source)) for each in (before, after))
        found += [(grain, name) for grain in sorted(old ^ new)]
    return found


def grains_of(snapshot: Snapshot, source: Source) -> Sequence[str]:
    """Return by which grains the figures of a source were counted in a frozen month."""
    known: Mapping[str, Sequence[str]] = snapshot.get("grains", _EARLIER)
    return known.get(source, ())
