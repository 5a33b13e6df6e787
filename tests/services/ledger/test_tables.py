import re

import msgspec
import pytest

from mingjing.services.ledger.migrate import migrations, statements
from mingjing.services.ledger.tables import (
    CARD_HEADS,
    CARD_LOG,
    CARDS,
    CASE_CARDS,
    CASE_ENTERPRISES,
    CASE_FACTS,
    DEAD_LETTERS,
    ENTERPRISE_CASES,
    EVENTS,
    SINK_PROGRESS,
    Head,
    Table,
    packed,
    succeeds,
)
from mingjing.services.migrations import Migration


def test_a_later_offset_is_packed_above_any_revision() -> None:
    assert packed((5, 1, 2**40)) < packed((6, 1, 0))


def test_the_first_version_stands_as_it_is() -> None:
    assert succeeds((5, 1, 2), None) == Head((5, 1, 2), (5 << 20) + 2)


@pytest.mark.parametrize("version", [(5, 1, 2), (5, 1, 1), (4, 9, 9)])
def test_what_is_not_greater_does_not_succeed(version: tuple[int, int, int]) -> None:
    assert succeeds(version, Head((5, 1, 2), packed((5, 1, 2)))) is None


def test_a_later_generation_is_lifted_above_what_it_replaces() -> None:
    standing = Head((5, 1, 9), packed((5, 1, 9)))

    head = succeeds((5, 2, 3), standing)

    assert head is not None
    assert head.ver == standing.ver + 1


@pytest.mark.parametrize(
    "table",
    [
        *(CARDS, CARD_HEADS, CARD_LOG, CASE_CARDS, CASE_FACTS, CASE_ENTERPRISES, ENTERPRISE_CASES, EVENTS),
        *(DEAD_LETTERS, SINK_PROGRESS),
    ],
    ids=lambda it: it.name,
)
def test_every_column_we_write_is_in_a_migration(table: Table) -> None:
    # A table that was laid out anew was made beside the one it has replaced.
    told = re.compile(rf"CREATE TABLE IF NOT EXISTS {table.name}(_by_issue)? \(")
    created = [part for it in migrations() for part in statements(it, (18, 16)) if told.match(part)][-1]

    assert set(table.columns) <= {line.split()[0] for line in created.splitlines() if line.strip()}


def test_what_only_a_modern_server_knows_is_left_out_for_an_older_one() -> None:
    migration = Migration(
        "0001_x", "-- a story;\nCREATE TABLE t (a /*26: LowCardinality(*/String/*26: )*/);\nSELECT 1;\n"
    )

    assert statements(migration, (18, 16)) == ["CREATE TABLE t (a String)", "SELECT 1"]
    assert statements(migration, (26, 3)) == ["CREATE TABLE t (a  LowCardinality(String ))", "SELECT 1"]


def test_a_migration_is_known_again_by_its_text() -> None:
    migration = Migration("0001_x", "SELECT 1;")

    assert migration.digest != msgspec.structs.replace(migration, text="SELECT 2;").digest
