"""The document an efficiency report is, whatever form it is handed over in."""

from collections.abc import Mapping

import msgspec

from mingjing.services.reports.cells import Wanted
from mingjing.services.reports.figure import Figure
from mingjing.services.reports.gate import Balance, Gate
from mingjing.services.reports.indicators import Better

COLUMNS = (
    *("accepted", "decided", "promise_kept", "statute_kept", "on_the_spot", "mean_days"),
    *("satisfied", "warnings", "yellows", "reds", "complete"),
)
"""Indicators of every breakdown, in the order of its columns."""

RANKED_BY = "promise_kept"

LONGEST_LIST = 2_000
"""So many items, posts, windows or regions a report lists, those that decided most; of any other it can be asked."""


class IndicatorLine(msgspec.Struct, kw_only=True, frozen=True):
    """One indicator of the report beside the period before and the year before."""

    id: str
    title: str
    sentence: str
    basis: str
    group: str
    unit: str
    form: str
    better: Better
    target: int | None
    awaits: str
    now: Figure
    previous: Figure | None
    year_before: Figure | None


class Part(msgspec.Struct, frozen=True):
    """One part of what is split: by what, and how many; a blank key is of those that do not say."""

    key: str
    title: str
    count: int


class MechanismLine(IndicatorLine, kw_only=True, frozen=True):
    """An indicator of a single mechanism (制度), by its number; one that is split has its parts, the most first."""

    mechanism: int
    parts: list[Part]


class GroupLine(msgspec.Struct, kw_only=True, frozen=True):
    """One agency, item, post, window or region, with the figures of `COLUMNS`.

    `rank` and `interval` (95 %, in percent) are of `RANKED_BY`, and only agencies
    have them; one that the gate holds back has reasons instead of a rank.
    """

    key: str
    title: str
    figures: dict[str, Figure]
    gate: Gate | None = None
    rank: int | None = None
    interval: tuple[float, float] | None = None


class RuleLine(msgspec.Struct, frozen=True):
    """Cards of one rule that were not withdrawn."""

    rule: str
    title: str
    yellow: int
    red: int


class MemberLine(msgspec.Struct, frozen=True):
    """What one member of joint approvals (并联审批) answered in time, of what it was asked and had to answer by."""

    key: str
    title: str
    kept: int
    asked: int


class TrendPoint(msgspec.Struct, frozen=True):
    """One month of the trend; a month that was never counted has no figure."""

    month: str
    promise_kept: Figure | None
    decided: int | None


class Origin(msgspec.Struct, kw_only=True, frozen=True):
    """What the figures rest on. `revisions` names, by month, the frozen revision used; a month without is still open.

    `counted_ms` is when the newest of the counts began, `progress` the records that
    are in it at least.
    """

    frozen: bool
    revisions: dict[str, int]
    hashes: dict[str, str]
    counted_ms: int
    progress: dict[str, dict[int, int]]
    versions: dict[str, str]
    definitions: str


class Efficiency(msgspec.Struct, kw_only=True, frozen=True):
    """效能报表: totals, breakdowns and what they rest on."""

    period: str
    title: str
    wanted: Wanted
    origin: Origin
    indicators: list[IndicatorLine]
    mechanisms: list[MechanismLine]
    balance: Balance
    agencies: list[GroupLine]
    regions: list[GroupLine]
    items: list[GroupLine]
    posts: list[GroupLine]
    windows: list[GroupLine]
    rules: list[RuleLine]
    members: list[MemberLine]
    trend: list[TrendPoint]


class Titles(msgspec.Struct, frozen=True):
    """What codes stand for; a code without title stands for itself. `place` is the whole installation.

    `homes` is the region of each agency, `values` what the codes of a field stand for ("type/field").
    """

    place: str
    agencies: Mapping[str, str]
    items: Mapping[str, str]
    regions: Mapping[str, str]
    rules: Mapping[str, str]
    homes: Mapping[str, str] = {}
    values: Mapping[str, Mapping[str, str]] = {}
