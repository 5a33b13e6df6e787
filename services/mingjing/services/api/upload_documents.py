"""The shapes of what is answered about files that agencies hand in."""

import msgspec

from mingjing.services.registry import UploadState
from mingjing.services.uploads.header import HeaderCell


class UploadJob(msgspec.Struct, kw_only=True):
    """A file on its way in, or read. `lines` measures `rows` while it is read, 0 where that is not known.

    `errors` is where the returned rows can be fetched, None where there are none;
    `remarks` counts what was taken but remarked on, by sentence.
    """

    id: str
    name: str
    standard: str
    object: str
    title: str
    source: str
    dry_run: bool
    state: UploadState
    lines: int
    rows: int
    accepted: int
    returned: int
    events: int
    remarks: dict[str, int]
    reason: str
    receipt: str | None
    made_at: str
    ended_at: str | None
    errors: str | None


class UploadPage(msgspec.Struct):
    """An agency's uploads, newest first."""

    items: list[UploadJob]
    next_cursor: str | None


class ObjectEntry(msgspec.Struct):
    """A table or message of a standard, and where its blank form is."""

    name: str
    title: str
    blank: str


class StandardEntry(msgspec.Struct):
    """An exchange standard in which files can be handed in."""

    name: str
    title: str
    objects: list[ObjectEntry]


class StandardList(msgspec.Struct):
    """Every standard, and the sources for which the caller may hand in files; none for who hands in nothing."""

    standards: list[StandardEntry]
    sources: list[str]


class KnownColumn(msgspec.Struct):
    """A column of a standard's object; one that is `needed` must be in every file."""

    name: str
    title: str
    needed: bool


class HeaderReading(msgspec.Struct):
    """What the first rows of a file say, and the columns among which the unknown ones can be told."""

    cells: list[HeaderCell]
    columns: list[KnownColumn]
