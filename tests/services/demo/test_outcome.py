import io
from collections import Counter
from datetime import datetime
from typing import Any

import pytest
from rich.console import Console

from mingjing.services.city.message import ZONE, Planted
from mingjing.services.demo.outcome import Outcome, compare
from mingjing.services.demo.report import summary

AT = datetime(2026, 9, 30, tzinfo=ZONE)


def card(case: str, status: str = "standing", level: str = "yellow") -> dict[str, Any]:
    return {
        "case_key": case,
        "rule": "TL-04",
        "level": level,
        "status": status,
        "violated_at": "2026-09-29T16:00:00+00:00",
    }


def outcome(*cards: dict[str, Any], letters: int = 1) -> Outcome:
    return Outcome(100, 10.0, list(cards), Counter({"bad_json": letters} if letters else {}))


PLANTED = [Planted("a", "TL-04", "yellow", AT)]
GARBAGE = ["bad_json"]


def test_what_was_planted_and_found_is_exact_whatever_zone_it_is_told_in() -> None:
    assert compare(outcome(card("a", "cleared")), PLANTED, GARBAGE).exact


def test_a_withdrawn_card_claims_nothing() -> None:
    assert compare(outcome(card("a"), card("b", "withdrawn")), PLANTED, GARBAGE).exact


@pytest.mark.parametrize(
    "wrong",
    [
        outcome(),
        outcome(card("a"), card("b")),
        outcome(card("a", level="red")),
        outcome(card("a"), letters=0),
        outcome(card("a"), letters=2),
    ],
)
def test_anything_missing_or_too_much_is_not_exact(wrong: Outcome) -> None:
    assert not compare(wrong, PLANTED, GARBAGE).exact


def test_the_summary_names_rules_and_says_whether_all_agrees() -> None:
    told = io.StringIO()
    found = outcome(card("a"))

    Console(file=told, width=120).print(summary(found, {"TL-04": "办结时限"}, compare(found, PLANTED, GARBAGE)))

    assert "黄牌 1" in told.getvalue()
    assert "办结时限" in told.getvalue()
    assert "埋设与发现完全一致" in told.getvalue()


def test_the_summary_shows_what_differs() -> None:
    told = io.StringIO()
    found = outcome()

    Console(file=told, width=120).print(summary(found, {}, compare(found, PLANTED, GARBAGE)))

    assert "漏 TL-04 yellow 2026-09-30T00:00:00+08:00 a" in told.getvalue()
    assert "不一致" in told.getvalue()


def test_dead_letters_of_another_code_are_not_called_equal() -> None:
    told = io.StringIO()
    found = Outcome(100, 10.0, [card("a")], Counter({"bad_time": 1}))

    Console(file=told, width=120).print(summary(found, {}, compare(found, PLANTED, GARBAGE)))

    assert "bad_time" in told.getvalue()
