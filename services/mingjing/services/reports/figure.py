"""From counts to figures: value with numerator, denominator and n, rounded the same way everywhere."""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from math import sqrt

import msgspec

from mingjing.services.reports.cells import Sums
from mingjing.services.reports.indicators import Indicator, terms_of

ENOUGH = 30
"""Fewer than so many make no rate to be compared: it is printed, and said to be small."""

_CENT = Decimal("0.01")
_TENTHS = 10
_Z = 1.96
"""Of a 95 % interval."""


class Figure(msgspec.Struct, frozen=True):
    """One figure. `value` is None where there is nothing to divide by, or the facts are awaited.

    A ratio is in percent, a mean, a sum and a quantile in the indicator's unit. `n` is how
    many it rests on: the denominator, all that were spread, or the count itself.
    """

    value: float | None
    numerator: int | None
    denominator: int | None
    n: int

    @property
    def small(self) -> bool:
        """Whether it rests on too few to be compared."""
        return self.n < ENOUGH


def figure(indicator: Indicator, sums: Sums) -> Figure:
    """Return what the sums say of an indicator."""
    if indicator.awaits:
        return Figure(None, None, None, 0)
    if indicator.form == "quantile":
        spread = {int(bucket): count for bucket, count in sums.get(indicator.numerator, {}).items()}
        found = quantile(spread, indicator.quantile)
        return Figure(None if found is None else float(found), None, None, sum(spread.values()))
    numerator = _total(sums, indicator.numerator)
    if indicator.form in {"count", "split"}:
        return Figure(float(numerator), numerator, None, numerator)
    denominator = _total(sums, indicator.denominator)
    if indicator.form == "sum":
        return Figure(numerator / _TENTHS, None, None, denominator)
    share = 100 if indicator.form == "ratio" else 1
    value = rounded(Decimal(numerator) * share / denominator) if denominator else None
    return Figure(value, numerator, denominator, denominator)


def quantile(spread: dict[int, int], percent: int) -> int | None:
    """Return the least value that at least `percent` in a hundred do not exceed; None of nothing."""
    wanted = -(-sum(spread.values()) * percent // 100)
    passed = 0
    for value in sorted(spread):
        passed += spread[value]
        if passed >= wanted:
            return value
    return None


def interval(figure_: Figure) -> tuple[float, float] | None:
    """Return the 95 % interval of a share of cases (Wilson), in percent; None without any."""
    if not figure_.denominator or figure_.numerator is None:
        return None
    n = figure_.denominator
    share = figure_.numerator / n
    centre = share + _Z * _Z / (2 * n)
    half = _Z * sqrt(share * (1 - share) / n + _Z * _Z / (4 * n * n))
    whole = 1 + _Z * _Z / n
    return rounded(Decimal(100 * (centre - half) / whole)), rounded(Decimal(100 * (centre + half) / whole))


def added(groups: Iterable[Sums]) -> Sums:
    """Return the sums of several groups as one."""
    total: Sums = {}
    for sums in groups:
        for measure, buckets in sums.items():
            mine = total.setdefault(measure, {})
            for bucket, value in buckets.items():
                mine[bucket] = mine.get(bucket, 0) + value
    return total


def rounded(value: Decimal) -> float:
    """Return `value` with two decimals, halves up, as reports print it."""
    return float(value.quantize(_CENT, ROUND_HALF_UP))


def _total(sums: Sums, measures: str) -> int:
    return sum(sum(sums.get(name, {}).values()) for name in terms_of(measures))
