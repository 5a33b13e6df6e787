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
from mingjing.rules.view import View
from mingjing.rules.workdays import CalendarMissing


class EngineFault(Exception):
    """A fact could not be judged; the case and the reason are named. Never try the same fact again."""

    def __init__(self, case_key: str, reason: str) -> None:
        super().__init__(f"case {case_key}: {reason}")
        self.case_key = case_key
        self.reason = reason


class Output(msgspec.Struct):
    """What changed since it was last taken: cards, and the facts of the cases that changed."""

    cards: list[Card]
    facts: list[dict[str, Any]]


class StoredCase(msgspec.Struct, array_like=True):
    """One case at rest, as state topics carry it."""

    received: list[Fact]
    held: list[Fact]
    issued: list[tuple[str, str, Issued]]
    last_offset: int
    wakes: dict[int, int]
    fingerprint: str


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(StoredCase).decode


class Engine:
    """Judges the cases of one partition against a rulebook.

    `now` is the partition's clock in microseconds and only rises. Facts more
    than `ahead` microseconds beyond it are held until it reaches them; None
    takes every fact as it comes (replay).
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

    @property
    def open_cases(self) -> int:
        """How many cases are in memory."""
        return len(self.cases)

    @property
    def parked(self) -> dict[str, str]:
        """Cases that cannot be judged for want of a calendar year, with the reason."""
        return {key: case.parked for key, case in self.cases.items() if case.parked}

    @property
    def next_wake(self) -> int | None:
        """The earliest instant at which some case may say something new, or None."""
        return self._timers[0][0] if self._timers else None

    def fold(self, case_key: str, fact: Fact, offset: int) -> None:
        """Take one fact into its case and judge what it touches, at the clock as it stands.

        Raises EngineFault when the fact cannot be judged; the case is then as before.
        """
        case = self.cases.get(case_key)
        if case is None:
            case = self.cases[case_key] = Case(case_key)
        case.last_offset = max(case.last_offset, offset)
        self._changed[case_key] = None
        if self.ahead is not None and fact.at > self.now + self.ahead:
            case.held.append(fact)
            self._arm(case)
            return
        self._take(case, fact)

    def advance(self, now: int) -> None:
        """Let the clock reach `now` and fire every deadline passed on the way; an earlier `now` does nothing."""
        if now <= self.now:
            return
        self.now = now
        timers = self._timers
        while timers and timers[0][0] <= now:
            _, key = heapq.heappop(timers)
            case = self.cases.get(key)
            if case is not None and case.armed is not None and case.armed <= now:
                case.armed = None
                self._fire(case)

    def take(self, generation: int) -> Output:
        """Return the cards and case facts that changed since the last call, and forget them."""
        cards = [
            card_record(case, rule, finding, issued, self.rulebook, generation)
            for case, rule, finding, issued in self._cards
        ]
        facts = [case_facts(self.cases[key], self.rulebook, self.now, generation) for key in self._touched_facts]
        self._cards = []
        self._touched_facts = {}
        return Output(cards, [each for each in facts if each])

    def changed(self) -> list[str]:
        """Return the keys of the cases whose state changed since the last call, and forget them."""
        keys = list(self._changed)
        self._changed = {}
        return keys

    def dump(self, case_key: str) -> bytes | None:
        """Return a case as bytes for `restore`, or None when it has left."""
        case = self.cases.get(case_key)
        if case is None:
            return None
        issued = [(rule, occurrence, each) for (rule, occurrence), each in case.issued.items()]
        return _encode(
            StoredCase(case.received, case.held, issued, case.last_offset, case.wakes, self.rulebook.fingerprint)
        )

    def restore(self, case_key: str, state: bytes) -> None:
        """Take back a case from `dump` and arm its timers; nothing is drawn by it.

        A case dumped under another rulebook is judged anew when the clock next moves.
        """
        stored = _decode(state)
        case = self.cases[case_key] = Case(case_key)
        case.restore(stored.received)
        case.held = stored.held
        case.last_offset = stored.last_offset
        case.issued = {(rule, occurrence): each for rule, occurrence, each in stored.issued}
        case.tags = [self.rulebook.tag(fact) for fact in case.facts]
        if stored.fingerprint == self.rulebook.fingerprint:
            case.wakes = stored.wakes
        elif case.facts:
            case.wakes = dict.fromkeys(self.rulebook.all_rules, self.now)
        self._arm(case)

    def _take(self, case: Case, fact: Fact) -> None:
        known_item = any(each.item for each in case.facts)
        before = case.standing(fact.key)
        extends = case.add(fact)
        if extends is None:
            return
        if extends:
            case.tags.append(self.rulebook.tag(fact))
            rules = self.rulebook.touched(fact.type) if known_item or not fact.item else self.rulebook.all_rules
        else:
            case.tags = [self.rulebook.tag(each) for each in case.facts]
            rules = self.rulebook.all_rules
        self._touched_facts[case.key] = None
        issued, cards = dict(case.issued), len(self._cards)
        try:
            self._judge(case, rules)
        except EngineFault:
            case.put_back(fact.key, before)
            case.tags = [self.rulebook.tag(each) for each in case.facts]
            case.issued = issued
            del self._cards[cards:]
            raise

    def _fire(self, case: Case) -> None:
        due = [place for place, wake in case.wakes.items() if wake <= self.now]
        released = [fact for fact in case.held if fact.at <= self.now]
        case.held = [fact for fact in case.held if fact.at > self.now]
        self._changed[case.key] = None
        try:
            for fact in released:
                self._take(case, fact)
            self._judge(case, due)
        except EngineFault as exc:
            case.parked = exc.reason

    def _judge(self, case: Case, places: Iterable[int]) -> None:
        rulebook = self.rulebook
        views: dict[str, View] = {}
        case.parked = None
        for place in places if case.facts or case.issued else ():
            rule = rulebook.rules[place]
            view = views.get(rule.zone.name)
            if view is None:
                view = views[rule.zone.name] = rulebook.view(case, self.now, rule.zone)
            try:
                verdict = (
                    rule.judge.judge(rule, view, rulebook.masks[place])
                    if case.facts and rulebook.applies(rule, view)
                    else None
                )
            except CalendarMissing as exc:
                case.parked = str(exc)
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
        if not case.issued:
            return
        for (rule_id, occurrence), known in list(case.issued.items()):
            if rule_id == rule.id and occurrence not in found and known.status != "withdrawn":
                self._issue(case, rule, withdrawal(rule, occurrence, known, self.now), known.digest, known)

    def _issue(self, case: Case, rule: Rule, finding: Finding, content: str, known: Issued | None) -> None:
        issued = Issued(
            level=finding.level,
            status=finding.status,
            digest=content,
            revision=known.revision + 1 if known else 1,
            issued_at=known.issued_at if known else self.now,
            violated_at=finding.violated_at,
        )
        case.issued[(rule.id, finding.occurrence)] = issued
        self._cards.append((case, rule, finding, issued))
        self._touched_facts[case.key] = None
        self._changed[case.key] = None

    def _arm(self, case: Case) -> None:
        wakes = [*case.wakes.values(), *(fact.at for fact in case.held)]
        soonest = min(wakes) if wakes else None
        if soonest is not None and soonest != case.armed:
            heapq.heappush(self._timers, (soonest, case.key))
        case.armed = soonest
