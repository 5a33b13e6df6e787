from mingjing.services.api.gateway.remembered import Remembered, prints_of


def test_the_same_bytes_of_two_agencies_are_two_events() -> None:
    assert prints_of("a", [b"{}"]) != prints_of("b", [b"{}"])


def test_the_latest_events_are_remembered() -> None:
    memory = Remembered(most=4)

    for each in (b"1", b"2", b"3", b"4", b"5"):
        memory.add([each])

    assert [each in memory for each in (b"3", b"4", b"5")] == [True, True, True]


def test_what_came_long_ago_is_forgotten() -> None:
    memory = Remembered(most=4)

    for each in (b"1", b"2", b"3", b"4"):
        memory.add([each])

    assert b"1" not in memory
