"""When Python looks for garbage that holds itself: often, and little at a time.

A collection holds everything that a process does, and takes as long as what was made since
the last one and still lives. At fifty thousand objects that was 15 to 45 ms each time in a
worker that judges by all the law; at two thousand it is half a millisecond, for the same
work in sum: what is looked at while it is young is still at hand. What lives long is looked
at seldom, for cases hold no circles.
"""

import gc

YOUNG = 2_000
"""Objects more than before, after which the young ones are looked at."""

ONCE_OLDER = 10
"""Looks at the young after which what they left is looked at, too."""

ALL = 2_000
"""Looks at those after which everything is: after some forty million objects, as seldom as in hours."""


def settle_down() -> None:
    """Take it that what is loaded by now lives as long as the process; look at the rest as said above."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, ONCE_OLDER, ALL)
