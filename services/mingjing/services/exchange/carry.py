"""Rows on their way in: translated, judged, passed on; those that cannot be used are put aside with the reason."""

from collections.abc import Sequence

import msgspec
import orjson

from mingjing.services.exchange.ports import ExchangeIntake
from mingjing.services.standards.rows import Remark, Row, translate
from mingjing.services.standards.standard import ExchangeObject, Standard


class Carried(msgspec.Struct, frozen=True):
    """What became of some rows."""

    rows: int = 0
    events: int = 0
    put_aside: int = 0

    def __add__(self, other: "Carried") -> "Carried":
        return Carried(self.rows + other.rows, self.events + other.events, self.put_aside + other.put_aside)


async def carry(
    rows: Sequence[Row], standard: Standard, form: ExchangeObject, source: str, intake: ExchangeIntake
) -> Carried:
    """Pass the rows on and return what became of them; once it returns, none of them can be lost.

    A row is taken whole or put aside whole. Raises what the intake raises: carry the rows again.
    """
    good: list[bytes] = []
    aside: list[tuple[bytes, Remark]] = []
    for row in rows:
        translated = translate(standard, form, row, source)
        events = [orjson.dumps(event) for event in translated.events]
        refused = [each for each in translated.remarks if each.refused]
        refused += [Remark("", "", why) for why in intake.judge(events) if why is not None]
        if refused or not events:
            aside.append((orjson.dumps({"object": form.name, "row": row}, default=str), refused[0]))
        else:
            good += events
    await intake.pass_on(good)
    if aside:
        await intake.put_aside(aside)
    return Carried(len(rows), len(good), len(aside))
