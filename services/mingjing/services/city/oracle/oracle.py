"""The oracle: a log in, every violation out."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from mingjing.services.city.message import Message, Planted
from mingjing.services.city.oracle.bench import sitting
from mingjing.services.city.oracle.reading import Gate, Happening, Reading, read
from mingjing.services.city.oracle.terms import Trial
from mingjing.services.city.world import World


class Oracle:
    """Derives what is wrong in a log that ended at `until`, from its bytes alone."""

    def __init__(self, world: World, until: datetime) -> None:
        self._world = world
        self._until = until
        self._items = {item.code: item for item in world.items}
        sources = {agency.code: agency.sources for agency in world.agencies.values()}
        self._gate = Gate(sources, world.types)

    def read(self, log: Iterable[Message]) -> Reading:
        """Return what the log says happened, and what of it could not be used."""
        return read(((each.agency, each.body) for each in log), self._gate)

    def judge(self, case_key: str, case: Sequence[Happening]) -> Iterator[Planted]:
        """Yield the findings of one case."""
        item = self._items[case[0].event["item"]]
        delay = self._world.agencies[case[0].event["agency"]].delay
        trial = Trial(case, item, self._world.calendar, self._until, self._until - delay)
        for rule, judge in sitting(trial):
            found = judge(trial)
            if found is not None:
                yield Planted(case_key, rule, *found)

    def derive(self, log: Iterable[Message]) -> Iterator[Planted]:
        """Yield every finding of every case of the log."""
        for case_key, case in self.read(log).cases.items():
            if case:
                yield from self.judge(case_key, case)
