"""Deliveries as the API tells them."""

from typing import Any

import msgspec

from mingjing.rules.card import Level, Status
from mingjing.services.api.instants import written, written_or_none
from mingjing.services.registry import Delivery
from mingjing.services.registry.deliveries import OPEN, Purpose, State


class DeliveryEntry(msgspec.Struct, kw_only=True):
    """One card told by one channel; `next_at` is when it is offered next, None when it is not."""

    id: str
    route: str
    channel: str
    purpose: Purpose
    card_id: str
    case_key: str
    title: str
    level: Level
    status: Status
    agency: str | None
    region: str | None
    state: State
    tries: int
    failure: str
    made_at: str
    next_at: str | None
    sent_at: str | None


class DeliveryPage(msgspec.Struct):
    """Deliveries, newest first."""

    items: list[DeliveryEntry]
    next_cursor: str | None


def delivery_entry(delivery: Delivery) -> DeliveryEntry:
    """Return a delivery as the API tells it."""
    card: dict[str, Any] = msgspec.json.decode(delivery.told)
    return DeliveryEntry(
        id=delivery.id,
        route=delivery.route,
        channel=delivery.channel,
        purpose=delivery.purpose,
        card_id=delivery.card_id,
        case_key=card["case_key"],
        title=card["title"],
        level=card["level"],
        status=card["status"],
        agency=delivery.agency,
        region=delivery.region,
        state=delivery.state,
        tries=delivery.tries,
        failure=delivery.failure,
        made_at=written(delivery.made_ms),
        next_at=written(delivery.next_ms) if delivery.state in OPEN else None,
        sent_at=written_or_none(delivery.sent_ms),
    )
