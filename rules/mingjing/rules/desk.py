"""The desk of one partition: what the engine says of cards, and what people do with them, in one order.

It keeps the life of every card and is the only one that may change it. It is driven as an engine is: facts in, records
out, time as a parameter. The clock ends exemptions; that of people's own deadlines is not here, for each step is an
event of the card's own case and is judged by rules.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import date

import msgspec

from mingjing.rules.card import LEVELS
from mingjing.rules.card_action import Action, Outcome, act
from mingjing.rules.card_life import Life, exempted_until, expired, heard, opened, standing
from mingjing.rules.census import Census
from mingjing.rules.desk_state import DeskFault, Held, Stub, Stubs, pack, stub_of, unpack
from mingjing.rules.desk_words import (
    ASKED,
    SAID,
    SUB_CASE,
    Handled,
    Happening,
    Wish,
    Word,
    is_sub_case,
    stage_of,
    sub_case,
)
from mingjing.rules.events import Fact
from mingjing.rules.last_words import LastWord
from mingjing.rules.rulebook import Rulebook
from mingjing.rules.standing import STANDS, Stands
from mingjing.rules.timers import Timers
from mingjing.rules.workflow import DRAWN_EVENT, EASED_EVENT, WITHDRAWN_EVENT
from mingjing.rules.workflow_steps import BY_VERB
from mingjing.rules.zone import Zone

FORM = 2
"""The form of what `Desk.dump` writes: counted up where `restore_all` cannot read any more what was written before."""


class Desk:
    """Keeps the lives of the cards of one partition. `now` is its clock in microseconds and only rises.

    Where it is not `attended`, as in a replay of the past, nobody is there to work cards: what people do is shown,
    and no deadline of theirs runs.
    """

    def __init__(self, zone: Zone, *, now: int, attended: bool = True) -> None:
        self.now = now
        self._zone = zone
        self._attended = attended
        self._timers = Timers(self._ends_at)
        self._cards: dict[str, dict[str, Held]] = {}
        self._away = Stubs()
        self._changed: dict[str, None] = {}
        self._pending: list[tuple[Life, Outcome | None, int]] = []
        self._happenings: list[Happening] = []
        self._standings: list[Happening] = []

    @property
    def open_cases(self) -> int:
        """How many cases have cards here, and have not left."""
        return len(self._cards)

    @property
    def census(self) -> Census:
        """What has been done so far, and how many timers stand; no life is laid out anew."""
        return Census(len(self._timers), self._timers.fired, 0, 0, len(self._away))

    @property
    def next_wake(self) -> int | None:
        """The earliest instant at which an exemption is over, or None."""
        return self._timers.next()

    def advance(self, now: int) -> None:
        """Let the clock reach `now`; an exemption that is over by then opens a round at the moment it was."""
        self.now = max(self.now, now)
        while (key := self._timers.due(self.now)) is not None:
            held = self._held(key)
            over = self._ends_at(key)
            if held is None or over is None:
                continue
            expired(held.life, over)
            self._draw(held)
            self._touch(held, None)

    def fold(self, case_key: str, fact: Fact, offset: int, waited: int | None = None) -> None:  # noqa: ARG002  # fact.at is
        """Take the engine's word or a person's step; the clock does not stay behind it.

        Raises DeskFault for a record that is neither, CaseAway where the cards have left.
        """
        self.advance(fact.at)
        try:
            if fact.type == SAID:
                self._hear(case_key, fact, msgspec.convert(fact.data, Word), offset)
            elif fact.type == ASKED:
                self._do(case_key, fact, msgspec.convert(fact.data, Wish), offset)
            else:
                raise DeskFault(case_key, f"{fact.type} is no word on a card; {SAID} or {ASKED} is")
        except msgspec.ValidationError as exc:
            raise DeskFault(case_key, f"{fact.type} {fact.id}: {exc}") from exc

    def take(self, generation: int, *, facts: bool = True) -> Handled:  # noqa: ARG002  # of a case, it has none
        """Return what changed since the last call, and forget it."""
        stages = [
            stage_of(life, outcome, (offset, generation, life.revision)) for life, outcome, offset in self._pending
        ]
        handled = Handled(stages, self._happenings, self._standings)
        self._pending, self._happenings, self._standings = [], [], []
        return handled

    def changed(self) -> list[str]:
        """Return the keys of the cases whose cards changed since the last call, and forget them."""
        keys, self._changed = list(self._changed), {}
        return keys

    def dump(self, case_key: str) -> bytes | None:
        """Return the cards of a case, or the stub of one that has left, as bytes for `restore_all`, or None."""
        held = self._cards.get(case_key)
        if held:
            return pack(list(held.values()))
        stub = self._away.get(case_key)
        return None if stub is None else pack(stub)

    def change(self, case_key: str) -> bytes | None:  # noqa: ARG002  # as an engine is asked
        """Return None: the cards of a case are few, and are always dumped together."""
        return None

    def restore_all(self, cases: Mapping[str, bytes], changes: Mapping[str, Sequence[bytes]]) -> None:  # noqa: ARG002  # there are none
        """Take back the cards of cases, or their stubs, and wait again for the end of their exemptions."""
        for case_key, state in cases.items():
            at_rest = unpack(state)
            if isinstance(at_rest, Stub):
                self._away.put(case_key, at_rest)
                continue
            self._cards[case_key] = {each.life.card_id: each for each in at_rest}
            for held in self._cards[case_key].values():
                self._wait(held.life)

    def adopt(self, rulebook: Rulebook) -> None:
        """Do nothing: what people may do with a card is in no rulebook."""

    def retire(self, now: int, retention: int) -> list[str]:
        """Let every case leave whose cards nobody has touched for `retention` microseconds by `now`; return their keys.

        A case with anything still to be taken stays, and one with an exemption.
        """
        busy = self._changed.keys() | {life.case_key for life, _, _ in self._pending}
        left = []
        for case_key, cards in list(self._cards.items()):
            stub = stub_of(cards.values(), now - retention) if case_key not in busy else None
            if stub is not None:
                del self._cards[case_key]
                self._away.put(case_key, stub)
                left.append(case_key)
        self._changed |= dict.fromkeys(left)
        return left

    def date_back(self, issues: Mapping[str, int]) -> None:
        """Keep nothing: the engine says when cards were issued."""

    def forget(self, before: int, most: int) -> int:  # noqa: ARG002  # as an engine is asked
        """Return 0: what a stub knows of people's decisions is asked of nobody else, and it stays."""
        return 0

    def recall(self, case_key: str, facts: Iterable[Fact], said: Sequence[LastWord] = (), *, offset: int = 0) -> None:  # noqa: ARG002  # as above
        """Take back a case that has left, with all that was said of its cards and done with them, in its order.

        What is said by that was said before, and is not said again. Does nothing where the case has not left.
        Raises DeskFault where `facts` do not make its cards what they were.
        """
        stub = self._away.get(case_key)
        if stub is None:
            return
        before = Desk(self._zone, now=0, attended=False)
        for fact in facts:
            with suppress(DeskFault):  # it made a dead letter then, and did nothing to any card
                before.fold(case_key, fact, stub.last_offset)
        cards = before._cards.get(case_key, {})
        self._away.give_back(case_key, cards)
        self._cards[case_key] = cards
        self._changed[case_key] = None

    def life(self, case_key: str, card_id: str) -> Life | None:
        """Return the life of a card, or None when the desk never heard of it."""
        held = self._cards.get(case_key, {}).get(card_id)
        return held.life if held else None

    def _hear(self, case_key: str, fact: Fact, word: Word, offset: int) -> None:
        if self._away.heard_already(case_key, word):
            self._changed[case_key] = None
            return
        self._away.demand_none(case_key)
        said = word.said
        held = self._cards.get(case_key, {}).get(word.card_id)
        if held is None:
            if said.status == "withdrawn":
                return  # taken back before anybody had heard of it
            life = opened(word.card_id, case_key, fact.agency, fact.region, said, fact.at)
            held = self._cards.setdefault(case_key, {})[word.card_id] = Held(life, word.rule, word.ver, offset)
            drawn = True
        elif word.ver <= held.heard:
            return
        else:
            life, held.heard = held.life, word.ver
            self._changed[case_key] = None
            if said == life.said:
                return
            life.agency, life.region = fact.agency or life.agency, fact.region or life.region
            if said.status == "withdrawn":
                self._happen(life, WITHDRAWN_EVENT, fact.id, fact.at, cause=word.cause or "late")
            before = life.said
            drawn = heard(life, said, fact.at)
            if not (drawn or life.withdrawn) and LEVELS.index(said.level) < LEVELS.index(before.level):
                self._happen(life, EASED_EVENT, fact.id, fact.at, **held.found)
        if drawn:
            self._draw(held)
        held.offset = offset
        self._touch(held, None)

    def _do(self, case_key: str, fact: Fact, asked: Wish, offset: int) -> None:
        self._away.demand_none(case_key)
        held = self._cards.get(case_key, {}).get(asked.card_id)
        if held is None:
            raise DeskFault(case_key, f"card {asked.card_id} was never drawn here")
        life = held.life
        action = Action(action_id=fact.id, case_key=case_key, at=fact.at, **msgspec.structs.asdict(asked))
        before = life.revision
        outcome = act(life, action, date.fromordinal(self._zone.day(fact.at)))
        if life.revision != before:
            entry = life.entries[-1]
            found = held.found if entry.verb == "confirm" else {}
            self._happen(life, BY_VERB[entry.verb].event, entry.action_id, entry.at, **found, **entry.fields)
        held.offset = offset
        self._touch(held, outcome)

    def _draw(self, held: Held) -> None:
        life, entry = held.life, held.life.entries[-1]
        self._happen(life, DRAWN_EVENT, entry.action_id, entry.at, **held.found, issue=held.issue)

    def _happen(self, life: Life, type_: str, name: str, at: int, **data: str) -> None:
        # The card of a card's own case is worked, but has no case of its own.
        if is_sub_case(life.case_key) or not self._attended:
            return
        self._happenings.append(
            Happening(
                case_key=sub_case(life.case_key, life.card_id),
                id=name,
                type=type_,
                at=at,
                agency=life.agency,
                region=life.region,
                data=data,
            )
        )

    def _touch(self, held: Held, outcome: Outcome | None) -> None:
        life = held.life
        self._changed[life.case_key] = None
        self._pending.append((life, outcome, held.offset))
        self._wait(life)
        self._tell(held)

    def _tell(self, held: Held) -> None:
        """Tell the case how the card is to be counted, where that is not, or was not, what its finding says itself."""
        life, known, now = held.life, held.told, standing(held.life)
        by_itself = None if life.said.issue == "confirm" else life.said.level
        if now.revision == known.revision if known is not None else now.shown == by_itself:
            return
        held.told = now
        self._standings.append(
            Happening(
                case_key=life.case_key,
                id=f"{life.card_id}~{life.revision}",
                type=STANDS,
                at=life.entries[-1].at,
                agency=life.agency,
                region=life.region,
                data=msgspec.to_builtins(Stands(life.card_id, now)),
            )
        )

    def _wait(self, life: Life) -> None:
        key = sub_case(life.case_key, life.card_id)
        over = self._ends_at(key)
        if over is not None:
            self._timers.set(key, over)

    def _ends_at(self, key: str) -> int | None:
        """Return the first instant after the exemption of a card, None where it is under none."""
        held = self._held(key)
        until = exempted_until(held.life) if held is not None else None
        return None if until is None else self._zone.midnight(date.fromisoformat(until).toordinal() + 1)

    def _held(self, key: str) -> Held | None:
        case_key, _, card_id = key.rpartition(SUB_CASE)
        return self._cards.get(case_key, {}).get(card_id)
