"""Plots as SVG: plain shapes, Chinese labels, legible without colour."""

from collections.abc import Sequence
from math import floor
from xml.sax.saxutils import escape

from mingjing.services.reports.document import GroupLine, RuleLine, TrendPoint

_FONT = "Noto Sans CJK SC"
_INK, _GREY, _LINE = "#262626", "#6e6a63", "#d8d2c6"
YELLOW, RED = "#f1c655", "#9c1431"
_WIDTH = 520
LISTED_AGENCIES, LISTED_RULES = 20, 12


def trend(points: Sequence[TrendPoint]) -> str:
    """Return a line of the share of kept promises; a month that was never counted breaks it."""
    height, left, right, top, bottom = 150, 44, 22, 12, 26
    values = [
        point.promise_kept.value for point in points if point.promise_kept and point.promise_kept.value is not None
    ]
    low, high = _floor(min(values, default=0.0)), 100.0

    def x(place: int) -> float:
        return left + place * (_WIDTH - left - right) / max(1, len(points) - 1)

    def y(value: float) -> float:
        return top + (high - value) * (height - top - bottom) / (high - low)

    parts = []
    for mark in (low, (low + high) / 2, high):
        parts.append(_rule(left, y(mark), _WIDTH - right, y(mark)))
        parts.append(_text(left - 5, y(mark) + 3, f"{mark:.0f}%", "end"))
    run: list[tuple[float, float]] = []
    for place, point in enumerate(points):
        parts.append(_text(x(place), height - 8, point.month[2:], "middle"))
        if point.promise_kept is None or point.promise_kept.value is None:
            parts.append(_run(run))
            run = []
            continue
        at = (x(place), y(point.promise_kept.value))
        run.append(at)
        fill = "#fff" if point.promise_kept.small else _INK
        parts.append(f'<circle cx="{at[0]:.1f}" cy="{at[1]:.1f}" r="2.6" fill="{fill}" stroke="{_INK}"/>')
    parts.append(_run(run))
    return _drawn(height, parts)


def agencies(lines: Sequence[GroupLine]) -> str:
    """Return a dot and its 95 % interval for each ranked agency: intervals that overlap tell nobody apart."""
    ranked = [line for line in lines if line.rank is not None and line.interval is not None][:LISTED_AGENCIES]
    row, left, right, top = 15, 190, 46, 16
    height = top + row * max(1, len(ranked)) + 8
    low = _floor(min((line.interval[0] for line in ranked if line.interval), default=90.0))

    def x(value: float) -> float:
        return left + (value - low) * (_WIDTH - left - right) / max(0.01, 100 - low)

    parts = [_rule(x(mark), top - 6, x(mark), height - 8) for mark in (low, (low + 100) / 2, 100.0)]
    parts += [_text(x(mark), top - 8, f"{mark:.0f}%", "middle") for mark in (low, (low + 100) / 2, 100.0)]
    for place, line in enumerate(ranked):
        y = top + row * place + row / 2
        value = line.figures["promise_kept"].value or 0.0
        first, last = line.interval or (value, value)
        parts.append(_text(left - 8, y + 3, _fitted(line.title, 22), "end"))
        parts.append(
            f'<path d="M{x(first):.1f} {y:.1f}H{x(last):.1f}M{x(first):.1f} {y - 3:.1f}v6M{x(last):.1f} {y - 3:.1f}v6" '
            f'stroke="{_INK}" stroke-width="1" fill="none"/>'
        )
        parts.append(f'<circle cx="{x(value):.1f}" cy="{y:.1f}" r="2.8" fill="{_INK}"/>')
        parts.append(_text(_WIDTH - 4, y + 3, f"{value:.2f}", "end"))
    return _drawn(height, parts)


def rules(lines: Sequence[RuleLine]) -> str:
    """Return stacked bars of yellow and red cards by rule; the counts stand beside them in words."""
    shown = lines[:LISTED_RULES]
    row, left, right, top = 15, 190, 100, 6
    height = top + row * max(1, len(shown)) + 6
    most = max((line.yellow + line.red for line in shown), default=1)

    def width(count: int) -> float:
        return count * (_WIDTH - left - right) / max(1, most)

    parts = []
    for place, line in enumerate(shown):
        y = top + row * place
        parts.append(_text(left - 8, y + 10, f"{_fitted(line.title, 16)} {line.rule}", "end"))
        parts.append(_bar(left, y + 2, width(line.yellow), YELLOW, "#765000"))
        parts.append(_bar(left + width(line.yellow), y + 2, width(line.red), RED, "#4c0a18"))
        counts = "　".join(f"{name} {count:,}" for name, count in (("黄", line.yellow), ("红", line.red)) if count)
        parts.append(_text(left + width(line.yellow + line.red) + 5, y + 10, counts, "start"))
    return _drawn(height, parts)


def _floor(least: float) -> float:
    """Return where an axis of shares begins: ten percent apart, below the least, and so that its middle is whole."""
    return max(0.0, min(90.0, 10.0 * floor((least - 1) / 10)))


def _fitted(title: str, most: int) -> str:
    """Return a title that is no longer than `most` characters; one that was cut says so."""
    return title if len(title) <= most else f"{title[: most - 1]}…"


def _drawn(height: float, parts: Sequence[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" height="{height}" '
        f'font-family="{_FONT}" font-size="8">{"".join(parts)}</svg>'
    )


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{_GREY}">{escape(text)}</text>'


def _rule(x: float, y: float, to_x: float, to_y: float) -> str:
    return f'<path d="M{x:.1f} {y:.1f}L{to_x:.1f} {to_y:.1f}" stroke="{_LINE}" stroke-width="0.6"/>'


def _run(points: Sequence[tuple[float, float]]) -> str:
    if len(points) < 2:  # noqa: PLR2004  # a line has two ends
        return ""
    path = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    return f'<path d="M{path}" fill="none" stroke="{_INK}" stroke-width="1.3"/>'


def _bar(x: float, y: float, width: float, fill: str, edge: str) -> str:
    if not width:
        return ""
    looks = f'fill="{fill}" stroke="{edge}" stroke-width="0.5"'
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="10" {looks}/>'
