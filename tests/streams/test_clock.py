from mingjing.streams.clock import IDLE, EventTimeClock, LiveClock


def test_live_a_watermark_says_nothing() -> None:
    assert LiveClock().on_tick("feed", "source", 7, 0) is None


def test_live_the_wall_counts_only_once_the_backlog_is_folded() -> None:
    assert [LiveClock().on_wall(7, caught_up=caught_up) for caught_up in (False, True)] == [None, 7]


def test_in_event_time_the_clock_is_the_smallest_watermark() -> None:
    clock = EventTimeClock(["a"], {})

    assert [clock.on_tick("a", source, at, 0) for source, at in (("s", 5), ("t", 3), ("t", 9))] == [5, 3, 5]


def test_in_event_time_the_clock_stands_until_every_feed_is_heard() -> None:
    clock = EventTimeClock(["a", "b"], {})

    assert [clock.on_tick("a", "s", 5, 0), clock.on_tick("a", "s", 9, 0), clock.on_tick("b", "s", 3, 0)] == [
        None,
        None,
        3,
    ]


def test_a_watermark_that_falls_is_not_believed() -> None:
    clock = EventTimeClock(["a"], {})

    assert [clock.on_tick("a", "s", 5, 0), clock.on_tick("a", "s", 3, 0)] == [5, 5]


def test_in_event_time_only_watermarks_count() -> None:
    clock = EventTimeClock([], {})

    assert clock.on_wall(7, caught_up=True) is None


def test_the_next_owner_knows_the_watermarks_of_the_last() -> None:
    first = EventTimeClock(["a", "b"], {})
    first.on_tick("a", "s", 5, 0)

    assert EventTimeClock(["a", "b"], first.marks).on_tick("b", "s", 9, 0) == 5


def test_a_feed_that_fell_silent_while_others_went_on_is_passed_by() -> None:
    clock = EventTimeClock(["a", "b"], {})
    clock.on_tick("a", "s", 3, 0)
    before = clock.on_tick("b", "s", 5, IDLE)
    after = clock.on_tick("b", "s", 7, IDLE + 1)

    assert (before, after, clock.idle) == (3, 7, {"a s"})


def test_a_feed_that_never_spoke_is_waited_for_only_until_others_have_gone_on_for_as_long() -> None:
    clock = EventTimeClock(["a", "b"], {})
    said = [clock.on_tick("a", "s", at, at) for at in (0, IDLE, IDLE + 1)]

    assert (said, clock.unheard, clock.idle) == ([None, None, IDLE + 1], set(), {"b"})


def test_a_source_that_fell_silent_on_a_feed_that_speaks_is_passed_by() -> None:
    clock = EventTimeClock(["a"], {})
    clock.on_tick("a", "s", 3, 0)
    clock.on_tick("a", "t", 5, 0)

    assert clock.on_tick("a", "t", 9, IDLE + 1) == 9


def test_all_silent_together_are_waited_for() -> None:
    clock = EventTimeClock(["a", "b"], {})
    clock.on_tick("a", "s", 3, 0)
    clock.on_tick("b", "s", 4, 0)

    assert (clock.idle, clock.on_tick("a", "s", 6, 1)) == (set(), 4)


def test_a_feed_that_speaks_again_counts_again() -> None:
    clock = EventTimeClock(["a", "b"], {})
    clock.on_tick("a", "s", 3, 0)
    clock.on_tick("b", "s", 7, IDLE + 1)
    clock.on_tick("a", "s", 5, IDLE + 2)

    assert (clock.on_tick("b", "s", 9, IDLE + 3), clock.idle) == (5, set())


def test_the_next_owner_passes_by_what_the_last_did() -> None:
    first = EventTimeClock(["a", "b", "c"], {})
    first.on_tick("a", "s", 3, 0)
    first.on_tick("b", "s", 7, IDLE + 1)
    second = EventTimeClock(["a", "b", "c"], first.marks)

    assert (second.idle, second.on_tick("b", "s", 8, IDLE + 2)) == ({"a s", "c"}, 8)
