"""The story of a case as its events tell it in passing: the states it met, who came and how, what was decided."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from mingjing.rules.event_type import EventType
from mingjing.rules.events import Fact

DATED = ("applied", "accepted", "decided", "delivered")
"""States whose first instant is told of every case."""

TURNED_AWAY = frozenset({"not_accepted", "returned", "abandoned"})
"""States in which a case has left the hands of the agency and nothing was decided."""

ENDED = frozenset({"decided", "delivered"}) | TURNED_AWAY
"""States in which a case has left the hands of the agency."""

SCORES = frozenset({"1", "2", "3", "4", "5"})

FIRST_SAID = ("enterprise", "channel", "window", "served")
"""What the first event that says it is believed of."""

ACCEPTED = "case.accepted"
"""The event whose `channel` says at which place a case was accepted, not by which way it came."""

SAID_IN_PASSING = frozenset({*FIRST_SAID, "result", "score", "satisfied"})
"""The fields of data that count in figures whatever the event is."""


class Story:
    """What the facts of a case leave it in, taken in their legal order by `go_on`, each fact once.

    `state` is where they leave it, `dated` the first instant of each of DATED as text, `ended_at` that of the first
    state in which nobody has to decide any more. `said` has the first enterprise, channel and window, the last post
    before the decision, the result, how it was `served` (预约、延时、上门、代办) and the `place` of acceptance; of
    ratings the last of the five that there are (好差评, GB/T 39046 A.8) holds, a rating beyond them is none. `types`
    counts the events of each type.
    """

    __slots__ = (
        "_before",
        "_decided_at",
        "_declared",
        "_met",
        "_taken",
        "_text",
        "dated",
        "ended_at",
        "said",
        "state",
        "types",
    )

    def __init__(self, declared: Mapping[str, EventType], text: Callable[[int], str]) -> None:
        self._declared = declared
        self._text = text
        self._taken = 0
        self._before = "applied"
        self._decided_at: int | None = None
        self._met: set[str] = set()
        self.state = "applied"
        self.dated: dict[str, str | None] = {f"{name}_at": None for name in DATED}
        self.ended_at: str | None = None
        self.types: dict[str, int] = {}
        self.said: dict[str, Any] = {}

    def go_on(self, facts: Sequence[Fact]) -> None:
        """Take the facts that came after those taken before; all of them are given."""
        for place in range(self._taken, len(facts)):
            fact = facts[place]
            kind = fact.type
            self.types[kind] = self.types.get(kind, 0) + 1
            declared = self._declared.get(kind)
            if declared is not None:
                self._move(declared, fact.at, facts, place)
            if fact.post and (self._decided_at is None or fact.at <= self._decided_at):
                self.said["post"] = fact.post
            if not SAID_IN_PASSING.isdisjoint(fact.data):
                self._hear(fact)
        self._taken = len(facts)

    def _move(self, declared: EventType, at: int, facts: Sequence[Fact], place: int) -> None:
        """Enter the state that an event puts the case in."""
        state = declared.state
        if declared.resumes and self.state == "suspended":
            self.state = self._before
        elif state is not None:
            if state == "suspended" and self.state != "suspended":
                self._before = self.state
            self.state = state
            if state not in self._met:
                self._met.add(state)
                self._meet(state, at, facts, place)
            if state == "accepted":
                self._take_back()

    def _take_back(self) -> None:
        """Forget what turned the case away: it is accepted after all under its number (退件后重新申请)."""
        if not TURNED_AWAY.isdisjoint(self._met):
            self._met -= TURNED_AWAY
            self.ended_at = self.dated["decided_at"] or self.dated["delivered_at"]

    def _meet(self, state: str, at: int, facts: Sequence[Fact], place: int) -> None:
        """Note the first instant of a state."""
        if state in DATED:
            self.dated[f"{state}_at"] = self._text(at)
        if state in ENDED and self.ended_at is None:
            self.ended_at = self._text(at)
        if state == "decided":
            self._decided_at = at
            for earlier in facts[:place]:
                if earlier.at == at:  # what happens at the instant of the decision may state its result before it
                    self._result(earlier)

    def _hear(self, fact: Fact) -> None:
        """Take what an event says in passing."""
        data, said = fact.data, self.said
        for name in FIRST_SAID:
            if name in data and name not in said and (text := _text(data[name])):
                said[name] = text
        if fact.type == ACCEPTED and "place" not in said and (place := _text(data.get("channel"))):
            said["place"] = place
        if fact.at == self._decided_at:
            self._result(fact)
        if (rated := data.get("score")) is not None and (mark := str(rated).strip()) in SCORES:
            said["score"] = int(mark)
        if isinstance(content := data.get("satisfied"), bool):
            said["satisfied"] = content

    def _result(self, fact: Fact) -> None:
        if "result" not in self.said and (text := _text(fact.data.get("result"))):
            self.said["result"] = text


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None
