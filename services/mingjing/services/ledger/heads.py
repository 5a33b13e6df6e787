"""Which version of a card or a case stands, asked for many at once."""

from collections.abc import Sequence

from mingjing.services.ledger.connection import Connection
from mingjing.services.ledger.tables import CardHead, Head

_AT_ONCE = 1000
"""Keys of one question: 18.16 reads no statement longer than 256 KiB."""


def card_heads(connection: Connection, card_ids: Sequence[str]) -> dict[str, CardHead]:
    """Return the head of each card that has one."""
    found: dict[str, CardHead] = {}
    for start in range(0, len(card_ids), _AT_ONCE):
        rows = connection.rows(
            "SELECT card_id, home_ms, ver_offset, ver_generation, ver_revision, ver "
            "FROM card_heads FINAL WHERE card_id IN %(ids)s",
            {"ids": tuple(card_ids[start : start + _AT_ONCE])},
        )
        for card_id, home_ms, offset, generation, revision, ver in rows:
            found[card_id] = CardHead(home_ms, Head((offset, generation, revision), ver))
    return found


def case_heads(connection: Connection, case_keys: Sequence[str]) -> dict[str, Head]:
    """Return the head of each case that has one."""
    return _heads(connection, "case_facts", "case_key", case_keys)


def enterprises_named(connection: Connection, case_keys: Sequence[str]) -> dict[str, str]:
    """Return the enterprise that each case names, '' for nobody, of the cases that are written down."""
    found: dict[str, str] = {}
    for start in range(0, len(case_keys), _AT_ONCE):
        found |= connection.rows(
            "SELECT case_key, enterprise FROM case_enterprises FINAL WHERE case_key IN %(keys)s",
            {"keys": tuple(case_keys[start : start + _AT_ONCE])},
        )
    return found


def stage_heads(connection: Connection, card_ids: Sequence[str]) -> dict[str, Head]:
    """Return the head of what people did with each card, of those that are known among people."""
    return _heads(connection, "card_stages", "card_id", card_ids)


def _heads(connection: Connection, table: str, key: str, idents: Sequence[str]) -> dict[str, Head]:
    found: dict[str, Head] = {}
    for start in range(0, len(idents), _AT_ONCE):
        rows = connection.rows(
            f"SELECT {key}, ver_offset, ver_generation, ver_revision, ver "  # noqa: S608  # our own names
            f"FROM {table} FINAL WHERE {key} IN %(idents)s",
            {"idents": tuple(idents[start : start + _AT_ONCE])},
        )
        for ident, offset, generation, revision, ver in rows:
            found[ident] = Head((offset, generation, revision), ver)
    return found
