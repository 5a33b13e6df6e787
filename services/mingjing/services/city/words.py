"""What a case tells of the rules that count across cases, and what a count of it draws."""

import hashlib
from datetime import datetime
from typing import Final

import msgspec

from mingjing.services.city.message import Message, Planted

SUBJECT: Final = "across/{rule}/{key}"
"""The case key of the subject that a rule across cases is judged on, by its key."""


class Word(msgspec.Struct, frozen=True):
    """One card or event that counts for `rule` under `key`, at `at`.

    `order` settles which of several at one instant is the later. `agency` and
    `officer` are whom it is laid to. `value` is what must differ where different
    values count; a word that `leads` is not counted but must come before those that are.
    """

    rule: str
    key: tuple[str, ...]
    at: datetime
    order: str
    agency: str
    officer: str | None = None
    value: str | None = None
    leads: bool = False


class Shown(msgspec.Struct, frozen=True):
    """A finding as the card that is shown of it: named `order`, laid to these."""

    finding: Planted
    order: str
    agency: str
    officer: str | None
    post: str | None


class Story(msgspec.Struct, frozen=True):
    """A case as it is sent, in order of sending, every finding it must draw, and what it tells across cases."""

    case_key: str
    messages: list[Message]
    planted: list[Planted]
    words: list[Word]


def card_order(case_key: str, rule: str, occurrence: str) -> str:
    """Return the identity of a card, the published hash of what it is about: it orders cards of one instant."""
    return hashlib.blake2b(f"{case_key}\0{rule}\0{occurrence}".encode(), digest_size=16).hexdigest()


def subject(rule: str, key: tuple[str, ...]) -> str:
    """Return the case key under which a rule's findings on `key` are told."""
    return SUBJECT.format(rule=rule, key="|".join(key))
