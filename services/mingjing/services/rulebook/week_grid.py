"""The days of a case as a grid of weeks for a terminal: one line a week, Monday first."""

from collections.abc import Sequence
from datetime import date, timedelta
from unicodedata import east_asian_width

import click

from mingjing.services.rulebook.timeline import Day

CELL = 6
SIGNS = {"weekend": "·", "holiday": "假", "paused": "停", "work": "", "makeup": ""}
INKS = {"past_promised": "yellow", "past_statutory": "red", "holiday": "magenta", "paused": "cyan"}


def week_grid(days: Sequence[Day], start: date | None) -> list[str]:
    """Return the lines of the grid; a counted day bears its number, `start` the sign 起, a made-up day a 班.

    Colours are those of a terminal; `click.echo` drops them where there is none.
    """
    if not days:
        return []
    by_date = {day.on: day for day in days}
    first = days[0].on - timedelta(days=days[0].on.weekday())
    lines = [" " * 12 + "".join(_cell(each) for each in "一二三四五六日")]
    while first <= days[-1].on:
        week = [first + timedelta(days=n) for n in range(7)]
        cells = (_day(by_date[on], start) if on in by_date else _cell("") for on in week)
        lines.append(f"  {first.isoformat()}{''.join(cells)}".rstrip())
        first += timedelta(days=7)
    return lines


def _day(day: Day, start: date | None) -> str:
    sign = "起" if day.on == start else str(day.n) if day.n is not None else SIGNS.get(day.colour, "·")
    if day.colour == "makeup":
        sign += "班"
    ink = INKS.get(day.colour)
    return click.style(_cell(sign), fg=ink) if ink else _cell(sign)


def _cell(sign: str) -> str:
    """Return the sign at the right of its cell; a Chinese character takes two columns."""
    return " " * (CELL - sum(2 if east_asian_width(each) in "WF" else 1 for each in sign)) + sign
