"""The desk of one partition: what the engine says of cards, and what people do with them, in one order.

It keeps the life of every card and is the only one that may change it. It is driven
as an engine is: facts in, records out, time as a parameter; the clock of people's own
deadlines is not here, for each step is an event of the card's own case and is judged
by rules.
"""

from collections.abc import Collection, Iterable
from datetime import date

import msgspec

from mingjing.rules.card_action import Action, Outcome, act
from mingjing.rules.card_life import Entry, Life, Said, heard, opened, shown_level
from mingjing.rules.desk_words import ASKED, SAID, CardStage, Handled, Happening, Ver, Wish, Word, is_sub_case, sub_case
from mingjing.rules.events import Fact
from mingjing.rules.workflow import DRAWN_EVENT
from mingjing.rules.workflow_steps import BY_VERB
from mingjing.rules.zone import Zone

FORM = 1
"""The form of what `Desk.dump` writes: counted up where `restore` cannot read any more what was written before."""


class DeskFault(Exception):
    """A record cannot be used; the text says why. The desk is as it was before."""


class _Held(msgspec.Struct, array_like=True):
    """A card at rest: its life, its rule and the engine's last word by its place on the log."""

    life: Life
    rule: str
    heard: Ver


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(list[_Held]).decode


class Desk:
    """Keeps the lives of the cards of one partition. `now` is its clock in microseconds and only rises."""

    def __init__(self, zone: Zone, *, now: int) -> None:
        self.now = now
        self._zone = zone
        self._cards: dict[str, dict[str, _Held]] = {}
        self._changed: dict[str, None] = {}
        self._pending: list[tuple[Life, Outcome | None, int]] = []
        self._happenings: list[Happening] = []

    @property
    def open_cases(self) -> int:
        """How many cases have cards here."""
        return len(self._cards)

    @property
    def next_wake(self) -> int | None:
        """Return None: nothing happens here by itself."""
        return None

    def advance(self, now: int) -> None:
        """Let the clock reach `now`."""
        self.now = max(self.now, now)

    def fold(self, case_key: str, fact: Fact, offset: int) -> None:
        """Take the engine's word or a person's step; the clock does not stay behind it.

        Raises DeskFault for a record that is neither.
        """
        self.advance(fact.at)
        try:
            if fact.type == SAID:
                self._hear(case_key, fact, msgspec.convert(fact.data, Word), offset)
            elif fact.type == ASKED:
                self._do(case_key, fact, msgspec.convert(fact.data, Wish), offset)
            else:
                raise DeskFault(f"{fact.type} is no word on a card; {SAID} or {ASKED} is")
        except msgspec.ValidationError as exc:
            raise DeskFault(f"{fact.type} {fact.id}: {exc}") from exc

    def take(self, generation: int) -> Handled:
        """Return what changed since the last call, and forget it."""
        today = date.fromordinal(self._zone.day(self.now))
        stages = [
            CardStage(
                card_id=life.card_id,
                case_key=life.case_key,
                agency=life.agency,
                region=life.region,
                stage=life.stage,
                round=life.round,
                revision=life.revision,
                shown=shown_level(life, today),
                entries=list(life.entries),
                outcome=outcome,
                ver=(offset, generation, place),
            )
            for place, (life, outcome, offset) in enumerate(self._pending)
        ]
        handled = Handled(stages, self._happenings)
        self._pending, self._happenings = [], []
        return handled

    def changed(self) -> list[str]:
        """Return the keys of the cases whose cards changed since the last call, and forget them."""
        keys, self._changed = list(self._changed), {}
        return keys

    def dump(self, case_key: str) -> bytes | None:
        """Return the cards of a case as bytes for `restore`, or None when there are none."""
        held = self._cards.get(case_key)
        return _encode(list(held.values())) if held else None

    def restore(self, case_key: str, state: bytes) -> None:
        """Take back the cards of a case."""
        self._cards[case_key] = {each.life.card_id: each for each in _decode(state)}

    def retire(self, now: int, retention: int) -> Collection[object]:  # noqa: ARG002  # as an engine is asked
        """Return nothing: what people did with a card is kept here for as long as there is the card."""
        return ()

    def recall(self, case_key: str, facts: Iterable[Fact]) -> None:  # noqa: ARG002  # as an engine is asked
        """Raise DeskFault: nothing has left."""
        raise DeskFault(f"the cards of case {case_key} never left the desk")

    def life(self, case_key: str, card_id: str) -> Life | None:
        """Return the life of a card, or None when the desk never heard of it."""
        held = self._cards.get(case_key, {}).get(card_id)
        return held.life if held else None

    def _hear(self, case_key: str, fact: Fact, word: Word, offset: int) -> None:
        said = Said(
            level=word.level,
            status=word.status,
            issue=word.issue,
            violated_at=word.violated_at,
            due_at=word.due_at,
        )
        cards = self._cards.setdefault(case_key, {})
        held = cards.get(word.card_id)
        if held is None:
            if said.status == "withdrawn":
                return  # taken back before anybody had heard of it
            life = opened(word.card_id, case_key, fact.agency, fact.region, said, fact.at)
            cards[word.card_id] = _Held(life, word.rule, word.ver)
            drawn = True
        elif word.ver <= held.heard:
            return
        else:
            life, held.heard = held.life, word.ver
            self._changed[case_key] = None
            if said == life.said:
                return
            life.agency, life.region = fact.agency or life.agency, fact.region or life.region
            drawn = heard(life, said, fact.at)
        if drawn:
            self._happen(life, DRAWN_EVENT, life.entries[-1], rule=word.rule, level=said.level, issue=said.issue)
        self._touch(life, None, offset)

    def _do(self, case_key: str, fact: Fact, asked: Wish, offset: int) -> None:
        life = self.life(case_key, asked.card_id)
        if life is None:
            raise DeskFault(f"card {asked.card_id} of case {case_key} was never drawn here")
        action = Action(action_id=fact.id, case_key=case_key, at=fact.at, **msgspec.structs.asdict(asked))
        before = life.revision
        outcome = act(life, action)
        if life.revision != before:
            entry = life.entries[-1]
            self._happen(life, BY_VERB[entry.verb].event, entry, **entry.fields)
        self._touch(life, outcome, offset)

    def _happen(self, life: Life, type_: str, entry: Entry, **data: str) -> None:
        if is_sub_case(life.case_key):
            return  # the card of a card's own case is worked, but has no case of its own
        self._happenings.append(
            Happening(
                case_key=sub_case(life.case_key, life.card_id),
                id=entry.action_id,
                type=type_,
                at=entry.at,
                agency=life.agency,
                region=life.region,
                data=data,
            )
        )

    def _touch(self, life: Life, outcome: Outcome | None, offset: int) -> None:
        self._changed[life.case_key] = None
        self._pending.append((life, outcome, offset))
