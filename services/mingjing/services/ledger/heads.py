"""Which version of a card or a case stands, asked for many at once."""

from collections.abc import Sequence

from mingjing.services.ledger.connection import Connection
from mingjing.services.ledger.tables import CardHead, Head, Home

_AT_ONCE = 1000
"""Keys of one question: 18.16 reads no statement longer than 256 KiB."""


def card_heads(connection: Connection, card_ids: Sequence[str]) -> dict[str, CardHead]:
    """Return the head of each card that has one."""
    found: dict[str, CardHead] = {}
    for start in range(0, len(card_ids), _AT_ONCE):
        rows = connection.rows(
            "SELECT card_id, home_region, home_agency, home_day, ver_offset, ver_generation, ver_revision, ver "
            "FROM card_heads FINAL WHERE card_id IN %(ids)s",
            {"ids": tuple(card_ids[start : start + _AT_ONCE])},
        )
        for card_id, region, agency, day, offset, generation, revision, ver in rows:
            found[card_id] = CardHead(Home(region, agency, day), Head((offset, generation, revision), ver))
    return found


def case_heads(connection: Connection, case_keys: Sequence[str]) -> dict[str, Head]:
    """Return the head of each case that has one."""
    found: dict[str, Head] = {}
    for start in range(0, len(case_keys), _AT_ONCE):
        rows = connection.rows(
            "SELECT case_key, ver_offset, ver_generation, ver_revision, ver "
            "FROM case_facts FINAL WHERE case_key IN %(keys)s",
            {"keys": tuple(case_keys[start : start + _AT_ONCE])},
        )
        for case_key, offset, generation, revision, ver in rows:
            found[case_key] = Head((offset, generation, revision), ver)
    return found
