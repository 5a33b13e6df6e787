"""How long one thread may keep the interpreter to itself while another waits for it.

A worker's records are judged in one thread and fetched in another, and only one of them
runs at a time. The thread that fetches needs the interpreter for a moment and often: to
see that an answer has come, to read it, to hand it over, to ask for the next. Python
gives it back after five milliseconds at the earliest, so while there is work to be judged
each of these moments waits for as long, and an event on its way to a card waits for some ten of them.
"""

import sys

SLICE_S = 0.0001
"""Seconds after which a thread is asked to let another go first: a few dozen times what the change itself takes."""


def share_interpreter() -> None:
    """Have the threads of this process give way to each other that soon."""
    sys.setswitchinterval(SLICE_S)
