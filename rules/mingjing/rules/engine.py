"""The engine of one partition: facts in, cards out, time as a parameter.

A case is judged as a whole from its settled facts, so what it says depends on
the facts and the clock alone. A fact that arrives in order only asks the rules
that read its type; one that arrives late, or corrects another, asks them all.
"""

import heapq
from collections.abc import Iterable
from typing import Any

import msgspec

from mingjing.rules.card import Card, Finding, digest
from mingjing.rules.card_record import card_record, withdrawal
from mingjing.rules.case import Case, Issued
from mingjing.rules.case_facts import case_facts
from mingjing.rules.events import Fact
from mingjing.rules.rule import Rule
from mingjing.rules.rulebook import Rulebook
from mingjing.rules.stored_case import packed, unpacked
from mingjing.rules.view import View
from mingjing.rules.workdays import CalendarMissing


class EngineFault(Exception):
    """A fact could not be judged; the case and the reason are named. Never try the same fact again."""

    def __init__(self, case_key: str, reason: str) -> None:
        super().__init__(f"case {case_key}: {reason}")
        self.case_key = case_key
        self.reason = reason


class Output(msgspec.Struct):
    """What changed since it was last taken: cards, and the facts of the cases that changed.

    `faults` are facts that were held and could not be judged when the clock
    reached them; they are left out of their cases, as `fold` leaves out others.
    """

    cards: list[Card]
    facts: list[dict[str, Any]]
    faults: list[EngineFault] = []


