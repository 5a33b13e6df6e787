"""Folding: how a fact comes into its case, and which rules are asked about it.

A fact that arrives in order only asks the rules that read it, most of them by a
glance; one that arrives late, or corrects another, asks those that read what is
new or gone. A fact that cannot be judged leaves its case as it was.
"""

from collections.abc import Callable, Iterable
from typing import Any, Final

from mingjing.rules import deem
from mingjing.rules.card import Cause
from mingjing.rules.case import Case
from mingjing.rules.cases import ALL, MOST_FACTS, quarantine
from mingjing.rules.deem import DEEMING, NO_CHANGE, Deemed
from mingjing.rules.deeming import NOWHERE, Moves, deem_anew, deeming_of, deems_alike, nothing_deemed_late, wait_for
from mingjing.rules.engine_fault import EngineFault
from mingjing.rules.events import Fact, any_of
from mingjing.rules.forgetting import MANY, forget, is_many
from mingjing.rules.ground import Ground
from mingjing.rules.judging import Laid, Outcome, glanced, inserted, laid_anew, outcomes, regarded, touched
from mingjing.rules.register import Register
from mingjing.rules.rulebook import Rulebook
from mingjing.rules.subject import is_subject

Former = tuple[list[Fact], list[int], dict[str, Any]]
"""The facts, tags and attributes of a case before it was laid out anew."""

NOTHING: Final[list[Outcome]] = []
"""No rule was asked."""


