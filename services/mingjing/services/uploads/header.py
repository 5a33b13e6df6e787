"""What the first rows of a file say before it is handed in: which of its columns are known, and which must be told."""

from difflib import get_close_matches
from itertools import islice
from pathlib import Path

import msgspec

from mingjing.services.standards.standard import ExchangeObject
from mingjing.services.uploads.error_sheet import without_notes
from mingjing.services.uploads.mapping import columns_of
from mingjing.services.uploads.sheet import open_sheet

_SAMPLES = 3
_SAMPLE = 60
"""Characters of a cell that is shown as a sample."""


class HeaderCell(msgspec.Struct, frozen=True):
    """A column of a file: what it is called there, and what stands in its first rows.

    `column` is the standard's that it is by name or title, None where it is neither;
    `nearest` then is the one whose name or title is spelt most like it, None where none is.
    """

    header: str
    column: str | None
    nearest: str | None
    samples: list[str]


def header_of(path: Path, form: ExchangeObject) -> list[HeaderCell]:
    """Return the columns of the file in order, without those that a sheet of returned rows adds.

    A CSV may be cut off after any line. Raises SheetRefused for a file that is no table.
    """
    sheet = open_sheet(path)
    lines = list(islice(sheet.lines, _SAMPLES))
    known = columns_of(form)
    cells = []
    for place, header in enumerate(without_notes(sheet.header)):
        below = (line.cells[place] for line in lines if place < len(line.cells))
        column = known(header)
        nearest = None if column else _nearest(header, form)
        samples = [str(cell).strip()[:_SAMPLE] for cell in below if cell is not None]
        cells.append(HeaderCell(header, column, nearest, [each for each in samples if each]))
    return cells


def _nearest(header: str, form: ExchangeObject) -> str | None:
    spelt = {column.title: name for name, column in form.columns.items()} | {name: name for name in form.columns}
    close = get_close_matches(header, spelt, n=1)
    return spelt[close[0]] if close else None
