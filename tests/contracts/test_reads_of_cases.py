"""What a page of clocks reads of the archive depends on its cases, and not on how much is archived."""

from collections.abc import Callable
from typing import Any

import pytest

from mingjing.rules.standing import STANDS
from mingjing.services.ledger import Scope, cases
from mingjing.services.ledger.connection import MODERN, Connection
from mingjing.services.sink.source import Record
from mingjing.services.sink.writers import LedgerWriter

GRANULE = 8192
"""Rows that ClickHouse reads at a time of a table that says nothing else."""
TOUCHED = 2
"""Granules that a case of a few events can lie in."""
EVENTS_A_CASE = 10
ASKED = [f"N/{100_000 + place}" for place in (7, 4_321, 19_999)]

Make = Callable[..., dict[str, Any]]
Send = Callable[..., Record]


def archive(connection: Connection, events: int) -> None:
    """Archive as many events of cases that lie one after the other, all in one part."""
    connection.command("TRUNCATE TABLE events")
    connection.command(
        "INSERT INTO events (case_key, topic_partition, topic_offset, logged_on, type, body) "  # noqa: S608  # our numbers
        f"SELECT concat('N/', toString(100000 + intDiv(number, {EVENTS_A_CASE}))), 0, number, toDate('2026-03-12'), "
        '\'case.accepted\', concat(\'{"id":"\', toString(number), \'","source":"s","type":"case.accepted",'
        '"subject":"x","time":"2026-03-06T10:00:00Z"}\') '
        f"FROM system.numbers LIMIT {events}"
    )
    connection.command("OPTIMIZE TABLE events FINAL")


@pytest.fixture
def told(sink: LedgerWriter, record: Send, case: Make) -> None:
    sink.write([record("case-facts", case(key.removeprefix("N/"), case_key=key)) for key in ASKED])


def read_of_the_archive(connection: Connection) -> int:
    """Return of how many rows the server says that it read them for the last question, or would for it.

    The engine behind the trial store tells nobody how far it has come, but what it is going to read.
    """
    if connection.version < MODERN:
        rows: int = connection._client.last_query.progress.rows  # the driver's, of the last question
        return rows
    asked = {"cases": tuple(ASKED), "stands": STANDS}
    ((_, _, _, rows, _),) = connection.rows(f"EXPLAIN ESTIMATE {cases.STORIES}", asked)
    return rows


@pytest.mark.usefixtures("told")
@pytest.mark.parametrize("events", [200_000, 800_000])
def test_a_page_of_clocks_reads_a_few_granules_for_each_of_its_cases(connection: Connection, events: int) -> None:
    archive(connection, events)

    found = cases.stories(connection, Scope.everything(), ASKED)
    read = read_of_the_archive(connection)

    assert [len(found[key]) for key in ASKED] == [EVENTS_A_CASE] * len(ASKED)
    assert 0 < read <= TOUCHED * GRANULE * len(ASKED)
