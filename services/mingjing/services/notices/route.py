"""Who is told of which cards, by which channel, and when they may be disturbed."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, time, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

import msgspec

from mingjing.rules.card import Level
from mingjing.rules.workflow import Role
from mingjing.services.notices.steps import Matter

ChannelKind = Literal["webhook", "wecom", "dingtalk", "feishu", "mail", "sms"]


class Quiet(msgspec.Struct, frozen=True):
    """Hours of the day in which nobody is disturbed; `begin` after `end` spans midnight."""

    begin: time
    end: time

    def holds(self, moment: time) -> bool:
        """Whether `moment` lies in the quiet hours; their end is outside."""
        if self.begin <= self.end:
            return self.begin <= moment < self.end
        return moment >= self.begin or moment < self.end


class Rung(msgspec.Struct, frozen=True):
    """Who is told after so many minutes more, where nobody has come forward by then."""

    after: int
    to: tuple[str, ...]


class Route(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the routing table; an empty set means all, of levels all but 提示, which is no card.

    `region` is a prefix. `channels` are names of addresses, all of which are told.
    `digest` gathers cards and sends them together at that time of day. `urgent`
    levels disturb even in quiet hours and are never gathered. While nobody has signed,
    the rungs of `escalate` are told one after the other. Those it tells learn
    who came forward only where it is `confided` to them: they supervise, and are not complained of.
    `role` is what those who read at the channels do with cards, None where nobody said; `tells` is
    what of them they are told.
    """

    name: str
    channels: tuple[str, ...]
    levels: frozenset[Level] = frozenset()
    rules: frozenset[str] = frozenset()
    region: str = ""
    agencies: frozenset[str] = frozenset()
    quiet: Quiet | None = None
    digest: time | None = None
    urgent: frozenset[Level] = frozenset()
    escalate: tuple[Rung, ...] = ()
    confided: bool = False
    role: Role | None = None
    tells: frozenset[Matter] = frozenset({"card"})

    def takes(self, card: Mapping[str, Any], matter: Matter = "card") -> bool:
        """Whether this of a card goes this way. What the machine withdrew goes where it was announced.

        A card without a rule is one of which nothing is known: it goes by the rules' routes too.
        """
        return (
            matter in self.tells
            and (card["level"] in self.levels if self.levels else card["level"] != "hint")
            and (not self.rules or card["rule"] is None or card["rule"] in self.rules)
            and (not self.agencies or card["agency"] in self.agencies)
            and (card["region"] or "").startswith(self.region)
        )

    def escalations(self) -> Iterator[tuple[int, int, str]]:
        """Yield each rung's number, the minutes after which it is due in all, and each channel that is then told."""
        waited = 0
        for number, rung in enumerate(self.escalate):
            waited += rung.after
            for channel in rung.to:
                yield number, waited, channel

    def send_at(self, level: Level, now: datetime, zone: ZoneInfo) -> datetime:
        """Return the instant from which a card of `level`, known at `now`, may be told."""
        if level in self.urgent:
            return now
        local = now.astimezone(zone)
        if self.digest is not None:
            return _next(local, self.digest)
        if self.quiet is not None and self.quiet.holds(local.time()):
            return _next(local, self.quiet.end)
        return now


def routes_of(card: Mapping[str, Any], routes: Iterable[Route], matter: Matter = "card") -> list[Route]:
    """Return every route by which this of a card is told, in the order of the table."""
    return [route for route in routes if route.takes(card, matter)]


def _next(local: datetime, moment: time) -> datetime:
    """Return the next time the clock on the wall shows `moment`."""
    today = local.replace(hour=moment.hour, minute=moment.minute, second=moment.second, microsecond=0)
    return today if today > local else (today + timedelta(days=1))
