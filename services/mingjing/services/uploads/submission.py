"""A file from an agency, from its first row to its receipt: nothing is lost, and every row has its answer."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Protocol

import msgspec
import orjson

from mingjing.services.standards.remarked import Remarked, sentences
from mingjing.services.standards.rows import Remark, translate
from mingjing.services.standards.standard import ExchangeObject, Standard
from mingjing.services.uploads.error_sheet import ErrorSheet, without_notes
from mingjing.services.uploads.mapping import match_header, row_of
from mingjing.services.uploads.sheet import Line, open_sheet

ROWS_AT_ONCE = 500


class Intake(Protocol):
    """Where the events of a file go."""

    def judge(self, raw_events: Sequence[bytes]) -> Sequence[str | None]:
        """Return for each event why it would be refused, or None."""
        ...

    async def pass_on(self, raw_events: Sequence[bytes]) -> None:
        """Return once every event is safely in; raises if that is not known of all of them."""
        ...


class Submitted(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a file. `remarks` counts what was remarked on but taken, by kind, with the first rows of each."""

    rows: int
    accepted: int
    returned: int
    events: int
    remarks: dict[str, int]
    encoding: str | None


class _Judged(msgspec.Struct):
    line: Line
    events: list[bytes]
    remarks: list[Remark]


async def submit(
    path: Path,
    standard: Standard,
    form: ExchangeObject,
    source: str,
    intake: Intake,
    errors: Path,
    *,
    columns: Mapping[str, str] | None = None,
    dry_run: bool = False,
    progress: Callable[[int], None] = lambda _: None,
) -> Submitted:
    """Send every usable row of the file and write the others to the spreadsheet `errors`.

    A row is taken whole or not at all. Memory does not grow with the file. `columns`
    maps headers of the file to the standard's. Sending the file again after any
    failure does no harm: its events have the same ids. Raises SheetRefused for a file
    that is no table, and what `intake.pass_on` raises; rows before are then in.
    """
    sheet = open_sheet(path)
    header = without_notes(sheet.header)
    chosen = match_header(header, form, columns)
    rows = accepted = events = 0
    remarked = Remarked()
    with ErrorSheet(errors, header) as returned:
        for lines in _groups(sheet.lines):
            judged = [_read(line, standard, form, chosen, source) for line in lines]
            good = _sift(judged, intake, returned, chosen)
            if not dry_run:
                await intake.pass_on([raw for each in good for raw in each.events])
            rows += len(judged)
            accepted += len(good)
            events += sum(len(each.events) for each in good)
            for each in good:
                remarked.add(each.line.number, each.remarks)
            progress(rows)
        return Submitted(
            rows=rows,
            accepted=accepted,
            returned=returned.count,
            events=events,
            remarks=sentences(remarked.noted()),
            encoding=sheet.encoding,
        )


def _groups(lines: Iterator[Line]) -> Iterator[list[Line]]:
    while group := list(islice(lines, ROWS_AT_ONCE)):
        yield group


def _read(line: Line, standard: Standard, form: ExchangeObject, columns: list[str], source: str) -> _Judged:
    translated = translate(standard, form, row_of(line, columns), source)
    return _Judged(line, [orjson.dumps(event) for event in translated.events], translated.remarks)


def _sift(judged: list[_Judged], intake: Intake, returned: ErrorSheet, columns: list[str]) -> list[_Judged]:
    """Return the rows of which every event would be taken; the others are given back."""
    verdicts = iter(intake.judge([raw for each in judged for raw in each.events]))
    good = []
    for each in judged:
        refused = [verdict for verdict in islice(verdicts, len(each.events)) if verdict is not None]
        each.remarks += [Remark("", "", verdict) for verdict in dict.fromkeys(refused)]
        if refused or not each.events:
            returned.add(each.line, [remark for remark in each.remarks if remark.refused], columns)
        else:
            good.append(each)
    return good
