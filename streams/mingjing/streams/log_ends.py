"""The ends of a log and the progress on it, as a Faust app's consumer reads them from the broker."""

from collections.abc import Collection, Iterable, Mapping
from typing import Protocol, cast

import faust
from faust.types import TP

from mingjing.streams.batch_consumer import BatchConsumer
from mingjing.streams.sounding import Place
from mingjing.streams.taking_in import TakingIn


class FaustLogEnds:
    """`LogEnds` over the consumer of a Faust app; each call asks the broker."""

    def __init__(self, app: faust.App) -> None:
        self._app = app

    async def highwaters(self, places: Iterable[Place]) -> Mapping[Place, int]:
        """Return the offset that the next record of each partition will have."""
        tps = [TP(*place) for place in places]
        return _by_place(await self._app.consumer.highwaters(*tps) if tps else {})

    async def earliest(self, places: Iterable[Place]) -> Mapping[Place, int]:
        """Return the offset of the first record that each partition still has."""
        tps = [TP(*place) for place in places]
        return _by_place(await self._app.consumer.earliest_offsets(*tps) if tps else {})

    async def committed(self, places: Iterable[Place]) -> Mapping[Place, int]:
        """Return the offset after the last that the group has committed of each partition, 0 for none."""
        consumer = cast("BatchConsumer", self._app.consumer)
        return _by_place(await consumer.committed_by_group([TP(*place) for place in places]))


class Working(Protocol):
    """Whoever works off places of this worker's."""

    def settled(self, place: Place) -> int:
        """Return the offset up to which (exclusive) a place has been worked off; 0 for one that is not theirs."""
        ...


class FaustProgress:
    """`Progress` of a group of workers: this one's own at once, that of others once they have committed it."""

    def __init__(self, app: faust.App, taking_in: TakingIn) -> None:
        self._app = app
        self._taking_in = taking_in
        self._working: list[Working] = [taking_in]

    def ask(self, working: Working) -> None:
        """Ask one more for what it has worked off: sooner than what is committed tells."""
        self._working.append(working)

    async def settled(self, places: Iterable[Place]) -> Mapping[Place, int]:
        """Return the offset up to which (exclusive) each place has been worked off."""
        consumer = cast("BatchConsumer", self._app.consumer)
        wanted = {place: TP(*place) for place in places}
        ours = consumer.assignment()
        found = await consumer.committed_by_group([tp for tp in wanted.values() if tp not in ours])
        await consumer.pass_markers([tp for tp in wanted.values() if tp in ours])
        return {
            place: consumer.beyond(tp, max(consumer.committed(tp), *(each.settled(place) for each in self._working)))
            if tp in ours
            else found[tp]
            for place, tp in wanted.items()
        }

    def stamps(self, places: Collection[Place]) -> list[int | None]:
        """Return the instants that intake has come to at those places that are ours."""
        ours = self._app.consumer.assignment()
        return [self._taking_in.stamp(place) if TP(*place) in ours else None for place in places]


def _by_place(offsets: Mapping[TP, int]) -> dict[Place, int]:
    return {(tp.topic, tp.partition): offset for tp, offset in offsets.items()}
