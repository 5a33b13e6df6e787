"""From a finding to the record of a card: who, what, when, on which versions of the law."""

from mingjing.rules.card import Card, Cause, Finding, card_id
from mingjing.rules.case import Case
from mingjing.rules.events import first_of
from mingjing.rules.explain import sentences
from mingjing.rules.issued import Issued, LaidTo
from mingjing.rules.rule import Rule
from mingjing.rules.rulebook import Rulebook
from mingjing.rules.subject import is_subject


def card_record(case: Case, rule: Rule, finding: Finding, issued: Issued, rulebook: Rulebook, generation: int) -> Card:
    """Return the card as the `cards` topic carries it."""
    text = rule.zone.text
    item, agency, region, officer, post, step = issued.laid_to
    return Card(
        card_id=card_id(case.key, rule.id, finding.occurrence),
        case_key=case.key,
        rule=rule.id,
        rung=finding.rung,
        title=rule.title,
        occurrence=finding.occurrence,
        level=finding.level,
        status=finding.status,
        issue=finding.issue,
        item=item,
        agency=agency,
        region=region,
        officer=officer,
        post=post,
        step=step,
        item_title=case.ground.item.get("title") if case.facts and case.ground is not None else None,
        violated_at=text(finding.violated_at),
        due_at=text(finding.due_at) if finding.due_at is not None else None,
        cleared_at=text(finding.cleared_at) if finding.cleared_at is not None else None,
        issued_at=text(issued.issued_at),
        evidence=[{"id": e.id, "source": e.source, "type": e.type, "at": text(e.at)} for e in finding.evidence],
        explain={**finding.explain, "sentences": sentences(rule, finding)},
        basis=list(rule.basis),
        versions={"pack": f"{rule.pack}@{rule.pack_version}", **rulebook.versions_of(rule, case.facts)},
        digest=issued.digest,
        revision=issued.revision,
        ver=(case.last_offset, generation, issued.revision),
    )


def laid_to(case: Case, finding: Finding) -> LaidTo:
    """Return what a finding is laid to.

    The officer, post and step are those last named at or before the violation. So
    are all of them on a subject, which many cases tell and none owns. A finding
    may name the agency that answers for it.
    """
    latest = ([fact for fact in case.facts if fact.at <= finding.violated_at] or case.facts)[::-1]
    owner = latest if is_subject(case.key) else case.facts
    item, agency, region = (first_of(owner, name) for name in ("item", "agency", "region"))
    officer, post, step = (first_of(latest, name) for name in ("officer", "post", "step"))
    return item, finding.agency or agency, region, officer, post, step


def drawn_at(case: Case, finding: Finding, now: int) -> int:
    """Return the instant at which a card is first drawn by a clock that stands at `now`.

    It is not before the violation, and not before the events were told that show it.
    """
    told = (case.standing((each.source, each.id)) for each in finding.evidence if each.at <= finding.violated_at)
    return max(now, finding.violated_at, *(fact.stamp for fact in told if fact is not None))


def withdrawal(rule: Rule, occurrence: str, known: Issued, now: int, cause: Cause) -> Finding:
    """Return the finding that says an earlier one, last known as `known`, never held, and what showed it."""
    rung = next((each for each in rule.rungs if each.level == known.level), rule.rungs[-1])
    return Finding(
        rule=rule.id,
        rung=rung.id,
        occurrence=occurrence,
        level=rung.level,
        status="withdrawn",
        violated_at=known.violated_at,
        due_at=None,
        cleared_at=now,
        evidence=[],
        explain={"kind": "withdrawn", "cause": cause},
        issue=rule.issue,
    )
