"""Rows on their way in: translated, judged, passed on; those that cannot be used are put aside with the reason."""

from collections.abc import Sequence

import msgspec
import orjson

from mingjing.services.exchange.letter_row import LetterRow, written
from mingjing.services.exchange.ports import ExchangeIntake
from mingjing.services.standards.remarked import Noted, Remarked
from mingjing.services.standards.rows import Remark, Row, translate
from mingjing.services.standards.saying import NOTHING_SAID, Said
from mingjing.services.standards.standard import ExchangeObject, Standard

MOST_TOLD = 100
"""Rows of which it is said here why they were put aside; of every one it stands with its dead letter."""


class Fetched(msgspec.Struct, frozen=True):
    """A row as it was fetched, what is known of it beside its cells, and what it was before, where that came too."""

    row: Row
    said: Said = NOTHING_SAID
    before: Row | None = None


class Fault(msgspec.Struct, frozen=True):
    """Why a row was put aside: its place among the rows, from 1, and the column, empty where it is no single one."""

    row: int
    column: str
    message: str


class Carried(msgspec.Struct, frozen=True):
    """What became of some rows, of the first of those put aside why, and what was remarked on those taken."""

    rows: int = 0
    events: int = 0
    put_aside: int = 0
    faults: tuple[Fault, ...] = ()
    remarks: tuple[Noted, ...] = ()

    def __add__(self, other: "Carried") -> "Carried":
        """Return what became of these rows and of the others, which follow them."""
        theirs = (msgspec.structs.replace(each, row=each.row + self.rows) for each in other.faults)
        remarked = Remarked()
        remarked.join(self.remarks)
        remarked.join(other.remarks, after=self.rows)
        return Carried(
            self.rows + other.rows,
            self.events + other.events,
            self.put_aside + other.put_aside,
            (*self.faults, *theirs)[:MOST_TOLD],
            remarked.noted(),
        )


async def carry(
    rows: Sequence[Fetched], standard: Standard, form: ExchangeObject, source: str, intake: ExchangeIntake
) -> Carried:
    """Pass the rows on and return what became of them; once it returns, none of them can be lost.

    A row is taken whole or put aside whole. Raises what the intake raises: carry the rows again.
    """
    good: list[bytes] = []
    aside: list[tuple[bytes, Remark]] = []
    faults: list[Fault] = []
    remarked = Remarked()
    for number, each in enumerate(rows, 1):
        translated = translate(standard, form, each.row, source, each.said, each.before)
        events = [orjson.dumps(event) for event in translated.events]
        refused = [each for each in translated.remarks if each.refused]
        refused += [Remark("", "", why) for why in intake.judge(events) if why is not None]
        if refused or not events:
            aside.append((_original(standard, form, source, each), refused[0]))
            faults.append(Fault(number, refused[0].column, refused[0].message))
        else:
            good += events
            remarked.add(number, translated.remarks)
    await intake.pass_on(good)
    if aside:
        await intake.put_aside(aside)
    return Carried(len(rows), len(good), len(aside), tuple(faults[:MOST_TOLD]), remarked.noted())


def _original(standard: Standard, form: ExchangeObject, source: str, fetched: Fetched) -> bytes:
    """Return a row as it was, with what it takes to read it again once it is mended."""
    before = None if fetched.before is None else dict(fetched.before)
    kept = LetterRow(
        standard=standard.name,
        object=form.name,
        source=source,
        row=dict(fetched.row),
        said=fetched.said,
        before=before,
    )
    return written(kept)
