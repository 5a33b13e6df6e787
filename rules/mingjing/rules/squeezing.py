"""Bytes squeezed against what nearly every case is made of: names of fields and events, words of the trade.

A case is short, and says little that another has not said. A common compressor finds next
to nothing in it; with the `DICTIONARY` known beforehand to both sides, Zstandard (RFC 8878)
leaves about a fifth, in a few microseconds. The dictionary holds no word of any installation
(`bench/state_dictionary.py` makes it), and with another one nothing can be read that was
squeezed with this: it goes with the form of what is stored.
"""

from threading import local

import zstandard
from zstandard import FORMAT_ZSTD1_MAGICLESS, ZstdCompressionDict, ZstdCompressionParameters

from mingjing.rules.stored_case_dictionary import DICTIONARY

LEVEL = 3
"""Above it each byte that is gained costs as much time again."""

_WORDS = ZstdCompressionDict(DICTIONARY)
_HOW = ZstdCompressionParameters.from_level(
    LEVEL, dict_size=len(DICTIONARY), format=FORMAT_ZSTD1_MAGICLESS, write_dict_id=False, write_content_size=True
)
_WORDS.precompute_compress(compression_params=_HOW)


class _Hands(local):
    """What works on one thing at a time, and so is each thread's own."""

    def __init__(self) -> None:
        self.squeeze = zstandard.ZstdCompressor(dict_data=_WORDS, compression_params=_HOW).compress
        self.release = zstandard.ZstdDecompressor(dict_data=_WORDS, format=FORMAT_ZSTD1_MAGICLESS).decompress


_hands = _Hands()


def squeezed(plain: bytes) -> bytes:
    """Return bytes for `released`; equal ones are squeezed to equal ones."""
    return _hands.squeeze(plain)


def released(squeezed: bytes) -> bytes:
    """Return the bytes that were squeezed; ValueError for any that were not."""
    try:
        return _hands.release(squeezed)
    except zstandard.ZstdError as exc:
        raise ValueError(f"not squeezed with this dictionary: {exc}") from exc
