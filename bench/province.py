"""A province's month, made inside ClickHouse out of nothing but the numbers of its cases (province.sql).

Of five cases four are decided in March and one in January, February or April, for a month is counted among others.
One case in five is written twice (under way, then decided), one event in a hundred is sent twice, two decisions in a
hundred are late, and whatever else a month is counted from is there: cards and what people did with them, supplements,
pauses, refusals with and without their filing, complaints, intermediaries, tasks and refused letters.
"""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import orjson

from mingjing.services.ledger.connection import Connection
from mingjing.services.ledger.tables import Row

BLOCK = 100_000
_MAY_MS = 1_777_564_800_000


def load(connection: Connection, cases: int, told: Callable[[str], None]) -> dict[str, int]:
    """Write a province of which `cases` are decided in March; return how many rows each table then has.

    `told` is called with how far it has come before each block.
    """
    lines = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8").splitlines()
    statements = "\n".join(line for line in lines if not line.startswith("--")).split(";\n")
    whole = cases * 5 // 4
    for start in range(0, whole, BLOCK):
        told(f"{start:,} of {whole:,} cases")
        for statement in filter(str.strip, statements):
            count = min(BLOCK, whole - start)
            connection.command(statement.replace(":start", str(start)).replace(":count", str(count)).strip(" \n;"))
    return {
        table: connection.rows(f"SELECT count() FROM {table}")[0][0]  # noqa: S608  # our own words
        for table in ("case_figures", "events", "cards", "card_stages", "dead_letters")
    }


def batch(start: int, count: int) -> list[Row]:
    """Return `count` events of May, of cases numbered from `start` beyond the province's, as rows of `EVENTS`."""
    body = {"agency": "agency-1", "type": "case.applied"}
    return [
        (
            *(f"9134/{number}", number % 64, number, date(2026, 5, 1), _MAY_MS, f"m-{number}", "urn:agency-1"),
            *("case.applied", f"9134/{number}", _MAY_MS, _MAY_MS, _MAY_MS, 1, "", "item-1", "agency-1", "991010000000"),
            *("", "post-1", "", orjson.dumps(body | {"seal": str(number * 7919)}).decode()),
        )
        for number in range(start, start + count)
    ]
