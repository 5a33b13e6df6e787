"""A case drawn day by day as SVG: what happened above the days, what was drawn below them.

The same case gives the same text to the last digit, so that a picture can be
committed and compared. Nothing here counts days: numbers come with the days.
"""

from collections.abc import Sequence
from datetime import date, datetime
from html import escape
from unicodedata import east_asian_width

import msgspec

WIDTH = 960
MARGIN = 24
LANE = 20
RIBBON = 30
SMALLEST_WITH_NUMBER = 13
NAME = 54
"""How wide the name of a month stands under the row."""

NARROWEST_WITH_GAP = 4
LABEL = 12
"""Size of what stands beside a mark; it has a rim, for lines may cross it."""


FONTS = "system-ui, Noto Sans CJK SC, sans-serif"
COLOURS = {
    "work": "#e8f1ec",
    "makeup": "#cfe6f5",
    "weekend": "#eceff1",
    "holiday": "#f7e1e4",
    "paused": "#e4dcf3",
    "past_promised": "#fbe8b0",
    "past_statutory": "#f5b8b0",
}
LEVELS = {"hint": "#607d8b", "warning": "#1f6fb2", "yellow": "#b58100", "red": "#c0392b"}
EVENT, ENDED = "#2b3a42", "#2e7d4f"
LEGEND = (
    ("work", "计入"),
    ("weekend", "周末"),
    ("holiday", "节假日"),
    ("makeup", "调休上班"),
    ("paused", "停表"),
    ("past_promised", "已过期限"),
    ("past_statutory", "已过法定期限"),
)


class Day(msgspec.Struct, frozen=True):
    """One day of the ribbon: its colour's name, the number it bears (None = not counted), its reason for a tooltip."""

    on: date
    colour: str
    n: int | None
    why: str | None


class Mark(msgspec.Struct, frozen=True):
    """Something at an instant (RFC 3339); `level` is a card's level, `ended` its end, None an event."""

    at: str
    text: str
    level: str | None = None


