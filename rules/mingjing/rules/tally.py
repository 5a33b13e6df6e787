"""Tallies: what a case tells the subjects of rules that reach across cases.

A rule such as "three yellow cards of one officer a year" is judged on a subject:
`across/<rule>/<key>`, a case like any other, to the same engine. What happens in
the real cases reaches it as tallies, one for each fact or card the rule selects.

What a case tells is a function of its settled facts, its attributes and its
cards. When they change, the difference is told: a new tally, another word in its
place, or a void. The n-th word on one fact outranks the words before it
(`recorded_at` = n), so a subject may hear them in any order and any number of
times.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple, Protocol, cast

import msgspec

from mingjing.rules.card import Level, card_id
from mingjing.rules.case import Case
from mingjing.rules.events import VOIDED, Fact, content_hash
from mingjing.rules.issued import Issued, Told
from mingjing.rules.kinds.seen import Seen
from mingjing.rules.matching import Matching
from mingjing.rules.rule import Judge, Rule
from mingjing.rules.rulebook import Rulebook
from mingjing.rules.scope import asks_case
from mingjing.rules.standing import counted_level
from mingjing.rules.subject import CARD_SHOWN, CARDS_SOURCE, is_subject, subject_key, tally_type
from mingjing.rules.view import View, occurrence_of
from mingjing.rules.zone import HOUR

MOST_HEARD: Final = 100_000
"""How many hours of sources are remembered as told; what falls out is told twice and changes nothing."""

_OF_GROUND = frozenset(("agency", "region", "source"))


class Tally(NamedTuple):
    """One word to a subject: its case key, and what it is told."""

    case_key: str
    fact: Fact


class Teller(Protocol):
    """A judge of a rule across cases, as the owners of the cases see it."""

    @property
    def by(self) -> tuple[str, ...]:
        """The paths whose values make the key."""

    @property
    def voidable(self) -> bool:
        """Whether an event that is taken back is taken from the subject too."""

    def of_subject(self, rule: str) -> Judge:
        """Return the judge of what was told to a subject of the rule."""

    def tally(self, seen: Seen, matched: tuple[bool, ...]) -> Fact | None:
        """Return what the subject is told of an event that these of the selectors match, or None for nothing."""


class Tallies:
    """What the cases of one engine have to tell, gathered until it is taken; `told` is to be taken first."""

    def __init__(self, rulebook: Rulebook, told: Iterable[Tally] = ()) -> None:
        self._rulebook = rulebook
        rules = list(zip(rulebook.across, rulebook.across_masks, strict=True))
        voidable = [each for each in rules if cast("Teller", each[0].judge).voidable]
        listening = [each for each in rules if not cast("Teller", each[0].judge).voidable]
        self._rules, self._listening = Matching(voidable), Matching(listening)
        self._of_cards = Matching([each for each in voidable if counts_cards(each[0])])
        self.reads_attributes = any(rule.judge.case_wide or asks_case(rule.scope) for rule, _ in voidable)
        self._by_hour = all(_heard_by_hour(rule) for rule, _ in listening)
        self._heard: set[tuple[object, ...]] = set()
        self._words = list(told)

    def take(self) -> list[Tally]:
        """Return what has been told since the last call, in order, and forget it."""
        words, self._words = self._words, []
        return words

    def presume(self, case: Case, cards: Iterable[tuple[Rule, str, Issued]], now: int) -> None:
        """Take it that what a case and these cards of its, by rule and occurrence, have to tell has been told."""
        words, self._words = self._words, []
        self.whole(case, now)
        for rule, occurrence, issued in cards:
            self.card(case, rule, occurrence, issued, now)
        self._words = words

    def hear(self, case: Case, fact: Fact, now: int) -> None:
        """Tell that a fact was heard, whatever becomes of it in its case: corrected, taken back or said twice."""
        if not self._listening:
            return
        tag = self._rulebook.tag(fact)
        if not tag & self._listening.reads or is_subject(case.key):
            return
        if self._by_hour:
            name = (id(case.ground), fact.agency, fact.region, fact.source, fact.type, fact.at // HOUR)
            if name in self._heard:
                return
            if len(self._heard) >= MOST_HEARD:
                self._heard.clear()
            self._heard.add(name)
        told = self._words_on(case, fact, tag, now, self._listening, None)
        self._words += [Tally(subject, word) for subject, word in told.items()]

    def tell(self, case: Case, fact: Fact, now: int, *, anew: bool) -> None:
        """Tell what a fact adds that was taken into the case, or `anew` all of it that has changed."""
        if anew or _renames_item(case, fact):
            self.whole(case, now)
            return
        tag = case.tags[-1] if fact is case.facts[-1] else self._rulebook.tag(fact)
        if tag & self._rules.reads and not is_subject(case.key):
            self._tell(case, fact, tag, now, self._rules)

    def whole(self, case: Case, now: int) -> bool:
        """Tell what has changed in all that the case tells; return whether there was anything.

        To be called when a fact was corrected, or the attributes or the ground of the case have changed.
        """
        if is_subject(case.key):
            return False
        told = False
        for fact, tag in zip(case.facts, case.tags, strict=True):
            if tag & self._rules.reads:
                told |= self._tell(case, fact, tag, now, self._rules)
        here = {occurrence_of(fact) for fact in case.facts}
        for name, known in list((case.told or {}).items()):
            if name not in here and known.source != CARDS_SOURCE:
                told |= self._restate(case, known.source, known.id, {}, now)
        return told

    def card(self, case: Case, rule: Rule, occurrence: str, issued: Issued, now: int) -> bool:
        """Tell at which level a card is shown, or that it is shown no more; return whether there was anything.

        What people decided counts: a card they revoked is shown no more, one that waits to be
        confirmed not yet. One in the shadow never is.
        """
        if not self._of_cards:
            return False
        name = card_id(case.key, rule.id, occurrence)
        known = case.standings.get(name) if case.standings else None
        level = None if rule.shadow else counted_level(*issued.finding, known)
        if level is None:
            return self._restate(case, CARDS_SOURCE, name, {}, now)
        fact = _shown(name, rule.id, level, issued, now)
        return self._tell(case, fact, self._rulebook.tag(fact), now, self._of_cards, rule.id)

    def _tell(self, case: Case, fact: Fact, tag: int, now: int, rules: Matching, drawn_by: str | None = None) -> bool:
        wanted = self._words_on(case, fact, tag, now, rules, drawn_by)
        return self._restate(case, fact.source, fact.id, wanted, fact.stamp)

    def _words_on(
        self, case: Case, fact: Fact, tag: int, now: int, rules: Matching, drawn_by: str | None
    ) -> dict[str, Fact]:
        """Return what each subject is to be told of a fact; no rule counts the cards it has drawn itself."""
        words: dict[str, Fact] = {}
        views: dict[str, View] = {}
        ground = case.ground or self._rulebook.ground(case.facts)
        for rule, matched, asks in rules.here(tag, ground):
            if rule.id == drawn_by or not rule.since <= fact.at < rule.until:
                continue
            view = views.get(rule.zone.name)
            if view is None:
                view = views[rule.zone.name] = self._rulebook.view(case, now, rule.zone)
            if asks and not self._rulebook.applies(rule, view):
                continue
            teller, seen = cast("Teller", rule.judge), Seen(case.key, fact, view)
            key = seen.key(teller.by)
            word = teller.tally(seen, matched) if key is not None else None
            if key is not None and word is not None:
                data = {**word.data, "type": word.type}
                words[subject_key(rule.id, key)] = msgspec.structs.replace(word, type=tally_type(rule.id), data=data)
        return words

    def _restate(self, case: Case, source: str, fact_id: str, wanted: dict[str, Fact], stamp: int) -> bool:
        """Tell the difference between what subjects were told of a fact and what they should have been."""
        if not wanted and not case.told:
            return False
        name = f"{source}|{fact_id}"
        known = case.told.get(name) if case.told else None
        contents = {subject: content_hash(word) for subject, word in wanted.items()}
        if (known.subjects if known else {}) == contents:
            return False
        if known is None:
            known = Told(source, fact_id, 0, {})
        number = known.words + 1
        for subject in known.subjects:
            if subject not in wanted:
                void = Fact(
                    id=fact_id, source=source, type=VOIDED, at=stamp, stamp=stamp, recorded_at=number, corrects=fact_id
                )
                self._words.append(Tally(subject, void))
        for subject, word in wanted.items():
            if known.subjects.get(subject) != contents[subject]:
                self._words.append(Tally(subject, msgspec.structs.replace(word, recorded_at=number)))
        if case.told is None:
            case.told = {}
        case.told[name] = Told(source, fact_id, number, contents)
        return True


def _renames_item(case: Case, fact: Fact) -> bool:
    """Whether a fact that came late is the first of its case to name an item, so that others tell of that item now."""
    return bool(fact.item) and fact is not case.facts[-1] and next(each for each in case.facts if each.item) is fact


def _shown(name: str, rule: str, level: Level, issued: Issued, now: int) -> Fact:
    """Return the fact that a card of this name is shown at a level as it was last issued."""
    item, agency, region, officer, post, step = issued.laid_to
    return Fact(
        id=name,
        source=CARDS_SOURCE,
        type=CARD_SHOWN,
        at=issued.violated_at,
        stamp=max(now, issued.violated_at),
        item=item,
        agency=agency,
        region=region,
        officer=officer,
        post=post,
        step=step,
        data={"rule": rule, "level": level, "status": issued.status},
    )


def _heard_by_hour(rule: Rule) -> bool:
    """Whether one event of a type in an hour of a source on a ground says all that a rule asks of the others."""
    return (
        _OF_GROUND.issuperset(cast("Teller", rule.judge).by)
        and not asks_case(rule.scope)
        and not any(each.where for each in rule.judge.selectors)
    )


def counts_cards(rule: Rule) -> bool:
    """Whether a rule across cases counts cards; one that counts anything at all does not mean them."""
    return any(each.types is not None and CARD_SHOWN in each.types for each in rule.judge.selectors)


def subject_rules(rules: Sequence[Rule]) -> Iterator[Rule]:
    """Yield the rules as they are judged on subjects, and those that count the cards drawn on subjects."""
    for rule in rules:
        if rule.reach == "across":
            judge = cast("Teller", rule.judge).of_subject(rule.id)
            yield msgspec.structs.replace(rule, judge=judge, reach="case", scope={})
            if counts_cards(rule):
                yield rule


def subjects_of(rulebook: Rulebook) -> Rulebook:
    """Return the rulebook by which the subjects of `rulebook` are judged."""
    packs = [msgspec.structs.replace(pack, rules=tuple(subject_rules(pack.rules))) for pack in rulebook.packs]
    return rulebook.part(packs, "subjects")
