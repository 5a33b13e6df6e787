"""The engine of one partition: facts in, cards out, time as a parameter.

A case is judged as a whole from its settled facts, so what it says depends on
the facts and the clock alone. A fact that arrives in order only asks the rules
that read it, most of them by a glance; one that arrives late, or corrects another,
asks those that read what is new or gone.
"""

from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from mingjing.rules import deem
from mingjing.rules.card import Card, Finding
from mingjing.rules.card_record import card_record, laid_to, withdrawal
from mingjing.rules.case import Case, Issued
from mingjing.rules.case_facts import case_facts
from mingjing.rules.cases import ALL, MOST_FACTS, TOO_LONG, Cases, Stub, quarantine
from mingjing.rules.deem import DEEMING, NO_CHANGE, Deemed
from mingjing.rules.events import Fact
from mingjing.rules.forgetting import forget, is_many
from mingjing.rules.glances.glance import NEVER
from mingjing.rules.judging import EngineFault, Outcome, glanced, outcomes, touched
from mingjing.rules.rule import Rule
from mingjing.rules.rulebook import Rulebook
from mingjing.rules.subject import is_subject
from mingjing.rules.tally import Tallies, Tally
from mingjing.rules.timers import Timers
from mingjing.rules.workdays import CalendarMissing

__all__ = ["CaseAway", "Engine", "EngineFault", "Output", "Stub"]


class CaseAway(Exception):
    """The case has left and only its stub is here: read its facts from the archive, `recall` it, then fold again.

    The archive must have got as far as `last_offset`.
    """

    def __init__(self, case_key: str, last_offset: int) -> None:
        super().__init__(f"case {case_key} has left; its facts up to offset {last_offset} are in the archive")
        self.case_key = case_key
        self.last_offset = last_offset


class Output(msgspec.Struct):
    """What changed since it was last taken: cards, and the facts of the cases that changed.

    `tallies` are what the cases have to tell the subjects of rules across cases.
    `faults` are facts that were held and could not be judged when the clock
    reached them; they are left out of their cases, as `fold` leaves out others.
    """

    cards: list[Card]
    facts: list[dict[str, Any]]
    faults: list[EngineFault] = []
    tallies: list[Tally] = []


