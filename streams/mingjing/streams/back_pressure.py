"""Partitions that are read no further until what waits in them goes on."""

import logging
from collections.abc import Mapping

import faust
from faust.types import TP

from mingjing.streams.owner import Owner

log = logging.getLogger(__name__)


class BackPressure:
    """Pauses and resumes partitions of one log. After a rebalance nothing is paused: `forget` then."""

    def __init__(self, app: faust.App, topic: str) -> None:
        self._app = app
        self._topic = topic
        self._paused: set[TP] = set()

    def apply(self, owners: Mapping[int, Owner]) -> None:
        """Pause the partitions whose owners hold enough, and resume those whose owners do not any more."""
        full = {TP(self._topic, partition) for partition, owner in owners.items() if owner.holds_enough}
        if full == self._paused:
            return
        consumer = self._app.consumer
        for tp in sorted(full - self._paused):
            log.warning("%s partition %d is read no further: too much waits for the archive", *tp)
            consumer.pause_partitions([tp])
        for tp in sorted(self._paused - full):
            log.info("%s partition %d is read on", *tp)
            consumer.resume_partitions([tp])
        self._paused = full

    def forget(self) -> None:
        """Take it that nothing is paused."""
        self._paused = set()
