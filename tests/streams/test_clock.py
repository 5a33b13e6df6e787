from mingjing.streams.clock import EventTimeClock, LiveClock


def test_live_a_watermark_says_nothing() -> None:
    assert LiveClock().on_tick("feed", "source", 7) is None


def test_live_the_wall_counts_only_once_the_backlog_is_folded() -> None:
    assert [LiveClock().on_wall(7, caught_up=caught_up) for caught_up in (False, True)] == [None, 7]


def test_in_event_time_the_clock_is_the_smallest_watermark() -> None:
    clock = EventTimeClock(["a"], {})

    assert [clock.on_tick("a", source, at) for source, at in (("s", 5), ("t", 3), ("t", 9))] == [5, 3, 5]


def test_in_event_time_the_clock_stands_until_every_feed_is_heard() -> None:
    clock = EventTimeClock(["a", "b"], {})

    assert [clock.on_tick("a", "s", 5), clock.on_tick("a", "s", 9), clock.on_tick("b", "s", 3)] == [None, None, 3]


def test_a_watermark_that_falls_is_not_believed() -> None:
    clock = EventTimeClock(["a"], {"a s": 5})

    assert clock.on_tick("a", "s", 3) == 5


def test_in_event_time_only_watermarks_count() -> None:
    clock = EventTimeClock([], {})

    assert clock.on_wall(7, caught_up=True) is None


def test_the_next_owner_knows_the_watermarks_of_the_last() -> None:
    assert EventTimeClock(["a", "b"], {"a s": 5}).on_tick("b", "s", 9) == 5
