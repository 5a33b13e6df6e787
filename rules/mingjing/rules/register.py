"""What the cases of an engine say: cards, the facts of cases, and what subjects across cases are told."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from mingjing.rules.card import Cause, Finding, card_id
from mingjing.rules.card_record import card_record, drawn_at, laid_to, withdrawal
from mingjing.rules.case import Case
from mingjing.rules.case_facts import case_facts
from mingjing.rules.engine_fault import EngineFault
from mingjing.rules.events import Fact
from mingjing.rules.issued import Issued
from mingjing.rules.judging import Outcome
from mingjing.rules.output import Output
from mingjing.rules.rule import Rule
from mingjing.rules.rulebook import Rulebook
from mingjing.rules.subject import is_subject
from mingjing.rules.tally import Tallies

Said = tuple[Case, Rule, Finding, Issued, Rulebook]
"""What was found of a case, by which version of a rule in which rulebook, and what is said of it."""


class Register:
    """Compares what rules say of a case with what was said before, and gathers what is new until it is taken.

    `issues` are instants at which cards, by their ids, were issued before all that it knows of.
    """

    def __init__(self, rulebook: Rulebook) -> None:
        self.tallies = Tallies(rulebook) if rulebook.across else None
        self.faults: list[EngineFault] = []
        self._rulebook = rulebook
        self._cards: list[Said] = []
        self._shadows: list[Said] = []
        self._touched: dict[str, None] = {}
        self.issues: Mapping[str, int] = {}

    def __contains__(self, case_key: str) -> bool:
        """Whether facts of the case are still to be taken."""
        return case_key in self._touched

    def adopt(self, rulebook: Rulebook) -> None:
        """Say by another rulebook what is said from now on; what was gathered stays as it was said."""
        told = self.tallies.take() if self.tallies else []
        self.tallies = Tallies(rulebook, told) if rulebook.across else None
        self._rulebook = rulebook

    def touch(self, case: Case) -> None:
        """Let the facts of a case be among those that changed."""
        self._touched[case.key] = None

    def settle(self, case: Case, found: Iterable[Outcome], now: int, cause: Cause = "late") -> None:
        """Let the case be as is said, and say what is new: changed findings, and cards whose finding is gone.

        `cause` is what shows that a finding never held; a subject has only counted anew.
        """
        for place, said, wake, missing, by in found:
            if missing is not None:
                case.parked[place] = missing
                case.spoken |= 1 << place
                case.wait(place, None)
                continue
            case.parked.pop(place, None)
            rule = self._rulebook.rules[place]
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
                    self._issue(case, rule, finding, content, known, now, by.get(finding.occurrence, 0))
            if case.spoken >> place & 1 and case.issued:
                for (rule_id, occurrence), known in list(case.issued.items()):
                    if rule_id == rule.id and not (said and occurrence in said) and known.status != "withdrawn":
                        gone = withdrawal(
                            rule.version(known.version),
                            occurrence,
                            known,
                            now,
                            "recounted" if is_subject(case.key) else cause,
                        )
                        self._issue(case, rule, gone, known.digest, known, now, known.version)
            case.wait(place, wake)

    def stand(self, case: Case, fact: Fact, now: int) -> None:
        """Take what people say of a card of the case, and tell those who count cards; it may be drawn only later.

        Raises EngineFault for a fact that says nothing of the kind.
        """
        try:
            said = case.stand(fact)
        except msgspec.ValidationError as exc:
            raise EngineFault(case.key, f"{fact.type} {fact.id}: {exc}") from exc
        if said is None or self.tallies is None:
            return
        for version, occurrence, issued in self._versions(case):
            if card_id(case.key, version.id, occurrence) == said:
                self.tallies.card(case, version, occurrence, issued, now)

    def presume(self, case: Case, now: int) -> None:
        """Take it that subjects have been told what the facts and cards of a case say, and nothing else."""
        if self.tallies is not None:
            self.tallies.presume(case, self._versions(case), now)

    def take(self, cases: Mapping[str, Case], now: int, generation: int, *, facts: bool = True) -> Output:
        """Return what was gathered since the last call, and forget it; `cases` are those in work.

        Without `facts`, those of cases are gathered on.
        """
        cards, shadows = ([card_record(*each, generation) for each in said] for said in (self._cards, self._shadows))
        told: list[dict[str, Any]] = []
        if facts:
            of_cases = (
                case_facts(cases[key], self._rulebook, now, generation) for key in self._touched if key in cases
            )
            told = [each for each in of_cases if each]
            self._touched = {}
        faults, tallies = self.faults, self.tallies.take() if self.tallies else []
        self._cards, self._shadows, self.faults = [], [], []
        return Output(cards, told, faults, tallies, shadows)

    def _versions(self, case: Case) -> list[tuple[Rule, str, Issued]]:
        """Return what was said of each card of a case, of a rule that is in force, with the version that found it."""
        places = self._rulebook.places
        return [
            (self._rulebook.rules[places[rule]].version(issued.version), occurrence, issued)
            for (rule, occurrence), issued in case.issued.items()
            if rule in places
        ]

    def _first_issued(self, case: Case, finding: Finding, now: int) -> int:
        before = self.issues.get(card_id(case.key, finding.rule, finding.occurrence)) if self.issues else None
        return before if before is not None else drawn_at(case, finding, now)

    def _issue(
        self, case: Case, rule: Rule, finding: Finding, content: str, known: Issued | None, now: int, number: int
    ) -> None:
        issued = Issued(
            level=finding.level,
            status=finding.status,
            digest=content,
            revision=known.revision + 1 if known else 1,
            issued_at=known.issued_at if known else self._first_issued(case, finding, now),
            violated_at=finding.violated_at,
            laid_to=known.laid_to if known and finding.status == "withdrawn" else laid_to(case, finding),
            due_at=finding.due_at,
            issue=finding.issue,
            version=number,
        )
        case.issued[(rule.id, finding.occurrence)] = issued
        case.spoken |= 1 << self._rulebook.places[rule.id]
        version = rule.version(number)
        into = self._shadows if version.shadow else self._cards
        into.append((case, version, finding, issued, self._rulebook))
        if self.tallies is not None:
            self.tallies.card(case, version, finding.occurrence, issued, now)
        self._touched[case.key] = None
