"""Numbers as registers write them: a point or a comma before the decimals, the other or a space between thousands."""

import re
from typing import Final

BETWEEN: Final = {".": ",", ",": "."}
"""What may stand between thousands, by what stands before the decimals."""

SPACES: Final = " \u00a0\u202f'"
_FORMS: Final = {
    mark: re.compile(
        rf"[+-]?(?:\d+|\d{{1,3}}(?:[{re.escape(between + SPACES)}]\d{{3}})+)(?:\{mark}\d*)?(?:[eE][+-]?\d+)?"
    )
    for mark, between in BETWEEN.items()
}


def number_of(text: str, mark: str) -> int | float:
    """Return the number that a cell writes with `mark` before its decimals.

    Raises ValueError for anything else, which names the other mark where the number fits that: `1,5` is never 15.
    """
    written = text.strip()
    if not _FORMS[mark].fullmatch(written):
        other = BETWEEN[mark]
        told = f"; write in the mapping: decimal: '{other}'" if _FORMS[other].fullmatch(written) else ""
        raise ValueError(f"{text!r} is no number with {mark!r} before its decimals{told}")
    plain = written.translate(dict.fromkeys(map(ord, BETWEEN[mark] + SPACES))).replace(mark, ".")
    return int(plain) if plain.lstrip("+-").isdecimal() else float(plain)
