"""How a card is shown among people: what the desk lets the case know, so that what is counted is what is shown.

The finding is the engine's, the decision is people's, and each reaches the other over
the log. In whatever order they come, the last word of each gives the same level.
"""

from typing import Final

import msgspec

from mingjing.rules.card import LEVELS, Issue, Level, Status
from mingjing.rules.events import Fact

STANDS: Final = "card.stands"
"""Type of the desk's word to the case of a card; no part of the case's story."""


class Standing(msgspec.Struct, frozen=True, array_like=True):
    """People's last word on a card, at a `revision` of its life.

    It was said of the finding of `level`, `violated_at` and `due_at` (microseconds). `shown`
    is the level to count, None for none; `decided` = a person has decided on just this finding.
    """

    revision: int
    level: Level
    violated_at: int
    due_at: int | None
    shown: Level | None
    decided: bool


class Stands(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The data of `card.stands`."""

    card_id: str
    standing: Standing


def counted_level(
    level: Level, status: Status, issue: Issue, violated_at: int, due_at: int | None, known: Standing | None
) -> Level | None:
    """Return the level at which a finding counts, None where it does not; `known` is what people last said of the card.

    A decision holds for the finding it was taken on. A confirmation holds until the
    level rises. One that waits to be confirmed is not shown yet.
    """
    if status == "withdrawn":
        return None
    if known is not None:
        if (known.level, known.violated_at, known.due_at) == (level, violated_at, due_at):
            return known.shown
        if not known.decided and LEVELS.index(level) <= LEVELS.index(known.level):
            return level if known.shown is not None else None
    return None if issue == "confirm" else level


def stands_of(fact: Fact) -> Stands:
    """Return what a fact of type `card.stands` says; msgspec.ValidationError for one that says something else."""
    return msgspec.convert(fact.data, Stands)
