"""The simulated city as a show."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Final

import msgspec

from mingjing.services.city.city import City
from mingjing.services.city.message import Message, Planted
from mingjing.services.city.words import subject
from mingjing.services.city.world import Agency
from mingjing.services.demo.show import Sender
from mingjing.streams.vouch import masked_officer

OF_OFFICERS: Final = tuple(subject(rule, ()) for rule in ("ACT-02", "INT-05"))
"""Begin the case keys of every subject that is an officer."""

AHEAD_OF_TIME: Final = frozenset({"INT-02"})
"""Rules on what arrives before its time; on the clock of events nothing does, for the events move it."""


class CityShow:
    """A city's messages, and what is planted in them that can be found on the clock of the events."""

    def __init__(self, city: City, senders: Sequence[Sender], secret: str) -> None:
        self.title = f"云州市，种子 {city.seed}，{city.cases} 件"
        self.begin: datetime = city.begin
        self.until: datetime = city.until
        self._log, planted = city.log()
        agencies = city.world.agencies.values()
        self.planted = [_masked(each, agencies, secret.encode()) for each in planted if each.rule not in AHEAD_OF_TIME]
        self.total = len(self._log)
        self.senders = senders

    def messages(self) -> Iterator[Message]:
        """Yield what the city sends."""
        return iter(self._log)

    @property
    def garbage(self) -> list[str]:
        """The code of each dead letter that must come out."""
        return [message.refused for message in self._log if message.refused is not None]


def _masked(planted: Planted, agencies: Iterable[Agency], secret: bytes) -> Planted:
    """Return what is planted with the officer that its subject names as intake, which holds `secret`, will name him."""
    if not planted.case_key.startswith(OF_OFFICERS):
        return planted
    number = re.split(r"[|/]", planted.case_key)[-1]
    employer = next(agency.code for agency in agencies if number.startswith(agency.staff_prefix))
    subject = planted.case_key.removesuffix(number)
    return msgspec.structs.replace(planted, case_key=subject + masked_officer(secret, employer, number))
