"""What the routes of reports answer, besides the report itself."""

from typing import Literal

import msgspec

from mingjing.services.reports.indicators import Indicator


class CountJob(msgspec.Struct, kw_only=True):
    """Counting the months of a report: how many are `done`, and where the `result` is once all are."""

    id: str
    state: Literal["running", "done"]
    done: int
    total: int
    result: str | None


class Definitions(msgspec.Struct, kw_only=True):
    """The indicators, and the hash of the measures they are made of."""

    indicators: list[Indicator]
    digest: str


class FrozenMonth(msgspec.Struct, kw_only=True):
    """One revision of one frozen month; `changes` is how many sums differ from the revision before."""

    month: str
    revision: int
    frozen_ms: int
    hash: str
    reason: str
    changes: int
    cases: int


class FrozenMonths(msgspec.Struct, kw_only=True):
    """Every revision of a year."""

    items: list[FrozenMonth]
