"""Which cases were here once, of which nothing else is kept: four bytes each.

A case that came back as a new one would draw false cards over its old ones. So the answer
may err on one side only: a case that was here is never denied, and one that was not is
taken for one that was once in 2^40 / (cases here), which costs a question to the archive.

The marks, 40 bits of a hash, lie in pages by their first eight bits. A page goes into the
state of a partition as a case does, under a key that no case can have.
"""

import hashlib
import sys
from array import array
from bisect import bisect_left
from typing import Final

import msgspec

from mingjing.rules.stored_case import StateUnreadable

PAGE: Final = "gone/"
"""Begins the key of every page; the key of a case begins with `cn/`, with the code of an agency, or with `across/`."""


class StoredPage(msgspec.Struct, array_like=True, gc=False):
    """A page, or what it came to since it was last stored: `reach` and the marks, in rising order, little-endian."""

    reach: int
    marks: bytes


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(StoredPage).decode


class _Page:
    """Marks in rising order; `reach` is the last offset at which any of their cases was heard of.

    `new` are those that are not stored yet.
    """

    __slots__ = ("marks", "new", "reach")

    def __init__(self) -> None:
        self.reach = -1
        self.marks = array("I")
        self.new: list[int] = []

    def has(self, mark: int) -> bool:
        place = bisect_left(self.marks, mark)
        return place < len(self.marks) and self.marks[place] == mark

    def put(self, mark: int) -> bool:
        place = bisect_left(self.marks, mark)
        if place < len(self.marks) and self.marks[place] == mark:
            return False
        self.marks.insert(place, mark)
        return True


class Gone:
    """The cases of a partition that are gone."""

    def __init__(self) -> None:
        self._pages: dict[int, _Page] = {}

    def __len__(self) -> int:
        """Return how many cases are gone."""
        return sum(len(page.marks) for page in self._pages.values())

    @property
    def bytes_held(self) -> int:
        """How many bytes their marks take."""
        return sum(page.marks.buffer_info()[1] * page.marks.itemsize for page in self._pages.values())

    def reach(self, case_key: str) -> int | None:
        """Return an offset that no fact of the case lay beyond when it went; None where it never did."""
        if not self._pages:
            return None
        number, mark = _place(case_key)
        page = self._pages.get(number)
        return page.reach if page is not None and page.has(mark) else None

    def add(self, case_key: str, last_offset: int) -> str:
        """Mark a case that goes, the last fact of which lay at `last_offset`; return the key of its page."""
        number, mark = _place(case_key)
        page = self._pages.get(number)
        if page is None:
            page = self._pages[number] = _Page()
        page.reach = max(page.reach, last_offset)
        if page.put(mark):
            page.new.append(mark)
        return f"{PAGE}{number}"

    def dump(self, key: str) -> bytes | None:
        """Return a page as bytes for `restore`; None where there is none."""
        page = self._page(key)
        if page is None:
            return None
        page.new.clear()
        return _encode(StoredPage(page.reach, _stored(page.marks)))

    def change(self, key: str) -> bytes | None:
        """Return what a page came to since it was last dumped, or changed; None where there is none."""
        page = self._page(key)
        if page is None:
            return None
        new = array("I", sorted(page.new))
        page.new.clear()
        return _encode(StoredPage(page.reach, _stored(new)))

    def restore(self, key: str, *states: bytes) -> None:
        """Take back a page from its dump and the changes since; StateUnreadable for bytes that are neither."""
        page = self._pages[int(key.removeprefix(PAGE))] = _Page()
        for state in states:
            try:
                stored = _decode(state)
                marks = _restored(stored.marks)
            except (msgspec.DecodeError, ValueError) as exc:
                raise StateUnreadable(f"page {key} of the cases that are gone cannot be read ({exc})") from exc
            page.reach = max(page.reach, stored.reach)
            if page.marks:
                for mark in marks:
                    page.put(mark)
            else:
                page.marks = marks

    def _page(self, key: str) -> _Page | None:
        return self._pages.get(int(key.removeprefix(PAGE)))


def is_page(key: str) -> bool:
    """Whether a key is that of a page, and not of a case."""
    return key.startswith(PAGE)


def _place(case_key: str) -> tuple[int, int]:
    """Return the page of a case and its mark there."""
    hashed = hashlib.blake2b(case_key.encode(), digest_size=5).digest()
    return hashed[0], int.from_bytes(hashed[1:], "big")


def _stored(marks: "array[int]") -> bytes:
    if sys.byteorder == "big":
        marks = marks[:]
        marks.byteswap()
    return marks.tobytes()


def _restored(stored: bytes) -> "array[int]":
    marks = array("I")
    marks.frombytes(stored)
    if sys.byteorder == "big":
        marks.byteswap()
    return marks
