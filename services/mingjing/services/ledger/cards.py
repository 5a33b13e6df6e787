"""Which cards are there, in which state, and what was each before."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import orjson

from mingjing.services.ledger.connection import Connection
from mingjing.services.ledger.heads import card_heads
from mingjing.services.ledger.instants import day_of, millis
from mingjing.services.ledger.paging import bounded, closed, opened
from mingjing.services.ledger.port import CardFilter, Page
from mingjing.services.ledger.scope import Scope
from mingjing.services.ledger.tables import Home
from mingjing.services.ledger.where import Where

_LIST = "cards"
_KEY = ("home_region", "home_agency", "home_day", "card_id")


def page(connection: Connection, scope: Scope, wanted: CardFilter, limit: int, cursor: str | None) -> Page:
    """Return a page of cards, newest issued first.

    FINAL over the narrow columns finds the page, some months of issue at a time, then only its bodies are read.
    """
    where = (
        Where(scope)
        .shown_at(wanted.levels)
        .among("status", wanted.statuses)
        .equal("agency", wanted.agency)
        .within_region(wanted.region)
        .equal("rule", wanted.rule)
        .equal("item", wanted.item)
        .equal("case_key", wanted.case)
        .selected("card_id", "card_stages FINAL", "stage", wanted.stages)
        .at_least("issued_ms", millis(wanted.since) if wanted.since else None)
    )
    if _narrow(wanted):
        homes = _homes(connection, wanted)
        if not homes:
            return Page([], None)
        where.among(f"({', '.join(_KEY)})", homes)
    limit = bounded(limit)
    after = opened(cursor, _LIST)
    params = where.params | {"after_ms": after[0], "after_id": after[1]} if after else where.params
    rows: list[tuple[Any, ...]] = []
    for within in _windows(connection, wanted, after):
        rows += connection.rows(
            f"SELECT {', '.join(_KEY)}, issued_ms FROM cards FINAL WHERE {where.sql} AND {within} "  # noqa: S608  # only column names
            f"ORDER BY toYYYYMM(home_day) DESC, issued_ms DESC, card_id DESC LIMIT {limit + 1 - len(rows)}",
            params,
        )
        if len(rows) > limit:
            break
    bodies = _bodies(connection, scope, [row[:4] for row in rows[:limit]])
    items = [bodies[row[3]] for row in rows[:limit] if row[3] in bodies]
    return Page(items, closed([(row[4], row[3]) for row in rows], limit, _LIST))


_AFTER = "(issued_ms, card_id) < (%(after_ms)s, %(after_id)s)"


def _windows(connection: Connection, wanted: CardFilter, after: tuple[int, str] | None) -> Iterator[str]:
    """Yield conditions that together leave nothing out, newest first, each twice as wide as the one before.

    A card keeps the instant of its first issue, and `cards` lies by the month of its home, which is that instant's:
    a page is mostly found in the newest months, and nothing older need be read. A page goes on in the month where
    the card lies that its cursor names. A question about one case or enterprise is narrow enough to be asked at once.
    """
    if _narrow(wanted):
        yield _AFTER if after else "1"
        return
    ((first, last),) = connection.rows("SELECT min(toYYYYMM(home_day)), max(toYYYYMM(home_day)) FROM cards")
    oldest, newest = _month(first), _month(last)
    if wanted.since is not None:
        oldest = max(oldest, _month_of(day_of(millis(wanted.since))))
    if after is not None:
        head = card_heads(connection, [after[1]]).get(after[1])
        newest = _month_of(head.home.day if head else day_of(after[0]))
        yield f"toYYYYMM(home_day) = {_written(newest)} AND {_AFTER}"
        newest -= 1
    reach = 1
    while newest >= oldest:
        yield f"toYYYYMM(home_day) > {_written(newest - reach)} AND toYYYYMM(home_day) <= {_written(newest)}"
        newest -= reach
        reach *= 2


def _month(written: int) -> int:
    """Return the number of a month written YYYYMM, so that neighbours differ by one."""
    return written // 100 * 12 + written % 100 - 1


def _month_of(day: date) -> int:
    return day.year * 12 + day.month - 1


def _written(month: int) -> int:
    return month // 12 * 100 + month % 12 + 1


def one(connection: Connection, scope: Scope, card_id: str) -> dict[str, Any] | None:
    """Return the latest state of one card."""
    head = card_heads(connection, [card_id]).get(card_id)
    if head is None:
        return None
    return _bodies(connection, scope, [_key(head.home, card_id)]).get(card_id)


def history(connection: Connection, scope: Scope, card_id: str) -> list[dict[str, Any]]:
    """Return every state of one card that is in scope, in the order of its versions.

    Records of an owner that had been replaced are left out: they never stood.
    """
    card = one(connection, scope, card_id)
    if card is None:
        return []
    rows = connection.rows(
        "SELECT body FROM card_log FINAL WHERE case_key = %(case)s AND card_id = %(card)s "
        "ORDER BY topic_partition, topic_offset",
        {"case": card["case_key"], "card": card_id},
    )
    lives: list[dict[str, Any]] = []
    for (body,) in rows:
        life = orjson.loads(body)
        if not lives or life["ver"] > lives[-1]["ver"]:
            lives.append(life)
    return lives


def _bodies(connection: Connection, scope: Scope, keys: list[tuple[Any, ...]]) -> dict[str, dict[str, Any]]:
    if not keys:
        return {}
    where = Where(scope).among(f"({', '.join(_KEY)})", keys)
    rows = connection.rows(
        f"SELECT card_id, body FROM cards FINAL WHERE {where.sql}",  # noqa: S608  # only column names
        where.params,
    )
    return {card_id: orjson.loads(body) for card_id, body in rows}


def _narrow(wanted: CardFilter) -> bool:
    return wanted.case is not None or wanted.enterprise is not None


def _homes(connection: Connection, wanted: CardFilter) -> list[tuple[Any, ...]]:
    """Return where the cards lie of the case or of the cases of the enterprise that is wanted."""
    # The scope is asked of the cards themselves, which are read by what is found here.
    where = Where(Scope.everything()).equal("case_key", wanted.case).of_enterprise(wanted.enterprise)
    rows = connection.rows(f"SELECT DISTINCT card_id FROM card_log WHERE {where.sql}", where.params)  # noqa: S608  # only column names
    heads = card_heads(connection, [card_id for (card_id,) in rows])
    return [_key(head.home, card_id) for card_id, head in heads.items()]


def _key(home: Home, card_id: str) -> tuple[Any, ...]:
    return (home.region, home.agency, home.day, card_id)
