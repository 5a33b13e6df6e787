"""What a rulebook is told by: equal where cases are judged alike, whoever read it and when."""

import hashlib
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mingjing.rules.rulebook import Rulebook

LAW = 10
"""Digits of a fingerprint that stand for all but the calendar, which the others stand for."""


def fingerprint_of(book: "Rulebook") -> str:
    """Return a hash that changes whenever a rule, its time, the catalogue or the calendar does."""
    parts = [
        f"{pack.name}@{pack.version}:{','.join(rule.id for rule in pack.rules)}"
        + (f":{pack.since}:{pack.until}" if pack.limited else "")
        for pack in book.packs
    ]
    parts += [
        *(f"{each.since}:{each.catalogue.version}" for each in book.eras[1:]),
        book.eras[0].catalogue.version,
        *map(str, book.tables.values()),
        book.profile,
        repr(sorted(book.delays.items())),
        repr(sorted(book.outages.items())),
    ]
    return _hash(parts, LAW) + _hash([book.calendar.name, book.calendar.version], 6)


def part_of(law: str, name: str) -> str:
    """Return what stands for the law of a part of a rulebook, made in a way of that name, whose own law is `law`."""
    return _hash([law, name], LAW)


def _hash(parts: Iterable[str], digits: int) -> str:
    return hashlib.blake2b("|".join(parts).encode(), digest_size=digits // 2).hexdigest()
