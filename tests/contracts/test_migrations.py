"""Bringing a database up to date, on every engine."""

from contextlib import closing
from datetime import date

import pytest

from mingjing.services.ledger import LedgerRefused, LedgerUnavailable, Scope, open_ledger
from mingjing.services.ledger.connection import Connection
from mingjing.services.ledger.migrate import migrate, migrations, statements
from mingjing.services.settings import Settings


def test_an_empty_server_gets_every_table(empty: Settings, root: Connection) -> None:
    assert migrate(empty) == [each.name for each in migrations()]

    tables = root.rows("SELECT name FROM system.tables WHERE database = %(of)s", {"of": empty.clickhouse_database})
    wanted = {"cards", "card_heads", "card_log", "case_facts", "events", "log_records", "dead_letters", "sink_progress"}
    assert wanted < {name for (name,) in tables}


def test_a_migrated_server_is_left_as_it_is(settings: Settings) -> None:
    assert migrate(settings) == []


def test_a_migration_broken_off_half_way_is_finished(settings: Settings, connection: Connection) -> None:
    connection.command("DROP TABLE migrations")
    connection.command("DROP TABLE card_log")

    assert migrate(settings) == [each.name for each in migrations()]
    assert connection.rows("SELECT count() FROM card_log") == [(0,)]


def test_a_migration_edited_after_it_was_applied_is_refused(settings: Settings, connection: Connection) -> None:
    edited = ("0001_cards", "another digest", 1)
    connection.command("TRUNCATE TABLE migrations")
    connection.insert("migrations", ("name", "digest", "applied_ms"), [edited])

    with pytest.raises(LedgerRefused, match="0001_cards 在应用之后被改动"):
        migrate(settings)


def test_a_database_of_a_newer_version_is_refused(settings: Settings, connection: Connection) -> None:
    connection.insert("migrations", ("name", "digest", "applied_ms"), [("9999_later", "d", 1)])

    with pytest.raises(LedgerRefused, match="9999_later"):
        migrate(settings)


def test_a_ledger_is_ready_once_migrated(empty: Settings) -> None:
    with closing(open_ledger(empty, connections=1)) as ledger:
        with pytest.raises(LedgerUnavailable):
            ledger.ready()

        migrate(empty)

        ledger.ready()


def test_instants_read_as_times_of_day_in_sql(connection: Connection) -> None:
    connection.insert("cards", ("card_id", "issued_ms"), [("c1", 1_773_244_801_000), ("far", 2**63)])

    rows = connection.rows("SELECT card_id, toString(issued_at) FROM cards ORDER BY card_id")

    assert rows[0] == ("c1", "2026-03-12 00:00:01")
    assert rows[1][1].startswith("2105-12-31")


def test_cards_that_lay_by_their_agency_are_found_by_their_issue(empty: Settings, root: Connection) -> None:
    root.command(f"CREATE DATABASE {empty.clickhouse_database}")
    with closing(Connection(empty)) as before:
        for each in migrations()[:12]:
            for statement in statements(each, before.version):
                before.command(statement)
        day, issued_ms = date(2026, 3, 12), 1_773_244_801_000
        columns = ("home_region", "home_agency", "home_day", "card_id", "issued_ms", "level", "ver", "body")
        for ver, level in ((1, "yellow"), (2, "red")):
            rows = [("33", "A", day, "c1", issued_ms, level, ver, f'{{"level":"{level}"}}')]
            before.insert("cards", columns, rows)

    migrate(empty)

    with closing(open_ledger(empty, connections=1)) as ledger:
        assert ledger.card(Scope.everything(), "c1") == {"level": "red"}
        assert ledger.cards(Scope.everything()).items == [{"level": "red"}]


def test_cards_are_whole_though_a_server_stopped_between_two_names(settings: Settings, connection: Connection) -> None:
    connection.insert("cards", ("home_ms", "issued_ms", "card_id", "body"), [(1, 1, "c1", "{}")])
    connection.command("CREATE TABLE cards_by_issue AS cards")
    connection.command("INSERT INTO cards_by_issue SELECT * FROM cards")
    connection.command("RENAME TABLE cards TO cards_before")
    connection.command("DROP TABLE migrations")

    migrate(settings)

    with closing(open_ledger(settings, connections=1)) as ledger:
        assert ledger.cards(Scope.everything()).items == [{}]
