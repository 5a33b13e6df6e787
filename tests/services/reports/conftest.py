"""A report made of counts written by hand."""

from collections.abc import Sequence

import pytest

from mingjing.services.ledger.scope import Scope
from mingjing.services.reports.cells import Sums, Wanted
from mingjing.services.reports.document import Efficiency, Origin, Titles
from mingjing.services.reports.efficiency import Asked, Groups, efficiency
from mingjing.services.reports.indicators import shipped
from mingjing.services.reports.period import Month, Period

OCTOBER = Period.parse("2026-10")
GROUPS: dict[str, list[str]] = {
    "agency": ["91A", "91B", "91C"],
    "县": ["990101", "990200"],
    "item": ["I1", "I2"],
    "post": ["审查"],
    "window": ["12"],
}


def counted(**measures: int) -> Sums:
    return {name: {"": value} for name, value in measures.items()}


def month(decided: int, kept: int, **more: int) -> Sums:
    balanced = {"carried_in": 5, "taken_in": decided, "closed": decided, "carried_out": 5}
    whole = {"accepted": decided, "decided": decided, "decided_approval": decided, "complete": decided}
    promised = {"decided_promised": decided, "kept_promised": kept, "timed": decided, "days_used": 4 * decided}
    sums = counted(**(whole | promised | balanced | more))
    sums["days_used_spread"] = {"3": decided // 2, "5": decided - decided // 2}
    sums["joint_by_member"] = {"broken/91Z": 1} if decided == 40 else {"kept/91B": 1}
    sums["visits_by_manner"] = {"covert": 2, "phone": 1}
    sums |= counted(study_days=25, studies=1, apologies_due=2, apologies_kept=1)
    sums["cards_by_rule"] = {"TL-04/yellow": decided - kept, "NTC-01/red": 1}
    return sums


@pytest.fixture
def asked() -> Asked:
    """Two months are counted: September and October of 2026; the agencies differ in what they kept."""
    agencies = {"91A": month(200, 196), "91B": month(100, 99), "91C": month(40, 20, complete=30)}

    def made(of: Period, by: tuple[str, ...], _: tuple[str, ...]) -> Groups | None:
        if of.length > 1 or of.first.number not in {202609, 202610}:
            return None
        if by == ("agency",):
            return {(code,): sums for code, sums in agencies.items()}
        if not by:
            return {(): month(340, 315 if of.first.number == 202610 else 300)}
        return {(key,): month(60, 57) for key in GROUPS[by[0]]}

    def trend(months: Sequence[Month], _: tuple[str, ...]) -> dict[int, Sums]:
        return {202609: month(340, 300), 202610: month(340, 315)} if months else {}

    return Asked(made, trend, lambda _: shipped())


@pytest.fixture
def origin() -> Origin:
    return Origin(
        frozen=True,
        revisions={"2026-10": 1},
        hashes={"2026-10": "9f2c41d7"},
        counted_ms=1_793_500_000_000,
        progress={"case-events": {0: 10}},
        versions={"calendar": "cn@2026", "licensing": "2026.1"},
        definitions=shipped().digest,
    )


@pytest.fixture
def titles() -> Titles:
    return Titles(
        place="云州市",
        agencies={"91A": "云州市市场监督管理局", "91B": "云州市水务局", "91C": "=云州市民政局", "91D": "云州市体育局"},
        items={"I1": "食品经营许可"},
        regions={"990101000000": "沅桥县", "990200000000": "澄州市"},
        rules={"TL-04": "办结时限"},
        values={"task.visited/manner": {"covert": "暗访", "phone": "电话暗访"}},
    )


@pytest.fixture
def report(asked: Asked, origin: Origin, titles: Titles) -> Efficiency:
    return efficiency(OCTOBER, Wanted(), asked, origin, titles, "县", Scope.everything())
