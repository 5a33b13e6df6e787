"""Every question a dashboard asks is one that both engines answer."""

import re

import pytest

from mingjing.services.ledger.connection import MODERN, Connection
from mingjing.services.observability.boards import BOARDS

QUESTIONS = [
    (f"{board.uid}: {panel.title}", panel.look, panel.sql) for board in BOARDS for panel in board.panels if panel.sql
]
CHOICES = [(f"{board.uid}: {each.name}", each.sql) for board in BOARDS for each in board.variables]

CHOSEN = "33"
"""What is chosen wherever something can be: a region, an agency, an item."""


def asked(sql: str) -> str:
    """Return the question as the plugin sends it: macros expanded, choices filled in."""
    sql = sql.replace("$__fromTime", "toDateTime(1772294400)")
    between = r"\1 >= toDateTime(1772294400, 'Asia/Shanghai') AND \1 <= toDateTime(1777564800, 'Asia/Shanghai')"
    return re.sub(r"\$\{\w+\}", CHOSEN, re.sub(r"\$__timeFilter\((\w+)\)", between, sql))


def test_every_question_of_every_panel_is_answered(connection: Connection) -> None:
    for title, look, sql in QUESTIONS:
        described = connection.rows(f"SELECT * FROM ({asked(sql)}) LIMIT 0")  # noqa: S608
        assert described == [], title
        assert "$" not in asked(sql), title
        if look == "timeseries":
            assert re.search(r"\bAS time\b", sql), f"{title} has no column `time`"


def test_the_board_of_feeds_reads_no_month_before_the_time_it_shows(connection: Connection) -> None:
    for day, events in (("2026-01-15", 50_000), ("2026-03-15", 20)):
        connection.command(
            "INSERT INTO events (case_key, topic_partition, topic_offset, logged_on, ingested_ms, source, type) "  # noqa: S608  # our numbers
            f"SELECT toString(number), 0, number, toDate('{day}'), 1000 * toUInt64(toUnixTimestamp("
            f"'{day} 08:00:00', 'Asia/Shanghai')), 'urn:a', 'case.accepted' FROM system.numbers LIMIT {events}"
        )
    of_events = [sql for title, _, sql in QUESTIONS if title.startswith("mj-feeds") and "FROM events" in sql]

    for sql in of_events:
        if connection.version < MODERN:
            assert connection.rows(asked(sql))
            rows = connection._client.last_query.progress.rows  # the driver's, of the last question
        else:
            ((_, _, _, rows, _),) = connection.rows(f"EXPLAIN ESTIMATE {asked(sql)}")
        assert 0 < rows < 10_000

    assert len(of_events) == 3


def test_every_choice_is_answered(connection: Connection) -> None:
    for title, sql in CHOICES:
        assert isinstance(connection.rows(sql), list), title


@pytest.mark.parametrize("word", ["INSERT", "ALTER", "DROP", "CREATE"])
def test_no_question_changes_anything(word: str) -> None:
    assert not [title for title, _, sql in QUESTIONS if word in sql.upper()]
