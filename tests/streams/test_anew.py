import pytest

from mingjing.streams.anew import PastGone, demand_past, progress_bar


def test_a_log_that_begins_where_the_state_ends_has_all_of_its_past() -> None:
    demand_past({("case-events", 3): 7, ("case-events", 4): 0}, {("case-events", 3): 7, ("case-events", 4): 0})


def test_without_the_past_nothing_is_judged_and_it_is_said_what_is_missing() -> None:
    with pytest.raises(PastGone, match=r"case-events/3 is to be folded from offset 0 on, but begins at 7"):
        demand_past({("case-events", 3): 0}, {("case-events", 3): 7})


@pytest.mark.parametrize(
    ("done", "bar"),
    [
        (0, "[....................] 0%"),
        (65, "[#############.......] 65%"),
        (100, "[####################] 100%"),
    ],
)
def test_a_bar_shows_how_much_is_folded(done: int, bar: str) -> None:
    assert progress_bar(done, 100) == bar
