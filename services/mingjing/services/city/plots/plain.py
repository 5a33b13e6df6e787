"""A case that goes as it should, for plots whose trouble lies elsewhere."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from mingjing.services.city.draft import Draft
from mingjing.services.city.plots.intake import voucher
from mingjing.services.city.plots.limits import climb
from mingjing.services.city.plots.review import review


def begin(draft: Draft, day: date, data: Mapping[str, Any] | None = None) -> datetime:
    """Tell an application of `day` that says `data` and is accepted the same day; return when it was."""
    applied = draft.during(day)
    draft.tell("case.applied", applied, data={"channel": "window", **(data or {})})
    accepted = draft.during(day, applied)
    draft.tell("case.accepted", accepted, officer=draft.clerk(), post="窗口", data=voucher(draft, accepted))
    return accepted


def finish(draft: Draft, accepted: datetime, day: date, since: datetime | None = None) -> datetime:
    """Tell the review, the decision made on `day` later than `since`, and its delivery; return when it was decided."""
    decided = draft.during(day, since or accepted)
    climb(draft, accepted, decided)
    review(draft, accepted, decided, [])
    return decided