class Folding:
    """Takes facts into cases, has them judged by `rulebook`, and has the `register` say what is new.

    `late` counts the facts that came after a later one of their case, `refolded` the cases laid out anew.
    """

    def __init__(self, rulebook: Rulebook, register: Register) -> None:
        self._rulebook = rulebook
        self._register = register
        self.late = 0
        self.refolded = 0

    def adopt(self, rulebook: Rulebook) -> None:
        """Have cases judged by another rulebook from now on."""
        self._rulebook = rulebook

    def take(self, case: Case, fact: Fact, now: int) -> bool:
        """Take a fact into its case and judge what it touches; return whether the case may wait for something else now.

        Raises EngineFault when it cannot be judged; the case is then as before.
        Most facts only go on from the others, and the way of these is kept short.
        """
        ground = case.ground
        attributes = dict(case.attributes) if fact.case_data else case.attributes
        try:
            extends = case.extend(fact)
        except Exception as exc:
            raise EngineFault(case.key, str(exc)) from exc
        if not extends:
            return self._take_beside(case, fact, attributes, now)
        rulebook = self._rulebook
        after = rulebook.ground_after(ground, case.facts)
        deemed = NOWHERE
        if rulebook.deeming and (
            fact.type in rulebook.deeming_types or case.deemed or not (ground is None or after is ground)
        ):
            try:
                found = deem.glanced(case, fact, after, rulebook, now) if case.spoken != ALL else None
            except Exception as exc:
                case.drop_last(case.seen, attributes)
                case.ground = ground
                raise EngineFault(case.key, str(exc)) from exc
            if found is None:
                return self._take_deeming(case, fact, attributes, after, now)
            deemed = found
        moved = self._go_on(case, fact, attributes, after, now, deemed)
        self._tell(case, fact, attributes, ground, now)
        return self._bound(case, now) or moved

    def _take_deeming(self, case: Case, fact: Fact, attributes: dict[str, Any], after: Ground, now: int) -> bool:
        """Go on with a fact that was added to its case and may change what is deemed; `after` is its ground then."""
        ground, tags = case.ground, case.tags
        facts = case.facts[: len(tags)]
        waited = deeming_of(case.wakes)
        change = NO_CHANGE
        try:
            if not deems_alike(self._rulebook, case, fact, after):
                change = deem_anew(self._rulebook, case, lambda: case.put_back(fact.key, None), (facts, tags), now)
            if change == NO_CHANGE:
                self._go_on(case, fact, attributes, after, now)
            else:
                self._go_back(case, _undoing(case, fact.key, None, change), (facts, tags, attributes), now)
        except EngineFault:
            wait_for(self._rulebook, case, waited)
            raise
        self._tell(case, fact, attributes, ground, now, anew=change != NO_CHANGE)
        self._bound(case, now)
        return True

    def _take_beside(self, case: Case, fact: Fact, attributes: dict[str, Any], now: int) -> bool:
        """Take a fact that does not go on from the others: it was known, corrects another, or comes late."""
        rulebook, ground = self._rulebook, case.ground
        known, facts, tags = case.standing(fact.key), case.facts, case.tags
        late = known is None and fact.corrects is None
        laid: Laid | None = None
        deemed: Moves | None = None
        try:
            if late and not case.corrected:
                laid, deemed = self._insert(case, fact, tags, now)
            elif case.add_beside(fact, known) is None:
                if self._register.tallies is not None:
                    self._register.tallies.hear(case, fact, now)
                return False
        except Exception as exc:
            raise EngineFault(case.key, str(exc)) from exc
        waited = deeming_of(case.wakes)
        change = NO_CHANGE
        try:
            if deemed is None and rulebook.deeming:
                change = deem_anew(rulebook, case, lambda: case.put_back(fact.key, known), (facts, tags), now)
            self.late += late
            undo, former = _undoing(case, fact.key, known, change), (facts, tags, attributes)
            self._go_back(
                case,
                undo,
                former,
                now,
                "late" if late else "corrected",
                laid=laid if change == NO_CHANGE else None,
                deemed=deemed or NOWHERE,
            )
        except EngineFault:
            wait_for(rulebook, case, waited)
            raise
        self._tell(case, fact, attributes, ground, now, anew=laid is None or change != NO_CHANGE)
        self._bound(case, now)
        return True

    def _insert(self, case: Case, fact: Fact, tags: list[int], now: int) -> tuple[Laid, Moves | None]:
        """Lay a new fact among the others, which keep their `tags`; return the tags and `nothing_deemed_late`."""
        place = case.insert(fact)
        try:
            tag = self._rulebook.tag(fact)
            laid = inserted(case, fact, place, tag, tags)
            case.tags = laid.tags
            return laid, nothing_deemed_late(self._rulebook, case, fact, tag, now)
        except Exception:
            case.put_back(fact.key, None)
            case.tags = tags
            raise

    def _tell(
        self,
        case: Case,
        fact: Fact,
        attributes: dict[str, Any],
        ground: Ground | None,
        now: int,
        *,
        anew: bool = False,
    ) -> None:
        """Let the subjects hear of a fact that was taken; `attributes` and `ground` are those of its case before."""
        self._register.touch(case)
        tallies = self._register.tallies
        if tallies is None:
            return
        tallies.hear(case, fact, now)
        if not anew and (len(case.facts) > 1 or case.told):
            anew = case.ground is not ground or (
                tallies.reads_attributes and (case.attributes != attributes or fact.type in self._rulebook.attributing)
            )
        tallies.tell(case, fact, now, anew=anew)

    def _bound(self, case: Case, now: int) -> bool:
        """Keep a case within what may be judged: a subject forgets, a case too long goes out; return whether it did."""
        if len(case.facts) <= MANY:
            return False
        if is_many(case) and is_subject(case.key):
            forget(case, self._rulebook, now)
        if len(case.facts) > MOST_FACTS:
            quarantine(case, f"{len(case.facts)} facts")
        return True

    def deem_in_time(self, case: Case, now: int) -> None:
        """Judge what is touched by what the law deems to have happened since the case was last looked at.

        What cannot be judged parks the deeming, and nothing is deemed.
        """
        former = (list(case.facts), case.tags, case.attributes)
        try:
            change = deem_anew(self._rulebook, case, _nothing, former[:2], now)
            if change == NO_CHANGE:
                return
            self._go_back(case, lambda: deem.undo(case, change), former, now)
        except EngineFault as exc:
            wait_for(self._rulebook, case, {})
            case.parked[DEEMING] = exc.reason
            return
        if self._register.tallies is not None:
            self._register.tallies.whole(case, now)
        self._register.touch(case)

    def _go_on(
        self, case: Case, fact: Fact, attributes: dict[str, Any], ground: Ground, now: int, deemed: Moves = NOWHERE
    ) -> bool:
        """Judge what a fact touches that came in order; return whether the case may wait for something else now.

        `attributes` are those of the case before it, `deemed` what it waits for otherwise of what may be deemed.
        """
        rulebook = self._rulebook
        before, former = case.seen, case.ground
        try:
            tag = rulebook.tag(fact)
            case.tell(tag)
            case.ground = ground
            if ground is former or len(case.facts) == 1:
                moves, places = glanced(rulebook, case, fact, before, tag, now)
            else:
                case.account = None
                moves, places = regarded(rulebook, case, rulebook.all_rules, now)
            found = outcomes(rulebook, case, places, now) if places else NOTHING
        except Exception as exc:
            case.drop_last(before, attributes)
            case.ground, case.account = former, None
            raise exc if isinstance(exc, EngineFault) else EngineFault(case.key, str(exc)) from exc
        if not (deemed or moves or found):
            return False
        for place, wake in deemed:
            case.wait(place, wake)
        for place, wake in moves:
            case.wait(place, wake)
        if found:
            self._register.settle(case, found, now)
        return True

    def _go_back(
        self,
        case: Case,
        undo: Callable[[], None],
        former: Former,
        now: int,
        cause: Cause = "late",
        *,
        laid: Laid | None = None,
        deemed: Moves = NOWHERE,
    ) -> None:
        """Judge what is touched where the facts of a case were laid out anew; `undo` lays them out as they were.

        `laid` is how, where that is known, `deemed` what it waits for otherwise of what may be deemed.
        """
        self.refolded += 1
        rulebook = self._rulebook
        facts, tags, attributes = former
        ground = case.ground
        try:
            if laid is None:
                laid = laid_anew(rulebook, case, facts, tags)
            case.tags = laid.tags
            case.ground = rulebook.ground(case.facts)
            if case.ground is ground:
                says = rulebook.attributing
                attributed = case.attributes != attributes or any_of(case.facts, says) or any_of(facts, says)
                places: Iterable[int] = touched(rulebook, case, laid, attributed=attributed)
            else:
                case.account = None  # a deemed fact may only go on from the others, as one that was told does
                places = rulebook.all_rules
            moves, places = regarded(rulebook, case, places, now)
            found = outcomes(rulebook, case, places, now)
        except Exception as exc:
            undo()
            case.tags, case.ground = tags, ground
            raise exc if isinstance(exc, EngineFault) else EngineFault(case.key, str(exc)) from exc
        for place, wake in deemed:
            case.wait(place, wake)
        for place, wake in moves:
            case.wait(place, wake)
        self._register.settle(case, found, now, cause)


def _undoing(case: Case, key: tuple[str, str], known: Fact | None, change: Deemed) -> Callable[[], None]:
    """Return what takes a fact out of a case again, with what came to be deemed by it."""

    def undo() -> None:
        case.put_back(key, known)
        deem.undo(case, change)

    return undo


def _nothing() -> None:
    """Undo nothing."""
