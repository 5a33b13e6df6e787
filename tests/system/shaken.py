"""`mingjing worker` in a group that rebalances again and again: `shaken.py SEED TIMES`, with the worker's environment.

Each time the worker itself asks for it, as if another member had come or gone: a
rebalance then falls into fetching, folding, saving and recovery as chance has it.
"""

import random
import sys
import threading
import time

from mingjing.services.cli import main
from mingjing.streams.consumer_thread import ConsumerThread

LONGEST_S = 1.0


class Shaken(ConsumerThread):
    """A consumer thread that rejoins its group `times` times, at moments drawn from `seed`."""

    seed, times = 0, 0

    async def on_start(self) -> None:
        await super().on_start()
        threading.Thread(target=self._shake, name="shake", daemon=True).start()

    def _shake(self) -> None:
        chance = random.Random(self.seed)  # noqa: S311  # a schedule, no secret
        for _ in range(self.times):
            time.sleep(chance.uniform(0, LONGEST_S))
            self.rejoin()


if __name__ == "__main__":
    Shaken.seed, Shaken.times = int(sys.argv[1]), int(sys.argv[2])
    sys.argv[1:] = ["worker"]
    from mingjing.streams import batch_consumer

    batch_consumer.ConsumerThread = Shaken  # type: ignore[misc]  # the one place that makes it
    main()
