"""A file of a standard's rows under examination: what its rows stand for, and what is wrong with each, cell by cell."""

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

import msgspec
import orjson

from mingjing.services.conformance.feed import UNKEYED, Refused
from mingjing.services.conformance.score import Score, score_feed
from mingjing.services.exchange.file_rows import READ, rows_in
from mingjing.services.standards.remarked import Remarked, sentences
from mingjing.services.standards.rows import Remark, Row, translate
from mingjing.services.standards.standard import ExchangeObject, Standard
from mingjing.services.uploads.error_sheet import without_notes
from mingjing.services.uploads.mapping import match_header, row_of, rows_named
from mingjing.services.uploads.sheet import open_sheet
from mingjing.streams.ports import Principal
from mingjing.streams.vouch import Refusal, vouch

MOST_FAULTS = 200
"""Faults that are told one by one; of more there is the count of rows."""


class RowFault(msgspec.Struct, frozen=True):
    """What costs a row: its number as a spreadsheet shows it (of JSON and XML, counted from 1), the column, its value.

    `column` is empty where it is no single one.
    """

    row: int
    column: str
    value: str
    message: str


class Examined(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a file's rows. `remarks` counts what is doubtful of rows that would be taken, by kind."""

    score: Score
    rows: int
    returned: int
    faults: tuple[RowFault, ...]
    remarks: dict[str, int]


def examine(
    path: Path,
    standard: Standard,
    form: ExchangeObject,
    source: str,
    principal: Principal,
    columns: Mapping[str, str] | None = None,
    listed: Collection[str] = (),
) -> Examined:
    """Return what an agency would be told of the file, without handing it in.

    Read as uploads read CSV and XLSX, and as a watched folder reads JSON, JSON lines and XML; `columns` maps
    headers to the standard's (see `mapping_of`), `listed` are the codes of items in the catalogue.
    A row counts whole or not at all. Raises SheetRefused and FileRefused for a file that is no table.
    """
    read = _Read(standard, form, source, principal)
    score = score_feed(read.heard(_rows(path, form, columns or {})), principal, listed)
    return Examined(
        score=score,
        rows=read.rows,
        returned=read.returned,
        faults=tuple(read.faults),
        remarks=sentences(read.remarked.noted()),
    )


class _Read:
    def __init__(self, standard: Standard, form: ExchangeObject, source: str, principal: Principal) -> None:
        self.rows = self.returned = 0
        self.faults: list[RowFault] = []
        self.remarked = Remarked()
        self._standard, self._form, self._source, self._principal = standard, form, source, principal

    def heard(self, rows: Iterator[tuple[int, Row]]) -> Iterator[bytes | Refused]:
        """Yield the events of every row that would be taken, and for every other that it is refused."""
        for number, row in rows:
            self.rows += 1
            translated = translate(self._standard, self._form, row, self._source)
            events = [orjson.dumps(event) for event in translated.events]
            refused = [each for each in translated.remarks if each.refused] + self._unfit(events)
            if not refused:
                self.remarked.add(number, translated.remarks)
                yield from events
                continue
            self.returned += 1
            told = [RowFault(number, self._titled(each.column), each.value, each.message) for each in refused]
            self.faults += told[: MOST_FAULTS - len(self.faults)]
            yield Refused(f"第{number}行 {told[0].column}".rstrip(), told[0].message)

    def _unfit(self, events: list[bytes]) -> list[Remark]:
        """Return what intake would have against the events of a row."""
        verdicts = (vouch(raw, self._principal, UNKEYED) for raw in events)
        return [Remark("", "", why) for why in dict.fromkeys(_why(each) for each in verdicts) if why is not None]

    def _titled(self, column: str) -> str:
        title = self._form.columns[column].title if column in self._form.columns else column
        return title if title == column else f"{title}（{column}）"


def _why(verdict: object) -> str | None:
    return verdict.message if isinstance(verdict, Refusal) else None


def _rows(path: Path, form: ExchangeObject, columns: Mapping[str, str]) -> Iterator[tuple[int, Row]]:
    if path.suffix.lower() in READ:
        yield from enumerate(map(rows_named(form, columns), rows_in(path)), 1)
        return
    sheet = open_sheet(path)
    chosen = match_header(without_notes(sheet.header), form, columns)
    for line in sheet.lines:
        yield line.number, row_of(line, chosen)
