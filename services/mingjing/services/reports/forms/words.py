"""How figures are written: in tables, in sentences, with their change."""

from datetime import datetime
from zoneinfo import ZoneInfo

from mingjing.rules.assessment import Assessed
from mingjing.services.reports.document import IndicatorLine, MechanismLine, Origin, RuleLine
from mingjing.services.reports.figure import Figure

NOTHING = "—"
ZONE = ZoneInfo("Asia/Shanghai")
"""Reports are printed in Beijing time, whatever zone the rules of an installation count in."""


def number(value: float | None) -> object:
    """Return a number for a cell; an empty one for none."""
    return "" if value is None else value


def origin_rows(origin: Origin) -> list[dict[str, str]]:
    """Return what a report rests on, as the rows of a printed table: one for all versions, one for each hash."""
    return [
        {"name": "口径", "text": origin.definitions},
        {"name": "版本", "text": "　".join(f"{name} {text}" for name, text in sorted(origin.versions.items()))},
        *({"name": f"{month} 校验值", "text": text} for month, text in sorted(origin.hashes.items())),
    ]


def written(figure: Figure | None, form: str, unit: str) -> str:
    """Return a figure as it stands in a table: two decimals for what was divided, whole numbers else."""
    if figure is None or figure.value is None:
        return NOTHING
    if form == "ratio":
        return f"{figure.value:.2f}%"
    if form == "mean":
        return f"{figure.value:.2f} {unit}"
    if form == "sum":
        return f"{figure.value:,.1f} {unit}"
    return f"{figure.value:,.0f}"


def fraction(figure: Figure) -> str:
    """Return numerator over denominator; for a figure without, how many it rests on."""
    if figure.numerator is None or figure.denominator is None:
        return f"n = {figure.n:,}" if figure.numerator is None and figure.n else ""
    return f"{figure.numerator:,} / {figure.denominator:,}" if figure.denominator else NOTHING


def change(line: IndicatorLine, before: Figure | None) -> str:
    """Return the change since `before`: percentage points of a ratio, percent of a count."""
    if before is None or before.value is None or line.now.value is None:
        return NOTHING
    if line.form in {"count", "split"}:
        if not before.value:
            return NOTHING
        percent = 100 * (line.now.value - before.value) / before.value
        return "持平" if line.now.value == before.value else f"{percent:+,.1f}%"
    difference = round(line.now.value - before.value, 2)
    unit = "个百分点" if line.form == "ratio" else line.unit
    return "持平" if not difference else f"{'升' if difference > 0 else '降'} {abs(difference):,.2f} {unit}"


def silent(line: MechanismLine) -> bool:
    """Return whether a period says nothing of a mechanism: nothing was counted, and no fact is awaited."""
    return not line.awaits and not line.now.n and not line.now.value


def parts_of(line: MechanismLine) -> str:
    """Return what a split is made of, as a sentence lists it."""
    return "、".join(f"{part.title} {part.count:,}" for part in line.parts)


def score_of(assessed: Assessed) -> str:
    """Return the score; a dash for who had no business that points are given for."""
    return str(assessed.score) if any(each.counted and each.full for each in assessed.lines) else NOTHING


def standing_of(assessed: Assessed) -> str:
    """Return what else is to be said of an agency's result: 末位, twice failed, why it has no rank."""
    notes = (*(["末位"] if assessed.last else []), *(["连续两年不合格"] if assessed.failed_twice else []))
    return "；".join((*notes, *assessed.held_back))


def cards_of(line: RuleLine) -> str:
    """Return how many yellow and red cards a rule drew, leaving out a colour it did not draw."""
    counts = (("黄牌", line.yellow), ("红牌", line.red))
    return "、".join(f"{title} {count:,} 张" for title, count in counts if count)


def moment(ms: int) -> str:
    """Return an instant as a reader in China writes it."""
    at = datetime.fromtimestamp(ms / 1000, ZONE)
    return f"{at.year} 年 {at.month} 月 {at.day} 日 {at:%H:%M}"


def day(ms: int) -> tuple[int, int, int]:
    """Return year, month and day of an instant in Beijing."""
    at = datetime.fromtimestamp(ms / 1000, ZONE)
    return at.year, at.month, at.day
