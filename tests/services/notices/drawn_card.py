"""A red card of an agency, as the topic `cards` has it, and the noon at which the notifier hears of it."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from mingjing.services.confided import Confided

BEIJING = ZoneInfo("Asia/Shanghai")
NOON = int(datetime(2026, 3, 6, 12, tzinfo=BEIJING).timestamp() * 1000)
MINUTE = 60_000

CARD: dict[str, Any] = {
    "card_id": "c1",
    "case_key": "91/浙A1",
    "rule": "TL-04",
    "rung": "TL-05",
    "title": "办结时限",
    "level": "red",
    "status": "standing",
    "issue": "auto",
    "item": None,
    "item_title": None,
    "agency": "91",
    "region": "330106000000",
    "officer": "3f2a9c",
    "violated_at": "2026-03-06T00:00:00+08:00",
    "due_at": None,
    "cleared_at": None,
    "issued_at": "2026-03-06T12:00:00+08:00",
    "basis": [],
    "ver": [10, 1, 0],
}

SHOP = "91330100MA2XHRP019"
CONFIDED = Confided(("across/CMP-07/",), frozenset({"data.enterprise"}))
"""What is kept of those who complained: the enterprise, in the subjects of one rule."""
