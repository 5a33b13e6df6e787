"""How much is folded before others get their turn: what other partitions have found is on its way meanwhile.

The event loop is held by whoever folds. A hundred records of a few light rules take a
third of a millisecond; of all the law, with a case opened by each, some twenty, and a card
that another partition has drawn, or an event that has just come in, would wait for them.
"""

MOST = 100
"""Records folded at once however fast it goes: turns have a cost, too."""

FEWEST = 10

HELD_S = 0.004
"""CPU seconds for which whoever folds may hold the event loop, as far as records fold like those before them."""


class Turns:
    """Says how many records are a turn, after how long the last ones took."""

    def __init__(self) -> None:
        self.records = MOST

    def took(self, records: int, seconds: float) -> None:
        """Note that folding `records`, at least one, has taken so much of the CPU."""
        fit = int(HELD_S * records / seconds) if seconds > 0 else MOST
        # Halfway: a single heavy record is no reason to give up the rest of a batch record by record.
        self.records = max(FEWEST, min(MOST, (self.records + fit) // 2))
