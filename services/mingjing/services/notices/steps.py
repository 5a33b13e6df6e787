"""What people do with a card, as far as others are told of it: which step, what of it is said, and whom it concerns."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final, Literal

import msgspec

from mingjing.rules.card import Level
from mingjing.rules.workflow import ROLE_TITLES, Field, Role
from mingjing.rules.workflow_steps import BY_VERB

Matter = Literal["card", "appeal", "decision", "supervision"]
"""What a route may tell of: cards, and of what people did with them 申诉, 维持/撤牌/降级/免责, and 督办/退回整改."""

CONCERNS: Final[Mapping[Matter, tuple[Role, ...]]] = {
    "card": tuple(ROLE_TITLES),
    "appeal": ("inspector", "supervisor"),
    "decision": ("clerk",),
    "supervision": ("clerk",),
}
"""Who has something to do, or to know, by it."""

MATTER_OF: Final[Mapping[str, Matter]] = {
    "confirm": "card",
    "appeal": "appeal",
    "uphold": "decision",
    "revoke": "decision",
    "lower": "decision",
    "exempt": "decision",
    "supervise": "supervision",
    "return": "supervision",
}
"""By a step's verb; of other steps nobody is told. A card that is confirmed is news for the agency alone."""

UNHEARD: Final = "此牌"
"""What a card is called that was drawn before the notifier first listened."""


class Entry(msgspec.Struct):
    """A line of the life of a card, as `card-stages` has it; see `mingjing.rules.card_life.Entry`."""

    action_id: str = ""
    verb: str = ""
    at: int = 0
    fields: dict[str, str] = {}
    level: Level | None = None


class Answer(msgspec.Struct):
    """The answer to an action, as far as it says which step was taken."""

    action_id: str
    accepted: bool


class StageHeard(msgspec.Struct, kw_only=True):
    """A record of `card-stages`, as far as somebody is told of it."""

    card_id: str
    case_key: str
    agency: str | None
    region: str | None
    stage: str
    entries: list[Entry] = []
    outcome: Answer | None
    logged_ms: int = 0

    @property
    def step(self) -> Entry | None:
        """The step this record answers with a yes, if somebody is told of such steps."""
        if self.outcome is None or not self.outcome.accepted:
            return None
        taken = self.outcome.action_id
        return next((each for each in self.entries if each.action_id == taken and each.verb in MATTER_OF), None)

    def told(self, step: Entry, card: Mapping[str, Any] | None) -> dict[str, Any]:
        """Return the card as it is told with this step; `card` is what is known of it, None for nothing."""
        known = card or {
            "rule": None,
            "title": UNHEARD,
            "level": "warning",
            "status": "standing",
            "issue": "auto",
            "violated_at": _instant(step.at),
        }
        of = {"card_id": self.card_id, "case_key": self.case_key, "agency": self.agency, "region": self.region}
        level = {} if step.level is None else {"level": step.level}
        said = {"verb": step.verb, "title": BY_VERB[step.verb].title, "at": _instant(step.at), "says": _says(step)}
        return {**known, **of, **level, "step": said}


def _says(step: Entry) -> dict[str, str]:
    """Return by its title what was chosen and which day was set; free text may name people, and stays in the file."""
    return {
        each.title: each.choices.get(step.fields[each.name], step.fields[each.name])
        for each in _fields(step.verb)
        if each.type != "text" and step.fields.get(each.name)
    }


def _fields(verb: str) -> tuple[Field, ...]:
    step = BY_VERB[verb]
    return step.fields if step.approves is None else (*BY_VERB[step.approves].fields, *step.fields)


def _instant(micros: int) -> str:
    return datetime.fromtimestamp(micros / 1_000_000, UTC).isoformat()
