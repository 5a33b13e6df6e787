"""Cases as the tables of an exchange standard: one CSV an object, as agencies and platforms exchange them."""

import csv
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import Any

from mingjing.rules.events import Fact
from mingjing.rules.zone import Zone
from mingjing.services.export.archive import SettledCase
from mingjing.services.standards.export import rows_of
from mingjing.services.standards.standard import Standard
from mingjing.services.standards.table11 import OBJECT, TAKEN_BACK, table11_row

_NATIONAL = "gbt-39046"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")

CardRow = Callable[[Mapping[str, Any]], dict[str, str]]


class _Tables:
    """The files of one export, each opened with its first row."""

    def __init__(self, folder: Path, exits: ExitStack) -> None:
        self._folder = folder
        self._exits = exits
        self._writers: dict[str, csv.DictWriter[str]] = {}
        self.counts: dict[str, int] = {}

    def add(self, name: str, columns: Sequence[str], row: Mapping[str, str]) -> None:
        """Write a row."""
        if name not in self._writers:
            # With its mark, so that spreadsheets do not take UTF-8 for GBK.
            file = self._exits.enter_context((self._folder / f"{name}.csv").open("w", encoding="utf-8-sig", newline=""))
            self._writers[name] = csv.DictWriter(file, columns)
            self._writers[name].writeheader()
        self._writers[name].writerow({column: _harmless(cell) for column, cell in row.items()})
        self.counts[name] = self.counts.get(name, 0) + 1


def write_standard(
    cases: Iterable[SettledCase], standard: Standard, folder: Path, zone: Zone, card_row: CardRow
) -> dict[str, int]:
    """Write the cases into `folder`, a file an object; return how many rows each has.

    What the standard has no column for is left out. Cards stand in 表11 (电子监察) of the national
    standard and in no other: those that show a level, at that level, and as taken back those that
    show none any more; beside what other systems of supervision were reported to have found.
    Memory is that of one page of cases.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as exits:
        tables = _Tables(folder, exits)
        for case in cases:
            events = [_event(case.key, fact, zone) for fact in case.facts]
            for name, rows in rows_of(standard, events).items():
                for row in rows:
                    tables.add(name, list(standard.objects[name].columns), row)
            if standard.name == _NATIONAL:
                columns = list(standard.objects[OBJECT].columns)
                for card in case.shown_cards:
                    tables.add(OBJECT, columns, card_row(card))
                for card in case.taken_back:
                    tables.add(OBJECT, columns, card_row(card) | TAKEN_BACK)
    return tables.counts


def card_rows(
    issuer: str, titles: Mapping[str, str], item_kind: Callable[[str], str | None], told_at: datetime
) -> CardRow:
    """Return what makes the row of a card that is told at `told_at`.

    `titles` are those of agencies, `item_kind` answers for an item's code.
    """

    def row(card: Mapping[str, Any]) -> dict[str, str]:
        kind = item_kind(card["item"]) if card.get("item") else None
        agency = titles.get(card.get("agency") or "")
        return table11_row(card, issuer=issuer, agency=agency, item_kind=kind, told_at=told_at)

    return row


def _event(key: str, fact: Fact, zone: Zone) -> dict[str, Any]:
    """Return a fact as the CloudEvent it was."""
    named = {name: getattr(fact, name) for name in ("item", "region", "officer", "post", "step", "agency")}
    told = {name: value for name, value in named.items() if value is not None}
    subject = key.partition("/")[2]
    return {"type": fact.type, "subject": subject, "time": zone.text(fact.at), "data": fact.data, **told}


def _harmless(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula; numbers stay as they are."""
    if not cell.startswith(_FORMULA) or cell[1:].replace(".", "", 1).isdecimal():
        return cell
    return f"'{cell}"
