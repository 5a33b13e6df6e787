import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingjing.services.stack.trial_store import wire


def dripping(body: bytes, size: int) -> wire.Reader:
    """Return a reader that gets its bytes a few at a time, as off a slow network."""
    drops = iter([body[at : at + size] for at in range(0, len(body), size)])
    return wire.Reader(lambda _: next(drops, b""))


@given(st.integers(0, 2**63 - 1), st.integers(1, 3))
def test_a_number_is_read_as_it_was_written(number: int, size: int) -> None:
    assert dripping(wire.varint(number), size).varint() == number


@given(st.text(max_size=300), st.integers(1, 7))
def test_a_text_is_read_as_it_was_written(text: str, size: int) -> None:
    assert dripping(wire.text(text), size).text() == text


@given(st.lists(st.binary(max_size=200), max_size=20), st.integers(1, 50))
def test_strings_are_passed_over_exactly(strings: list[bytes], size: int) -> None:
    body = b"".join(wire.varint(len(each)) + each for each in strings)
    reader = dripping(body + b"!", size)
    reader.mark()
    reader.skip_strings(len(strings))
    assert reader.since_mark() == body
    assert reader.take(1) == b"!"
    assert reader.ended()


def test_bytes_that_end_within_a_value_say_so() -> None:
    with pytest.raises(wire.Ended) as ended:
        dripping(wire.text("明镜")[:-1], 2).text()
    assert ended.value.within


def test_an_error_packet_carries_the_engine_s_number() -> None:
    reader = wire.Reader.over(wire.exception(60, "DB::Exception: Table m.nope does not exist"))
    assert (reader.varint(), int.from_bytes(reader.take(4), "little")) == (wire.EXCEPTION, 60)
    assert (reader.text(), reader.text()) == ("DB::Exception", "DB::Exception: Table m.nope does not exist")
