"""One round of the press: freeze what is due, enter what is owed, hand over what waits."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import orjson
import structlog

from mingjing.rules.rulebook import Rulebook
from mingjing.rules.tally import Tally
from mingjing.services.audit.entry import Entry
from mingjing.services.notices.channel import Channel
from mingjing.services.notices.courier import Courier
from mingjing.services.notices.retrying import next_try
from mingjing.services.notices.telling import Telling
from mingjing.services.registry import Registry, ReportDelivery, Subscription
from mingjing.services.registry.report_deliveries import IN_HAND
from mingjing.services.reports.desk import ReportDesk
from mingjing.services.reports.period import Month
from mingjing.services.reports.press.carrying import ANSWER_S, Outcome, carry, put
from mingjing.services.reports.press.closer import ACTOR, ROLE, Closer
from mingjing.services.reports.press.closing import Closing
from mingjing.services.reports.press.metrics import PressMetrics
from mingjing.services.reports.press.owed import SUPERSEDED, owed
from mingjing.services.reports.press.parcel import made, told

_LEASE_MS = 2 * 3_600_000
_BROKEN_OFF = "投送中断，对方可能已经收到；确认没有收到后请人工重送"
_NO_CHANNEL = "通知计划中没有通道 {}"
_NO_FOLDER = "没有设置 MINGJING_REPORT_FOLDER，不得投放到目录"

log = structlog.get_logger()


class Ways(msgspec.Struct, frozen=True):
    """Where reports may go: channels of the notices' plan with the hosts it allows, and the folder of reports."""

    channels: Mapping[str, Channel]
    hosts: frozenset[str]
    folder: Path | None


class Press:
    """The work of the press. `witness` has an entry of the trail acknowledged, or raises; nothing is done before it.

    `law` returns the rulebook of all times; `tell` hands tallies to the rules of kind `ratio`.
    """

    def __init__(
        self,
        desk: ReportDesk,
        registry: Registry,
        law: Callable[[], Rulebook],
        closing: Closing,
        ways: Ways,
        metrics: PressMetrics,
        *,
        watched: int,
        fonts: Path | None,
        console: str,
        witness: Callable[[Entry], None],
        tell: Callable[[Sequence[Tally]], None],
    ) -> None:
        self._desk = desk
        self._registry = registry
        self._law = law
        self._closer = Closer(desk, law, closing, metrics, watched=watched, witness=witness, tell=tell)
        self._ways = ways
        self._metrics = metrics
        self._fonts = fonts
        self._console = console
        self._witness = witness
        self._begun = False

    def go_round(self, now_ms: int) -> None:
        """Do all that is due at `now_ms`; what fails of one delivery keeps no other waiting."""
        self.close_months(now_ms)
        self.enter(now_ms)
        while self.hand_over_one(now_ms):
            pass
        self._metrics.went_round(self._registry.report_deliveries.counts())

    def close_months(self, now_ms: int) -> None:
        """Freeze what is due, and look whether late arrivals changed what is frozen; see `Closer`."""
        self._closer.close_months(now_ms)

    def enter(self, now_ms: int) -> int:
        """Enter what is owed of the frozen months, and return how much of it is new."""
        today = datetime.fromtimestamp(now_ms / 1000, self._zone)
        current = Month(today.year, today.month)
        heads = self._desk.heads([current.later(-ago) for ago in range(1, 25)])
        deliveries = self._registry.report_deliveries
        # There is one press: what is in hand when it begins was in the hands of one that died.
        broken_off = deliveries.lapsed(now_ms if self._begun else now_ms + _LEASE_MS)
        self._begun = True
        for each in broken_off:
            subscription = self._registry.subscriptions.of(each.subscription)
            if subscription is not None and subscription.way == "folder":
                deliveries.again(each.id, now_ms, IN_HAND)
            else:
                deliveries.unknown(each.id, _BROKEN_OFF)
        return deliveries.enter(list(owed(self._registry.subscriptions.running(), heads, now_ms)), SUPERSEDED)

    def hand_over_one(self, now_ms: int) -> bool:
        """Hand over the delivery that has been due longest; False when nothing is due."""
        delivery = self._registry.report_deliveries.take(now_ms, now_ms + _LEASE_MS)
        if delivery is None:
            return False
        subscription = self._registry.subscriptions.of(delivery.subscription)
        if subscription is None:
            raise LookupError(f"投送 {delivery.id} 的订阅 {delivery.subscription} 不在登记库中")
        outcome, enclosed = self._handed_over(subscription, delivery, now_ms)
        self._note(delivery, outcome, enclosed, now_ms)
        self._metrics.offered(subscription.way, outcome.state)
        log.info(
            "report handed over",
            delivery=delivery.id,
            period=delivery.period,
            outcome=outcome.state,
            why=outcome.failure,
        )
        return True

    @property
    def _zone(self) -> ZoneInfo:
        return self._law().zone.info

    def _handed_over(
        self, subscription: Subscription, delivery: ReportDelivery, now_ms: int
    ) -> tuple[Outcome, list[dict[str, object]]]:
        way, target = self._ways, subscription.target
        if subscription.way == "channel" and target not in way.channels:
            return Outcome("refused", _NO_CHANNEL.format(target)), []
        if subscription.way == "folder" and way.folder is None:
            return Outcome("refused", _NO_FOLDER), []
        parcel = made(self._desk, subscription, delivery, self._fonts, self._console)
        self._witness(_sent_entry(subscription, delivery, parcel.enclosed, now_ms))
        if way.folder is not None and subscription.way == "folder":
            return put(way.folder / target / delivery.period, parcel.files), parcel.enclosed
        telling = told(parcel, subscription, delivery, self._console)
        return asyncio.run(_carried(way.channels[target], way.hosts, telling, now_ms)), parcel.enclosed

    def _note(self, delivery: ReportDelivery, outcome: Outcome, enclosed: list[dict[str, object]], now_ms: int) -> None:
        deliveries = self._registry.report_deliveries
        if outcome.state == "taken":
            deliveries.sent(delivery.id, orjson.dumps(enclosed).decode(), now_ms)
        elif outcome.state == "unknown":
            deliveries.unknown(delivery.id, outcome.failure)
        else:
            again = next_try(delivery.tries, datetime.fromtimestamp(now_ms / 1000, UTC), delivery.id)
            deliveries.failed(delivery.id, outcome.failure, None if again is None else int(again.timestamp() * 1000))


def _sent_entry(
    subscription: Subscription, delivery: ReportDelivery, enclosed: list[dict[str, object]], now_ms: int
) -> Entry:
    return Entry(
        at_ms=now_ms,
        actor=ACTOR,
        role=ROLE,
        action="report.sent",
        object=delivery.id,
        agency=subscription.agency or "",
        region=subscription.region or "",
        detail={
            "subscription": subscription.id,
            "report": subscription.report,
            "period": delivery.period,
            "revision": delivery.revision,
            "way": f"{subscription.way}:{subscription.target}",
            "files": enclosed,
        },
    )


async def _carried(channel: Channel, hosts: frozenset[str], telling: Telling, now_ms: int) -> Outcome:
    courier = Courier(hosts, ANSWER_S)
    try:
        return await carry(channel, telling, courier, now_ms)
    finally:
        await courier.close()
