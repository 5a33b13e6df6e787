"""What an engine has done and what it holds, counted for whoever watches it."""

from typing import NamedTuple


class Census(NamedTuple):
    """`armed` timers stand now, those that were re-timed and will be passed by among them.

    The next three only grow: `fired` = times a case was judged because an instant came that it waited for;
    `late` = facts that came after a later fact of their case; `refolded` = times a case was laid out and judged anew.
    Of the cases that have left there are `stubs`; of others nothing but a mark, `gone` of them in `gone_bytes`.
    """

    armed: int
    fired: int
    late: int
    refolded: int
    stubs: int = 0
    gone: int = 0
    gone_bytes: int = 0


NOTHING = Census(0, 0, 0, 0)
"""The census of a judge that has no timers and lays nothing out anew."""
