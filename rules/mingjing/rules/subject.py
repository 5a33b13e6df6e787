"""Subjects: the cases that rules across cases are judged on, and how they are named."""

import hashlib
from typing import Final

from mingjing.rules.selector import Selector

ACROSS: Final = "across/"
"""Begins the case key of every subject; no agency's case can have it."""

CARD_SHOWN: Final = "card.shown"
"""Type of the fact that a card is shown, at its level; what rules that count cards select."""

CARDS_SOURCE: Final = "urn:mingjing:cards"

OWN_TYPES = ("card.", "report.", "source.", "tally.")
"""Prefixes of the types that only the system itself states; intake refuses them from agencies."""

MOST_KEY = 160
"""Characters of a key that stand in the name of its subject; a longer one stands there as its hash."""


def subject_key(rule: str, key: tuple[str, ...]) -> str:
    """Return the case key of the subject that a rule judges for these values."""
    name = "|".join(key)
    if len(name) > MOST_KEY:
        name = hashlib.blake2b(name.encode(), digest_size=16).hexdigest()
    return f"{ACROSS}{rule}/{name}"


def tally_type(rule: str) -> str:
    """Return the type of what subjects of a rule are told, by which no other rule is asked about them."""
    return f"tally.{rule}"


def told(rule: str) -> Selector:
    """Return what selects everything that a subject of a rule was told."""
    return Selector(frozenset((tally_type(rule),)), "each")


def rule_of(case_key: str) -> str:
    """Return the rule that judges a subject, by its case key."""
    return case_key.removeprefix(ACROSS).partition("/")[0]


def is_subject(case_key: str) -> bool:
    """Whether a case key names a subject and not a case of an agency."""
    return case_key.startswith(ACROSS)
