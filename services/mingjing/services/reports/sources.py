"""The rows of each source that reports count from, and how each of the grains is told of a row."""

from collections.abc import Iterator, Mapping

import msgspec

from mingjing.services.ledger.cards import PLACE, places
from mingjing.services.ledger.shown_cards import cards_as_shown
from mingjing.services.reports.archived_facts import (
    ASSIGNED,
    CHOSEN,
    CHOSEN_NEXT,
    DELIVERED,
    ERRANDS,
    FACTS,
    FILED,
    FILED_IN_TIME,
    OF_THE_MONTH,
    TASKS,
    WITH_A_FILING,
    past_day,
)
from mingjing.services.reports.indicators import Facet, Source

POST_OF_CARD = "visitParamExtractString(substring(body, position(body, '\"occurrence\":')), 'post')"
"""The card's own post: keys are sorted, and behind `occurrence` no nested object comes before it."""

_SENT = (
    "FROM events WHERE type != 'clock.tick' AND source != 'urn:mingjing:desk' AND at_ms >= {begin} AND at_ms < {end}"
)

_IDENT = "cityHash64(source, event_id)"

SENT_TWICE = f"SELECT toString(ident) FROM (SELECT {_IDENT} AS ident {_SENT} GROUP BY ident HAVING count() > 1)"  # noqa: S608
"""What hashes alike of what agencies sent of the month: each (source, id) that came more than once, and hardly more."""

_ONCE, _TWICE = (f"{_IDENT} {each} (SELECT toUInt64(key) FROM {CHOSEN})" for each in ("NOT IN", "IN"))  # noqa: S608

ONE_OF_EACH = f"""(
    SELECT at_ms, ingested_ms, agency, region, item, post {_SENT} AND {_ONCE}
    UNION ALL
    SELECT at_ms, ingested_ms, agency, region, item, post FROM (
        SELECT source, event_id, at_ms, ingested_ms, agency, region, item, post {_SENT} AND {_TWICE}
        ORDER BY ingested_ms, at_ms, agency, region, item, post LIMIT 1 BY source, event_id
    )
)"""  # noqa: S608  # our own words
"""What agencies sent of the month, each (source, id) once, as it first came in.

Of two words with one id that came in at one instant the lesser by all that is read of them is taken: an order in
which no two differ, so that neither parts nor merges nor the engine have a say in which it is. Only what may have
come in twice is sorted: a province's month of events does not fit into memory.
"""

_IN_OUTAGES = (
    "arraySum((since, until) -> greatest(least(until, ingested_ms) - greatest(since, at_ms), 0), "
    "down_since, down_until)"
)

SENT_AND_LATE = f"""(
    SELECT at_ms, agency, region, item, post, ingested_ms - at_ms - {_IN_OUTAGES} AS net_lag_ms
    FROM {ONE_OF_EACH} AS sent ANY LEFT JOIN {{down}} AS of_agency USING agency
)"""  # noqa: S608  # our own words
"""The same, and how late each was: the milliseconds from happening to ingest, less what of them lay in outages that its
agency had declared, as `event.net_lag_s` has it."""

_CARDS_OF_THE_MONTH = "violated_ms >= {begin} AND violated_ms < {end}"

AS_SHOWN = cards_as_shown(
    _CARDS_OF_THE_MONTH,
    ("case_key", "rule", "status", "item", "agency", "region", "violated_ms", "body"),
)
"""Cards of a month at the level they show."""

_CASE_OF, _CARD_OF = "substring({0}, 1, length({0}) - 33)", "substring({0}, length({0}) - 31)"
"""The key of a case and the card in the key of a card's own case: the one, `#` and the other's 32 digits."""

_STEPS = "FROM events WHERE source = 'urn:mingjing:desk'"

HANDLED = f"""(
    SELECT {_CASE_OF.format("handled")} AS case_key, {_CARD_OF.format("handled")} AS card_id,
           argMax(of_agency, turn) AS agency, argMax(of_region, turn) AS region,
           minIf(at, kind = 'card.appealed') AS appealed_ms,
           maxIf(at, kind IN {{judged}}) AS judged_ms, argMaxIf(kind, turn, kind IN {{judged}}) AS outcome,
           maxIf(at, kind = 'card.rectified') AS rectified_ms, maxIf(at, kind = 'card.closed') AS closed_ms,
           argMaxIf(due, turn, kind IN ('card.supervised', 'card.returned')) AS due_on,
           {past_day("due_on")} AS due_ms
    FROM (
        SELECT handled, at, kind, of_agency, of_region, due, (at, said, kind, of_agency, of_region, due) AS turn
        FROM (
            SELECT case_key AS handled, at_ms AS at, recorded_ms AS said, toString(type) AS kind,
                   toString(agency) AS of_agency, toString(region) AS of_region,
                   visitParamExtractString(body, 'due') AS due
            {_STEPS}
        )
    ) GROUP BY handled
)"""  # noqa: S608  # our own words
"""What people did with each card, one row a card: 0 = never; due_ms is the first instant past the day it was due.

The card is of the agency that its last step names. Steps of one instant go by when they were recorded, then by all
that is read of them.
"""


