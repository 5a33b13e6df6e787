import pytest
from faust.types import TP

from mingjing.streams.markers import Markers

INGEST = TP("ingest.a", 0)


@pytest.fixture
def markers() -> Markers:
    """A stretch from 5 to 8 that holds no record."""
    markers = Markers()
    assert markers.note({INGEST: (5, 8)}, {INGEST: 5}) == [INGEST]
    return markers


@pytest.mark.parametrize(("done", "beyond"), [(3, 3), (5, 8), (6, 8), (8, 8), (9, 9)])
def test_a_stretch_is_passed_once_all_before_it_is_worked_off(markers: Markers, done: int, beyond: int) -> None:
    assert markers.beyond(INGEST, done) == beyond


@pytest.mark.parametrize("due", [{}, {INGEST: 4}])
def test_a_stretch_behind_a_record_that_is_not_delivered_yet_is_not_taken_in(due: dict[TP, int]) -> None:
    markers = Markers()

    assert markers.note({INGEST: (5, 8)}, due) == []
    assert (markers.beyond(INGEST, 5), markers.end(INGEST)) == (5, None)


def test_of_a_partition_that_is_read_from_elsewhere_nothing_is_known(markers: Markers) -> None:
    markers.clear()

    assert markers.end(INGEST) is None
