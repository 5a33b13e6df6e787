"""What a worker tells of its partitions: gauges, and in its log those that are not as far as they should be."""

import logging
from collections.abc import Callable, Mapping

from faust.types import TP

from mingjing.streams.anew import progress_bar
from mingjing.streams.owner import Owner

log = logging.getLogger(__name__)

SHOWN = 10


def measure(topic: str, owners: Mapping[int, Owner], highwater: Callable[[TP], int | None]) -> None:
    """Publish the gauges of each partition."""
    for partition, owner in owners.items():
        owner.measure(highwater(TP(topic, partition)))


def show_progress(topic: str, owners: Mapping[int, Owner]) -> None:
    """Say of each partition that is folded anew how far it is."""
    for partition, owner in owners.items():
        done, whole = owner.end + 1, owner.repeats_to
        if done < whole:
            bar = progress_bar(done, whole)
            log.info("%s partition %d: folding anew %s %d of %d", topic, partition, bar, done, whole)


def name_silent(topic: str, owners: Mapping[int, Owner]) -> None:
    """Name the feeds that hold the clock, and those that it passes by: what these still bring may disprove cards."""
    waited_for = {feed for owner in owners.values() for feed in owner.clock.unheard}
    if waited_for:
        log.warning("the clock of %s waits for a watermark of %s", topic, _some(waited_for))
    passed_by = {feed for owner in owners.values() for feed in owner.clock.idle}
    if passed_by:
        log.warning("the clock of %s passes by what fell silent: %s", topic, _some(passed_by))


def _some(names: set[str]) -> str:
    shown = sorted(names)[:SHOWN]
    return f"{len(names)} feeds: {', '.join(shown)}"
