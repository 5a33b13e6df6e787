import threading

import pytest
from sqlalchemy import inspect, text

from mingjing.services.registry import Database, RegistryRefused, RegistryUnavailable
from mingjing.services.registry.database import migrations
from mingjing.services.registry.tables import METADATA


def test_an_empty_database_gets_every_migration_in_order(empty: Database) -> None:
    assert empty.migrate() == [each.name for each in migrations()]


def test_migrating_again_does_nothing(database: Database) -> None:
    assert database.migrate() == []


def test_processes_that_migrate_at_once_apply_each_migration_once(empty: Database) -> None:
    applied: list[list[str]] = []
    racers = [threading.Thread(target=lambda: applied.append(empty.migrate())) for _ in range(4)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()

    assert sorted(map(len, applied)) == [0, 0, 0, len(migrations())]


def test_every_column_we_speak_of_is_in_the_database_and_no_other(database: Database) -> None:
    with database.reading() as connection:
        seen = inspect(connection)
        found = {name: {each["name"] for each in seen.get_columns(name)} for name in METADATA.tables}

    assert found == {name: set(table.columns.keys()) for name, table in METADATA.tables.items()}


def test_a_migration_edited_after_it_was_applied_is_refused(database: Database) -> None:
    with database.writing() as connection:
        connection.execute(text("UPDATE migrations SET digest = 'another'"))

    with pytest.raises(RegistryRefused, match="被改动"):
        database.migrate()


def test_a_database_of_a_later_version_is_refused(database: Database) -> None:
    with database.writing() as connection:
        connection.execute(text("INSERT INTO migrations (name, digest, applied_ms) VALUES ('9999_later', 'd', 1)"))

    with pytest.raises(RegistryRefused, match="9999_later"):
        database.ready()


def test_a_database_without_tables_says_what_to_do(empty: Database) -> None:
    with pytest.raises(RegistryUnavailable, match="mingjing migrate"):
        empty.ready()


def test_a_question_to_a_database_without_tables_says_what_to_do(empty: Database) -> None:
    with pytest.raises(RegistryUnavailable, match="mingjing migrate"), empty.reading() as connection:
        connection.execute(METADATA.tables["accounts"].select())


def test_rows_for_a_database_without_tables_say_what_to_do(empty: Database) -> None:
    statement = {"qmark": "DELETE FROM accounts WHERE name = ?", "pyformat": "DELETE FROM accounts WHERE name = %s"}

    with pytest.raises(RegistryUnavailable, match="mingjing migrate"):
        empty.write(statement, [("li",)])


def test_a_write_that_fails_leaves_nothing(database: Database) -> None:
    def fail_half_way() -> None:
        with database.writing() as connection:
            connection.execute(METADATA.tables["nonces"].insert().values(kind="k", value="v", expires_ms=1))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_half_way()

    with database.reading() as connection:
        assert connection.execute(METADATA.tables["nonces"].select()).all() == []


def test_an_address_of_nothing_is_refused_with_the_forms_it_may_have() -> None:
    with pytest.raises(RegistryRefused, match="postgresql://"):
        Database("mysql://somewhere")


def test_a_database_that_is_not_there_is_unavailable_and_its_password_untold() -> None:
    with pytest.raises(RegistryUnavailable) as raised:
        Database("postgresql://u:hidden@127.0.0.1:1/none").ready()

    assert "hidden" not in str(raised.value)


def test_rows_for_a_database_that_is_not_there_say_that_it_is_unavailable() -> None:
    with pytest.raises(RegistryUnavailable, match="不可用"):
        Database("postgresql://u:hidden@127.0.0.1:1/none").write({"pyformat": "DELETE FROM accounts"}, [()])
