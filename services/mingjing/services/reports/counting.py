"""The statements that count a month: every measure of a source in one pass over it.

They run where the rows lie; nothing but cells ever leaves the tables. FINAL (and for
events one row for each source and id) makes every case, card and event count once,
however often it was written.
"""

from collections.abc import Iterable, Iterator, Sequence
from zoneinfo import ZoneInfo

import msgspec

from mingjing.rules.view import NO_OUTAGES, Outages
from mingjing.services.reports.downtime import declared
from mingjing.services.reports.indicators import GRAINS, SOURCES, Definitions, Facet, Measure, Source
from mingjing.services.reports.period import Month
from mingjing.services.reports.sources import ROWS

PLACES = ("agency", "region")
DIMENSIONS = (*PLACES, *GRAINS)
"""What figures can be had by: every cell is of an agency and a region, and of at most one of the grains."""

_JUDGED = "('card.upheld', 'card.revoked', 'card.lowered', 'card.exempted')"

_ARCHIVED: tuple[Source, ...] = ("facts", "tasks", "errands")
"""Sources whose rows are made out of the whole archive."""

_WHOLE = "''"

_ALWAYS: dict[Source, str] = {"cards": "status != 'withdrawn'"}

_INTO = "INSERT INTO report_cells (month, build, grain, key, measure, bucket, agency, region, value)"


class Count(msgspec.Struct, frozen=True):
    """Counting one month into one build; `outages` are those that agencies declared."""

    month: Month
    build: int
    zone: ZoneInfo
    outages: Outages = NO_OUTAGES

    def statements(self, definitions: Definitions) -> Iterator[str]:
        """Yield what is to be run in this order, in one session, which together writes all cells of the month."""
        for source in SOURCES:
            mine = {name: each for name, each in definitions.measures.items() if each.source == source}
            if mine:
                yield from ROWS[source].laying(self._asked(mine.values()))
                yield from self._passes(source, mine, definitions.grains[source])
                yield from ROWS[source].clearing()

    def _passes(self, source: Source, mine: dict[str, Measure], grains: Sequence[Facet]) -> Iterator[str]:
        """Yield the INSERT … SELECT of each pass over a source."""
        if source in _ARCHIVED:
            yield self._at_once(source, mine, grains)
            return
        together = {name: each for name, each in mine.items() if not each.bucket}
        if together:
            yield self._pass(source, together, grains)
        for name, measure in mine.items():
            if measure.bucket:
                yield self._divided(source, name, measure, grains)

    def population(self, definitions: Definitions) -> str:
        """Return the question how many cases the month's figures are of: taken in, under way or ended in it."""
        of_cases = [each for each in definitions.measures.values() if each.source == "cases"]
        return f"SELECT count() FROM case_figures FINAL WHERE {self._within('cases', of_cases)}"  # noqa: S608

    def _pass(self, source: Source, measures: dict[str, Measure], grains: Sequence[Facet]) -> str:
        names = ", ".join(f"'{name}'" for name in measures)
        values = ", ".join(self._value(each) for each in measures.values())
        return (
            f"{_INTO} SELECT {self._stamp()}, grain, key, measure, '' AS bucket, agency, region, value "  # noqa: S608
            f"FROM (SELECT {_region(source)}, grain, key, [{values}] AS values "
            f"FROM {self._rows(source, list(measures.values()), grains)} WHERE grain = '' OR key != '' "
            "GROUP BY agency, region, grain, key) "
            f"ARRAY JOIN [{names}] AS measure, values AS value WHERE value != 0"
        )

    def _divided(self, source: Source, name: str, measure: Measure, grains: Sequence[Facet]) -> str:
        return (
            f"{_INTO} SELECT {self._stamp()}, grain, key, '{name}' AS measure, bucket, agency, region, value "  # noqa: S608
            f"FROM (SELECT {_region(source)}, grain, key, {measure.bucket} AS bucket, toInt64(count()) AS value "
            f"FROM {self._rows(source, [measure], grains)} WHERE ({measure.where}) AND (grain = '' OR key != '') "
            "GROUP BY agency, region, grain, key, bucket)"
        )

    def _at_once(self, source: Source, measures: dict[str, Measure], grains: Sequence[Facet]) -> str:
        """Return the one pass that writes what is divided too: the rows of these sources are dear to come by."""
        counted = ", ".join(
            f"('{name}', {each.bucket or _WHOLE}, if({self._holds(each)} AND ({each.where}), {_addend(each)}, 0))"
            for name, each in measures.items()
        )
        return (
            f"{_INTO} SELECT {self._stamp()}, grain, key, tupleElement(cell, 1) AS measure, "  # noqa: S608
            f"tupleElement(cell, 2) AS bucket, agency, region, sum(tupleElement(cell, 3)) AS value "
            f"FROM (SELECT agency, region, grain, key, arrayJoin([{counted}]) AS cell "
            f"FROM {self._rows(source, list(measures.values()), grains)} WHERE grain = '' OR key != '') "
            "WHERE tupleElement(cell, 3) != 0 GROUP BY agency, region, grain, key, measure, bucket"
        )

    def _stamp(self) -> str:
        return f"toUInt32({self.month.number}) AS month, toUInt64({self.build}) AS build"

    def _rows(self, source: Source, measures: list[Measure], grains: Sequence[Facet]) -> str:
        """Return the rows that matter to the month, each once for all and once for each of the `grains`.

        They are chosen before anything is laid beside them and before they are multiplied: most cases of a
        table are of other months.
        """
        rows, asked = ROWS[source], self._asked(measures)
        names = ", ".join(f"'{name}'" for name in ("", *grains))
        keys = ", ".join(("''", *(rows.grains[name] for name in grains)))
        chosen = f"(SELECT * FROM {rows.table.format(**asked)} WHERE {self._within(source, measures)})"  # noqa: S608
        for other in rows.beside:
            chosen = f"(SELECT * FROM {chosen} AS counted ANY LEFT JOIN {other.format(**asked)})"  # noqa: S608
        return f"{chosen} ARRAY JOIN [{names}] AS grain, [{keys}] AS key"

    def _asked(self, measures: Iterable[Measure]) -> dict[str, object]:
        """Return what fills the placeholders of a source's rows."""
        begin, end = self.month.bounds(self.zone)
        types = ", ".join(f"'{name}'" for name in sorted({name for each in measures for name in each.types}))
        asked = {"begin": begin, "end": end, "judged": _JUDGED, "zone": self.zone.key, "types": types}
        return asked | {"down": declared(self.outages, begin, end)}

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


def _addend(measure: Measure) -> str:
    return f"toInt64({measure.sum or 1})"


def _region(source: Source) -> str:
    """Return agency and region of a row; a letter knows no region."""
    return "agency, '' AS region" if source == "letters" else "agency, region"
