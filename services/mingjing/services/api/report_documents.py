"""What the routes of reports answer, besides the report itself."""

from typing import Literal

import msgspec

from mingjing.services.api.instants import written, written_or_none
from mingjing.services.registry import ReportDelivery, Subscription
from mingjing.services.registry.report_deliveries import OPEN, State
from mingjing.services.registry.subscriptions import Every, Report, Way
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


class ReportStart(msgspec.Struct):
    """The month to open reports on, at which frozen revision, and the month whose figures still grow.

    All are None where there has been no case; `revision` is where the month is not frozen.
    `latest` is the month it is: a period that begins later cannot be asked for.
    """

    month: str | None = None
    revision: int | None = None
    present: str | None = None
    latest: str | None = None


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


class MonthChange(msgspec.Struct, kw_only=True):
    """One sum that differs from the revision before; `title` is what it counts, `bucket` by what it is divided."""

    agency: str
    region: str
    measure: str
    title: str
    bucket: str
    before: int
    after: int


class MonthChanges(msgspec.Struct, kw_only=True):
    """What a revision corrected and why; `total` is how many sums changed, of which the first are listed."""

    month: str
    revision: int
    frozen_ms: int
    reason: str
    total: int
    items: list[MonthChange]


class SubscriptionEntry(msgspec.Struct, kw_only=True):
    """Who receives which report, how often, in which forms, by which way."""

    id: str
    title: str
    report: Report
    every: Every
    forms: list[str]
    region: str | None
    agency: str | None
    way: Way
    target: str
    made_by: str
    made_at: str


class SubscriptionList(msgspec.Struct):
    """Subscriptions, the oldest first."""

    items: list[SubscriptionEntry]


class ReportDeliveryEntry(msgspec.Struct, kw_only=True):
    """One revision of a report to one subscriber; `next_at` is when it is offered next, None when it is not."""

    id: str
    subscription: str
    title: str
    report: Report
    period: str
    revision: str
    state: State
    tries: int
    failure: str
    made_at: str
    next_at: str | None
    sent_at: str | None


class ReportDeliveryPage(msgspec.Struct):
    """Deliveries of reports, newest first."""

    items: list[ReportDeliveryEntry]
    next_cursor: str | None


def subscription_entry(subscription: Subscription) -> SubscriptionEntry:
    """Return a subscription as the API tells it."""
    return SubscriptionEntry(
        id=subscription.id,
        title=subscription.title,
        report=subscription.report,
        every=subscription.every,
        forms=list(subscription.forms),
        region=subscription.region,
        agency=subscription.agency,
        way=subscription.way,
        target=subscription.target,
        made_by=subscription.made_by,
        made_at=written(subscription.made_ms),
    )


def report_delivery_entry(delivery: ReportDelivery, subscription: Subscription) -> ReportDeliveryEntry:
    """Return a delivery by `subscription` as the API tells it."""
    return ReportDeliveryEntry(
        id=delivery.id,
        subscription=delivery.subscription,
        title=subscription.title,
        report=subscription.report,
        period=delivery.period,
        revision=delivery.revision,
        state=delivery.state,
        tries=delivery.tries,
        failure=delivery.failure,
        made_at=written(delivery.made_ms),
        next_at=written(delivery.next_ms) if delivery.state in OPEN else None,
        sent_at=written_or_none(delivery.sent_ms),
    )
