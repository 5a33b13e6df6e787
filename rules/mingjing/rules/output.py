"""What an engine gives its owner to send on."""

from typing import Any

import msgspec

from mingjing.rules.card import Card
from mingjing.rules.engine_fault import EngineFault
from mingjing.rules.tally import Tally


class Output(msgspec.Struct):
    """What changed since it was last taken: cards, and the facts of the cases that changed.

    `tallies` are what the cases have to tell the subjects of rules across cases;
    `shadows` are cards as they would be by rules that are only tried out.
    `faults` are facts that were held and could not be judged when the clock
    reached them; they are left out of their cases, as `fold` leaves out others.
    """

    cards: list[Card]
    facts: list[dict[str, Any]]
    faults: list[EngineFault] = []
    tallies: list[Tally] = []
    shadows: list[Card] = []
