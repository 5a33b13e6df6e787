"""From subscriptions and frozen months to what is owed. Pure: what is known is handed in."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence

from mingjing.services.registry import ReportDelivery, Subscription
from mingjing.services.registry.subscriptions import Every
from mingjing.services.reports.freezing import Head
from mingjing.services.reports.period import Month, Period

SUPERSEDED = "投送之前该期已有新的版次"
_LENGTHS: Mapping[Every, int] = {"month": 1, "quarter": 3, "half": 6, "year": 12}


def owed(subscriptions: Sequence[Subscription], heads: Mapping[int, Head], now_ms: int) -> Iterator[ReportDelivery]:
    """Yield what each subscriber is to have of the frozen months `heads` (by number), entered before or not.

    A period is owed at the revisions its months stand at, once all are frozen and the
    last of these freezings came after the subscription: nobody is sent the past.
    """
    months = [Month(*divmod(number, 100)) for number in sorted(heads)]
    for subscription in subscriptions:
        for period in dict.fromkeys(period_of(month, subscription.every) for month in months):
            standing = [heads[each.number] for each in period.months if each.number in heads]
            since = max((each.frozen_ms for each in standing), default=0)
            if len(standing) == period.length and since >= subscription.made_ms:
                yield _delivery(subscription, period, revision(standing), now_ms)


def period_of(month: Month, every: Every) -> Period:
    """Return the month, quarter, half year or year that `month` is of."""
    return Period.holding(month, _LENGTHS[every])


def revision(standing: Sequence[Head]) -> str:
    """Return the name of the revision of a period whose months stand so."""
    return ".".join(str(each.revision) for each in standing)


def _delivery(subscription: Subscription, period: Period, revision: str, now_ms: int) -> ReportDelivery:
    parts = (subscription.id, str(period), revision)
    return ReportDelivery(
        id=hashlib.blake2b("\0".join(parts).encode(), digest_size=16).hexdigest(),
        subscription=subscription.id,
        period=str(period),
        revision=revision,
        next_ms=now_ms,
        made_ms=now_ms,
    )
