"""The engine of one partition: facts in, cards out, time as a parameter.

A case is judged as a whole from its settled facts, so what it says depends on
the facts and the clock alone; `folding` says how a fact comes into it, `register`
what is made of what the rules say. Here are the clock and the cases it moves.
"""

from collections.abc import Iterable, Mapping, Sequence

from mingjing.rules.case import Case
from mingjing.rules.cases import ALL, TOO_LONG, CaseAway, Cases, Stub, spoken_of
from mingjing.rules.census import Census
from mingjing.rules.coming_back import back
from mingjing.rules.deem import DEEMING
from mingjing.rules.engine_fault import EngineFault
from mingjing.rules.events import Fact
from mingjing.rules.folding import Folding
from mingjing.rules.judging import outcomes
from mingjing.rules.last_words import LastWord
from mingjing.rules.output import Output
from mingjing.rules.register import Register
from mingjing.rules.rule import EVER
from mingjing.rules.rulebook import Rulebook
from mingjing.rules.standing import STANDS
from mingjing.rules.timers import Timers

__all__ = ["CaseAway", "Engine", "EngineFault", "Output", "Stub"]


class Engine:
    """Judges the cases of one partition against a rulebook.

    `now` is the partition's clock in microseconds and only rises. Facts more
    than `ahead` microseconds beyond their ingest are held until it reaches them;
    None takes every fact as it comes (replay). No more than `live` cases stay
    unpacked from one `take` to the next; None keeps all so.
    """

    def __init__(self, rulebook: Rulebook, *, now: int, ahead: int | None = None, live: int | None = None) -> None:
        self.rulebook = rulebook = rulebook.at(now)
        self.now = now
        self.ahead = ahead
        self._cases = Cases(rulebook, live)
        self._timers = Timers(self._cases.waits_for)
        self._soonest: int | None = None
        self._changed: dict[str, None] = {}
        self._register = Register(rulebook)
        self._folding = Folding(rulebook, self._register)
        self._turns = EVER if rulebook.turn is None else rulebook.turn.at

    @property
    def cases(self) -> dict[str, Case]:
        """The cases in work, by key; those at rest are not among them."""
        return self._cases.live

    @property
    def open_cases(self) -> int:
        """How many cases are in memory, at work or at rest."""
        return len(self._cases)

    @property
    def census(self) -> Census:
        """What has been done so far, and how many timers stand."""
        departed = self._cases.departed
        return Census(
            *(len(self._timers), self._timers.fired, self._folding.late, self._folding.refolded),
            *(len(departed), len(departed.gone), departed.gone.bytes_held),
        )

    @property
    def parked(self) -> dict[str, str]:
        """Cases that some rule cannot judge, for want of a calendar year, or that are too long, with the reason."""
        return dict(self._cases.parked())

    @property
    def next_wake(self) -> int | None:
        """The earliest instant at which some case may say something new, or None."""
        self._soonest = self._timers.next()
        if self._turns < EVER and (self._soonest is None or self._turns < self._soonest):
            return self._turns
        return self._soonest

    def fold(self, case_key: str, fact: Fact, offset: int, waited: int | None = None) -> None:
        """Take one fact into its case and judge what it touches, at the clock as it stands.

        One that had to wait is judged at the clock as it stood when it came, `waited`: the next may have been in time.
        Raises EngineFault when the fact cannot be judged; the case is then as before.
        Raises CaseAway when the case has left.
        """
        now = self.now if waited is None else waited
        case = self._cases.live.get(case_key) or self._case(case_key)
        case.last_offset = max(case.last_offset, offset)
        case.written = None
        self._changed[case_key] = None
        if fact.type == STANDS:
            self._register.stand(case, fact, now)
            return
        if case.parked and TOO_LONG in case.parked:
            raise EngineFault(case_key, case.parked[TOO_LONG])
        if self.ahead is not None and fact.at > now and fact.at > fact.stamp + self.ahead:
            case.held.append(fact)
            self._arm(case)
            return
        try:
            moved = self._folding.take(case, fact, now)
        except EngineFault:
            if case.empty:
                del self._cases.live[case_key]
            raise
        if moved:
            self._arm(case)

    def advance(self, now: int) -> None:
        """Let the clock reach `now` and fire every deadline passed on the way; an earlier `now` does nothing."""
        if now < self.now:
            return
        if now >= self._turns:
            self._turn(self._turns)
            self.advance(now)
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

    def adopt(self, rulebook: Rulebook) -> None:
        """Judge by another rulebook from now on; what was found so far is still to be taken, as it was found.

        Cases that it judges as the former one did stay as they are; others are judged anew when the clock next moves.
        """
        self.rulebook = rulebook = rulebook.at(self.now)
        self._turns = EVER if rulebook.turn is None else rulebook.turn.at
        self._register.adopt(rulebook)
        self._folding.adopt(rulebook)
        for case in self._cases.adopt(rulebook):
            self._judge_anew(case)

    def date_back(self, issues: Mapping[str, int]) -> None:
        """Say of these cards, by their ids, that they were issued at these instants; forget what was said so before."""
        self._register.issues = issues

    def take(self, generation: int, *, facts: bool = True) -> Output:
        """Return the cards and case facts that changed since the last call, and forget them.

        Without `facts`, those of cases are left to a later call: however often a case changed, they are told once.
        """
        output = self._register.take(self._cases.live, self.now, generation, facts=facts)
        self._cases.rest(self._changed)
        return output

    def changed(self) -> list[str]:
        """Return the keys of the cases whose state changed since the last call, and forget them."""
        keys, self._changed = list(self._changed), {}
        return keys

    def dump(self, case_key: str) -> bytes | None:
        """Return a case as bytes for `restore`, or None when there is none."""
        return self._cases.state(case_key)

    def change(self, case_key: str) -> bytes | None:
        """Return what a case came to since it was last dumped, or changed; None where only a dump will do."""
        return self._cases.change(case_key)

    def restore(self, case_key: str, state: bytes, changes: Sequence[bytes] = ()) -> None:
        """Take back a case from `dump` and every `change` since, and arm its timers; nothing is drawn by it.

        A case dumped under another rulebook is judged anew when the clock next moves.
        """
        found = self._cases.put(case_key, state, changes, self.now)
        if isinstance(found, int):
            self._wake_at(case_key, found)
        elif found is not None:
            self._judge_anew(found)

    def restore_all(self, cases: Mapping[str, bytes], changes: Mapping[str, Sequence[bytes]]) -> None:
        """Restore many cases, as `restore` does each, in a third of the time; `changes` are those of some of them."""
        unchanged = {key: state for key, state in cases.items() if key not in changes} if changes else cases
        waits, others = self._cases.put_at_rest(unchanged)
        self._timers.set_all(waits)
        if waits:
            soonest = min(waits.values())
            self._soonest = soonest if self._soonest is None else min(self._soonest, soonest)
        for key in (*others, *changes):
            self.restore(key, cases[key], changes.get(key, ()))

    def retire(self, now: int, retention: int) -> list[Stub]:
        """Let every case leave that waits for nothing and has heard nothing for `retention` microseconds by `now`.

        Cases with something still to be taken stay. Their stubs are state, as `dump` says too.
        """
        quiet = [each for each in self._cases.quiet(now - retention) if each.key not in self._changed]
        stubs = [self._cases.leave(each, self.now) for each in quiet if each.key not in self._register]
        self._changed |= dict.fromkeys(stub.case_key for stub in stubs)
        return stubs

    def forget(self, before: int, most: int) -> int:
        """Let stubs go of cases that had their last event on a day before an instant; return how many changed.

        At most so many go at once, and each only with the call after the one that marked its case as gone: not to be
        called before what the last call changed is durable.
        """
        changed = self._cases.departed.forget(before, most)
        self._changed |= dict.fromkeys(changed)
        return len(changed)

    def recall(self, case_key: str, facts: Iterable[Fact], said: Sequence[LastWord] = (), *, offset: int = 0) -> None:
        """Take back a case that has left, with its facts from the archive; it is judged anew when the clock next moves.

        What was said of it before is known and not said again: by its stub, or where it is gone by `said`, the last
        words on its cards; it is new then where there are no facts. `offset` is that of the record that it is recalled
        for. Does nothing when the case has not left.
        """
        case = back(self._cases, self._register, self.rulebook, case_key, facts, said, offset, self.now)
        if case is not None and case.facts:
            self._changed[case_key] = None
            self._judge_anew(case)

    def _case(self, case_key: str) -> Case:
        case = self._cases.find(case_key)
        if case is None:
            away = self._cases.departed.away(case_key)
            if away is not None:
                raise CaseAway(case_key, away.last_offset, gone=away.gone)
            case = self._cases.live[case_key] = Case(case_key)
        return case

    def _turn(self, at: int) -> None:
        """Let another calendar come into force at an instant, before which all is as it was."""
        self._turns = EVER
        if at > self.now:
            self.advance(at - 1)
            self.now = at
        self.adopt(self.rulebook)

    def _judge_anew(self, case: Case) -> None:
        if TOO_LONG not in case.parked:
            case.wakes, case.parked = dict.fromkeys(self.rulebook.all_rules if case.facts else (), self.now), {}
            for number in range(len(self.rulebook.deeming) if case.facts else 0):
                case.wakes[DEEMING - number] = self.now
        case.spoken, case.written = ALL, None
        tallies = self._register.tallies
        if tallies is not None and tallies.whole(case, self.now):
            self._changed[case.key] = None
        case.armed = None
        self._arm(case)

    def _fire(self, case: Case) -> None:
        released = [fact for fact in case.held if fact.at <= self.now]
        case.held = [fact for fact in case.held if fact.at > self.now]
        case.written = None
        self._changed[case.key] = None
        for fact in released:
            try:
                self._folding.take(case, fact, self.now)
            except EngineFault as exc:
                exc.fact = fact
                self._register.faults.append(exc)
        if any(place <= DEEMING and wake <= self.now for place, wake in case.wakes.items()):
            self._folding.deem_in_time(case, self.now)
        for place in sorted(place for place, wake in case.wakes.items() if wake <= self.now and place >= 0):
            try:
                found = outcomes(self.rulebook, case, (place,), self.now)
            except EngineFault as exc:
                case.wait(place, None)
                case.parked[place] = exc.reason
                case.spoken |= 1 << place
            else:
                self._register.settle(case, found, self.now)
        if case.spoken == ALL:
            case.spoken = spoken_of(case, self.rulebook)  # every rule has judged it by now
        self._arm(case)
        if case.empty:
            del self._cases.live[case.key]

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
