"""What a person sees of a long run, and waiting for what is under way."""

import sys
import time
from collections.abc import Callable


def say(text: str) -> None:
    """Print a line at once, though the output be a file."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def until(done: Callable[[], bool], patience_s: float, pause_s: float = 0.1) -> None:
    """Wait until `done`, looked at every `pause_s` seconds; SystemExit after `patience_s` of them."""
    end = time.monotonic() + patience_s
    while not done():
        if time.monotonic() > end:
            raise SystemExit(f"not done after {patience_s} s")
        time.sleep(pause_s)
