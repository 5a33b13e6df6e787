"""Dead letters of what came in by another way than Kafka."""

import itertools
import secrets
import time
from dataclasses import dataclass
from datetime import datetime

from mingjing.services.api.gateway.outbox import Outgoing
from mingjing.streams.dead_letters import packed, refused
from mingjing.streams.topics import DEAD_LETTERS
from mingjing.streams.vouch import Refusal


@dataclass
class Arrived:
    """What came in, in the place of a Kafka record."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    value: bytes | None


class Letters:
    """Makes the letters of one process: each names `origin` as its topic, the process and a count of its own."""

    def __init__(self, origin: str) -> None:
        self._origin = origin
        self._process = secrets.randbits(32)
        self._count = itertools.count(time.time_ns() // 1000)

    def outgoing(self, raw: bytes, refusal: Refusal, agency: str, now: datetime) -> Outgoing:
        """Return the letter with the bytes as they came, ready to be sent."""
        arrived = Arrived(self._origin, self._process, next(self._count), int(now.timestamp() * 1000), raw)
        return Outgoing(DEAD_LETTERS, None, packed(refused(arrived, refusal, agency)))
