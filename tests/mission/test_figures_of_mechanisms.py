"""Each story whose mechanism the month's report has a figure of: the story goes in, the figure comes out.

All stories are told to one archive, each as the business of an agency of its own, and
each month is counted once: the figures of a story are those of its agency.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import orjson
import pytest

from mingjing.rules.events import Fact
from mingjing.services.archive.event_writer import EventWriter
from mingjing.services.ledger import Scope
from mingjing.services.ledger.connection import Connection
from mingjing.services.ledger.migrate import migrate
from mingjing.services.reports import cells
from mingjing.services.reports.cells import Sums, Wanted
from mingjing.services.reports.figure import figure
from mingjing.services.reports.indicators import Indicator, shipped
from mingjing.services.reports.period import Month
from mingjing.services.settings import read_settings
from mingjing.services.sink.source import Record
from mingjing.services.sink.writers import CardWriter, CaseWriter, TopicWriter

from .stories import PATHS, Story, lived, read_story

ZONE = ZoneInfo("Asia/Shanghai")
TOLD = [story for story in map(read_story, PATHS) if story.figures]
OWN = {each.id: each for each in shipped().indicators if each.mechanism}
MONTHS = sorted({month for story in TOLD for month in story.figures})


@pytest.fixture(params=[pytest.param(name, marks=pytest.mark.contract) for name in ("clickhouse18", "clickhouse26")])
def connection(request: pytest.FixtureRequest) -> Iterator[Connection]:
    settings = read_settings(clickhouse=str(request.getfixturevalue(request.param)), clickhouse_database="mechanisms")
    migrate(settings)
    connection = Connection(settings)
    yield connection
    connection.command("DROP DATABASE mechanisms")
    connection.close()


def written(micros: int) -> str:
    return datetime.fromtimestamp(micros / 1_000_000, UTC).isoformat()


def event(fact: Fact, case_key: str) -> dict[str, Any]:
    """Return what the archive keeps of a fact."""
    named = {name: getattr(fact, name) for name in ("id", "source", "type", "corrects", "item", "agency", "region")}
    said = {"subject": case_key, "casekey": case_key, "time": written(fact.at), "ingestedtime": written(fact.stamp)}
    return {name: value for name, value in named.items() if value} | said | {"data": fact.data}


def tell(connection: Connection, story: Story) -> None:
    """Write the events of a story, and what the engine makes of them, as the business of one agency."""
    name = story.path.stem
    facts = tuple(msgspec.structs.replace(fact, agency=name) for fact in story.example.facts)
    mine = msgspec.structs.replace(story, example=msgspec.structs.replace(story.example, facts=facts))
    homes = story.example.homes or ("1",) * len(facts)
    life = lived(mine, name)
    cards = [msgspec.to_builtins(card) | {"ver": [number, 1, 1]} for number, card in enumerate(life.cards)]
    writers: tuple[tuple[str, TopicWriter, list[Any]], ...] = (
        (
            "case-events",
            EventWriter(connection),
            [event(fact, f"{name}/{home}") for fact, home in zip(facts, homes, strict=True)],
        ),
        ("case-facts", CaseWriter(connection), life.facts),
        ("cards", CardWriter(connection), cards),
    )
    for topic, writer, records in writers:
        packed = (orjson.dumps(each, option=orjson.OPT_SORT_KEYS) for each in records)
        start = TOLD.index(story) * 1000
        rows = [Record(topic, 0, start + place, 1_790_000_000_000, None, each) for place, each in enumerate(packed)]
        assert writer.write(rows) == []


def shown(indicator: Indicator, sums: Sums) -> Any:
    """Return a figure as a story states it: a fraction, how many, how much, or the parts."""
    found = figure(indicator, sums)
    if indicator.form == "split":
        return sums.get(indicator.numerator, {})
    if indicator.form in {"ratio", "mean"}:
        return [found.numerator, found.denominator]
    return found.value


def test_the_report_of_its_month_has_the_figures_of_each_story(connection: Connection) -> None:
    for story in TOLD:
        tell(connection, story)

    found: dict[str, Any] = {}
    for month in MONTHS:
        build = cells.count(connection, Month(*map(int, month.split("-"))), shipped(), ZONE)
        totals = cells.totals(
            connection, Scope.everything(), Wanted(), {build.month: build.build}, shipped(), by=("agency",)
        )
        for story in TOLD:
            sums = totals.get((story.path.stem,), {})
            found |= {
                f"{story.path.name} {month} {name}": shown(OWN[name], sums) for name in story.figures.get(month, {})
            }

    stated = {
        f"{story.path.name} {month} {name}": value
        for story in TOLD
        for month, figures in story.figures.items()
        for name, value in figures.items()
    }
    assert {name: value for name, value in found.items() if value != stated[name]} == {}
    assert len(found) == len(stated)


@pytest.mark.parametrize("ident", OWN)
def test_a_story_of_its_mechanism_shows_each_figure(ident: str) -> None:
    shows = [story.mechanism for story in TOLD if any(ident in figures for figures in story.figures.values())]

    assert shows
    assert set(shows) == {OWN[ident].mechanism}
