"""What the shipped law says of feeds: which of its rules hear an agency at all."""

from mingjing.services.api.feed_watch import on_any_word
from mingjing.services.rulebook_files import load_rulebook, shipped


def test_no_shipped_rule_that_waits_for_a_visit_or_a_review_says_that_a_feed_is_silent() -> None:
    across = load_rulebook().across

    assert {rule.id for rule in across if rule.kind == "silence"} == {"ACT-06-AF", "SAT-05"}
    assert on_any_word(across) == []


def test_the_rule_of_choice_on_feeds_says_it_where_it_is_in_force() -> None:
    packs = [*shipped("packs").glob("*.yaml"), shipped("packs") / "optional" / "data-quality.yaml"]

    assert on_any_word(load_rulebook(packs).across) == ["INT-11"]