class Rows(msgspec.Struct, frozen=True):
    """The rows of a source. Every placeholder is filled by who asks: begin, end, judged, types, zone and down.

    `grains` is the expression by which a row tells each of them; what it does not tell itself is
    told by tables `beside` it, each joined to the rows that count.

    `chosen` asks for keys, which are laid aside first, into CHOSEN and then CHOSEN_NEXT: ClickHouse 18.16 asks
    a question within a condition twice for each level that it lies deep.
    """

    table: str
    grains: Mapping[Facet, str]
    beside: tuple[str, ...] = ()
    chosen: tuple[str, ...] = ()

    def laying(self, asked: Mapping[str, object]) -> Iterator[str]:
        """Yield what lays the keys aside, for the session in which the rows are read afterwards."""
        for table, keys in self._laid:
            yield f"DROP TABLE IF EXISTS {table}"  # of a count that broke off
            yield f"CREATE TEMPORARY TABLE {table} (key String)"
            yield f"INSERT INTO {table} {keys.format(**asked)}"

    def clearing(self) -> Iterator[str]:
        """Yield what does away with the keys again."""
        return (f"DROP TABLE {table}" for table, _ in self._laid)

    @property
    def _laid(self) -> Iterator[tuple[str, str]]:
        return zip((CHOSEN, CHOSEN_NEXT), self.chosen, strict=False)


def _case(cases: str) -> str:
    """Return what tells the window of the cases whose keys the query `cases` finds."""
    return (
        f"(SELECT case_key, window FROM case_figures FINAL WHERE case_key IN ({cases})) AS of_case "  # noqa: S608
        "USING case_key"
    )


_HANDLED_CARDS = f"SELECT {_CARD_OF.format('case_key')} {_STEPS}"

_CARD = (
    f"(SELECT card_id, item, {POST_OF_CARD} AS post FROM cards FINAL "  # noqa: S608  # our own words
    f"WHERE {PLACE} IN ({places(_HANDLED_CARDS)})) AS of_card USING card_id"
)
"""What tells item and post of the cards that people have done something with."""

_CHOSEN_CASES = f"SELECT key FROM {CHOSEN}"  # noqa: S608  # our own words

ROWS: dict[Source, Rows] = {
    "cases": Rows("case_figures FINAL", {"item": "item", "post": "post", "window": "window"}),
    "cards": Rows(
        AS_SHOWN,
        {"item": "item", "post": POST_OF_CARD, "window": "window"},
        (_case(f"SELECT case_key FROM cards WHERE {_CARDS_OF_THE_MONTH}"),),  # noqa: S608  # our own words
    ),
    "events": Rows(SENT_AND_LATE, {"item": "item", "post": "post"}, chosen=(SENT_TWICE,)),
    "letters": Rows("dead_letters FINAL", {}),
    "handlings": Rows(
        HANDLED,
        {"item": "item", "post": "post", "window": "window"},
        (_CARD, _case(f"SELECT {_CASE_OF.format('case_key')} {_STEPS}")),
    ),
    "facts": Rows(
        FACTS,
        {"item": "item", "post": "post", "window": "window"},
        (_case(_CHOSEN_CASES),),
        (OF_THE_MONTH,),
    ),
    "tasks": Rows(TASKS, {"item": "item", "post": "post"}, chosen=(ASSIGNED,)),
    "errands": Rows(
        ERRANDS,
        {"item": "item", "post": "post", "window": "window"},
        (_case(_CHOSEN_CASES),),
        (DELIVERED,),
    ),
    "filed": Rows(FILED, {"item": "item", "post": "post", "window": "window"}, chosen=(WITH_A_FILING, FILED_IN_TIME)),
}
"""Where the rows of each source are. A step with a card is of the item and post of its card, and of the window of its
case, as a card is; a card that is of no single case (跨办件) has no window, and a case without any is of none.
"""
