from mingjing.streams.turns import FEWEST, HELD_S, MOST, Turns


def after(*turns: tuple[int, float]) -> int:
    sliced = Turns()
    for records, seconds in turns:
        sliced.took(records, seconds)
    return sliced.records


def test_a_turn_is_long_while_records_fold_fast() -> None:
    assert after((MOST, HELD_S / 10)) == MOST


def test_turns_shrink_until_they_take_no_longer_than_the_loop_may_be_held() -> None:
    sliced = Turns()
    for _ in range(20):
        sliced.took(sliced.records, sliced.records * HELD_S / 20)

    assert 18 <= sliced.records <= 20


def test_however_slow_records_are_some_are_folded_in_a_turn() -> None:
    assert after(*[(MOST, 10.0)] * 20) == FEWEST


def test_turns_grow_again_once_records_fold_fast() -> None:
    assert after(*[(MOST, 10.0)] * 20, *[(FEWEST, HELD_S / 1000)] * 20) >= MOST - 1


def test_what_takes_no_time_at_all_is_no_reason_for_shorter_turns() -> None:
    assert after((1, 0.0)) == MOST
