"""What is squeezed comes out as it went in, and little is left of what every case says."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingjing.rules.squeezing import released, squeezed


@given(plain=st.binary(max_size=5_000))
def test_bytes_come_back_as_they_were(plain: bytes) -> None:
    assert released(squeezed(plain)) == plain


def test_equal_bytes_are_squeezed_to_equal_ones() -> None:
    assert squeezed(b"case.accepted" * 9) == squeezed(b"case.accepted" * 9)


def test_what_nearly_every_case_says_takes_next_to_no_room() -> None:
    said = b"\xa6source\xa4type\xadcase.accepted\xa6region\xa7officer\xa4data\x81\xa7channel\xa6window"

    assert len(squeezed(said)) < len(said) / 2


@pytest.mark.parametrize("other", [b"", b"{}", squeezed(b"case.accepted" * 9)[:-3]])
def test_other_bytes_are_refused(other: bytes) -> None:
    with pytest.raises(ValueError, match="not squeezed with this dictionary"):
        released(other)


def test_several_threads_do_not_meddle_with_each_other() -> None:
    plain = [b"%d" % number * 400 for number in range(200)]
    with ThreadPoolExecutor(4) as threads:
        back = list(threads.map(lambda each: released(squeezed(each)), plain))

    assert back == plain
