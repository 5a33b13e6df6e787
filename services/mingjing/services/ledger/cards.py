"""Which cards are there, in which state, and what was each before."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import orjson

from mingjing.services.ledger.connection import Connection
from mingjing.services.ledger.heads import card_heads
from mingjing.services.ledger.instants import day_of, midnight_utc, millis
from mingjing.services.ledger.latest import latest
from mingjing.services.ledger.paging import bounded, closed, opened
from mingjing.services.ledger.port import CardFilter, Page
from mingjing.services.ledger.scope import Scope
from mingjing.services.ledger.where import Where
from mingjing.services.ledger.windows import windows

_LIST = "cards"
PLACE = "(home_day, home_ms, card_id)"
"""Where a card's row lies in `cards`: its month and the whole sorting key.

Without the day an older server opens every month there is, to see that it has nothing.
"""

_COLUMNS = "home_ms, card_id, body, level, status, agency, region, rule, item"
"""Of a card at a place: the first two of its key, its body, and what can be asked of it."""

_HOME_DAY = "toDate(toDateTime(toUInt32(least(intDiv(home_ms, 1000), 4291660800)), 'UTC'))"
"""The `instants.day_of` of a home."""

_REACH_MS = 60_000
_NEAR_MS = 16 * 86_400_000
"""The widest window whose cards are asked for their stages one by one."""


def page(connection: Connection, scope: Scope, wanted: CardFilter, limit: int, cursor: str | None) -> Page:
    """Return a page of cards, newest issued first.

    FINAL over the narrow columns finds the page, a window of issue at a time, then only its bodies are read.
    A card that was told a new instant of issue keeps the place of its first.
    """
    limit = bounded(limit)
    after = opened(cursor, _LIST)
    if _narrow(wanted):
        return _of_cases(connection, scope, wanted, limit, after)
    keys: list[tuple[int, str]] = []
    for since, until in _spans(connection, wanted, after):
        where = _where(scope, wanted, since, until).below(("home_ms", "card_id"), after)
        keys += connection.rows(
            f"SELECT home_ms, card_id FROM cards FINAL WHERE {where.sql} "  # noqa: S608  # only column names
            f"ORDER BY home_ms DESC, card_id DESC LIMIT {limit + 1 - len(keys)}",
            where.params,
        )
        if len(keys) > limit:
            break
    bodies = _bodies(connection, scope, keys[:limit])
    return Page([bodies[ident] for _, ident in keys[:limit] if ident in bodies], closed(keys, limit, _LIST))


def _of_cases(
    connection: Connection, scope: Scope, wanted: CardFilter, limit: int, after: tuple[int, str] | None
) -> Page:
    """Return a page of the cards of one case, enterprise or officer, whose places are known.

    As many are read as fit on it. Of an officer's those are left out that were laid to somebody else later.
    """
    table, known = _known(wanted)
    known.at_least("home_ms", millis(wanted.since)).below(("home_ms", "card_id"), after)
    places = connection.rows(
        f"SELECT DISTINCT home_ms, card_id FROM {table} WHERE {known.sql} ORDER BY home_ms DESC, card_id DESC",  # noqa: S608  # only column names
        known.params,
    )
    found: list[tuple[int, str, str]] = []
    while places and len(found) <= limit:
        near, places = places[: limit + 1], places[limit + 1 :]
        where = _asked(scope, wanted)
        if wanted.stages:
            stages = where.beside().among("stage", wanted.stages).among("card_id", [ident for _, ident in near])
            where.within("card_id", f"SELECT card_id FROM card_stages FINAL WHERE {stages.sql}")  # noqa: S608
        found += [each for each in _at(connection, near, where) if _laid_to(each[2], wanted.officer)]
    keys = [(home_ms, card_id) for home_ms, card_id, _ in found]
    return Page([orjson.loads(body) for _, _, body in found[:limit]], closed(keys, limit, _LIST))


def _known(wanted: CardFilter) -> tuple[str, Where]:
    """Return the table in which the places of the cards lie together, and what is asked of it."""
    cases = Where(Scope.everything()).equal("case_key", wanted.case).of_enterprise(wanted.enterprise)
    if wanted.officer is None:
        return "case_cards", cases
    if wanted.case is not None or wanted.enterprise is not None:
        within = f"SELECT card_id FROM case_cards WHERE {cases.sql}"  # noqa: S608  # only column names
        return "officer_cards", cases.beside().equal("officer", wanted.officer).within("card_id", within)
    return "officer_cards", cases.equal("officer", wanted.officer)


def _laid_to(body: str, officer: str | None) -> bool:
    return officer is None or orjson.loads(body).get("officer") == officer


def _spans(connection: Connection, wanted: CardFilter, after: tuple[int, str] | None) -> Iterator[tuple[int, int]]:
    """Yield [since, until) of issue that together leave out nothing behind `after` that is wanted, newest first.

    The rest of a question about stages is asked at once when the last weeks have not filled its page: then few
    cards stand in them.
    """
    ((first, last),) = connection.rows("SELECT min(home_day), max(home_day) FROM cards")
    oldest = max(midnight_utc(first), millis(wanted.since))
    if after is None:
        ((newest,),) = connection.rows("SELECT max(home_ms) FROM cards WHERE home_day = %(last)s", {"last": last})
    else:
        newest = after[0]
    for since, until in windows(newest, oldest, _REACH_MS):
        if wanted.stages and until - since > _NEAR_MS:
            yield oldest, until
            return
        yield since, until


def _asked(scope: Scope, wanted: CardFilter) -> Where:
    """Return what is asked of a card itself, whenever it was issued."""
    return (
        Where(scope)
        .shown_at(wanted.levels)
        .among("status", wanted.statuses)
        .equal("agency", wanted.agency)
        .within_region(wanted.region)
        .equal("rule", wanted.rule)
        .equal("item", wanted.item)
    )


def _where(scope: Scope, wanted: CardFilter, since: int, until: int) -> Where:
    where = _asked(scope, wanted)
    within = where.beside().at_least("home_day", day_of(since)).below(("home_day",), (_day_after(until),))
    within.at_least("home_ms", since).below(("home_ms",), (until,))
    where.want(within.sql)
    if wanted.stages:
        stages = where.beside().among("stage", wanted.stages)
        in_stage = f"SELECT card_id FROM card_stages FINAL WHERE {stages.sql}"  # noqa: S608  # only column names
        if until - since <= _NEAR_MS:
            issued = f"SELECT card_id FROM cards WHERE {within.sql}"  # noqa: S608  # only column names
            where.within("card_id", f"{in_stage} AND card_id IN ({issued})")
        else:
            where.within(PLACE, places(in_stage))
    return where


def places(card_ids: str) -> str:
    """Return the query of the places of the cards that the query `card_ids` finds."""
    return f"SELECT {_HOME_DAY}, home_ms, card_id FROM card_heads WHERE card_id IN ({card_ids})"  # noqa: S608  # our own names


def places_in_cases(cases: Where) -> str:
    """Return the query of the places of the cards of `cases`."""
    return f"SELECT {_HOME_DAY}, home_ms, card_id FROM case_cards WHERE {cases.sql}"  # noqa: S608  # our own names


def _day_after(until: int) -> date:
    """Return the first day on which no card lies that was issued before `until`."""
    return day_of(until - 1) + timedelta(days=1)


def one(connection: Connection, scope: Scope, card_id: str) -> dict[str, Any] | None:
    """Return the latest state of one card."""
    head = card_heads(connection, [card_id]).get(card_id)
    if head is None:
        return None
    return _bodies(connection, scope, [(head.home_ms, card_id)]).get(card_id)


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


def _bodies(connection: Connection, scope: Scope, keys: list[tuple[int, str]]) -> dict[str, dict[str, Any]]:
    return {card_id: orjson.loads(body) for _, card_id, body in _at(connection, keys, Where(scope))} if keys else {}


def _at(connection: Connection, keys: list[tuple[int, str]], where: Where) -> list[tuple[int, str, str]]:
    """Return of the cards at these places those that are as wanted, newest issued first: place and body."""
    place = where.beside().among(PLACE, [(day_of(ms), ms, ident) for ms, ident in keys])
    rows = connection.rows(latest(_COLUMNS, "cards", "card_id", place, where), where.params)
    return sorted(((row[0], row[1], row[2]) for row in rows), reverse=True)


def _narrow(wanted: CardFilter) -> bool:
    return wanted.case is not None or wanted.enterprise is not None or wanted.officer is not None
