"""The life of one card among people: its rounds, its stage, and what it shows.

Finding and stage are independent. The finding is the engine's and may change at
any time; the stage is people's. What people decided holds for the violation
they decided on: a higher level, a violation of another moment, a finding that stands
again after it was taken back, or the end of an exemption opens a new round, and the
old one is kept.
"""

from typing import Final

import msgspec

from mingjing.rules.card import LEVELS, Issue, Level, Status
from mingjing.rules.standing import Standing
from mingjing.rules.workflow import Stage

MACHINE = "engine"


DECIDING: Final = ("dismiss", "revoke", "lower", "exempt")
"""Steps after which a card shows another level than its finding's, or none, for the rest of their round."""


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """What the engine now says of the card: its finding without the trace.

    `violated_at` and `due_at` are microseconds since the epoch.
    """

    level: Level
    status: Status
    issue: Issue
    violated_at: int
    due_at: int | None

    @property
    def ground(self) -> tuple[Level, int, int | None]:
        """What a person's decision rests on. That the condition ended later changes none of it."""
        return (self.level, self.violated_at, self.due_at)


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the life: a step that was taken, or a round that the engine opened, at the finding's `level` then."""

    action_id: str
    verb: str
    actor: str
    role: str
    at: int
    round: int
    stage: Stage
    fields: dict[str, str]
    level: Level | None = None


class Life(msgspec.Struct, kw_only=True):
    """A card as people see it; `revision` rises with each accepted step and each round."""

    card_id: str
    case_key: str
    agency: str | None
    region: str | None
    said: Said
    stage: Stage
    round: int = 1
    revision: int = 1
    decided_on: tuple[Level, int, int | None] | None = None
    entries: list[Entry] = []

    @property
    def withdrawn(self) -> bool:
        """Whether the engine takes the finding back: it never held."""
        return self.said.status == "withdrawn"


def opened(card_id: str, case_key: str, agency: str | None, region: str | None, said: Said, at: int) -> Life:
    """Return the life of a card that was just drawn: 待核实 where a person must confirm it first."""
    stage: Stage = "pending" if said.issue == "confirm" else "drawn"
    life = Life(card_id=card_id, case_key=case_key, agency=agency, region=region, said=said, stage=stage)
    life.entries.append(_opening(life, at))
    return life


def heard(life: Life, said: Said, at: int) -> bool:
    """Take what the engine now says; return whether it opened a new round.

    A round opens when the level rises, when another violation stands in place of one
    that people have decided on, or when the finding stands again that was taken back:
    with that every clock of the round had ended, and other facts bear it now.
    """
    before, life.said = life.said, said
    if said.status == "withdrawn":
        return False
    rose = LEVELS.index(said.level) > LEVELS.index(before.level)
    back = before.status == "withdrawn"
    other = life.decided_on is not None and said.ground != life.decided_on
    if not (rose or back or other):
        return False
    _begin(life, "pending" if said.issue == "confirm" else "drawn", at)
    return True


def expired(life: Life, at: int) -> None:
    """Open a new round because an exemption is over: the card shows its finding again and is worked anew."""
    _begin(life, "drawn", at)


def exempted_until(life: Life) -> str | None:
    """Return the last day of the exemption that a card stands under, None where there is none."""
    decision = _decision(life) if life.stage == "exempted" and not life.withdrawn else None
    return decision.fields["until"] if decision is not None else None


def shown_level(life: Life) -> Level | None:
    """Return the level the card shows, or None where it shows none.

    A person's 撤牌, 排除 or 免责 takes it away, 降级 lowers it, each for the violation
    it was decided on. An exemption that is over has opened a round of its own.
    """
    return None if life.withdrawn else _decided_level(life)


def _decided_level(life: Life) -> Level | None:
    decision = _decision(life) if life.decided_on == life.said.ground else None
    if decision is None:
        return life.said.level
    return decision.fields["level"] if decision.verb == "lower" else None  # type: ignore[return-value]  # a choice of the table


def standing(life: Life) -> Standing:
    """Return how this card is to be counted while its finding stands; one to be confirmed is not."""
    level, violated_at, due_at = life.said.ground
    return Standing(
        revision=life.revision,
        level=level,
        violated_at=violated_at,
        due_at=due_at,
        shown=None if life.stage == "pending" else _decided_level(life),
        decided=life.decided_on is not None,
    )


def _decision(life: Life) -> Entry | None:
    return next((each for each in reversed(life.entries) if each.round == life.round and each.verb in DECIDING), None)


def _begin(life: Life, stage: Stage, at: int) -> None:
    life.round += 1
    life.revision += 1
    life.stage = stage
    life.decided_on = None
    life.entries.append(_opening(life, at))


def _opening(life: Life, at: int) -> Entry:
    return Entry(
        action_id=f"{life.card_id}@{life.round}",
        verb="draw",
        actor=MACHINE,
        role=MACHINE,
        at=at,
        round=life.round,
        stage=life.stage,
        fields={},
        level=life.said.level,
    )
