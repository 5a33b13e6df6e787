"""A rule as the engine holds it: the law it states, and the judge that applies it."""

from collections.abc import Mapping
from typing import Any, Final, Literal, Protocol

import msgspec

from mingjing.rules.card import Finding, Issue, Level
from mingjing.rules.selector import Selector
from mingjing.rules.term import Threshold
from mingjing.rules.view import View
from mingjing.rules.vocabulary import Vocabulary
from mingjing.rules.zone import Zone

Reach = Literal["case", "across"]
"""What a rule is judged on: one case, or a subject that the owners of many cases tell of it."""

EVER: Final = 1 << 62
"""An instant after all others; before all others is -EVER."""


class Rung(msgspec.Struct, frozen=True):
    """One level of a ladder: when it holds (a threshold, or a word such as `broken`), under which id."""

    level: Level
    id: str
    when: Threshold | str


class Verdict(msgspec.Struct):
    """What a rule finds now, and the next instant at which it may find otherwise with no new fact.

    `by` has the number of the version that made a finding, by its occurrence, where that is not the oldest.
    """

    findings: list[Finding] = []
    wake: int | None = None
    by: dict[str, int] = {}

    def add(self, other: "Verdict") -> None:
        """Take in the verdict on a further occurrence."""
        self.findings += other.findings
        self.sooner(other.wake)

    def sooner(self, wake: int | None) -> None:
        """Wake at `wake` if that is sooner."""
        if wake is not None:
            self.wake = wake if self.wake is None else min(self.wake, wake)


class Unreadable(ValueError):
    """Some occurrences of a rule rest on a date or term nobody can read; `verdict` has all the others."""

    def __init__(self, reason: str, verdict: Verdict) -> None:
        super().__init__(reason)
        self.verdict = verdict


class Judge(Protocol):
    """One kind of rule with its terms read from a pack; pure and without state."""

    @property
    def selectors(self) -> tuple[Selector, ...]:
        """What the judge looks for, in the order of the masks it is given.

        Without a match of the first there is never a finding.
        """

    @property
    def case_wide(self) -> bool:
        """Whether facts that no selector matches can change the verdict (attributes of the case)."""

    def judge(self, rule: "Rule", view: View, masks: tuple[int, ...]) -> Verdict:
        """Return the verdict on the case; `masks` are the bits of `selectors`, in their order.

        Raises CalendarMissing when a day is needed that no calendar holds, and
        ValueError for what the case states and nobody can read; Unreadable where
        that leaves other occurrences as they are.
        """


class Rule(msgspec.Struct, kw_only=True, frozen=True):
    """One rule of a pack. `scope` maps a path to the values the case must have there.

    It answers for what begins from `since` on and before `until`. Where more than one
    version of it ever was in force, they are its `versions`, in their order.
    """

    id: str
    title: str
    basis: tuple[str, ...]
    kind: str
    issue: Issue
    rungs: tuple[Rung, ...]
    scope: Mapping[str, tuple[str, ...]]
    judge: Judge
    pack: str
    pack_version: str
    vocabulary: Vocabulary
    zone: Zone
    shadow: bool = False
    clocks: tuple[str, ...] = ()
    """The clocks its rungs name, in order, each once."""
    reach: Reach = "case"
    """`across` rules are never asked of a case; `mingjing.rules.tally` says what a case tells their subjects."""
    since: int = -EVER
    until: int = EVER
    versions: tuple["Rule", ...] = ()
    note: str = ""
    """How the law is read where it can be read in more ways than one; for people."""

    @property
    def limited(self) -> bool:
        """Whether there was, or will be, a time without this version."""
        return self.since > -EVER or self.until < EVER

    def version(self, number: int) -> "Rule":
        """Return one of its versions, the oldest being number 0; itself where it has but one.

        A number beyond them is that of a later law, by which a card was drawn before its case was put under this
        one, to be judged anew: until it is, and where it then finds nothing, the newest version known speaks for it.
        """
        return self.versions[min(number, len(self.versions) - 1)] if self.versions else self

    def finding(self, rung: Rung, *, provisional: bool = False, **content: Any) -> Finding:
        """Return a finding of this rule at one of its rungs.

        A yellow or red that rests on a `provisional` calendar waits for an inspector's word.
        """
        doubtful = provisional and rung.level in {"yellow", "red"}
        issue: Issue = "confirm" if doubtful else self.issue
        return Finding(rule=self.id, rung=rung.id, level=rung.level, issue=issue, **content)