class Engine:
    """Judges the cases of one partition against a rulebook.

    `now` is the partition's clock in microseconds and only rises. Facts more
    than `ahead` microseconds beyond their ingest are held until it reaches them;
    None takes every fact as it comes (replay).
    """

    def __init__(self, rulebook: Rulebook, *, now: int, ahead: int | None = None) -> None:
        self.rulebook = rulebook
        self.now = now
        self.ahead = ahead
        self.cases: dict[str, Case] = {}
        self._timers: list[tuple[int, str]] = []
        self._cards: list[tuple[Case, Rule, Finding, Issued]] = []
        self._touched_facts: dict[str, None] = {}
        self._changed: dict[str, None] = {}
        self._faults: list[EngineFault] = []

    @property
    def open_cases(self) -> int:
        """How many cases are in memory."""
        return len(self.cases)

    @property
    def parked(self) -> dict[str, str]:
        """Cases that some rule cannot judge, for want of a calendar year above all, with the reason."""
        return {key: next(iter(case.parked.values())) for key, case in self.cases.items() if case.parked}

    @property
    def next_wake(self) -> int | None:
        """The earliest instant at which some case may say something new, or None."""
        timers = self._timers
        while timers and not self._waits(*timers[0]):
            heapq.heappop(timers)
        return timers[0][0] if timers else None

    def fold(self, case_key: str, fact: Fact, offset: int) -> None:
        """Take one fact into its case and judge what it touches, at the clock as it stands.

        Raises EngineFault when the fact cannot be judged; the case is then as before.
        """
        case = self.cases.get(case_key)
        if case is None:
            case = self.cases[case_key] = Case(case_key)
        case.last_offset = max(case.last_offset, offset)
        self._changed[case_key] = None
        if self.ahead is not None and fact.at > max(self.now, fact.stamp + self.ahead):
            case.held.append(fact)
            self._arm(case)
            return
        try:
            self._take(case, fact)
        finally:
            self._forget_empty(case)

    def advance(self, now: int) -> None:
        """Let the clock reach `now` and fire every deadline passed on the way; an earlier `now` does nothing."""
        if now < self.now:
            return
        self.now = now
        timers = self._timers
        while timers and timers[0][0] <= now:
            wake, key = heapq.heappop(timers)
            if self._waits(wake, key):
                self.cases[key].armed = None
                self._fire(self.cases[key])

    def take(self, generation: int) -> Output:
        """Return the cards and case facts that changed since the last call, and forget them."""
        cards = [card_record(*each, self.rulebook, generation) for each in self._cards]
        touched = [self.cases[key] for key in self._touched_facts if key in self.cases]
        facts = [case_facts(case, self.rulebook, self.now, generation) for case in touched]
        faults = self._faults
        self._cards, self._touched_facts, self._faults = [], {}, []
        return Output(cards, [each for each in facts if each], faults)

    def changed(self) -> list[str]:
        """Return the keys of the cases whose state changed since the last call, and forget them."""
        keys, self._changed = list(self._changed), {}
        return keys

    def dump(self, case_key: str) -> bytes | None:
        """Return a case as bytes for `restore`, or None when it has left."""
        case = self.cases.get(case_key)
        return packed(case, self.rulebook.fingerprint) if case is not None else None

    def restore(self, case_key: str, state: bytes) -> None:
        """Take back a case from `dump` and arm its timers; nothing is drawn by it.

        A case dumped under another rulebook is judged anew when the clock next moves.
        """
        case, fingerprint = unpacked(case_key, state)
        self.cases[case_key] = case
        case.tags = [self.rulebook.tag(fact) for fact in case.facts]
        case.ground = self.rulebook.ground(case.facts)
        if fingerprint != self.rulebook.fingerprint:
            case.wakes, case.parked = dict.fromkeys(self.rulebook.all_rules if case.facts else (), self.now), {}
        self._arm(case)

    def _take(self, case: Case, fact: Fact) -> None:
        before, ground = case.standing(fact.key), case.ground
        issued, wakes, parked, cards = dict(case.issued), dict(case.wakes), dict(case.parked), len(self._cards)
        try:
            extends = case.add(fact)
            if extends is None:
                return
            if extends:
                case.tags.append(self.rulebook.tag(fact))
            else:
                case.tags = [self.rulebook.tag(each) for each in case.facts]
            case.ground = self.rulebook.ground(case.facts)
            everything = not extends or case.ground != ground
            self._judge(case, self.rulebook.all_rules if everything else self.rulebook.touched(fact.type))
        except Exception as exc:
            case.put_back(fact.key, before)
            case.tags = [self.rulebook.tag(each) for each in case.facts]
            case.ground, case.issued, case.wakes, case.parked = ground, issued, wakes, parked
            del self._cards[cards:]
            self._arm(case)
            raise exc if isinstance(exc, EngineFault) else EngineFault(case.key, str(exc)) from exc
        self._touched_facts[case.key] = None

    def _fire(self, case: Case) -> None:
        released = [fact for fact in case.held if fact.at <= self.now]
        case.held = [fact for fact in case.held if fact.at > self.now]
        self._changed[case.key] = None
        for fact in released:
            try:
                self._take(case, fact)
            except EngineFault as exc:
                self._faults.append(exc)
        for place in [place for place, wake in case.wakes.items() if wake <= self.now]:
            try:
                self._judge(case, (place,))
            except EngineFault as exc:
                case.wakes.pop(place, None)
                case.parked[place] = exc.reason
        self._arm(case)
        self._forget_empty(case)

    def _judge(self, case: Case, places: Iterable[int]) -> None:
        rulebook = self.rulebook
        views: dict[str, View] = {}
        seen = case.seen
        spoken = {rule_id for rule_id, _ in case.issued}
        for place in places:
            rule = rulebook.rules[place]
            if not (
                seen & rulebook.masks[place][0] or rule.id in spoken or place in case.wakes or place in case.parked
            ):
                continue  # nothing has happened that the rule begins with, and it has nothing to take back
            view = views.get(rule.zone.name)
            if view is None:
                view = views[rule.zone.name] = rulebook.view(case, self.now, rule.zone)
            case.parked.pop(place, None)
            try:
                verdict = (
                    rule.judge.judge(rule, view, rulebook.masks[place])
                    if case.facts and rulebook.applies(rule, view)
                    else None
                )
            except CalendarMissing as exc:
                case.parked[place] = str(exc)
                case.wakes.pop(place, None)
                continue
            except Exception as exc:
                raise EngineFault(case.key, f"rule {rule.id}: {exc}") from exc
            self._settle(case, rule, verdict.findings if verdict else [])
            if verdict and verdict.wake is not None:
                case.wakes[place] = verdict.wake
            else:
                case.wakes.pop(place, None)
        self._arm(case)

    def _settle(self, case: Case, rule: Rule, findings: list[Finding]) -> None:
        """Say what is new: findings that changed, and cards whose finding is gone."""
        found = {each.occurrence: each for each in findings}
        for occurrence, finding in found.items():
            known = case.issued.get((rule.id, occurrence))
            content = digest(finding)
            if known is None or known.digest != content or known.status == "withdrawn":
                self._issue(case, rule, finding, content, known)
        for (rule_id, occurrence), known in list(case.issued.items()):
            if rule_id == rule.id and occurrence not in found and known.status != "withdrawn":
                self._issue(case, rule, withdrawal(rule, occurrence, known, self.now), known.digest, known)

    def _issue(self, case: Case, rule: Rule, finding: Finding, content: str, known: Issued | None) -> None:
        issued = Issued(
            level=finding.level,
            status=finding.status,
            digest=content,
            revision=known.revision + 1 if known else 1,
            issued_at=known.issued_at if known else max(self.now, finding.violated_at),
            violated_at=finding.violated_at,
        )
        case.issued[(rule.id, finding.occurrence)] = issued
        self._cards.append((case, rule, finding, issued))
        self._touched_facts[case.key] = None
        self._changed[case.key] = None

    def _forget_empty(self, case: Case) -> None:
        if not case.received and not case.held:
            del self.cases[case.key]

    def _waits(self, wake: int, key: str) -> bool:
        """Whether a timer still stands; a case that was re-timed leaves its old ones behind."""
        case = self.cases.get(key)
        return case is not None and case.armed == wake

    def _arm(self, case: Case) -> None:
        wakes = [*case.wakes.values(), *(fact.at for fact in case.held)]
        soonest = min(wakes) if wakes else None
        if soonest is not None and soonest != case.armed:
            heapq.heappush(self._timers, (soonest, case.key))
        case.armed = soonest
