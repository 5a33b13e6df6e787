from collections.abc import Callable
from itertools import permutations

import msgspec
import pytest

from mingjing.rules.case import Case
from mingjing.rules.events import VOIDED, Fact

Told = Callable[..., Fact]


def _settled(*facts: Fact) -> list[Fact]:
    case = Case("case/1")
    for fact in facts:
        case.add(fact)
    case.settle()
    return case.facts


def _in_any_order(*facts: Fact) -> list[Fact]:
    """Return the settled facts after saying that no order of arrival gives others."""
    outcomes = {msgspec.json.encode(_settled(*each)) for each in permutations(facts)}
    assert len(outcomes) == 1
    return _settled(*facts)


def test_facts_lie_in_legal_order_whatever_their_arrival(told: Told) -> None:
    facts = [told(f"2026-03-0{day} 10:00", f"e{day}") for day in (3, 1, 2)]

    assert [each.type for each in _in_any_order(*facts)] == ["e1", "e2", "e3"]


def test_facts_of_one_instant_lie_by_sequence_then_source_then_id(told: Told) -> None:
    when = "2026-03-02 10:00"
    facts = [
        told(when, "d", sequence=2, source="a", id="0"),
        told(when, "c", sequence=1, source="b", id="1"),
        told(when, "b", sequence=1, source="a", id="2"),
        told(when, "a", sequence=1, source="a", id="1"),
    ]

    assert [each.type for each in _in_any_order(*facts)] == ["a", "b", "c", "d"]


def test_a_fact_that_only_extends_says_so_and_a_duplicate_changes_nothing(told: Told) -> None:
    case, fact = Case("case/1"), told("2026-03-02 10:00", "a")

    assert case.add(fact) is True
    assert case.add(told("2026-03-02 10:00", "a")) is None
    assert case.add(told("2026-03-01 10:00", "late")) is False


def test_of_equal_facts_the_one_stamped_first_stands(told: Told) -> None:
    early, late = (told("2026-03-02 10:00", "a", stamp) for stamp in ("2026-03-02 10:01", "2026-03-03 10:00"))

    assert _in_any_order(early, late) == [early]


def test_of_different_facts_with_one_id_the_last_recorded_stands(told: Told) -> None:
    facts = [
        told("2026-03-02 10:00", "a", recorded="2026-03-02 11:00", officer="first"),
        told("2026-03-02 10:00", "a", recorded="2026-03-02 12:00", officer="last"),
        told("2026-03-02 10:00", "a", recorded="2026-03-02 09:00", officer="before"),
    ]

    assert [each.officer for each in _in_any_order(*facts)] == ["last"]


def test_of_different_facts_recorded_together_the_same_one_always_stands(told: Told) -> None:
    facts = [told("2026-03-02 10:00", "a", officer=officer) for officer in ("x", "y", "z")]

    assert len(_in_any_order(*facts)) == 1


def test_the_same_id_of_two_sources_is_two_facts(told: Told) -> None:
    facts = [told("2026-03-02 10:00", "a", source=source) for source in ("urn:a", "urn:b")]

    assert len(_in_any_order(*facts)) == 2


def test_a_correction_stands_in_the_place_of_what_it_corrects(told: Told) -> None:
    facts = [
        told("2026-03-02 10:00", "a", id="1"),
        told("2026-03-05 10:00", "b", id="2"),
        told("2026-03-01 10:00", "a", id="3", corrects="2", recorded="2026-03-06 10:00"),
    ]

    assert [each.id for each in _in_any_order(*facts)] == ["3", "1"]


def test_the_last_recorded_of_several_corrections_wins(told: Told) -> None:
    facts = [
        told("2026-03-02 10:00", "a", id="1"),
        told("2026-03-04 10:00", "a", id="2", corrects="1", recorded="2026-03-06 10:00"),
        told("2026-03-03 10:00", "a", id="3", corrects="1", recorded="2026-03-07 10:00"),
    ]

    assert [each.id for each in _in_any_order(*facts)] == ["3"]


def test_a_correction_may_itself_be_corrected(told: Told) -> None:
    facts = [
        told("2026-03-02 10:00", "a", id="1"),
        told("2026-03-04 10:00", "a", id="2", corrects="1"),
        told("2026-03-03 10:00", "a", id="3", corrects="2"),
    ]

    assert [each.id for each in _in_any_order(*facts)] == ["3"]


