"""The ends of a log, as a Faust app's consumer reads them from the broker."""

from collections.abc import Iterable, Mapping

import faust
from faust.types import TP

from mingjing.streams.sounding import Place


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


def _by_place(offsets: Mapping[TP, int]) -> dict[Place, int]:
    return {(tp.topic, tp.partition): offset for tp, offset in offsets.items()}
