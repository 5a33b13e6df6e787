"""A dashboard and the month's report give one number of cards, whatever people did with them."""

from collections import Counter
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from mingjing.services.ledger import Scope
from mingjing.services.ledger.connection import Connection
from mingjing.services.observability.boards import BOARDS
from mingjing.services.reports import cells
from mingjing.services.reports.cells import Wanted
from mingjing.services.reports.indicators import shipped
from mingjing.services.reports.period import Month
from mingjing.services.sink.source import Record
from mingjing.services.sink.writers import LedgerWriter

from .test_dashboards import CHOSEN, asked

MARCH = Month(2026, 3)
PANELS = {(board.uid, panel.title): panel.sql for board in BOARDS for panel in board.panels if panel.sql}

DRAWN = {
    "untouched": "red",
    "upheld": "red",
    "appealed": "red",
    "lowered": "red",
    "excluded": "yellow",
    "exempted": "yellow",
    "unconfirmed": "red",
    "kept": "yellow",
    "warned": "warning",
    "noted": "hint",
    "withdrawn": "red",
}
LEFT: dict[str, tuple[str, str | None]] = {
    "upheld": ("upheld", "red"),
    "appealed": ("revoked", None),
    "lowered": ("lowered", "yellow"),
    "excluded": ("dismissed", None),
    "exempted": ("exempted", None),
    "unconfirmed": ("pending", None),
    "withdrawn": ("withdrawn", "red"),
}
"""What people left of some of them: the stage and the level shown."""

Make = Callable[..., dict[str, Any]]
Send = Callable[..., Record]


@pytest.fixture
def reported(connection: Connection, sink: LedgerWriter, record: Send, card: Make, stage: Make) -> dict[str, int]:
    """Write the cards and what became of them; return what the month's report counts of each level."""
    for n, (ident, level) in enumerate(DRAWN.items()):
        issue = "confirm" if ident == "unconfirmed" else "auto"
        status = "withdrawn" if ident == "withdrawn" else "standing"
        place = {"agency": CHOSEN, "item": CHOSEN}
        sink.write([record("cards", card(ident, (n, 1, 1), level=level, issue=issue, status=status, **place))])
    for n, (ident, (name, left)) in enumerate(LEFT.items()):
        sink.write([record("card-stages", stage(ident, (n, 1, 0), stage=name, shown=left))])
    build = cells.count(connection, MARCH, shipped(), ZoneInfo("Asia/Shanghai"))
    found = cells.totals(connection, Scope.everything(), Wanted(), {MARCH.number: build.build}, shipped(), by=())[()]
    return {name: found.get(name, {}).get("", 0) for name in ("warnings", "yellows", "reds")}


def test_the_report_counts_what_is_left_of_the_cards(reported: dict[str, int]) -> None:
    assert reported == {"warnings": 1, "yellows": 2, "reds": 2}


def test_the_cards_of_each_day_are_those_of_the_report(connection: Connection, reported: dict[str, int]) -> None:
    for board in ("mj-city", "mj-agency", "mj-cards"):
        shown: Counter[str] = Counter()
        for _, level, cards in connection.rows(asked(PANELS[board, "每日发牌"])):
            shown[level] += cards
        assert shown == {"预警": reported["warnings"], "黄牌": reported["yellows"], "红牌": reported["reds"]}, board


def test_the_cards_of_a_rule_are_those_of_the_report(connection: Connection, reported: dict[str, int]) -> None:
    for board in ("mj-city", "mj-agency", "mj-cards", "mj-item"):
        rows = connection.rows(asked(PANELS[board, "发牌最多的规则"]))
        assert rows == [("TL-04", "办结时限", reported["yellows"], reported["reds"])], board


def test_the_cards_in_force_are_those_of_the_report(connection: Connection, reported: dict[str, int]) -> None:
    assert connection.rows(asked(PANELS["mj-city", "生效的黄牌与红牌"])) == [(reported["yellows"], reported["reds"])]


@pytest.mark.usefixtures("reported")
def test_cards_stand_in_the_table_at_the_level_they_show(connection: Connection) -> None:
    assert {level: told for level, *told in connection.rows(asked(PANELS["mj-cards", "状态"]))} == {
        "不计": [4, 0, 0, 1],
        "提示": [1, 0, 0, 0],
        "预警": [1, 0, 0, 0],
        "黄牌": [2, 0, 0, 0],
        "红牌": [2, 0, 1, 0],
    }
