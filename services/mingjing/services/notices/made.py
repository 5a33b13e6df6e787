"""Making deliveries: what is told of a card, under an id that is the same however often it is made."""

import hashlib
from collections.abc import Mapping
from typing import Any

import msgspec
import orjson

from mingjing.services.notices.telling import FIELDS
from mingjing.services.registry import Delivery
from mingjing.services.registry.deliveries import Purpose


class Tidings(msgspec.Struct, frozen=True):
    """What there is to tell: the card, for what purpose, and what sets it apart from other news of the card."""

    card: Mapping[str, Any]
    purpose: Purpose
    mark: tuple[str, ...]


def made(tidings: Tidings, route: str, channel: str, next_ms: int, now_ms: int, digest: str | None) -> Delivery:
    """Return the delivery of the tidings by a channel for a route, due at `next_ms`, in the digest named if any."""
    card = tidings.card
    ident = _hash(tidings.purpose, route, channel, card["card_id"], *tidings.mark)
    told = {name: card.get(name) for name in FIELDS} | ({"step": card["step"]} if "step" in card else {})
    return Delivery(
        id=ident,
        batch=ident if digest is None else _hash("digest", route, channel, digest),
        route=route,
        channel=channel,
        purpose=tidings.purpose,
        card_id=card["card_id"],
        agency=card["agency"],
        region=card["region"],
        told=orjson.dumps(told).decode(),
        next_ms=next_ms,
        made_ms=now_ms,
    )


def _hash(*parts: str) -> str:
    return hashlib.blake2b("\0".join(parts).encode(), digest_size=16).hexdigest()
