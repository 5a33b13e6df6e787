"""What came out against what was planted."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple

from mingjing.services.city.agreement import RuleScore, agree
from mingjing.services.city.message import ZONE, Planted

WITHDRAWN: Final = "withdrawn"


def planted_of(case_key: str, card: Mapping[str, Any]) -> Planted:
    """Return what a card claims, in the form in which the city plants it."""
    violated_at = datetime.fromisoformat(card["violated_at"]).astimezone(ZONE)
    return Planted(case_key, card["rule"], card["level"], violated_at)


class Outcome(NamedTuple):
    """What a show has led to."""

    sent: int
    seconds: float
    cards: list[dict[str, Any]]
    refused: Counter[str]

    def standing(self) -> Counter[tuple[str, str]]:
        """Return how many cards there are by rule and level, leaving out the withdrawn."""
        return Counter((card["rule"], card["level"]) for card in self.cards if card["status"] != WITHDRAWN)

    @property
    def withdrawn(self) -> int:
        """How many cards were drawn and taken back because of late or corrected facts."""
        return sum(card["status"] == WITHDRAWN for card in self.cards)


class Verdict(NamedTuple):
    """How what came out compares with what was planted; `letters` are the dead letters that should have, by code."""

    scores: list[RuleScore]
    letters: Counter[str]
    exact: bool


def compare(outcome: Outcome, planted: Iterable[Planted], garbage: Iterable[str]) -> Verdict:
    """Return whether every planted finding and dead letter came out, and nothing else did."""
    claims = (planted_of(card["case_key"], card) for card in outcome.cards if card["status"] != WITHDRAWN)
    scores = agree(planted, claims)
    letters = Counter(garbage)
    exact = letters == outcome.refused and all(score.exact for score in scores)
    return Verdict(scores, letters, exact)