def test_a_voided_fact_is_gone(told: Told) -> None:
    facts = [told("2026-03-02 10:00", "a", id="1"), told("2026-03-03 10:00", VOIDED, id="2", corrects="1")]

    assert _in_any_order(*facts) == []


def test_a_voiding_that_is_corrected_brings_a_fact_back(told: Told) -> None:
    facts = [
        told("2026-03-02 10:00", "a", id="1"),
        told("2026-03-03 10:00", VOIDED, id="2", corrects="1"),
        told("2026-03-02 11:00", "a", id="3", corrects="2"),
    ]

    assert [each.id for each in _in_any_order(*facts)] == ["3"]


def test_a_correction_waits_for_what_it_corrects(told: Told) -> None:
    case = Case("case/1")
    case.add(told("2026-03-03 10:00", "a", id="2", corrects="1"))

    assert case.facts == []

    case.add(told("2026-03-02 10:00", "a", id="1"))

    assert [each.id for each in case.facts] == ["2"]


def test_a_correction_reaches_only_its_own_source(told: Told) -> None:
    facts = [
        told("2026-03-02 10:00", "a", id="1", source="urn:a"),
        told("2026-03-03 10:00", VOIDED, id="2", source="urn:b", corrects="1"),
    ]

    assert [each.id for each in _in_any_order(*facts)] == ["1"]


def test_corrections_in_a_ring_all_wait(told: Told) -> None:
    facts = [
        told("2026-03-02 10:00", "a", id="1", corrects="2"),
        told("2026-03-03 10:00", "a", id="2", corrects="1"),
    ]

    assert _in_any_order(*facts) == []


def test_a_fact_that_corrects_itself_is_a_plain_fact(told: Told) -> None:
    assert len(_in_any_order(told("2026-03-02 10:00", "a", id="1", corrects="1"))) == 1


def test_a_voiding_of_nothing_is_a_plain_fact_beside_corrections_or_not(told: Told) -> None:
    stray = told("2026-03-01 10:00", VOIDED, id="0")
    corrected = [told("2026-03-02 10:00", "a", id="1"), told("2026-03-04 10:00", "a", id="2", corrects="1")]

    assert [each.id for each in _in_any_order(stray)] == ["0"]
    assert [each.id for each in _in_any_order(stray, *corrected)] == ["0", "2"]


def test_a_fact_that_no_longer_corrects_after_a_conflict_leaves_the_other_alone(told: Told) -> None:
    facts = [
        told("2026-03-02 10:00", "a", id="1"),
        told("2026-03-03 10:00", VOIDED, id="2", corrects="1", recorded="2026-03-03 10:00"),
        told("2026-03-03 10:00", VOIDED, id="2", recorded="2026-03-04 10:00"),
    ]

    assert [each.id for each in _in_any_order(*facts)] == ["1", "2"]


def test_the_last_word_on_an_attribute_of_the_case_stands(told: Told) -> None:
    case = Case("case/1")
    case.add(told("2026-03-03 10:00", "b", case_data={"kind": "new", "size": ""}))
    case.add(told("2026-03-02 10:00", "a", case_data={"kind": "old", "size": "1"}))

    assert case.attributes == {"kind": "new", "size": "1"}


@pytest.mark.parametrize("place", range(4))
def test_what_is_put_back_leaves_no_trace(told: Told, place: int) -> None:
    facts = [
        told("2026-03-02 10:00", "a", id="1", case_data={"k": "1"}),
        told("2026-03-03 10:00", "b", id="2"),
        told("2026-03-04 10:00", "a", id="3", corrects="1", case_data={"k": "3"}),
        told("2026-03-03 10:00", "b", id="2", officer="x", recorded="2026-03-09 10:00"),
    ]
    case, plain = Case("case/1"), Case("case/1")
    for fact in facts[:place]:
        case.add(fact)
        plain.add(fact)
    before = case.standing(facts[place].key)

    case.add(facts[place])
    case.put_back(facts[place].key, before)
    plain.settle()

    assert (case.facts, case.attributes, case.received) == (plain.facts, plain.attributes, plain.received)


def test_a_restored_case_goes_on_as_if_it_had_never_stopped(told: Told) -> None:
    facts = [told("2026-03-02 10:00", "a", id="1"), told("2026-03-04 10:00", "a", id="2", corrects="1")]
    later = told("2026-03-05 10:00", VOIDED, id="3", corrects="2")
    case, restored = Case("case/1"), Case("case/1")
    for fact in facts:
        case.add(fact)
    restored.restore(case.received)

    assert [case.add(later), case.facts] == [restored.add(later), restored.facts]
