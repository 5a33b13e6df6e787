"""Cards that nobody touches any more leave the desk, and come back whole when somebody does."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingjing.rules.cases import CaseAway
from mingjing.rules.desk import Desk, DeskFault
from mingjing.rules.desk_words import Handled
from mingjing.rules.events import Fact
from mingjing.rules.zone import DAY, Zone

from .test_desk import CARD, EXEMPTED, KEY, NOON, STEPS, WORDS, asked, said

MONTH = 30 * DAY
LATER = NOON + MONTH + 1
SIGNED = [said(), asked("sign", "clerk", 1)]


def folded(*facts: Fact) -> Desk:
    """Return a desk that has folded facts, and has said and saved what came of them."""
    desk = Desk(Zone("Asia/Shanghai"), now=NOON)
    for offset, fact in enumerate(facts):
        desk.fold(KEY, fact, offset)
    desk.take(1)
    desk.changed()
    return desk


@pytest.fixture
def left() -> Desk:
    """A desk that a signed card has left."""
    desk = folded(*SIGNED)
    assert desk.retire(LATER, MONTH) == [KEY]
    return desk


def test_cards_that_were_quiet_for_long_leave_a_stub(left: Desk) -> None:
    assert (left.open_cases, left.changed(), left.life(KEY, CARD.card_id)) == (0, [KEY], None)


def test_a_card_that_was_touched_lately_stays() -> None:
    assert folded(*SIGNED).retire(LATER - 2, MONTH) == []


def test_a_card_of_which_something_is_still_to_be_said_stays() -> None:
    desk = folded(*SIGNED)
    desk.fold(KEY, asked("sign", "clerk", 1), 2)

    assert desk.retire(LATER, MONTH) == []


def test_a_card_that_was_exempted_stays_for_the_clock_of_its_end_is_on_no_log() -> None:
    assert folded(said(), *EXEMPTED).retire(LATER, MONTH) == []


def test_what_is_left_does_not_grow_with_what_was_done(left: Desk) -> None:
    text = "情况说明" * 2000
    wordy = folded(*SIGNED, asked("explain", "clerk", 2, "a2", fields={"text": text}))
    wordy.retire(LATER, MONTH)

    assert len(wordy.dump(KEY) or b"") == len(left.dump(KEY) or b"") < 200


def test_a_step_with_a_card_that_has_left_says_how_far_the_archive_must_be(left: Desk) -> None:
    with pytest.raises(CaseAway) as caught:
        left.fold(KEY, asked("explain", "clerk", 2, "a2", fields={"text": "断网"}), 9)

    assert (caught.value.case_key, caught.value.last_offset) == (KEY, 1)


def test_a_stub_goes_with_the_state(left: Desk) -> None:
    other = Desk(Zone("Asia/Shanghai"), now=LATER)
    other.restore_all({KEY: left.dump(KEY) or b""}, {})

    with pytest.raises(CaseAway):
        other.fold(KEY, asked("explain", "clerk", 2, "a2"), 9)


def test_a_card_that_comes_back_says_nothing_twice_and_goes_on(left: Desk) -> None:
    left.recall(KEY, SIGNED)
    before = left.take(2)
    left.fold(KEY, asked("explain", "clerk", 2, "a2", fields={"text": "断网"}), 9)
    handled = left.take(2)

    assert before == Handled([], [])
    assert [(each.stage, each.revision, each.ver) for each in handled.stages] == [("explained", 3, (9, 2, 3))]
    assert [each.type for each in handled.happenings] == ["card.explained"]


def test_what_the_engine_says_again_needs_no_archive_and_changes_nothing(left: Desk) -> None:
    left.fold(KEY, said(ver=(10, 2, 1)), 9)

    assert (left.take(2), left.open_cases) == (Handled([], []), 0)


def test_a_word_of_before_what_was_heard_while_away_is_stale_still(left: Desk) -> None:
    left.fold(KEY, said(ver=(10, 2, 1)), 9)
    left.recall(KEY, SIGNED)
    left.fold(KEY, said(ver=(10, 1, 2), level="red"), 10)

    assert left.take(2) == Handled([], [])


def test_a_worse_finding_brings_the_card_back(left: Desk) -> None:
    worse = said(ver=(11, 1, 2), level="red", violated_at="2026-03-07T12:00:00+08:00")
    with pytest.raises(CaseAway):
        left.fold(KEY, worse, 9)
    left.recall(KEY, SIGNED)
    left.fold(KEY, worse, 9)

    assert [(each.round, each.stage) for each in left.take(2).stages] == [(2, "drawn")]


def test_an_archive_that_lacks_a_step_brings_no_card_back(left: Desk) -> None:
    with pytest.raises(DeskFault, match="card c1 left at revision 2, the archive of card-actions brings it to 1"):
        left.recall(KEY, SIGNED[:1])
    with pytest.raises(CaseAway):
        left.fold(KEY, asked("explain", "clerk", 2, "a2"), 9)


def test_what_never_left_is_not_brought_back() -> None:
    desk = folded(*SIGNED)
    desk.recall(KEY, [])

    assert desk.changed() == []


@given(st.lists(st.sampled_from([*WORDS, *STEPS]), max_size=25), st.integers(0, 25))
def test_a_case_that_was_away_goes_on_as_if_it_had_never_left(facts: list[Fact], cut: int) -> None:
    story = [said(ver=(0, 1, 0)), *facts]
    before = folded(*story[: cut + 1])
    assert before.retire(LATER, MONTH) == [KEY]
    whole = folded(*story[: cut + 1])
    for offset, fact in enumerate(story[cut + 1 :], cut + 1):
        whole.fold(KEY, fact, offset)
        _fold(before, fact, offset, lambda: story[: cut + 1])

    before.recall(KEY, story[: cut + 1])
    assert whole.life(KEY, "c1") == before.life(KEY, "c1")


def _fold(desk: Desk, fact: Fact, offset: int, archived: Callable[[], list[Fact]]) -> None:
    try:
        desk.fold(KEY, fact, offset)
    except CaseAway:
        desk.recall(KEY, archived())
        desk.fold(KEY, fact, offset)
