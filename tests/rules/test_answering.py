from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mingjing.rules.answering import answer_due
from mingjing.rules.pack import parse_pack
from mingjing.rules.rulebook import Rulebook
from mingjing.rules.vocabulary import parse_vocabulary

RULE = "  - {id: R, kind: condition, at: X, when: 'true', cards: {yellow: broken}}\n"
LAW = Path(__file__).parents[2] / "rules"


@pytest.fixture(scope="module")
def handling(book: Callable[..., Rulebook]) -> Rulebook:
    """The shipped rules on the handling of cards, on the shipped calendar."""
    path = LAW / "vocabularies" / "card.yaml"
    vocabulary = parse_vocabulary(path.read_text("utf-8"), path.name)
    path = LAW / "packs" / "card-handling.yaml"
    pack = parse_pack(path.read_text("utf-8"), path.name, {vocabulary.name: vocabulary}, {})
    return book(RULE).part([pack], "answering")


def card(level: str) -> dict[str, Any]:
    return {"case_key": "a/1", "card_id": "0" * 32, "rule": "TL-04", "level": level, "agency": "A", "region": "33"}


def test_a_card_is_to_be_answered_by_the_end_of_the_day_that_the_rule_on_it_says(
    handling: Rulebook, at: Callable[[str], int]
) -> None:
    due = answer_due(handling, card("yellow"), at("2026-03-02 09:00"))

    assert due == at("2026-03-10 00:00") - 1  # 3, 4, 5, 6 and 9 March are the five working days


def test_nothing_is_to_be_answered_where_no_rule_asks_for_it(
    handling: Rulebook, book: Callable[..., Rulebook], at: Callable[[str], int]
) -> None:
    drawn = at("2026-03-02 09:00")

    assert (answer_due(handling, card("warning"), drawn), answer_due(book(RULE), card("red"), drawn)) == (None, None)
