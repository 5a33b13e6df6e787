"""The statements that count a month: every measure of a source in one pass over it.

They run where the rows lie; nothing but cells ever leaves the table. FINAL (and for
events one row for each source and id) makes every case, card and event count once,
however often it was written.
"""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

import msgspec

from mingjing.services.ledger.shown_cards import cards_as_shown
from mingjing.services.reports.archived_facts import ERRANDS, FACTS, FILED, TASKS, past_day
from mingjing.services.reports.indicators import Definitions, Measure, Source
from mingjing.services.reports.period import Month

PLACES = ("agency", "region")
GRAINS = ("item", "post", "window")
DIMENSIONS = (*PLACES, *GRAINS)
"""What figures can be had by: every cell is of an agency and a region, and of at most one of the grains."""

POST_OF_CARD = "visitParamExtractString(substring(body, position(body, '\"occurrence\":')), 'post')"
"""The card's own post: keys are sorted, and behind `occurrence` no nested object comes before it."""

ONE_OF_EACH = """(
    SELECT source, at_ms, ingested_ms, agency, region, item, post FROM events
    WHERE type != 'clock.tick' AND source != 'urn:mingjing:desk' AND at_ms >= {begin} AND at_ms < {end}
    ORDER BY ingested_ms, at_ms, agency, region, item, post LIMIT 1 BY source, event_id
)"""
"""What agencies sent of the month, each (source, id) once, as it first came in.

Of two words with one id that came in at one instant the lesser by all that is read of them is taken: an order in
which no two differ, so that neither parts nor merges nor the engine have a say in which it is.
"""

AS_SHOWN = cards_as_shown(
    "violated_ms >= {begin} AND violated_ms < {end}",
    ("rule", "status", "item", "agency", "region", "violated_ms", "body"),
)
"""Cards of a month at the level they show."""

HANDLED = f"""(
    SELECT argMax(of_agency, turn) AS agency, argMax(of_region, turn) AS region,
           minIf(at, kind = 'card.appealed') AS appealed_ms,
           maxIf(at, kind IN {{judged}}) AS judged_ms, argMaxIf(kind, turn, kind IN {{judged}}) AS outcome,
           maxIf(at, kind = 'card.rectified') AS rectified_ms, maxIf(at, kind = 'card.closed') AS closed_ms,
           argMaxIf(due, turn, kind IN ('card.supervised', 'card.returned')) AS due_on,
           {past_day("due_on")} AS due_ms
    FROM (
        SELECT case_key, at, kind, of_agency, of_region, due, (at, said, kind, of_agency, of_region, due) AS turn
        FROM (
            SELECT case_key, at_ms AS at, recorded_ms AS said, toString(type) AS kind,
                   toString(agency) AS of_agency, toString(region) AS of_region,
                   visitParamExtractString(body, 'due') AS due
            FROM events WHERE source = 'urn:mingjing:desk'
        )
    ) GROUP BY case_key
)"""  # noqa: S608  # our own words
"""What people did with each card, one row a card: 0 = never; due_ms is the first instant past the day it was due.

The card is of the agency that its last step names. Steps of one instant go by when they were recorded, then by all
that is read of them.
"""

_JUDGED = "('card.upheld', 'card.revoked', 'card.lowered', 'card.exempted')"

_TABLES: dict[Source, tuple[str, dict[str, str]]] = {
    "cases": ("case_figures FINAL", {"item": "item", "post": "post", "window": "window"}),
    "cards": (AS_SHOWN, {"item": "item", "post": POST_OF_CARD}),
    "events": (ONE_OF_EACH, {"item": "item", "post": "post"}),
    "letters": ("dead_letters FINAL", {}),
    "handlings": (HANDLED, {}),
    "facts": (FACTS, {"item": "item", "post": "post"}),
    "tasks": (TASKS, {}),
    "errands": (ERRANDS, {"item": "item"}),
    "filed": (FILED, {"item": "item", "post": "post", "window": "window"}),
}
"""Where the rows of each source are, and what of the grains they know."""

_ARCHIVED: tuple[Source, ...] = ("facts", "tasks", "errands")
"""Sources whose rows are made out of the whole archive."""

_WHOLE = "''"

_ALWAYS: dict[Source, str] = {"cards": "status != 'withdrawn'"}


NOT_APART = "按此范围分开的数"
"""What an indicator awaits that is counted, and not by what the report is cut to or broken down by."""

_INTO = "INSERT INTO report_cells (month, build, grain, key, measure, bucket, agency, region, value)"


