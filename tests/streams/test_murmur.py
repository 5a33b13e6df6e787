"""The partition of a key is the one that every Java client would pick."""

import pytest
from aiokafka.partitioner import murmur2 as in_the_way_of_java
from hypothesis import given
from hypothesis import strategies as st

from mingjing.streams.murmur import murmur2

OF_KAFKA = {
    b"21": -973932308,
    b"foobar": -790332482,
    b"a-little-bit-long-string": -985981536,
    b"a-little-bit-longer-string": -1486304829,
    b"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8": -58897971,
    b"abc": 479470107,
}
"""What org.apache.kafka.common.utils.UtilsTest expects."""


@pytest.mark.parametrize("key", OF_KAFKA)
def test_a_key_is_hashed_as_kafka_says(key: bytes) -> None:
    assert murmur2(key) == OF_KAFKA[key] & 0xFFFFFFFF


@given(st.binary(max_size=300))
def test_any_key_is_hashed_as_the_slow_way_does(key: bytes) -> None:
    assert murmur2(key) == in_the_way_of_java(key)
