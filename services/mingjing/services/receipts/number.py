"""The numbers by which receipts are asked for."""

import secrets
import time

_NS_OF_MS = 1_000_000


def new_number() -> str:
    """Return a number for a new receipt: 32 hex digits, of which twenty nobody can guess.

    The first twelve are the millisecond, as in a UUID of version 7: an index of such numbers grows at
    its end, where random ones would touch another page for each.
    """
    return f"{time.time_ns() // _NS_OF_MS:012x}{secrets.token_hex(10)}"
