"""The simulated city as a show."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from mingjing.services.city.city import City
from mingjing.services.city.message import Message, Planted
from mingjing.services.demo.show import Sender


class CityShow:
    """A city's messages, and what is planted in them."""

    def __init__(self, city: City, senders: Sequence[Sender]) -> None:
        self.title = f"云州市，种子 {city.seed}，{city.cases} 件"
        self.begin: datetime = city.begin
        self.until: datetime = city.until
        self._log, planted = city.log()
        self.planted: list[Planted] = planted
        self.total = len(self._log)
        self.senders = senders

    def messages(self) -> Iterator[Message]:
        """Yield what the city sends."""
        return iter(self._log)

    @property
    def garbage(self) -> list[str]:
        """The code of each dead letter that must come out."""
        return [message.refused for message in self._log if message.refused is not None]
