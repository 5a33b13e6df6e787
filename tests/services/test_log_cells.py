from typing import Any

from mingjing.services.log_cells import MOST_WORDS, Cells

ROW = {"activity": "accepted", "note": "", "count": 3, "tags": ["a"], "case:kind": "large", "case:zone": None}


def test_a_row_is_told_apart_without_its_empty_cells() -> None:
    assert Cells("case:").of("N1", ROW) == ({"activity": "accepted", "count": 3, "tags": ["a"]}, {"kind": "large"})


def test_without_a_beginning_every_column_is_of_the_event() -> None:
    assert Cells(None).of("N1", ROW) == ({"activity": "accepted", "count": 3, "tags": ["a"], "case:kind": "large"}, {})


def test_attributes_that_every_row_of_a_case_repeats_are_held_once() -> None:
    cells = Cells("case:")
    [one, again] = [cells.of("N1", dict(ROW))[1] for _ in range(2)]

    assert one is again


def test_attributes_that_change_on_the_way_leave_the_earlier_rows_as_they_were() -> None:
    cells = Cells("case:")
    told: list[dict[str, Any]] = [cells.of("N1", {"case:kind": kind})[1] for kind in ("small", "large", "small")]

    assert told == [{"kind": "small"}, {"kind": "large"}, {"kind": "small"}]


def test_a_word_is_held_once_however_many_rows_say_it() -> None:
    cells = Cells(None)
    first, second = (cells.of("N1", {"activity": str(b"accepted", "ascii")})[0]["activity"] for _ in range(2))

    assert first is second


def test_a_log_that_says_nothing_twice_is_read_in_bounded_room() -> None:
    cells = Cells(None)
    said = [cells.of("N1", {"note": f"{number}"})[0]["note"] for number in range(MOST_WORDS + 2)]

    assert said == [f"{number}" for number in range(MOST_WORDS + 2)]
    assert cells.of("N1", {"note": "0"})[0]["note"] is not said[0]
