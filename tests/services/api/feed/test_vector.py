import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingjing.services.api.feed.vector import NOWHERE, Vector, VectorRefused, decode

OFFSETS = st.lists(st.integers(0, 2**53 - 1), max_size=64).map(tuple)


@given(st.binary(min_size=8, max_size=8), OFFSETS)
def test_a_vector_survives_its_text(epoch: bytes, offsets: tuple[int, ...]) -> None:
    assert decode(Vector(epoch, offsets).encode()) == Vector(epoch, offsets)


@given(st.text(max_size=80))
def test_any_other_text_is_refused_or_is_some_vector(text: str) -> None:
    try:
        vector = decode(text)
    except VectorRefused:
        return
    assert len(vector.epoch) == 8


def test_a_vector_fits_a_header_at_twenty_four_partitions() -> None:
    assert len(Vector(bytes(8), (2**31,) * 24).encode()) < 200


@pytest.mark.parametrize("text", ["", "A", "AAAAAAAAAAA", "AAAAAAAAAAAA=", "é" * 12, "A" * 9000])
def test_a_text_never_given_out_is_refused(text: str) -> None:
    with pytest.raises(VectorRefused):
        decode(text)


def test_nowhere_can_be_carried_by_a_client() -> None:
    assert decode(NOWHERE.encode()) == NOWHERE