class Engine:
    """Judges the cases of one partition against a rulebook.

    `now` is the partition's clock in microseconds and only rises. Facts more
    than `ahead` microseconds beyond their ingest are held until it reaches them;
    None takes every fact as it comes (replay). No more than `live` cases stay
    unpacked from one `take` to the next; None keeps all so.
    """

    def __init__(self, rulebook: Rulebook, *, now: int, ahead: int | None = None, live: int | None = None) -> None:
        self.rulebook = rulebook
        self.now = now
        self.ahead = ahead
        self._cases = Cases(rulebook, live)
        self._timers = Timers(self._cases.waits_for)
        self._soonest: int | None = None
        self._cards: list[tuple[Case, Rule, Finding, Issued]] = []
        self._touched_facts: dict[str, None] = {}
        self._changed: dict[str, None] = {}
        self._faults: list[EngineFault] = []
        self._tallies = Tallies(rulebook) if rulebook.across else None

    @property
    def cases(self) -> dict[str, Case]:
        """The cases in work, by key; those at rest are not among them."""
        return self._cases.live

    @property
    def open_cases(self) -> int:
        """How many cases are in memory, at work or at rest."""
        return len(self._cases)

    @property
    def parked(self) -> dict[str, str]:
        """Cases that some rule cannot judge, for want of a calendar year, or that are too long, with the reason."""
        return dict(self._cases.parked())

    @property
    def next_wake(self) -> int | None:
        """The earliest instant at which some case may say something new, or None."""
        self._soonest = self._timers.next()
        return self._soonest

    def fold(self, case_key: str, fact: Fact, offset: int) -> None:
        """Take one fact into its case and judge what it touches, at the clock as it stands.

        Raises EngineFault when the fact cannot be judged; the case is then as before.
        Raises CaseAway when the case has left.
        """
        case = self._cases.live.get(case_key) or self._case(case_key)
        case.last_offset = max(case.last_offset, offset)
        self._changed[case_key] = None
        if case.parked and TOO_LONG in case.parked:
            raise EngineFault(case_key, case.parked[TOO_LONG])
        if self.ahead is not None and fact.at > self.now and fact.at > fact.stamp + self.ahead:
            case.held.append(fact)
            self._arm(case)
            return
        try:
            self._take(case, fact)
        except EngineFault:
            if case.empty:
                del self._cases.live[case_key]
            raise

    def advance(self, now: int) -> None:
        """Let the clock reach `now` and fire every deadline passed on the way; an earlier `now` does nothing."""
        if now < self.now:
            return
        self.now = now
        if self._soonest is None or self._soonest > now:
            return
        while (key := self._timers.due(now)) is not None:
            case = self._cases.find(key)
            if case is not None:
                case.armed = None
                self._fire(case)
        self._soonest = self._timers.next()

    def take(self, generation: int) -> Output:
        """Return the cards and case facts that changed since the last call, and forget them."""
        cards = [card_record(*each, self.rulebook, generation) for each in self._cards]
        live = self._cases.live
        facts = [
            case_facts(live[key], self.rulebook, self.now, generation) for key in self._touched_facts if key in live
        ]
        faults = self._faults
        self._cards, self._touched_facts, self._faults = [], {}, []
        self._cases.rest(self._changed)
        return Output(cards, [each for each in facts if each], faults, self._tallies.take() if self._tallies else [])

    def changed(self) -> list[str]:
        """Return the keys of the cases whose state changed since the last call, and forget them."""
        keys, self._changed = list(self._changed), {}
        return keys

    def dump(self, case_key: str) -> bytes | None:
        """Return a case as bytes for `restore`, or None when there is none."""
        return self._cases.state(case_key)

    def restore(self, case_key: str, state: bytes) -> None:
        """Take back a case from `dump` and arm its timers; nothing is drawn by it.

        A case dumped under another rulebook is judged anew when the clock next moves.
        """
        case = self._cases.put(case_key, state)
        if case is not None:
            self._judge_anew(case)
        elif (wake := self._cases.waits_for(case_key)) is not None:
            self._wake_at(case_key, wake)

    def retire(self, now: int, retention: int) -> list[Stub]:
        """Let every case leave that waits for nothing and has heard nothing for `retention` microseconds by `now`.

        Cases with something still to be taken stay. Their stubs are state, as `dump` says too.
        """
        quiet = [each for each in self._cases.quiet(now - retention) if each.key not in self._changed]
        stubs = [self._cases.leave(each) for each in quiet if each.key not in self._touched_facts]
        self._changed |= dict.fromkeys(stub.case_key for stub in stubs)
        return stubs

    def recall(self, case_key: str, facts: Iterable[Fact]) -> None:
        """Take back a case that has left, with its facts from the archive; it is judged anew when the clock next moves.

        What was said of it before is known and not said again. Does nothing when the case has not left.
        """
        stub = self._cases.away(case_key)
        if stub is None:
            return
        case = self._cases.come_back(case_key, stub)
        for fact in facts:
            case.add(fact)
        case.tags = [self.rulebook.tag(fact) for fact in case.facts]
        case.ground = self.rulebook.ground(case.facts) if case.facts else None
        self._changed[case_key] = None
        self._judge_anew(case)

    def _case(self, case_key: str) -> Case:
        case = self._cases.find(case_key)
        if case is None:
            stub = self._cases.away(case_key)
            if stub is not None:
                raise CaseAway(case_key, stub.last_offset)
            case = self._cases.live[case_key] = Case(case_key)
        return case

    def _judge_anew(self, case: Case) -> None:
        if TOO_LONG not in case.parked:
            case.wakes, case.parked = dict.fromkeys(self.rulebook.all_rules if case.facts else (), self.now), {}
            if self.rulebook.deeming and case.facts:
                case.wakes[DEEMING] = self.now
        case.spoken = ALL
        if self._tallies is not None and self._tallies.whole(case, self.now):
            self._changed[case.key] = None
        case.armed = None
        self._arm(case)

    def _take(self, case: Case, fact: Fact) -> None:
        ground = case.ground
        attributes = dict(case.attributes) if fact.case_data else case.attributes
        known, facts, tags = case.standing(fact.key), case.facts, case.tags
        try:
            extends = case.add_beside(fact, known)
        except Exception as exc:
            raise EngineFault(case.key, str(exc)) from exc
        if extends is None:
            if self._tallies is not None:
                self._tallies.hear(case, fact, self.now)
            return
        change = NO_CHANGE
        if self.rulebook.deeming and (not extends or self.rulebook.may_deem(case.facts, ground)):
            facts = facts[: len(tags)]
            change = self._deem(case, lambda: case.put_back(fact.key, known), (facts, tags, attributes))
            self._arm(case)
        if extends and change == NO_CHANGE:
            self._go_on(case, fact, attributes)
        else:
            extends = False
            self._go_back(case, _undoing(case, fact.key, known, change), (facts, tags, attributes))
        if self._tallies is not None:
            self._tallies.hear(case, fact, self.now)
            told_anew = case.attributes != attributes or fact.type in self.rulebook.attributing
            if extends and case.ground is ground and not told_anew:
                self._tallies.last(case, self.now)
            else:
                self._tallies.whole(case, self.now)
        self._touched_facts[case.key] = None
        if is_subject(case.key) and is_many(case):
            forget(case, self.rulebook, self.now)
        if len(case.facts) > MOST_FACTS:
            quarantine(case, f"{len(case.facts)} facts")
            self._arm(case)

    def _go_on(self, case: Case, fact: Fact, attributes: dict[str, Any]) -> None:
        """Judge what a fact touches that came in order; `attributes` are those of the case before it."""
        rulebook = self.rulebook
        before, former = case.seen, case.ground
        try:
            tag = rulebook.tag(fact)
            case.tell(tag)
            ground = case.ground = rulebook.ground_after(former, case.facts)
            if ground is former or len(case.facts) == 1:
                moves, places = glanced(rulebook, case, fact, before, tag, ground, self.now)
            else:
                case.clocks, moves, places = {}, [], list(rulebook.all_rules)
            found = outcomes(rulebook, case, places, self.now) if places else []
        except Exception as exc:
            case.drop_last(before, attributes)
            case.ground, case.clocks = former, {}
            raise exc if isinstance(exc, EngineFault) else EngineFault(case.key, str(exc)) from exc
        for place, wake in moves:
            _wait(case, place, wake)
        if found:
            self._settle(case, found)
        elif moves:
            self._arm(case)

    def _go_back(
        self, case: Case, undo: Callable[[], None], former: tuple[list[Fact], list[int], dict[str, Any]]
    ) -> None:
        """Judge what is touched where the facts of a case were laid out anew; `undo` lays them out as they were.

        `former` are the facts, tags and attributes of the case before that.
        """
        rulebook = self.rulebook
        facts, tags, attributes = former
        ground = case.ground
        try:
            laid, places = touched(rulebook, case, facts, tags, told=case.attributes != attributes)
            case.tags = laid
            case.ground = rulebook.ground(case.facts)
            found = outcomes(rulebook, case, places if case.ground is ground else rulebook.all_rules, self.now)
        except Exception as exc:
            undo()
            case.tags, case.ground = tags, ground
            raise exc if isinstance(exc, EngineFault) else EngineFault(case.key, str(exc)) from exc
        self._settle(case, found)

    def _deem(
        self, case: Case, undo: Callable[[], None], former: tuple[list[Fact], list[int], dict[str, Any]]
    ) -> Deemed:
        """Let what the law deems be what it deems now, and say what changed; the case is still to be judged.

        For want of a calendar year the case is parked and nothing deemed. Raises EngineFault with all undone.
        """
        case.parked.pop(DEEMING, None)
        try:
            change, wake = deem.settle(case, self.rulebook, self.now)
        except CalendarMissing as missing:
            case.parked[DEEMING] = str(missing)
            change, wake = NO_CHANGE, None
        except Exception as exc:
            undo()
            case.tags = former[1]
            raise EngineFault(case.key, str(exc)) from exc
        _wait(case, DEEMING, wake or NEVER)
        return change

    def _deem_in_time(self, case: Case) -> None:
        """Judge what is touched by what the law deems to have happened since the case was last looked at."""
        former = (list(case.facts), case.tags, case.attributes)
        change = self._deem(case, _nothing, former)
        if change != NO_CHANGE:
            self._go_back(case, lambda: deem.undo(case, change), former)
            if self._tallies is not None:
                self._tallies.whole(case, self.now)
            self._touched_facts[case.key] = None

    def _fire(self, case: Case) -> None:
        released = [fact for fact in case.held if fact.at <= self.now]
        case.held = [fact for fact in case.held if fact.at > self.now]
        self._changed[case.key] = None
        for fact in released:
            try:
                self._take(case, fact)
            except EngineFault as exc:
                exc.fact = fact
                self._faults.append(exc)
        if case.wakes.get(DEEMING, self.now + 1) <= self.now:
            try:
                self._deem_in_time(case)
            except EngineFault as exc:
                case.wakes.pop(DEEMING, None)
                case.parked[DEEMING] = exc.reason
        for place in sorted(place for place, wake in case.wakes.items() if wake <= self.now and place != DEEMING):
            try:
                found = outcomes(self.rulebook, case, (place,), self.now)
            except EngineFault as exc:
                case.wakes.pop(place, None)
                case.parked[place] = exc.reason
                case.spoken |= 1 << place
            else:
                self._settle(case, found)
        self._arm(case)
        if case.empty:
            del self._cases.live[case.key]

    def _settle(self, case: Case, found: Iterable[Outcome]) -> None:
        """Let the case be as is said, and say what is new: changed findings, and cards whose finding is gone."""
        for place, said, wake, missing in found:
            if missing is not None:
                case.parked[place] = missing
                case.spoken |= 1 << place
                _wait(case, place, NEVER)
                continue
            case.parked.pop(place, None)
            rule = self.rulebook.rules[place]
            for finding, content in said.values() if said else ():
                if finding.violated_at < case.since:
                    continue  # it rests on what has been forgotten, and stays as it was last said
                known = case.issued.get((rule.id, finding.occurrence))
                if (
                    known is None
                    or known.digest != content
                    or known.status == "withdrawn"
                    or known.laid_to != laid_to(case, finding)
                ):
                    self._issue(case, rule, finding, content, known)
            if case.spoken >> place & 1 and case.issued:
                for (rule_id, occurrence), known in list(case.issued.items()):
                    if rule_id == rule.id and not (said and occurrence in said) and known.status != "withdrawn":
                        self._issue(case, rule, withdrawal(rule, occurrence, known, self.now), known.digest, known)
            _wait(case, place, wake or NEVER)
        self._arm(case)

    def _issue(self, case: Case, rule: Rule, finding: Finding, content: str, known: Issued | None) -> None:
        issued = Issued(
            level=finding.level,
            status=finding.status,
            digest=content,
            revision=known.revision + 1 if known else 1,
            issued_at=known.issued_at if known else max(self.now, finding.violated_at),
            violated_at=finding.violated_at,
            laid_to=known.laid_to if known and finding.status == "withdrawn" else laid_to(case, finding),
        )
        case.issued[(rule.id, finding.occurrence)] = issued
        case.spoken |= 1 << self.rulebook.places[rule.id]
        self._cards.append((case, rule, finding, issued))
        if self._tallies is not None:
            self._tallies.card(case, rule, finding, issued, self.now)
        self._touched_facts[case.key] = None
        self._changed[case.key] = None

    def _arm(self, case: Case) -> None:
        soonest = min(case.wakes.values()) if case.wakes else None
        for fact in case.held:
            soonest = fact.at if soonest is None or fact.at < soonest else soonest
        if soonest is not None and soonest != case.armed:
            self._wake_at(case.key, soonest)
        case.armed = soonest

    def _wake_at(self, key: str, wake: int) -> None:
        self._timers.set(key, wake)
        if self._soonest is None or wake < self._soonest:
            self._soonest = wake


def _undoing(case: Case, key: tuple[str, str], known: Fact | None, change: Deemed) -> Callable[[], None]:
    """Return what takes a fact out of a case again, with what came to be deemed by it."""

    def undo() -> None:
        case.put_back(key, known)
        deem.undo(case, change)

    return undo


def _nothing() -> None:
    """Undo nothing."""


def _wait(case: Case, place: int, wake: int) -> None:
    """Let a rule of the case wait for an instant, or for none."""
    if wake != NEVER:
        case.wakes[place] = wake
    else:
        case.wakes.pop(place, None)