class Count(msgspec.Struct, frozen=True):
    """Counting one month into one build."""

    month: Month
    build: int
    zone: ZoneInfo

    def statements(self, definitions: Definitions) -> Iterator[str]:
        """Yield the INSERT … SELECT of each pass, which together write all cells of the month."""
        for source in _TABLES:
            mine = {name: each for name, each in definitions.measures.items() if each.source == source}
            together = {name: each for name, each in mine.items() if not each.bucket}
            if source in _ARCHIVED and mine:
                yield self._at_once(source, mine)
                continue
            if together:
                yield self._pass(source, together)
            for name, measure in mine.items():
                if measure.bucket:
                    yield self._divided(source, name, measure)

    def population(self, definitions: Definitions) -> str:
        """Return the question how many cases the month's figures are of: taken in, under way or ended in it."""
        of_cases = [each for each in definitions.measures.values() if each.source == "cases"]
        return f"SELECT count() FROM case_figures FINAL WHERE {self._within('cases', of_cases)}"  # noqa: S608

    def _pass(self, source: Source, measures: dict[str, Measure]) -> str:
        names = ", ".join(f"'{name}'" for name in measures)
        values = ", ".join(self._value(each) for each in measures.values())
        return (
            f"{_INTO} SELECT {self._stamp()}, grain, key, measure, '' AS bucket, agency, region, value "  # noqa: S608
            f"FROM (SELECT {_region(source)}, grain, key, [{values}] AS values "
            f"FROM {self._rows(source, list(measures.values()))} WHERE grain = '' OR key != '' "
            "GROUP BY agency, region, grain, key) "
            f"ARRAY JOIN [{names}] AS measure, values AS value WHERE value != 0"
        )

    def _divided(self, source: Source, name: str, measure: Measure) -> str:
        return (
            f"{_INTO} SELECT {self._stamp()}, grain, key, '{name}' AS measure, bucket, agency, region, value "  # noqa: S608
            f"FROM (SELECT {_region(source)}, grain, key, {measure.bucket} AS bucket, toInt64(count()) AS value "
            f"FROM {self._rows(source, [measure])} WHERE ({measure.where}) AND (grain = '' OR key != '') "
            "GROUP BY agency, region, grain, key, bucket)"
        )

    def _at_once(self, source: Source, measures: dict[str, Measure]) -> str:
        """Return the one pass that writes what is divided too: the rows of these sources are dear to come by."""
        counted = ", ".join(
            f"('{name}', {each.bucket or _WHOLE}, if({self._holds(each)} AND ({each.where}), {_addend(each)}, 0))"
            for name, each in measures.items()
        )
        return (
            f"{_INTO} SELECT {self._stamp()}, grain, key, tupleElement(cell, 1) AS measure, "  # noqa: S608
            f"tupleElement(cell, 2) AS bucket, agency, region, sum(tupleElement(cell, 3)) AS value "
            f"FROM (SELECT agency, region, grain, key, arrayJoin([{counted}]) AS cell "
            f"FROM {self._rows(source, list(measures.values()))} WHERE grain = '' OR key != '') "
            "WHERE tupleElement(cell, 3) != 0 GROUP BY agency, region, grain, key, measure, bucket"
        )

    def _stamp(self) -> str:
        return f"toUInt32({self.month.number}) AS month, toUInt64({self.build}) AS build"

    def _rows(self, source: Source, measures: list[Measure]) -> str:
        """Return the rows that matter to the month, each once for all and once for each of its grains.

        They are chosen before they are multiplied: most cases of a table are of other months.
        """
        begin, end = self.month.bounds(self.zone)
        table, known = _TABLES[source]
        grains = ", ".join(f"'{name}'" for name in ("", *known))
        keys = ", ".join(("''", *known.values()))
        types = ", ".join(f"'{name}'" for name in sorted({name for each in measures for name in each.types}))
        rows = table.format(begin=begin, end=end, judged=_JUDGED, zone=self.zone.key, types=types)
        chosen = f"(SELECT * FROM {rows} WHERE {self._within(source, measures)})"  # noqa: S608
        return f"{chosen} ARRAY JOIN [{grains}] AS grain, [{keys}] AS key"

    def _holds(self, measure: Measure) -> str:
        begin, end = self.month.bounds(self.zone)
        if measure.stock:
            instant = begin if measure.stock == "begin" else end
            since = f"accepted_ms > 0 AND accepted_ms < {instant} AND (ended_ms = 0 OR ended_ms >= {instant})"
        else:
            since = f"{measure.at} >= {begin} AND {measure.at} < {end}"
        return since

    def _value(self, measure: Measure) -> str:
        condition = f"{self._holds(measure)} AND ({measure.where})"
        return f"toInt64(sumIf({measure.sum}, {condition}))" if measure.sum else f"toInt64(countIf({condition}))"

    def _within(self, source: Source, measures: list[Measure]) -> str:
        windows = sorted({self._holds(each) for each in measures})
        always = f" AND {_ALWAYS[source]}" if source in _ALWAYS else ""
        return f"({' OR '.join(f'({each})' for each in windows)}){always}"


def cut(definitions: Definitions, grain: str, *, region: bool) -> Definitions:
    """Return the definitions as far as they can be had by `grain` (blank: none), and of a `region`.

    A refused letter names no region and a card no window: a nought there would be taken for none.
    """

    def had(measure: str) -> bool:
        source = definitions.measures[measure].source
        return (not grain or grain in _TABLES[source][1]) and not (region and source == "letters")

    indicators = [
        each
        if all(map(had, each.measures))
        else msgspec.structs.replace(each, numerator="", denominator="", awaits=NOT_APART)
        for each in definitions.indicators
    ]
    return msgspec.structs.replace(definitions, indicators=indicators)


def _addend(measure: Measure) -> str:
    return f"toInt64({measure.sum or 1})"


def _region(source: Source) -> str:
    """Return agency and region of a row; a letter knows no region."""
    return "agency, '' AS region" if source == "letters" else "agency, region"
