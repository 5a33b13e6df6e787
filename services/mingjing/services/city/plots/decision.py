"""A major decision and a normative document: no step of the procedure left out. Or one."""

from datetime import date, datetime, timedelta
from typing import Any, Final

from mingjing.services.city.draft import Draft, end_of

STEPS: Final = ("bizdec.published", "bizdec.opined", "bizdec.risk_assessed", "bizdec.reviewed", "bizdec.deliberated")
"""The steps between the beginning and the decision, in their order."""

SKIPPED: Final = 0.65
"""Share of decisions in which one step is skipped."""

HURRIED: Final = 0.2
"""Share of decisions taken before the public has had its thirty days."""

CONSULTED_DAYS: Final = 30
FILED_DAYS: Final = 30
FILED_LATE: Final = 0.3
NEVER_FILED: Final = 0.15


def decision(draft: Draft, day: date) -> None:
    """Tell a major decision begun on `day`."""
    dice = draft.dice
    traits = {name: dice.random() < 1 / 2 for name in ("interests", "technical", "risky")}
    started = draft.during(day)
    draft.tell("bizdec.started", started, data={"title": "重大决策", **traits})
    skipped = dice.choice(STEPS) if dice.random() < SKIPPED else ""
    published = draft.during(draft.worked_day(day, 1, 5))
    wait = (5, CONSULTED_DAYS - 1) if dice.random() < HURRIED else (CONSULTED_DAYS, CONSULTED_DAYS + 8)
    decided = draft.during(published.date() + timedelta(days=dice.randint(*wait)))
    at = dict(zip(STEPS, [published, *draft.moments(published, decided, len(STEPS) - 1)], strict=True))
    for step in STEPS:
        if step != skipped:
            draft.tell(step, at[step], officer=draft.clerk(), data={"doc_no": draft.document("决策")})
    told = draft.tell("bizdec.decided", decided, officer=draft.chief(), data={"doc_no": draft.document("决定")})
    if skipped == "bizdec.reviewed" and at["bizdec.deliberated"] < draft.ends:
        draft.plant("SEQ-08", "red", at["bizdec.deliberated"])
    if told:
        _blame(draft, skipped, traits, decided)
        if skipped != "bizdec.published" and (decided.date() - published.date()).days < CONSULTED_DAYS:
            draft.plant("SEQ-08-QX", "yellow", decided)


def _blame(draft: Draft, skipped: str, traits: dict[str, Any], decided: datetime) -> None:
    rules = {
        "bizdec.deliberated": ("SEQ-08-TL", "red", True),
        "bizdec.published": ("SEQ-08-GC", "red", traits["interests"]),
        "bizdec.opined": ("SEQ-08-ZJ", "yellow", traits["technical"]),
        "bizdec.risk_assessed": ("SEQ-08-FX", "yellow", traits["risky"]),
    }
    rule, level, owed = rules.get(skipped, ("", "", False))
    if owed:
        draft.plant(rule, level, decided)


def norm(draft: Draft, day: date) -> None:
    """Tell a normative document published on `day`, and its filing."""
    published = draft.during(day)
    draft.tell("norm.published", published, data={"doc_no": draft.document("规"), "title": "规范性文件"})
    late = draft.dice.random() < FILED_LATE
    wait = (FILED_DAYS + 12, FILED_DAYS + 20) if late else (1, FILED_DAYS)
    filed: datetime | None = draft.during(day + timedelta(days=draft.dice.randint(*wait)))
    if draft.dice.random() < NEVER_FILED:
        filed = None
    due = day + timedelta(days=FILED_DAYS)
    due = due if draft.calendar.works(due) else draft.calendar.after(due, 1)
    draft.owe("DSC-07", "warning", end_of(due), filed)
    if filed is not None:
        draft.tell("norm.filed", filed, data={"doc_no": draft.document("备")})
