"""Records of the topics the ledger is fed from, as far as it reads them.

Only what becomes a column is decoded; the record's own bytes are kept beside as
`body`, so nothing a newer writer adds is lost.
"""

from datetime import datetime
from typing import Literal

import msgspec

Version = tuple[int, int, int]
"""(offset of case-events folded, generation of the partition's owner, revision): the greatest wins."""

State = Literal["applied", "accepted", "suspended", "decided", "delivered", "abandoned", "not_accepted", "returned"]

OPEN: tuple[State, ...] = ("applied", "accepted", "suspended")
"""States of a case that somebody still has to decide."""


class EventRecord(msgspec.Struct, kw_only=True, gc=False):
    """A record of `case-events`, without its data; see `mingjing.rules.events.Event`."""

    id: str
    source: str
    type: str
    subject: str
    time: datetime
    recordedtime: datetime | None = None
    sequence: int = 0
    corrects: str | None = None
    item: str | None = None
    agency: str | None = None
    region: str | None = None
    officer: str | None = None
    post: str | None = None
    step: str | None = None
    casekey: str | None = None
    ingestedtime: datetime | None = None


class CardRecord(msgspec.Struct, kw_only=True, gc=False):
    """A record of `cards`; see `mingjing.rules.card.Card`."""

    card_id: str
    case_key: str
    rule: str
    rung: str
    title: str
    level: str
    status: str
    issue: str
    item: str | None
    agency: str | None
    region: str | None
    violated_at: str
    due_at: str | None
    cleared_at: str | None
    issued_at: str
    digest: str
    ver: Version
    officer: str | None = None


class OutcomeRecord(msgspec.Struct):
    """The answer to an action, as far as it becomes columns."""

    action_id: str
    accepted: bool


class SaidRecord(msgspec.Struct):
    """One line of a card's life among people, as far as it is read."""

    verb: str = ""
    round: int = 0


class StageRecord(msgspec.Struct, kw_only=True, gc=False):
    """A record of `card-stages`; see `mingjing.rules.desk_words.CardStage`."""

    card_id: str
    case_key: str
    agency: str | None
    region: str | None
    stage: str
    round: int
    revision: int
    shown: str | None
    entries: list[SaidRecord] = []
    outcome: OutcomeRecord | None
    ver: Version


class ClockRecord(msgspec.Struct):
    """One clock of a case: the level it holds now, if any."""

    level: str | None = None


class LimitFigures(msgspec.Struct):
    """One of the item's clocks; see `mingjing.rules.figures`."""

    unit: str = ""
    days: int = 0
    used: int = 0
    paused: int = 0
    due_at: str | None = None


class CaseFigures(msgspec.Struct):
    """What reports count of a case; see `mingjing.rules.figures`."""

    kind: str = ""
    mode: str = ""
    enterprise: str = ""
    channel: str = ""
    window: str = ""
    served: str = ""
    place: str = ""
    post: str = ""
    result: str = ""
    score: int = 0
    satisfied: bool | None = None
    ended_at: str | None = None
    types: dict[str, int] = {}
    kept: list[str] = []
    broken: list[str] = []
    promised: LimitFigures = msgspec.field(default_factory=LimitFigures)
    statutory: LimitFigures = msgspec.field(default_factory=LimitFigures)


class CaseRecord(msgspec.Struct, kw_only=True):
    """A record of `case-facts`."""

    case_key: str
    subject: str
    item: str | None = None
    item_title: str | None = None
    agency: str | None = None
    region: str | None = None
    state: State
    applied_at: str | None = None
    accepted_at: str | None = None
    decided_at: str | None = None
    delivered_at: str | None = None
    last_event_at: str | None = None
    last_event_type: str | None = None
    clocks: list[ClockRecord] = []
    figures: CaseFigures = msgspec.field(default_factory=CaseFigures)
    events: int
    ver: Version

    @property
    def late(self) -> bool:
        """Whether a clock of the case holds yellow or red, or ended past its limit."""
        return bool(self.figures.broken) or any(clock.level in {"yellow", "red"} for clock in self.clocks)
