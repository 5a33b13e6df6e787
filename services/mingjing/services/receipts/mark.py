"""Marks of events: a number each, whose sum over many does not depend on their order.

An agency can compute the same sum over what it sent: the first eight bytes of MD5 over
`source`, a zero byte and `id` in UTF-8, as a big-endian number, added modulo 2^64 and
written as 16 hex digits. MD5 is what ClickHouse computes at every version (`halfMD5`);
it guards against loss, not against an enemy.
"""

from collections.abc import Iterable
from struct import unpack

try:
    # Python's own asks nobody which library to use, and takes half the time for a name.
    from _md5 import md5  # type: ignore[import-not-found]  # no stub: the same signature as hashlib's
except ImportError:
    from hashlib import md5

_MODULUS = 1 << 64


def mark_of(source: str, event_id: str) -> int:
    """Return the mark of one event."""
    return int.from_bytes(md5(f"{source}\0{event_id}".encode(), usedforsecurity=False).digest()[:8])


def hash_over(named: Iterable[tuple[str, str]]) -> str:
    """Return the sum of the marks of events, given by source and id: what `summed` says of many `mark_of`."""
    digests = [md5(f"{source}\0{ident}".encode(), usedforsecurity=False).digest() for source, ident in named]
    return summed(unpack(f">{2 * len(digests)}Q", b"".join(digests))[::2])


def summed(marks: Iterable[int]) -> str:
    """Return the sum of marks as receipts write it; of none it is sixteen zeros."""
    return f"{sum(marks) % _MODULUS:016x}"


def added(hashes: Iterable[str]) -> str:
    """Return the hash over everything that `hashes` are over."""
    return summed(int(each, 16) for each in hashes)
