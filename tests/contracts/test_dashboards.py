"""Every question a dashboard asks is one that both engines answer."""

import re

import pytest

from mingjing.services.ledger.connection import Connection
from mingjing.services.observability.boards import BOARDS

QUESTIONS = [
    (f"{board.uid}: {panel.title}", panel.look, panel.sql) for board in BOARDS for panel in board.panels if panel.sql
]
CHOICES = [(f"{board.uid}: {each.name}", each.sql) for board in BOARDS for each in board.variables]

CHOSEN = "33"
"""What is chosen wherever something can be: a region, an agency, an item."""


def asked(sql: str) -> str:
    """Return the question as the plugin sends it: macros expanded, choices filled in."""
    between = r"\1 >= toDateTime(1772294400, 'Asia/Shanghai') AND \1 <= toDateTime(1777564800, 'Asia/Shanghai')"
    return re.sub(r"\$\{\w+\}", CHOSEN, re.sub(r"\$__timeFilter\((\w+)\)", between, sql))


def test_every_question_of_every_panel_is_answered(connection: Connection) -> None:
    for title, look, sql in QUESTIONS:
        described = connection.rows(f"SELECT * FROM ({asked(sql)}) LIMIT 0")  # noqa: S608
        assert described == [], title
        assert "$" not in asked(sql), title
        if look == "timeseries":
            assert re.search(r"\bAS time\b", sql), f"{title} has no column `time`"


def test_every_choice_is_answered(connection: Connection) -> None:
    for title, sql in CHOICES:
        assert isinstance(connection.rows(sql), list), title


@pytest.mark.parametrize("word", ["INSERT", "ALTER", "DROP", "CREATE"])
def test_no_question_changes_anything(word: str) -> None:
    assert not [title for title, _, sql in QUESTIONS if word in sql.upper()]
