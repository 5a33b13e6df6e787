"""The data-quality gate: whose figures may be compared, and why not (真实、实时、完整、准确).

It stands before every ranking. An agency that does not pass keeps its figures and
loses its rank, and the report says which condition it did not meet, so that bad
data can never be an advantage.
"""

from collections.abc import Mapping

import msgspec

from mingjing.services.reports.cells import Sums
from mingjing.services.reports.figure import ENOUGH

COMPLETE_PERCENT = 95


class Balance(msgspec.Struct, frozen=True):
    """期初在办 ＋ 受理 ＝ 办结及终止 ＋ 期末在办, as counted."""

    carried_in: int
    taken_in: int
    closed: int
    carried_out: int

    @property
    def gap(self) -> int:
        """By how many cases the two sides differ; positive: more came in than can be found again."""
        return self.carried_in + self.taken_in - self.closed - self.carried_out


class Gate(msgspec.Struct, frozen=True):
    """Whether an agency may be ranked; `reasons` is empty when it may.

    `idle`: it had no case at all. `small`: the last reason is that there were too few.
    """

    reasons: list[str]
    balance: Balance
    idle: bool = False
    small: bool = False

    @property
    def faults(self) -> list[str]:
        """What is wrong with the data itself, leaving aside how much of it there is."""
        return self.reasons[:-1] if self.small else self.reasons

    @property
    def passed(self) -> bool:
        """Whether nothing stands against a comparison."""
        return not self.reasons


def gate(sums: Sums) -> Gate:
    """Return what the gate says of an agency's figures of a period."""
    balance = balance_of(sums)
    decided, complete = _of(sums, "decided_approval"), _of(sums, "complete")
    promised = _of(sums, "decided_promised")
    if not any(_of(sums, name) for name in ("applied", "accepted", "decided", "carried_in", "carried_out")):
        return Gate(["本期没有业务"], balance, idle=True)
    reasons = []
    if decided and complete * 100 < COMPLETE_PERCENT * decided:
        percent = complete * 10_000 // decided
        reasons.append(
            f"数据完整率 {percent // 100}.{percent % 100:02}%（{complete:,} / {decided:,}），低于 {COMPLETE_PERCENT}%"
        )
    if balance.gap:
        reasons.append(f"收办不相符，差 {abs(balance.gap):,} 件")
    small = promised < ENOUGH
    if small:
        reasons.append(f"有承诺时限的办结 {promised} 件，不足 {ENOUGH} 件")
    return Gate(reasons, balance, small=small)


def balance_of(sums: Sums) -> Balance:
    """Return the balance of a period."""
    return Balance(*(_of(sums, name) for name in ("carried_in", "taken_in", "closed", "carried_out")))


def ranks(values: Mapping[str, tuple[float, int]]) -> dict[str, int]:
    """Return the rank of each key by (value, n), the greatest first; equal ones share the better rank (1, 2, 2, 4)."""
    ordered = sorted(values.values(), reverse=True)
    return {key: ordered.index(value) + 1 for key, value in values.items()}


def _of(sums: Sums, measure: str) -> int:
    return sums.get(measure, {}).get("", 0)
