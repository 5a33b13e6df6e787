"""What is split, part by part: by what it is told apart, how many, under the name that the vocabulary gives it."""

from collections.abc import Mapping

from mingjing.services.reports.cells import Sums
from mingjing.services.reports.document import Part
from mingjing.services.reports.indicators import Indicator, terms_of

UNSAID = "未写明"
REST = "其余各类"
LISTED = 12
"""So many parts are named; agencies write freely into some fields, and a report is no list of all they write."""


def parts(indicator: Indicator, sums: Sums, values: Mapping[str, Mapping[str, str]]) -> list[Part]:
    """Return the parts of an indicator that is split, the most first; none of another.

    Parts beyond `LISTED` are one, so that all parts add up to the indicator.
    """
    if indicator.form != "split" or indicator.awaits:
        return []
    counted: dict[str, int] = {}
    for measure in terms_of(indicator.numerator):
        for key, count in sums.get(measure, {}).items():
            counted[key] = counted.get(key, 0) + count
    titles = {"": UNSAID, **values.get(indicator.named, {})}
    found = [Part(key, titles.get(key, key), count) for key, count in counted.items() if count]
    found.sort(key=lambda part: (-part.count, part.key))
    rest = sum(part.count for part in found[LISTED:])
    return [*found[:LISTED], *([Part("*", REST, rest)] if rest else [])]
