"""From what is heard of cards to what is owed to whom. Pure: what is known already is handed in."""

import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import orjson

from mingjing.services.confided import Confided
from mingjing.services.notices.route import Route, routes_of
from mingjing.services.notices.telling import FIELDS
from mingjing.services.registry import Delivery
from mingjing.services.registry.deliveries import OPEN, News, Purpose, Told

SUPERSEDED = "发送之前牌已有新的状态"
ANSWERED = "已有人签收或处理"
UNANSWERED_STAGES = frozenset({"pending", "drawn"})
"""Stages of `card-stages` in which nobody has taken a card up yet."""

_MINUTE_MS = 60_000


class Heard(msgspec.Struct, frozen=True):
    """A record of `cards` and when Kafka took it, in milliseconds since 1970."""

    card: Mapping[str, Any]
    logged_ms: int


class Known(msgspec.Struct, frozen=True):
    """What the registry holds of the cards that were heard of."""

    told: Mapping[str, Told]
    answered: Collection[str]
    deliveries: Sequence[Delivery]


class Owing(msgspec.Struct, frozen=True):
    """The routing table, with the zone its hours are in and the minutes after which a record is old.

    What is `confided` by the law in force goes by those routes only that are for who may be told.
    """

    routes: tuple[Route, ...]
    zone: ZoneInfo
    old_after: int
    confided: Callable[[], Confided]

    def news(self, heard: Sequence[Heard], stages: Mapping[str, str], known: Known, now_ms: int) -> News:
        """Return what the cards and the stages, by card, change at `now_ms`; of each card the latest record counts.

        A card is told when its level, its status or the question whether it awaits
        confirmation differ from what was told; what the machine withdrew only where
        it had been told. What was to be said of it and has not been is not said any more.
        """
        news, confided = News(), self.confided()
        for card_id, stage in stages.items():
            (news.reopened if stage in UNANSWERED_STAGES else news.answered).add(card_id)
        answered = (set(known.answered) | news.answered) - news.reopened
        of_cards: dict[str, list[Delivery]] = {}
        for delivery in known.deliveries:
            of_cards.setdefault(delivery.card_id, []).append(delivery)
        for card_id in news.answered:
            escalations = (each for each in of_cards.get(card_id, ()) if each.purpose == "escalation")
            news.stopped |= {each.id: ANSWERED for each in escalations if _pending(each, now_ms)}
        for each in _latest(heard):
            told = _told(each.card)
            before = known.told.get(told.card_id)
            if before is None or told.ver > before.ver:
                news.told.append(told)
                if before is None or _seen(told) != _seen(before):
                    earlier = of_cards.get(told.card_id, [])
                    overtaken = {delivery.id for delivery in earlier if _overtaken(delivery, now_ms)}
                    news.stopped |= dict.fromkeys(overtaken, SUPERSEDED)
                    said = {
                        (it.route, it.channel) for it in earlier if it.id not in overtaken and it.state != "stopped"
                    }
                    withheld = Heard(confided.withheld(dict(each.card)), each.logged_ms)
                    news.deliveries += self._owed(each, withheld, now_ms, said, answered=told.card_id in answered)
        return news

    def _owed(
        self, heard: Heard, withheld: Heard, now_ms: int, said: Collection[tuple[str, str]], *, answered: bool
    ) -> Iterator[Delivery]:
        """Yield everything that the card makes owed, by the routes it takes; `said` is where it was told before.

        `withheld` is the card as those are told who may not know all of it.
        """
        card = heard.card
        reason = f"读到时已过 {self.old_after} 分钟（old_after），不再通知"
        old = {"state": "stopped", "failure": reason} if now_ms - heard.logged_ms > self.old_after * _MINUTE_MS else {}
        for route in routes_of(card, self.routes):
            told_card = card if route.confided else withheld.card
            at = route.send_at(card["level"], datetime.fromtimestamp(now_ms / 1000, UTC), self.zone)
            send_ms = int(at.timestamp() * 1000)
            gathers = route.digest is not None and card["level"] not in route.urgent
            digest = at.isoformat() if gathers else None
            for channel in _told_by(route, card["status"], said):
                told = _delivery(told_card, route.name, channel, "card", send_ms, now_ms, digest)
                yield msgspec.structs.replace(told, **old)
            if card["status"] == "standing" and not answered:
                for number, minutes, channel in route.escalations():
                    later = send_ms + minutes * _MINUTE_MS
                    told = _delivery(told_card, route.name, channel, "escalation", later, now_ms, None, number)
                    yield msgspec.structs.replace(told, **old)


def _told_by(route: Route, status: str, said: Collection[tuple[str, str]]) -> list[str]:
    """Return the channels by which the card is told: of a withdrawal all that told of it, escalations as well."""
    if status != "withdrawn":
        return list(route.channels)
    every = dict.fromkeys((*route.channels, *(channel for _, _, channel in route.escalations())))
    return [channel for channel in every if (route.name, channel) in said]


def _pending(delivery: Delivery, now_ms: int) -> bool:
    return delivery.state in OPEN and delivery.lease_ms <= now_ms


def _overtaken(delivery: Delivery, now_ms: int) -> bool:
    """Return whether nothing of this has been said and nothing need be, now that the card stands otherwise."""
    return _pending(delivery, now_ms) and (delivery.tries == 0 or delivery.purpose == "escalation")


def _seen(told: Told) -> tuple[str, str, str]:
    """Return what people would see change."""
    return told.level, told.status, told.issue


def _latest(heard: Sequence[Heard]) -> list[Heard]:
    latest: dict[str, Heard] = {}
    for each in heard:
        standing = latest.get(each.card["card_id"])
        if standing is None or tuple(each.card["ver"]) > tuple(standing.card["ver"]):
            latest[each.card["card_id"]] = each
    return list(latest.values())


def _told(card: Mapping[str, Any]) -> Told:
    folded, generation, revision = card["ver"]
    return Told(card["card_id"], card["level"], card["status"], card["issue"], (folded, generation, revision))


def _delivery(
    card: Mapping[str, Any],
    route: str,
    channel: str,
    purpose: Purpose,
    next_ms: int,
    now_ms: int,
    digest: str | None,
    rung: int = 0,
) -> Delivery:
    # One channel may stand on several rungs; the first keeps the id that a chain of one had.
    rungs = () if rung == 0 else (str(rung),)
    ident = _hash(purpose, route, channel, card["card_id"], *map(str, card["ver"]), *rungs)
    return Delivery(
        id=ident,
        batch=ident if digest is None else _hash("digest", route, channel, digest),
        route=route,
        channel=channel,
        purpose=purpose,
        card_id=card["card_id"],
        agency=card["agency"],
        region=card["region"],
        told=orjson.dumps({name: card.get(name) for name in FIELDS}).decode(),
        next_ms=next_ms,
        made_ms=now_ms,
    )


def _hash(*parts: str) -> str:
    return hashlib.blake2b("\0".join(parts).encode(), digest_size=16).hexdigest()
