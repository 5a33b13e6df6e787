"""Which form of an answer the caller wants most (RFC 9110, 12.5.1)."""

import re
from collections.abc import Collection

import msgspec

from mingjing.services.api.problems import Problem
from mingjing.services.reports.forms import MEDIA_TYPES

_SHARE = re.compile(r"0(\.\d{0,3})?|1(\.0{0,3})?")
HTML = "html"
"""A page for people, which lies elsewhere: whoever wants it most is sent there."""

_MEDIA = MEDIA_TYPES | {HTML: "text/html"}


class _Range(msgspec.Struct, frozen=True):
    """A media range as it was asked for, and how much it is wanted."""

    type: str
    subtype: str
    share: float
    place: int

    def holds(self, media: str) -> bool:
        """Return whether a media type lies in it."""
        kind, _, subtype = media.partition("/")
        return self.type in {"*", kind} and self.subtype in {"*", subtype}

    @property
    def precise(self) -> int:
        """How precise it is: the most precise range that holds a type says how much that is wanted."""
        return (self.type != "*") + (self.subtype != "*")


def negotiated(accept: str, forms: Collection[str] = (*MEDIA_TYPES, HTML)) -> str:
    """Return the one of `forms` that an Accept header wants most; Problem 406 when it wants none we have.

    Of forms that are wanted as much, the one that is named more precisely goes before, then the one named earlier.
    """
    ranges = _ranges(accept) if accept.strip() else [_Range("*", "*", 1.0, 0)]
    wanted = []
    for order, form in enumerate(forms):
        media = _MEDIA[form].partition(";")[0]
        best = max((each for each in ranges if each.holds(media)), key=lambda each: each.precise, default=None)
        if best is not None and best.share > 0:
            wanted.append((-best.share, -best.precise, best.place, order, form))
    if not wanted:
        names = (_MEDIA[form].partition(";")[0] for form in forms)
        raise Problem(406, "no_such_form", f"可以给出 {'、'.join(names)}")
    return min(wanted)[-1]


def _ranges(accept: str) -> list[_Range]:
    """Return the ranges of a header; one whose share is no share is left out."""
    found = []
    for place, part in enumerate(accept.lower().split(",")):
        media, *parameters = (each.strip() for each in part.split(";"))
        share = next((each[2:].strip() for each in parameters if each.startswith("q=")), "1")
        kind, _, subtype = media.partition("/")
        if kind and subtype and _SHARE.fullmatch(share):
            found.append(_Range(kind, subtype, float(share), place))
    return found
