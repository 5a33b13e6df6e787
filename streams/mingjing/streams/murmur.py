"""The hash by which Java's clients choose a partition, a third of what it costs in the way of Java.

Every case that is heard of for the first time, or again after long, is hashed once.
"""

from struct import Struct

_SEED = 0x9747B28C
_MIX = 0x5BD1E995
_BITS = 0xFFFFFFFF

_WORDS = [Struct(f"<{words}I") for words in range(64)]
"""Keys are short: those of up to 255 bytes are taken apart by what lies ready."""


def murmur2(key: bytes) -> int:
    """Return MurmurHash2 of a key without sign (org.apache.kafka.common.utils.Utils.murmur2 gives it signed)."""
    words = len(key) >> 2
    taken_apart = _WORDS[words] if words < len(_WORDS) else Struct(f"<{words}I")
    found = _SEED ^ len(key)
    for word in taken_apart.unpack_from(key):
        mixed = word * _MIX & _BITS
        found = found * _MIX & _BITS ^ (mixed ^ mixed >> 24) * _MIX & _BITS
    rest = key[words << 2 :]
    if rest:
        found = (found ^ int.from_bytes(rest, "little")) * _MIX & _BITS
    found = (found ^ found >> 13) * _MIX & _BITS
    return found ^ found >> 15