def timeline(title: str, days: Sequence[Day], marks: Sequence[Mark]) -> str:
    """Return the SVG of a story over consecutive `days`; marks outside of them stand at the edge."""
    step = (WIDTH - 2 * MARGIN) / max(len(days), 1)
    above = _laid([each for each in marks if each.level is None], days, step)
    below = _laid([each for each in marks if each.level is not None], days, step)
    top = 30 + LANE * (1 + max((lane for _, _, lane in above), default=-1))
    bottom = top + RIBBON + 18
    height = bottom + LANE * (1 + max((lane for _, _, lane in below), default=-1)) + 40
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img"'
    parts = [
        f'{head} aria-label="{escape(title)}" font-family="{FONTS}" font-size="12">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
        f'<text x="{MARGIN}" y="20" font-size="14" font-weight="600" fill="{EVENT}">{escape(title)}</text>',
        *_ribbon(days, top, step),
        *(_event(each, x, top - 8 - LANE * lane, top) for each, x, lane in above),
        *(_card(each, x, bottom + LANE * (lane + 1) - 4, top + RIBBON) for each, x, lane in below),
        *_legend({day.colour for day in days}, height - 14),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _ribbon(days: Sequence[Day], top: int, step: float) -> list[str]:
    parts = []
    numbered = step >= SMALLEST_WITH_NUMBER
    width = step - 1 if step >= NARROWEST_WITH_GAP else step
    free = 0.0
    for place, day in enumerate(days):
        x = MARGIN + place * step
        told = f"{day.on.isoformat()}{f'（{day.why}）' if day.why else ''}{f' 第 {day.n} 日' if day.n else ''}"
        parts.append(
            f'<rect x="{x:.1f}" y="{top}" width="{width:.1f}" height="{RIBBON}" '
            f'fill="{COLOURS[day.colour]}"><title>{escape(told)}</title></rect>'
        )
        middle = x + width / 2
        if numbered and day.n is not None:
            parts.append(_text(middle, top + 20, str(day.n), EVENT, "middle", 11))
        if place == 0 or day.on.day == 1:
            parts.append(_text(x, top + RIBBON + 13, f"{day.on.month}月{day.on.day}日", "#607d8b", "start", 10))
            free = x + NAME
        elif numbered and middle > free:
            parts.append(_text(middle, top + RIBBON + 13, str(day.on.day), "#90a4ae", "middle", 9))
    return parts


def _laid(marks: Sequence[Mark], days: Sequence[Day], step: float) -> list[tuple[Mark, float, int]]:
    """Return each mark with its place and the lowest lane in which its text meets no other."""
    ends: list[float] = []
    laid = []
    for each in sorted(marks, key=lambda mark: datetime.fromisoformat(mark.at)):
        x = _place(each.at, days, step)
        begin, end = _span(x, each.text)
        lane = next((number for number, taken in enumerate(ends) if taken <= begin), len(ends))
        if lane == len(ends):
            ends.append(end)
        else:
            ends[lane] = end
        laid.append((each, x, lane))
    return laid


def _place(at: str, days: Sequence[Day], step: float) -> float:
    moment = datetime.fromisoformat(at)
    since = (moment.hour * 3600 + moment.minute * 60 + moment.second) / 86400
    offset = (moment.date() - days[0].on).days + since if days else 0.0
    return MARGIN + min(max(offset, 0.0), float(len(days))) * step


def _span(x: float, text: str) -> tuple[float, float]:
    """Return where the text begins and ends; it stands to the left of its mark where the right has no room."""
    length = sum(12.0 if east_asian_width(each) in "WF" else 6.8 for each in text) + 16
    return (x - length, x + 8) if x + length > WIDTH - 4 else (x - 4, x + length)


def _event(each: Mark, x: float, y: int, top: int) -> str:
    return (
        f'<path d="M{x:.1f} {y + 4}V{top}" stroke="{EVENT}" stroke-width="1"/>'
        f'<circle cx="{x:.1f}" cy="{y}" r="3" fill="{EVENT}"/>{_label(each, x, y + 4, EVENT)}'
    )


def _card(each: Mark, x: float, y: int, ribbon_end: int) -> str:
    colour = ENDED if each.level == "ended" else LEVELS[each.level or "hint"]
    tip = y - 9
    shape = (
        f"M{x:.1f} {tip}l5 9h-10z"
        if each.level != "ended"
        else f"M{x - 5:.1f} {tip + 4:.1f}a5 5 0 1 0 10 0a5 5 0 1 0 -10 0z"
    )
    return (
        f'<path d="M{x:.1f} {ribbon_end}V{tip}" stroke="{colour}" stroke-width="1" stroke-dasharray="2 2"/>'
        f'<path d="{shape}" fill="{colour}"/>{_label(each, x, y, colour)}'
    )


def _label(each: Mark, x: float, y: float, colour: str) -> str:
    begin, _ = _span(x, each.text)
    left = begin < x - 5
    return _text(x - 8 if left else x + 8, y, each.text, colour, "end" if left else "start", LABEL)


def _text(x: float, y: float, text: str, colour: str, anchor: str, size: int) -> str:
    halo = 'stroke="#ffffff" stroke-width="3" paint-order="stroke" ' if size == LABEL else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" fill="{colour}" {halo}font-size="{size}" text-anchor="{anchor}">'
        f"{escape(text)}</text>"
    )


def _legend(used: set[str], y: int) -> list[str]:
    parts = []
    x = float(MARGIN)
    for colour, title in LEGEND:
        if colour in used:
            parts.append(f'<rect x="{x:.1f}" y="{y - 9}" width="10" height="10" fill="{COLOURS[colour]}"/>')
            parts.append(_text(x + 14, y, title, "#607d8b", "start", 10))
            x += 26 + 10 * len(title)
    return parts
