"""Which cases are there, how does each stand, and what happened in it."""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
import orjson

from mingjing.rules.events import Event, micros
from mingjing.rules.standing import STANDS
from mingjing.services.ledger.connection import Connection
from mingjing.services.ledger.latest import latest
from mingjing.services.ledger.paging import bounded, closed, opened
from mingjing.services.ledger.port import CaseFilter, Page
from mingjing.services.ledger.scope import Scope
from mingjing.services.ledger.where import Where
from mingjing.services.ledger.windows import NO_END_MS, windows

_LIST = "cases"
_REACH_MS = 3_600_000


def page(connection: Connection, scope: Scope, wanted: CaseFilter, limit: int, cursor: str | None) -> Page:
    """Return a page of cases, the one with the newest event first.

    A case lies by its number and moves in time with each event, so a window of time is first looked for along the
    plain columns, in any version of a case, and only what is found there is settled to its latest. A text is found
    in few cases, so that all time is one window; the cases of an enterprise are known by their numbers.
    """
    limit = bounded(limit)
    after = opened(cursor, _LIST)
    keys: list[tuple[int, str]] = []
    for since, until in _spans(connection, wanted, after):
        where = (
            Where(scope)
            .at_least("last_event_ms", since)
            .below(("last_event_ms",), (until,))
            .among("state", wanted.states)
            .among("item", wanted.items)
            .equal("agency", wanted.agency)
            .of_enterprise(wanted.enterprise)
            .within_region(wanted.region)
            .contains(("subject", "item", "item_title"), wanted.text)
            .below(("last_event_ms", "case_key"), after)
        )
        ever = f"SELECT case_key FROM case_facts WHERE {where.sql}"  # noqa: S608  # only column names
        found = "1" if wanted.enterprise is not None else f"case_key IN ({ever})"
        keys += connection.rows(
            f"SELECT last_event_ms, case_key FROM case_facts FINAL WHERE {found} AND {where.sql} "  # noqa: S608  # only column names
            f"ORDER BY last_event_ms DESC, case_key DESC LIMIT {limit + 1 - len(keys)}",
            where.params,
        )
        if len(keys) > limit:
            break
    bodies = _bodies(connection, scope, [key for _, key in keys[:limit]])
    items = [bodies[key] for _, key in keys[:limit] if key in bodies]
    return Page(items, closed(keys, limit, _LIST))


def _spans(connection: Connection, wanted: CaseFilter, after: tuple[int, str] | None) -> Iterable[tuple[int, int]]:
    """Return [since, until) of the last event that together leave out nothing behind `after`, newest first."""
    if wanted.text is not None or wanted.enterprise is not None:
        return [(0, NO_END_MS)]
    ((oldest, newest),) = connection.rows("SELECT min(last_event_ms), max(last_event_ms) FROM case_facts")
    return windows(after[0] if after else newest, oldest, _REACH_MS)


def one(connection: Connection, scope: Scope, case_key: str) -> dict[str, Any] | None:
    """Return the facts of one case."""
    return _bodies(connection, scope, [case_key]).get(case_key)


OURS = ("at", "stamp", "recorded_at")
"""What intake writes beside an event for the workers to read: the same instants in microseconds."""


STORIES = (
    "SELECT case_key, body FROM events PREWHERE case_key IN %(cases)s WHERE type != %(stands)s "
    "ORDER BY topic_partition, topic_offset LIMIT 1 BY topic_partition, topic_offset"
)
"""The archived events of some cases: of every month it reads a few granules for each case, however many there are."""


def stories(connection: Connection, scope: Scope, case_keys: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """Return the events of each case that is in scope, in legal order: time, sequence, source, id.

    Who may see a case may see all of it, other agencies' steps included. What a
    source sent again unchanged is shown once, as it was first received. What people
    say of the cards of a case is no event of its story.
    """
    seen: dict[str, dict[bytes, dict[str, Any]]] = {key: {} for key in _bodies(connection, scope, case_keys)}
    if not seen:
        return {}
    for case_key, body in connection.rows(STORIES, {"cases": tuple(seen), "stands": STANDS}):
        sent = orjson.loads(body)
        for name in OURS:
            sent.pop(name, None)
        said = {name: value for name, value in sent.items() if name != "ingestedtime"}
        seen[case_key].setdefault(orjson.dumps(said, option=orjson.OPT_SORT_KEYS), sent)
    return {case_key: sorted(story.values(), key=_legal_order) for case_key, story in seen.items()}


def _legal_order(sent: dict[str, Any]) -> tuple[int, int, str, str]:
    event = msgspec.convert(sent, Event)
    return (micros(event.time), event.sequence, event.source, event.id)


def _bodies(connection: Connection, scope: Scope, keys: Sequence[str]) -> dict[str, dict[str, Any]]:
    if not keys:
        return {}
    where = Where(scope)
    place = where.beside().among("case_key", keys)
    asked = latest("case_key, body, agency, region", "case_facts", "case_key", place, where)
    return {key: orjson.loads(body) for key, body, _, _ in connection.rows(asked, where.params)}
