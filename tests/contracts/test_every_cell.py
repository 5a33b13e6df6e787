"""Every cell of a month, of every source, grain and bucket, is what its rows add up to, asked one by one."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from mingjing.services.ledger.connection import Connection, Limits
from mingjing.services.reports import cells
from mingjing.services.reports.indicators import Measure, Source, shipped
from mingjing.services.reports.period import Month
from mingjing.services.reports.sources import POST_OF_CARD
from mingjing.services.settings import Settings
from mingjing.services.sink.source import Record

from .every_source import ZONE, every_source, laid_out, writer_of

__all__ = ["every_source"]

MARCH = Month(2026, 3)
BEGIN, END = MARCH.bounds(ZONE)

GRAINS: dict[Source, dict[str, str]] = {
    "cases": {"item": "item", "post": "post", "window": "window"},
    "filed": {"item": "item", "post": "post", "window": "window"},
    "cards": {"item": "item", "post": POST_OF_CARD, "window": "case_key"},
    "events": {"item": "item", "post": "post"},
    "facts": {"item": "item", "post": "post", "window": "case_key"},
    "errands": {"item": "item", "post": "post", "window": "case_key"},
    "tasks": {"item": "item", "post": "post"},
    "handlings": {"item": "card_id", "post": "card_id", "window": "case_key"},
    "letters": {},
}
"""By which grains the figures of each source are promised; a key is looked up."""

LOOKED_UP = {
    ("window", "case_key"): "SELECT case_key, window FROM case_figures FINAL",
    ("item", "card_id"): "SELECT card_id, item FROM cards FINAL",
    ("post", "card_id"): f"SELECT card_id, {POST_OF_CARD} FROM cards FINAL",  # noqa: S608  # our own words
}
"""Where a row does not say a grain itself: what it is of the case or the card whose key it says."""


def held(measure: Measure) -> str:
    """Return when a row counts: in the month, or, of a stock, while it is open at its edge."""
    if measure.stock:
        edge = BEGIN if measure.stock == "begin" else END
        return f"accepted_ms > 0 AND accepted_ms < {edge} AND (ended_ms = 0 OR ended_ms >= {edge})"
    status = " AND status != 'withdrawn'" if measure.source == "cards" else ""
    return f"{measure.at} >= {BEGIN} AND {measure.at} < {END}{status}"


def asked(connection: Connection, source: Source, measures: dict[str, Measure]) -> Iterator[tuple[Any, ...]]:
    """Yield what each row adds to each cell: grain, key, measure, bucket, agency, region, value."""
    grains = GRAINS[source]
    types = ", ".join(f"'{name}'" for name in sorted({name for each in measures.values() for name in each.types}))
    rows = laid_out(connection, source, types)
    region = "''" if source == "letters" else "region"
    keys = ", ".join(("''", *grains.values()))
    known = {
        grain: dict(connection.rows(LOOKED_UP[grain, told]))
        for grain, told in grains.items()
        if (grain, told) in LOOKED_UP
    }
    alone = [{name: each} for name, each in measures.items() if each.bucket]
    for chosen in ({name: each for name, each in measures.items() if not each.bucket}, *alone):
        added = ", ".join(
            f"toInt64(if({held(each)} AND ({each.where}), {each.sum or 1}, 0))" for each in chosen.values()
        )
        bucket = next((each.bucket for each in chosen.values() if each.bucket), "''")
        if not chosen:
            continue
        for agency, of_region, named, divided, values in connection.rows(
            f"SELECT agency, {region}, [{keys}], {bucket}, [{added}] FROM {rows}"  # noqa: S608  # our own words
        ):
            for (grain, key), (name, value) in (
                (one, other)
                for one in zip(("", *grains), named, strict=True)
                for other in zip(chosen, values, strict=True)
            ):
                said = known[grain].get(key, "") if grain in known else key
                if value and (said or not grain):
                    yield grain, said, name, divided, agency, of_region, value


def counted(connection: Connection, build: cells.Build) -> dict[tuple[Any, ...], int]:
    """Return the cells of a build."""
    rows = connection.rows(
        "SELECT grain, key, measure, bucket, agency, region, value FROM report_cells WHERE build = %(build)s",
        {"build": build.build},
    )
    return {tuple(cell): value for *cell, value in rows}


def test_every_cell_is_what_its_rows_add_up_to(connection: Connection, every_source: list[Record]) -> None:
    writer_of(connection).write(every_source)
    added: Counter[tuple[Any, ...]] = Counter()
    for source in GRAINS:
        mine = {name: each for name, each in shipped().measures.items() if each.source == source}
        for *cell, value in asked(connection, source, mine):
            added[tuple(cell)] += value

    build = cells.count(connection, MARCH, shipped(), ZONE)

    assert counted(connection, build) == {cell: value for cell, value in added.items() if value}
    measures = {measure: shipped().measures[measure] for _, _, measure, *_ in added}
    assert {each.source for each in measures.values()} == set(GRAINS)
    assert {(measures[name].source, grain) for grain, _, name, *_ in added} == {
        (source, grain) for source, grains in GRAINS.items() for grain in ("", *grains)
    }
    assert sum(bool(each.bucket) for each in measures.values()) > 5


def test_what_does_not_fit_into_memory_is_counted_alike(
    settings: Settings, connection: Connection, every_source: list[Record]
) -> None:
    writer_of(connection).write(every_source)
    within = counted(connection, cells.count(connection, MARCH, shipped(), ZONE))
    narrow = Connection(settings, limits=Limits(memory=1))

    build = cells.count(narrow, MARCH, shipped(), ZONE)
    narrow.close()

    assert len(within) > 100
    assert counted(connection, build) == within
