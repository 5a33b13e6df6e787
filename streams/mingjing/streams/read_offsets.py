"""What Faust has read of each topic, as far as it is to know."""

from collections.abc import Set as AbstractSet

from faust.types import TP


class ReadOffsets(dict[TP, int | None]):
    """What stock code has read of topics that come singly; of batch topics it is to know nothing."""

    def __init__(self, batch_topics: AbstractSet[str]) -> None:
        super().__init__()
        self._batch_topics = batch_topics

    def __missing__(self, tp: TP) -> None:
        return None

    def __setitem__(self, tp: TP, offset: int | None) -> None:
        if tp.topic not in self._batch_topics:
            super().__setitem__(tp, offset)
