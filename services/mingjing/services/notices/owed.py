"""From what is heard of cards to what is owed to whom. Pure: what is known already is handed in."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import orjson

from mingjing.services.confided import Confided
from mingjing.services.notices.made import Tidings, made
from mingjing.services.notices.route import Route, routes_of
from mingjing.services.notices.steps import MATTER_OF, Entry, StageHeard
from mingjing.services.notices.telling import FIELDS
from mingjing.services.registry import Delivery
from mingjing.services.registry.deliveries import OPEN, News, Told

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

    def news(self, heard: Sequence[Heard], stages: Sequence[StageHeard], known: Known, now_ms: int) -> News:
        """Return what the cards and their stages change at `now_ms`; of each card's records the latest counts.

        A card is told when its level, its status or the question whether it awaits
        confirmation differ from what was told; what the machine withdrew only where
        it had been told. What was to be said of it and has not been is not said any more.
        Of what people do each step is told that concerns somebody.
        """
        news, confided = News(), self.confided()
        for card_id, stage in {each.card_id: each.stage for each in stages}.items():
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
        cards = {each.card_id: orjson.loads(each.card) for each in (*known.told.values(), *news.told) if each.card}
        for stage_heard in stages:
            if (step := stage_heard.step) is not None:
                told_step = stage_heard.told(step, cards.get(stage_heard.card_id))
                taken = Heard(told_step, stage_heard.logged_ms), Heard(confided.withheld(told_step), 0)
                news.deliveries += self._owed_of_step(step, *taken, now_ms, answered=stage_heard.card_id in answered)
        return news

    def _owed(
        self, heard: Heard, withheld: Heard, now_ms: int, said: Collection[tuple[str, str]], *, answered: bool
    ) -> Iterator[Delivery]:
        """Yield everything that the card makes owed, by the routes it takes; `said` is where it was told before.

        `withheld` is the card as those are told who may not know all of it.
        """
        card = heard.card
        mark = tuple(map(str, card["ver"]))
        for route in routes_of(card, self.routes):
            tidings = Tidings((heard if route.confided else withheld).card, "card", mark)
            escalates = card["status"] == "standing" and not answered and not _kept_from(route, card)
            told = self._by(route, tidings, _told_by(route, card, said), now_ms, escalates=escalates)
            yield from self._while_new(told, heard, now_ms)

    def _owed_of_step(
        self, step: Entry, heard: Heard, withheld: Heard, now_ms: int, *, answered: bool
    ) -> Iterator[Delivery]:
        """Yield what a step with a card makes owed; a card that is confirmed is new to the agency alone."""
        matter = MATTER_OF[step.verb]
        for route in routes_of(heard.card, self.routes, matter):
            if matter != "card" or route.role == "clerk":
                tidings = Tidings((heard if route.confided else withheld).card, matter, (step.action_id,))
                escalates = matter == "card" and not answered
                told = self._by(route, tidings, route.channels, now_ms, escalates=escalates)
                yield from self._while_new(told, heard, now_ms)

    def _by(
        self, route: Route, tidings: Tidings, channels: Sequence[str], now_ms: int, *, escalates: bool
    ) -> Iterator[Delivery]:
        """Yield what is told by a route: at once or at its hour by `channels`, and later by its rungs."""
        level = tidings.card["level"]
        at = route.send_at(level, datetime.fromtimestamp(now_ms / 1000, UTC), self.zone)
        send_ms = int(at.timestamp() * 1000)
        digest = at.isoformat() if route.digest is not None and level not in route.urgent else None
        for channel in channels:
            yield made(tidings, route.name, channel, send_ms, now_ms, digest)
        for number, minutes, channel in route.escalations() if escalates else ():
            # One channel may stand on several rungs; the first keeps the id that a chain of one had.
            mark = tidings.mark if number == 0 else (*tidings.mark, str(number))
            rung = Tidings(tidings.card, "escalation", mark)
            yield made(rung, route.name, channel, send_ms + minutes * _MINUTE_MS, now_ms, None)

    def _while_new(self, owed: Iterator[Delivery], heard: Heard, now_ms: int) -> Iterator[Delivery]:
        """Yield what is owed, as stopped where the record was old when it was read."""
        if now_ms - heard.logged_ms <= self.old_after * _MINUTE_MS:
            yield from owed
            return
        reason = f"读到时已过 {self.old_after} 分钟（old_after），不再通知"
        for each in owed:
            yield msgspec.structs.replace(each, state="stopped", failure=reason)


def _kept_from(route: Route, card: Mapping[str, Any]) -> bool:
    """Whether the agency is not told of the card yet: an inspector has to confirm it."""
    return route.role == "clerk" and card["issue"] == "confirm"


def _told_by(route: Route, card: Mapping[str, Any], said: Collection[tuple[str, str]]) -> list[str]:
    """Return the channels by which the card is told: of a withdrawal all that told of it, escalations as well."""
    if card["status"] == "standing" and _kept_from(route, card):
        return []
    if card["status"] != "withdrawn" and not _kept_from(route, card):
        return list(route.channels)
    every = dict.fromkeys((*route.channels, *(channel for _, _, channel in route.escalations())))
    return [channel for channel in every if (route.name, channel) in said]


def _pending(delivery: Delivery, now_ms: int) -> bool:
    return delivery.state in OPEN and delivery.lease_ms <= now_ms


def _overtaken(delivery: Delivery, now_ms: int) -> bool:
    """Return whether nothing of this has been said and nothing need be, now that the card stands otherwise."""
    untold = delivery.purpose == "card" and delivery.tries == 0
    return _pending(delivery, now_ms) and (untold or delivery.purpose == "escalation")


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
    kept = orjson.dumps({name: card.get(name) for name in FIELDS}).decode()
    return Told(card["card_id"], card["level"], card["status"], card["issue"], (folded, generation, revision), kept)
