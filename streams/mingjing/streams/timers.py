"""The timers of the partitions that a worker has: which may fire, and up to when."""

from collections.abc import Collection, Mapping

from mingjing.streams.owner import Owner
from mingjing.streams.sounding import LogEnds, Place, Progress, Sounding
from mingjing.streams.time_of_day import TimeOfDay


class Timers:
    """Lets the owners of the partitions of one log rise to the time of day, once nothing of before it is on its way."""

    def __init__(self, topic: str, time_of_day: TimeOfDay, ends: LogEnds, progress: Progress) -> None:
        self._topic = topic
        self._time_of_day = time_of_day
        self._ends = ends
        self._sounding = Sounding(ends, progress)

    async def fire(self, owners: Mapping[int, Owner], places: Collection[Place]) -> None:
        """Let fire what is due; `places` lie before the log. `owners` may change meanwhile."""
        # The time is read before the log: whatever came in by then is on it.
        now = self._time_of_day.now()
        if now is None or not any(owner.is_due(now) for owner in owners.values()):
            return
        vouched = await self._sounding.vouched(now, places)
        if vouched is None:
            return
        due = {(self._topic, p): owner for p, owner in owners.items() if owner.is_due(vouched)}
        highwaters = await self._ends.highwaters(due)
        for place, owner in due.items():
            if owners.get(owner.partition) is owner:
                owner.rise(vouched, highwaters[place])
                owner.settle()
