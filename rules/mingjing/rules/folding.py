"""Folding: how a fact comes into its case, and which rules are asked about it.

A fact that arrives in order only asks the rules that read it, most of them by a
glance; one that arrives late, or corrects another, asks those that read what is
new or gone. A fact that cannot be judged leaves its case as it was.
"""

from collections.abc import Callable
from typing import Any

from mingjing.rules import deem
from mingjing.rules.card import Cause
from mingjing.rules.case import Case
from mingjing.rules.cases import ALL, MOST_FACTS, quarantine
from mingjing.rules.concerned import Concerned
from mingjing.rules.deem import DEEMING, NO_CHANGE, Deemed
from mingjing.rules.engine_fault import EngineFault
from mingjing.rules.events import DEEMED, Fact
from mingjing.rules.forgetting import forget, is_many
from mingjing.rules.ground import Ground
from mingjing.rules.judging import glanced, outcomes, regarded, touched
from mingjing.rules.register import Register
from mingjing.rules.rulebook import Rulebook
from mingjing.rules.subject import is_subject
from mingjing.rules.workdays import CalendarMissing

Former = tuple[list[Fact], list[int], dict[str, Any]]
"""The facts, tags and attributes of a case before it was laid out anew."""


class Folding:
    """Takes facts into cases, has them judged by `rulebook`, and has the `register` say what is new.

    `late` counts the facts that came after a later one of their case, `refolded` the cases laid out anew.
    """

    def __init__(self, rulebook: Rulebook, register: Register) -> None:
        self._rulebook = rulebook
        self._concerned = Concerned(rulebook.all_seats)
        self._register = register
        self.late = 0
        self.refolded = 0

    def adopt(self, rulebook: Rulebook) -> None:
        """Have cases judged by another rulebook from now on."""
        self._rulebook = rulebook
        self._concerned = Concerned(rulebook.all_seats)

    def take(self, case: Case, fact: Fact, now: int) -> None:
        """Take a fact into its case and judge what it touches.

        Raises EngineFault when it cannot be judged; the case is then as before.
        """
        ground = case.ground
        attributes = dict(case.attributes) if fact.case_data else case.attributes
        known, facts, tags = case.standing(fact.key), case.facts, case.tags
        tallies = self._register.tallies
        try:
            extends = case.add_beside(fact, known)
        except Exception as exc:
            raise EngineFault(case.key, str(exc)) from exc
        if extends is None:
            if tallies is not None:
                tallies.hear(case, fact, now)
            return
        change, waited = NO_CHANGE, case.wakes
        try:
            alone = extends or (known is None and not case.corrected)
            after = self._rulebook.ground_after(ground, case.facts) if extends else None
            if self._rulebook.deeming and not (alone and self._deems_alike(case, fact, after)):
                facts = facts[: len(tags)]
                waited = {place: wake for place, wake in case.wakes.items() if place <= DEEMING}
                came = fact if extends else None
                change = self._deem(case, lambda: case.put_back(fact.key, known), (facts, tags), now, came, after)
            if after is not None and change == NO_CHANGE:
                self._go_on(case, fact, attributes, after, now)
            else:
                self.late += not extends and known is None and fact.corrects is None
                extends = False
                cause: Cause = "late" if known is None and fact.corrects is None else "corrected"
                self._go_back(case, _undoing(case, fact.key, known, change), (facts, tags, attributes), now, cause)
        except EngineFault:
            self._wait(case, waited)
            raise
        if tallies is not None:
            attributed = case.attributes != attributes or fact.type in self._rulebook.attributing
            tallies.hear(case, fact, now)
            alike = extends and case.ground is ground and not (attributed and tallies.reads_attributes)
            tallies.tell(case, now, anew=not (alike or (extends and len(case.facts) == 1 and not case.told)))
        self._register.touch(case)
        self._bound(case, now)

    def _bound(self, case: Case, now: int) -> None:
        """Keep a case within what may be judged: a subject forgets, a case too long goes out of judgement."""
        if is_many(case) and is_subject(case.key):
            forget(case, self._rulebook, now)
        if len(case.facts) > MOST_FACTS:
            quarantine(case, f"{len(case.facts)} facts")

    def deem_in_time(self, case: Case, now: int) -> None:
        """Judge what is touched by what the law deems to have happened since the case was last looked at.

        What cannot be judged parks the deeming, and nothing is deemed.
        """
        former = (list(case.facts), case.tags, case.attributes)
        try:
            change = self._deem(case, _nothing, former[:2], now)
            if change == NO_CHANGE:
                return
            self._go_back(case, lambda: deem.undo(case, change), former, now)
        except EngineFault as exc:
            self._wait(case, {})
            case.parked[DEEMING] = exc.reason
            return
        if self._register.tallies is not None:
            self._register.tallies.whole(case, now)
        self._register.touch(case)

    def _deems_alike(self, case: Case, fact: Fact, after: Ground | None) -> bool:
        """Whether a fact that was added to its case changes nothing that is deemed; `after` is its ground then."""
        rulebook, ground = self._rulebook, case.ground
        if fact.type in rulebook.deeming_types:
            return False
        for deemed in case.facts:
            if deemed.source == DEEMED:
                told = [each for each in case.facts if each.source != DEEMED]
                others = [each for each in told if each.key != fact.key]
                if rulebook.ground(told) is not rulebook.ground(others):
                    return False  # deemed on the ground of what was told, not on its own
                break
        return ground is None or (rulebook.ground(case.facts) if after is None else after) is ground

    def _go_on(self, case: Case, fact: Fact, attributes: dict[str, Any], ground: Ground, now: int) -> None:
        """Judge what a fact touches that came in order; `attributes` are those of the case before it."""
        rulebook = self._rulebook
        before, former = case.seen, case.ground
        try:
            tag = rulebook.tag(fact)
            case.tell(tag)
            case.ground = ground
            if ground is former or len(case.facts) == 1:
                moves, places = glanced(rulebook, self._concerned, case, fact, before, tag, now)
            else:
                case.account = None
                moves, places = regarded(rulebook, case, rulebook.all_rules, now)
            found = outcomes(rulebook, case, places, now) if places else []
        except Exception as exc:
            case.drop_last(before, attributes)
            case.ground, case.account = former, None
            raise exc if isinstance(exc, EngineFault) else EngineFault(case.key, str(exc)) from exc
        for place, wake in moves:
            case.wait(place, wake)
        if found:
            self._register.settle(case, found, now)

    def _go_back(self, case: Case, undo: Callable[[], None], former: Former, now: int, cause: Cause = "late") -> None:
        """Judge what is touched where the facts of a case were laid out anew; `undo` lays them out as they were."""
        self.refolded += 1
        rulebook = self._rulebook
        facts, tags, attributes = former
        ground = case.ground
        try:
            laid, places = touched(rulebook, self._concerned, case, facts, tags, told=case.attributes != attributes)
            case.tags = laid
            case.ground = rulebook.ground(case.facts)
            moves, places = regarded(rulebook, case, places if case.ground is ground else rulebook.all_rules, now)
            found = outcomes(rulebook, case, places, now)
        except Exception as exc:
            undo()
            case.tags, case.ground = tags, ground
            raise exc if isinstance(exc, EngineFault) else EngineFault(case.key, str(exc)) from exc
        for place, wake in moves:
            case.wait(place, wake)
        self._register.settle(case, found, now, cause)

    def _deem(
        self,
        case: Case,
        undo: Callable[[], None],
        former: deem.Tagged,
        now: int,
        fact: Fact | None = None,
        ground: Ground | None = None,
    ) -> Deemed:
        """Let what the law deems be what it deems now, and say what changed; the case is still to be judged.

        `fact` is the last of the case where it came in order, and puts it on `ground`. For want of a calendar
        year the case is parked and nothing deemed. Raises EngineFault with all undone;
        `former` are the facts of the case before, with their tags.
        """
        try:
            if fact is not None and ground is not None and case.spoken != ALL:
                wakes = deem.glanced(case, fact, ground, self._rulebook, now)
                if wakes is not None:
                    self._wait(case, wakes)
                    return NO_CHANGE
            case.parked.pop(DEEMING, None)
            change, wakes = deem.settle(case, self._rulebook, now, former)
        except CalendarMissing as missing:
            case.parked[DEEMING] = str(missing)
            change, wakes = NO_CHANGE, {}
        except Exception as exc:
            undo()
            case.tags = former[1]
            raise EngineFault(case.key, str(exc)) from exc
        self._wait(case, wakes)
        return change

    def _wait(self, case: Case, wakes: deem.Wakes) -> None:
        """Let the case wait for what may come to be deemed."""
        for number in range(len(self._rulebook.deeming)):
            case.wait(DEEMING - number, wakes.get(DEEMING - number))


def _undoing(case: Case, key: tuple[str, str], known: Fact | None, change: Deemed) -> Callable[[], None]:
    """Return what takes a fact out of a case again, with what came to be deemed by it."""

    def undo() -> None:
        case.put_back(key, known)
        deem.undo(case, change)

    return undo


def _nothing() -> None:
    """Undo nothing."""
