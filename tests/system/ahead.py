"""`mingjing` on a machine whose clock is two hours ahead: what the clock shows is all that differs."""

from datetime import datetime, timedelta

from mingjing.services.cli import main
from mingjing.streams import worker

AHEAD = timedelta(hours=2)


class ClockAhead(worker.SystemClock):
    """The machine's clock, set wrong."""

    def now(self) -> datetime:
        """Return an instant that has not come yet."""
        return super().now() + AHEAD


if __name__ == "__main__":
    worker.SystemClock = ClockAhead  # type: ignore[misc]  # what the machine would do
    main()
