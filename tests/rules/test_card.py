import msgspec
import pytest

from mingjing.rules.card import LEVELS, Evidence, Finding, card_id, digest

FOUND = Finding(
    rule="TL-04",
    rung="TL-03",
    occurrence="-",
    level="warning",
    status="standing",
    violated_at=1,
    due_at=2,
    cleared_at=None,
    evidence=[Evidence("1", "urn:a", "case.accepted", 0)],
    explain={"b": 1, "a": [{"y": 1, "x": 2}]},
)


def test_levels_rise_from_hint_to_red() -> None:
    assert LEVELS == ("hint", "warning", "yellow", "red")


def test_a_card_is_the_same_for_ever_for_its_case_rule_and_occurrence() -> None:
    assert card_id("91330100MB0000001X/N1", "TL-04", "-") == "428a26ed0bae9b9a239324dfd32dd86c"


@pytest.mark.parametrize("other", [("b", "r", "o"), ("c", "s", "o"), ("c", "r", "p"), ("cr", "", "o"), ("c", "ro", "")])
def test_another_case_rule_or_occurrence_is_another_card(other: tuple[str, str, str]) -> None:
    assert card_id(*other) != card_id("c", "r", "o")


def test_the_digest_does_not_depend_on_the_order_of_keys() -> None:
    turned = msgspec.structs.replace(FOUND, explain={"a": [{"x": 2, "y": 1}], "b": 1})

    assert digest(turned) == digest(FOUND)


@pytest.mark.parametrize(
    "change",
    [
        {"level": "yellow"},
        {"status": "cleared"},
        {"violated_at": 3},
        {"due_at": None},
        {"evidence": []},
        {"issue": "confirm"},
    ],
)
def test_the_digest_is_that_of_all_a_finding_says(change: dict[str, object]) -> None:
    assert digest(msgspec.structs.replace(FOUND, **change)) != digest(FOUND)
