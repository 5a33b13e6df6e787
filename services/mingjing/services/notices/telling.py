"""What goes out in one message: for people a few words, for programs the cards themselves."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal
from zoneinfo import ZoneInfo

import msgspec
import orjson

from mingjing.services.notices.channels.mail import Enclosure
from mingjing.services.notices.wording import Message, announced, gathered
from mingjing.services.registry import Delivery
from mingjing.services.registry.deliveries import Purpose

Kind = Purpose | Literal["digest", "test"]

FIELDS = (
    *("card_id", "case_key", "rule", "rung", "title", "level", "status", "issue", "item", "item_title"),
    *("agency", "region", "violated_at", "due_at", "cleared_at", "issued_at", "basis", "ver", "traceparent"),
)
"""What of a card is told; nobody's name and no data of the case is among it."""


class Telling(msgspec.Struct, frozen=True):
    """One message under the id by which its receiver knows a repeat: in words, as JSON, with files for mailboxes."""

    delivery: str
    message: Message
    body: bytes
    files: tuple[Enclosure, ...] = ()


class Words(msgspec.Struct, frozen=True):
    """What it takes to put a card into words: the console's address, titles of agencies by code, the zone."""

    console: str
    titles: Mapping[str, str]
    zone: ZoneInfo

    def of(self, deliveries: Sequence[Delivery]) -> Telling:
        """Return the message of the deliveries of one batch, at least one."""
        first = deliveries[0]
        cards = [orjson.loads(each.told) for each in deliveries]
        if first.batch != first.id:
            return _telling(first.batch, "digest", gathered(cards, self.titles, self.console), cards)
        card = cards[0]
        message = announced(
            card, self.titles.get(card["agency"], card["agency"] or "未列名部门"), self.console, self.zone
        )
        if first.purpose == "escalation":
            message = msgspec.structs.replace(message, title=f"【无人签收】{message.title}")
        return _telling(first.id, first.purpose, message, cards)

    def trial(self, delivery: str, at: str) -> Telling:
        """Return a message that says it is a trial, written at `at`."""
        return _telling(
            delivery, "test", Message("【测试】明镜通知", (f"时刻：{at}", "收到即表示通道可用"), self.console), []
        )


def _telling(delivery: str, kind: Kind, message: Message, cards: list[dict[str, Any]]) -> Telling:
    body = {"delivery": delivery, "kind": kind, "cards": cards}
    return Telling(delivery, message, orjson.dumps(body, option=orjson.OPT_SORT_KEYS))
