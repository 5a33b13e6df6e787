"""Every question a dashboard asks is one that both engines answer."""

import re

import pytest

from mingjing.services.ledger.connection import MODERN, Connection
from mingjing.services.observability.boards import BOARDS
from mingjing.services.observability.boards.feeds import ARRIVED, FEEDS

QUESTIONS = [
    (f"{board.uid}: {panel.title}", panel.look, panel.sql) for board in BOARDS for panel in board.panels if panel.sql
]
CHOICES = [(f"{board.uid}: {each.name}", each.sql) for board in BOARDS for each in board.variables]

OF_EVENTS = [panel.sql for panel in FEEDS.panels if ARRIVED in panel.sql]
BEGUN = 1772290800

CHOSEN = "33"
"""What is chosen wherever something can be: a region, an agency, an item."""


def asked(sql: str, begin: int = 1772294400, end: int = 1777564800) -> str:
    """Return the question as the plugin sends it: macros expanded, choices filled in; `begin` to `end` is shown."""
    sql = sql.replace("$__fromTime", f"toDateTime({begin})").replace("$__toTime", f"toDateTime({end})")
    between = rf"\1 >= toDateTime({begin}, 'Asia/Shanghai') AND \1 <= toDateTime({end}, 'Asia/Shanghai')"
    return re.sub(r"\$\{\w+\}", CHOSEN, re.sub(r"\$__timeFilter\((\w+)\)", between, sql))


def test_every_question_of_every_panel_is_answered(connection: Connection) -> None:
    for title, look, sql in QUESTIONS:
        described = connection.rows(f"SELECT * FROM ({asked(sql)}) LIMIT 0")  # noqa: S608
        assert described == [], title
        assert "$" not in asked(sql), title
        if look == "timeseries":
            assert re.search(r"\bAS time\b", sql), f"{title} has no column `time`"


def test_the_board_of_feeds_reads_no_month_before_the_days_it_shows(connection: Connection) -> None:
    for day, events in (("2026-01-15", 50_000), ("2026-03-15", 20)):
        connection.command(
            "INSERT INTO events (case_key, topic_partition, topic_offset, logged_on, ingested_ms, source, type) "  # noqa: S608  # our numbers
            f"SELECT toString(number), 0, number, toDate('{day}'), 1000 * toUInt64(toUnixTimestamp("
            f"'{day} 08:00:00', 'Asia/Shanghai')), 'urn:a', 'case.accepted' FROM system.numbers LIMIT {events}"
        )
    begin, end = 1767225600, 1773590400  # from the first of January to the sixteenth of March

    for sql in OF_EVENTS:
        if connection.version < MODERN:
            assert connection.rows(asked(sql, begin, end))
            rows = connection._client.last_query.progress.rows  # the driver's, of the last question
        else:
            rows = sum(each[3] for each in connection.rows(f"EXPLAIN ESTIMATE {asked(sql, begin, end)}"))
        assert 0 < rows < 10_000

    assert len(OF_EVENTS) == 3


def test_the_board_of_feeds_counts_each_event_once_however_often_it_was_written(connection: Connection) -> None:
    connection.command("SYSTEM STOP MERGES")
    for begin, end in ((0, 9000), (9000, 20_000), (3000, 3700), (19_000, 24_000), (20_000, 26_000)):
        connection.command(
            "INSERT INTO events (case_key, topic_partition, topic_offset, logged_on, at_ms, ingested_ms, source, agency, type) "  # noqa: E501, S608  # our numbers
            "SELECT toString(cityHash64(number) % 999), number % 3, intDiv(number, 3), "
            "toDate(1772294400 + number * 60), "
            "1000 * toUInt64(1772290800 + number * 60 - cityHash64(number, 1) % 200000), "
            "1000 * toUInt64(1772290800 + number * 60), concat('urn:', toString(number % 4)), "
            "concat('A', toString(number % 7)), if(number % 50 = 0, 'clock.tick', 'case.accepted') "
            f"FROM numbers({begin}, {end - begin})"
        )
    written, once = (connection.rows(f"SELECT count() FROM events {final}")[0][0] for final in ("", "FINAL"))  # noqa: S608
    merged = (
        "FROM events FINAL WHERE $__timeFilter(ingested_at) AND type != 'clock.tick' AND source != 'urn:mingjing:desk'"
    )
    end, days = BEGUN + 60 * 26_000, 7 * 86_400

    for sql in OF_EVENTS:
        for begin, since in ((end - 3 * 86_400, end - 3 * 86_400), (BEGUN, end - days)):
            shown = connection.rows(asked(sql, begin, end))
            each_once = connection.rows(asked(sql.replace(ARRIVED, merged), since, end))
            assert len(shown) > 3
            assert [row[:-1] for row in shown] == [row[:-1] for row in each_once]
            for (*_, here), (*_, there) in zip(shown, each_once, strict=True):
                assert here == pytest.approx(there, rel=1e-3 if isinstance(there, float) else 0)
    connection.command("SYSTEM START MERGES")

    assert (written, once) == (31_700, 26_000)


def test_every_choice_is_answered(connection: Connection) -> None:
    for title, sql in CHOICES:
        assert isinstance(connection.rows(sql), list), title


@pytest.mark.parametrize("word", ["INSERT", "ALTER", "DROP", "CREATE"])
def test_no_question_changes_anything(word: str) -> None:
    assert not [title for title, _, sql in QUESTIONS if word in sql.upper()]
