"""The cards of a case at rest on a desk, and the stub of a case that has left it.

A case leaves when nobody has taken a step with its cards for long, whether or not one is
still awaited: what was done lies in the archive, and the stub says from where to where.
Only a case with an exemption stays: the clock ends it, and the clock is on no log.
"""

from collections.abc import Collection, Mapping

import msgspec

from mingjing.rules.card_life import Life, Said
from mingjing.rules.cases import CaseAway
from mingjing.rules.desk_words import Ver, Word
from mingjing.rules.engine_fault import EngineFault
from mingjing.rules.standing import Standing


class DeskFault(EngineFault):
    """A record cannot be used; the text says why. The desk is as it was before."""


class Held(msgspec.Struct, array_like=True):
    """A card at rest: its life, its rule, the engine's last word by its place on the log.

    `offset` is where the record lay that last touched it; `told` what the case was last told of it.
    """

    life: Life
    rule: str
    heard: Ver
    offset: int
    told: Standing | None = None

    @property
    def found(self) -> dict[str, str]:
        """What a round rests on, as the events that begin and end its clocks say it."""
        return {"rule": self.rule, "level": self.life.said.level}

    @property
    def issue(self) -> str:
        """How the present round was drawn: as the finding is, or by itself where people had confirmed it before."""
        return "confirm" if self.life.stage == "pending" else "auto"


class Left(msgspec.Struct, array_like=True):
    """A card that has left: the engine's last word and its place on the log, and the `revision` the card stood at."""

    card_id: str
    said: Said
    heard: Ver
    revision: int


class Stub(msgspec.Struct):
    """What is left of a case whose cards have left; what made them lies on card-actions up to `last_offset`."""

    last_offset: int
    cards: list[Left]


AtRest = list[Held] | Stub

pack = msgspec.msgpack.Encoder().encode
unpack = msgspec.msgpack.Decoder(AtRest).decode


class Stubs:
    """The stubs of the cases that have left a desk, by case."""

    def __init__(self) -> None:
        self._stubs: dict[str, Stub] = {}

    def __len__(self) -> int:
        return len(self._stubs)

    def get(self, case_key: str) -> Stub | None:
        """Return the stub of a case, None where it has not left."""
        return self._stubs.get(case_key)

    def put(self, case_key: str, stub: Stub) -> None:
        """Keep the stub of a case that leaves, or had left."""
        self._stubs[case_key] = stub

    def demand_none(self, case_key: str) -> None:
        """Raise CaseAway for a case that has left."""
        stub = self._stubs.get(case_key)
        if stub is not None:
            raise CaseAway(case_key, stub.last_offset)

    def heard_already(self, case_key: str, word: Word) -> bool:
        """Whether a word on a card that has left repeats what was heard of it; its stub then knows the newer place."""
        stub = self._stubs.get(case_key)
        left = None if stub is None else next((each for each in stub.cards if each.card_id == word.card_id), None)
        if left is None or (word.ver > left.heard and word.said != left.said):
            return False
        left.heard = max(left.heard, word.ver)
        return True

    def give_back(self, case_key: str, cards: Mapping[str, Held]) -> None:
        """Forget the stub of a case whose `cards` are here again, and let them know what was heard since.

        Raises DeskFault where they are not as they left; the stub then stays.
        """
        stub = self._stubs[case_key]
        for left in stub.cards:
            held = cards.get(left.card_id)
            if held is None or held.life.revision != left.revision:
                stands = "none" if held is None else str(held.life.revision)
                raise DeskFault(
                    case_key,
                    f"card {left.card_id} left at revision {left.revision}, the archive of "
                    f"card-actions brings it to {stands}; does it hold the topic from its beginning?",
                )
            held.life.said, held.heard = left.said, left.heard
        del self._stubs[case_key]


def stub_of(cards: Collection[Held], before: int) -> Stub | None:
    """Return the stub of a case all of whose cards are quiet since `before`; None where it has to stay."""
    if any(each.life.entries[-1].at >= before or _was_exempted(each.life) for each in cards):
        return None
    left = [Left(each.life.card_id, each.life.said, each.heard, each.life.revision) for each in cards]
    return Stub(max(each.offset for each in cards), left)


def _was_exempted(life: Life) -> bool:
    return any(each.verb == "exempt" for each in life.entries)
